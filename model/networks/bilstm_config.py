"""The configuration of the BiLSTM-CRF networks: all that is needed to build one before loading weights."""

from __future__ import annotations

from typing import Any, Final, Literal

from transformers import PretrainedConfig

from ...schema.labels import LABELS

PADDING: Final = 0
UNKNOWN: Final = 1


class WordTaggerConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Options of `WordTagger`.

    Attributes:
        words: size of the word vocabulary, padding and the unknown word included.
        characters: size of the character vocabulary, padding and the unknown character included.
        word_width: width of a word vector, d_w.
        vectors: where the word vectors come from, as text for people.
        character_part: the network that reads the characters of a word, or None.
        character_width: width of a character vector.
        character_features: filters of the CNN, or states of the LSTM in each direction.
        hidden: states of the BiLSTM in each direction, d_h.
        dropout: dropout before and after the BiLSTM.
        unknown_rate: probability, in training, that a word that occurs once in train is read as the
            unknown word.
    """

    model_type = "word_tagger"

    def __init__(
        self,
        *,
        words: int = 2,
        characters: int = 2,
        word_width: int = 100,
        vectors: str = "random",
        character_part: Literal["cnn", "lstm"] | None = None,
        character_width: int = 30,
        character_features: int = 30,
        hidden: int = 100,
        dropout: float = 0.5,
        unknown_rate: float = 0.5,
        **kwargs: Any,
    ) -> None:
        self.words = words
        self.characters = characters
        self.word_width = word_width
        self.vectors = vectors
        self.character_part = character_part
        self.character_width = character_width
        self.character_features = character_features
        self.hidden = hidden
        self.dropout = dropout
        self.unknown_rate = unknown_rate
        kwargs.setdefault("id2label", dict(enumerate(LABELS)))
        kwargs.setdefault("label2id", {label: index for index, label in enumerate(LABELS)})
        super().__init__(**kwargs)
