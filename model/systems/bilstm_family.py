"""How the BiLSTM systems are built: the words of train, vectors of a file or random ones, and settings.

The systems differ in options of `WordTaggerConfig`. Each has a module of its own in `text/`. The
original papers train differently: with SGD (rate 0.015 or 0.01, batches of 10 or 1) for 50 epochs or
more, from pretrained word vectors.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .preset import Preset
from .system import BuildInputs

if TYPE_CHECKING:  # importing a system loads no torch
    from ..inputs.picture_features import Pictures
    from ..inputs.word_vectors import WordVectors
    from ..networks.tagger import BuiltSystem


def adapt(preset: Preset) -> Preset:
    """Return the settings for a network without pretrained parts, chosen on Twitter-2017's dev split.

    It trains on one thread: steps take about a millisecond, and two threads would wait for each other.
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
        decay_everything=False,
        clip=1.0,
        warmup=0.1,
        group_by_length=True,
    )


def build(inputs: BuildInputs, **options: Any) -> BuiltSystem:
    """Build a system with fresh weights.

    The vocabulary has the words of train, and those words of other splits that the file of word
    vectors has. The predictions for a text depend on its own words only: the weights are drawn before
    words of other splits are added.

    Args:
        inputs: see `BuildInputs`.
        options: options of `WordTaggerConfig`.
    """
    from ..inputs.word_reader import FIRST_NUMBER, WordReader, assign_numbers, count_words
    from ..inputs.word_vectors import read_vectors
    from ..networks.bilstm_config import WordTaggerConfig
    from ..networks.bilstm_crf import WordTagger
    from ..networks.tagger import BuiltSystem

    counts = count_words(inputs.train)
    letters = sorted({letter for word in counts for letter in word})
    numbers = assign_numbers(counts)
    file = inputs.preset.embeddings
    vectors = read_vectors(Path(file), {*counts, *inputs.words}) if file else None
    if vectors is not None:
        options |= {"word_width": vectors.width}
    config = WordTaggerConfig(
        words=len(numbers) + FIRST_NUMBER, characters=len(letters) + FIRST_NUMBER, **options
    )
    model = WordTagger(config)
    model.rare[[numbers[word] for word, times in counts.items() if times == 1]] = True
    if vectors is not None and file is not None:
        in_file = {word: vectors.spelling(word) for word in counts}
        numbers = assign_numbers([*counts, *_only_in_file(vectors, set(inputs.words), counts)])
        spellings = {word: in_file.get(word, word) for word in numbers}
        model.set_word_vectors(
            {numbers[word]: vectors.rows[found] for word, found in spellings.items() if found}
        )
        known = sum(found is not None for found in in_file.values())
        config.vectors = f"{Path(file).name}, {known} of {len(counts)} words of train"
    reader = WordReader(numbers, assign_numbers(letters) if config.character_part else None)
    return BuiltSystem(model, reader)


def _only_in_file(vectors: WordVectors, words: set[str], train: Collection[str]) -> list[str]:
    """Return words that train lacks and the file has, in the spelling that the reader looks up."""
    found = set()
    for word in words - set(train):
        spelling = vectors.spelling(word)
        if spelling == word or (spelling and spelling not in train):
            found.add(spelling)
    return sorted(found)


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """Load a saved system; see `System.load`."""
    from ..inputs.model_folder import load_trained
    from ..inputs.word_reader import WordReader
    from ..networks.bilstm_crf import WordTagger
    from ..networks.tagger import BuiltSystem

    return BuiltSystem(load_trained(WordTagger, folder), WordReader.load(folder))
