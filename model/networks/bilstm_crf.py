"""The BiLSTM-CRF network: vectors of words and of their characters, a BiLSTM, a linear layer and a CRF.

Huang et al. 2015 (BiLSTM-CRF); Ma & Hovy 2016 (characters read by a CNN); Lample et al. 2016
(characters read by a BiLSTM). In the order of their figures:

    x = [word; characters]    the vector of each word, then that of its characters if they are read
    h = BiLSTM(dropout(x))    over the words of one text; padding is never read
    Y = CRF(W dropout(h))     `crf.py`

In training, a word that occurs once in train is sometimes replaced by the unknown word, so that the
unknown word is learned (Lample et al., section 4.3). `inputs/word_reader.py` reads the texts and
`inputs/word_vectors.py` the files of word vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from transformers import initialization as init

from ...schema.labels import LABELS
from .bilstm_config import PADDING, UNKNOWN, WordTaggerConfig
from .bilstm_layers import BiLstm, CharacterCnn, CharacterLstm
from .crf import Crf
from .tagger import Tagger, TaggerOutput


class WordTagger(Tagger):
    """The BiLSTM-CRF model.

    Input: word numbers (batch, words) and, optionally, character numbers (batch, words, characters).
    Output: scores of the 9 tags for each word, (batch, words, 9).
    """

    config_class = WordTaggerConfig
    main_input_name = "words"
    rare: Tensor  # (words,) bool: occurs once in train and has no vector from a file

    def __init__(self, config: WordTaggerConfig) -> None:
        super().__init__(config)
        self.words = nn.Embedding(config.words, config.word_width, padding_idx=PADDING)
        self.register_buffer("rare", torch.zeros(config.words, dtype=torch.bool))
        self.characters: CharacterCnn | CharacterLstm | None = None
        width = config.word_width
        if config.character_part is not None:
            kind = CharacterCnn if config.character_part == "cnn" else CharacterLstm
            self.characters = kind(config)
            width += self.characters.width
        self.dropout = nn.Dropout(config.dropout)
        self.lstm = BiLstm(width, config.hidden)
        self.head = nn.Linear(2 * config.hidden, len(LABELS))
        self.decoder = Crf()
        self.post_init()  # type: ignore[no-untyped-call]

    @torch.no_grad()
    def set_word_vectors(self, vectors: Mapping[int, Sequence[float]]) -> None:
        """Replace the vectors of some words by those of a file.

        Args:
            vectors: word number to vector. Numbers from `config.words` on are added as new words.
        """
        numbers = list(vectors)
        new = max(0, max(numbers, default=0) + 1 - self.config.words)
        rows = torch.cat(
            [self.words.weight, self.words.weight.new_zeros(new, self.config.word_width)]
        )
        rows[numbers] = torch.tensor([list(vectors[number]) for number in numbers])
        self.rare = torch.cat([self.rare, self.rare.new_zeros(new)])
        self.rare[numbers] = False
        self.words = nn.Embedding(len(rows), rows.shape[1], PADDING, _weight=rows)
        self.config.words += new

    def forward(
        self,
        words: Tensor,  # (batch, words)
        word_mask: Tensor,  # (batch, words) bool
        characters: Tensor | None = None,  # (batch, words, characters)
        labels: Tensor | None = None,  # (batch, words), -100 outside the words
    ) -> TaggerOutput:
        """Return tag scores of each word, and the loss if labels are given."""
        word_mask = word_mask.bool()
        # autocast saves nothing in a network this small
        with torch.autocast(words.device.type, enabled=False):
            x = self.words(self._drop_rare_words(words))  # (batch, words, d_w)
            if self.characters is not None and characters is not None:
                x = torch.cat([x, self._character_vectors(characters, word_mask)], dim=2)
            h = self.lstm(self.dropout(x), word_mask.sum(1))  # (batch, words, 2 d_h)
            emissions = self.head(self.dropout(h))  # (batch, words, 9)
        return self.make_output(emissions, word_mask, labels)

    def _drop_rare_words(self, words: Tensor) -> Tensor:
        """In training, replace some rare words by the unknown word: (batch, words)."""
        if not self.training:
            return words
        drawn = torch.rand(words.shape, device=words.device) < self.config.unknown_rate
        return words.masked_fill(drawn & self.rare[words], UNKNOWN)

    def _character_vectors(self, characters: Tensor, word_mask: Tensor) -> Tensor:
        """Return the character vector of each word, (batch, words, d_c), 0 where there is no word."""
        assert self.characters is not None
        found = self.characters(characters[word_mask])  # (real words, d_c)
        padded: Tensor = found.new_zeros(*word_mask.shape, found.shape[1])
        return padded.masked_scatter(word_mask.unsqueeze(2), found)

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, nn.Embedding):
            bound = (3 / module.embedding_dim) ** 0.5  # Ma & Hovy, section 3.1
            init.uniform_(module.weight, -bound, bound)
            init.zeros_(module.weight[PADDING])
        if isinstance(module, Crf):
            for parameter in module.parameters():
                init.uniform_(parameter, -0.1, 0.1)
