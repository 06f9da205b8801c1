"""What the BiLSTM systems share: a vocabulary of train, vectors of a file or random, and how they train.

They differ by options of `WordTaggerConfig`; each is named in its own file. None of the originals is
trained like this: they take SGD (.015 or .01, batches of 10 or 1) for 50 epochs and more, from
pretrained word vectors.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..inputs.picture_features import Pictures
from ..inputs.word_reader import FIRST, WordReader, assign_numbers, count_words
from ..inputs.word_vectors import WordVectors, read_vectors
from ..networks.bilstm_config import WordTaggerConfig
from ..networks.bilstm_crf import WordTagger
from ..networks.tagger import BuiltSystem
from .preset import Preset
from .system import BuildInputs


def adapt(preset: Preset) -> Preset:
    """These settings for a network without anything pretrained; chosen on Twitter-2017's dev split.

    One thread: on two, steps of a millisecond wait for each other.
    """
    source = Path(preset.embeddings).name if preset.embeddings else "random"
    preset = replace(preset, text_encoder=f"word vectors: {source}", threads=1)
    if preset.name == "smoke":
        return preset
    return replace(
        preset,
        epochs=16,
        batch_size=16,
        head_learning_rate=2e-3,
        crf_learning_rate=1e-2,
        weight_decay=0.01,
        warmup=0.1,
    )


def build(material: BuildInputs, **options: Any) -> BuiltSystem:
    """With fresh weights. options: of `WordTaggerConfig`.

    Words of train have numbers of their own; so has a word of another split that the file has. What
    a text is tagged as hangs on its own words alone: weights are drawn before those are added.
    """
    counts = count_words(material.train)
    letters = sorted({letter for word in counts for letter in word})
    words = assign_numbers(counts)
    file = material.preset.embeddings
    vectors = read_vectors(Path(file), {*counts, *material.words}) if file else None
    if vectors is not None:
        options |= {"word_width": vectors.width}
    config = WordTaggerConfig(words=len(words) + FIRST, characters=len(letters) + FIRST, **options)
    model = WordTagger(config)
    model.rare[[words[word] for word, times in counts.items() if times == 1]] = True
    if vectors is not None and file is not None:
        in_file = {word: vectors.spelling(word) for word in counts}
        words = assign_numbers([*counts, *_only_in(vectors, set(material.words), counts)])
        spelled = {word: in_file.get(word, word) for word in words}
        model.set_word_vectors(
            {words[word]: vectors.rows[found] for word, found in spelled.items() if found}
        )
        known = sum(found is not None for found in in_file.values())
        config.vectors = f"{Path(file).name}, {known} of {len(counts)} words of train"
    return BuiltSystem(
        model, WordReader(words, assign_numbers(letters) if config.character_part else None)
    )


def _only_in(vectors: WordVectors, asked: set[str], train: Collection[str]) -> list[str]:
    """Words that train does not have and that the reader would find, as the file spells them."""
    found = set()
    for word in asked - set(train):
        spelling = vectors.spelling(word)
        if spelling == word or (spelling and spelling not in train):
            found.add(spelling)
    return sorted(found)


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """As saved in `folder`."""
    return BuiltSystem(WordTagger.from_pretrained(folder), WordReader.load(folder))
