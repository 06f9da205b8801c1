"""Read records for a model over words: a number for each word of train, and for each character.

A word without a number is looked up in lower case; if that fails too, it is the unknown word. Texts are
never cut.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from datasets import Dataset
from torch import Tensor

from ...schema import Record
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import parse_json
from ..networks.bilstm_config import PADDING, UNKNOWN
from ..networks.tagger import IGNORED
from .subword_reader import LABEL_NUMBERS, padded

VOCABULARY: Final = "vocabulary.json"
FIRST_NUMBER: Final = UNKNOWN + 1
MAX_CHARACTERS: Final = 40  # per word; hardly any words except URLs are longer


@dataclass(frozen=True, slots=True)
class WordReader:
    """Reads records as numbers of words and, unless `characters` is None, of their characters.

    Attributes:
        words: word to number.
        characters: character to number, or None.
    """

    words: Mapping[str, int]
    characters: Mapping[str, int] | None = None

    @classmethod
    def load(cls, folder: Path) -> WordReader:
        """Load a reader that `save` has written."""
        saved = parse_json(read_whole(folder / VOCABULARY))
        characters = saved["characters"]
        return cls(
            assign_numbers(saved["words"]),
            None if characters is None else assign_numbers(characters),
        )

    def save(self, folder: Path) -> None:
        """Write the vocabulary: words and characters in the order of their numbers."""
        characters = None if self.characters is None else list(self.characters)
        content = json.dumps({"words": list(self.words), "characters": characters})
        write_file(folder / VOCABULARY, content + "\n")

    def encode(self, records: Sequence[Record]) -> Dataset:
        """Return one row per record, in order; `length` is its number of words."""
        return Dataset.from_list(
            [
                {
                    "text": list(record.text),
                    "labels": [LABEL_NUMBERS[label] for label in record.label],
                    "length": len(record.text),
                }
                for record in records
            ]
        )

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """Pad a batch to its longest text and longest word; `WordTagger.forward` has the shapes."""
        labels = padded([row["labels"] for row in rows], IGNORED)
        batch = {
            "words": padded(
                [[self._word_number(word) for word in row["text"]] for row in rows], PADDING
            ),
            "word_mask": labels != IGNORED,
            "labels": labels,
        }
        if self.characters is not None:
            characters = [[self._character_numbers(word) for word in row["text"]] for row in rows]
            longest = max(len(numbers) for words in characters for numbers in words)
            batch["characters"] = torch.zeros(*labels.shape, longest, dtype=torch.long)
            for text, words in enumerate(characters):
                batch["characters"][text, : len(words)] = _padded_words(words, longest)
        return batch

    def _word_number(self, word: str) -> int:
        return self.words.get(word) or self.words.get(word.lower(), UNKNOWN)

    def _character_numbers(self, word: str) -> list[int]:
        known = self.characters or {}
        return [known.get(letter, UNKNOWN) for letter in word[:MAX_CHARACTERS]] or [UNKNOWN]


def _padded_words(words: list[list[int]], longest: int) -> Tensor:
    """Return the character numbers of a text as one tensor, (words, longest)."""
    return torch.tensor([numbers + [PADDING] * (longest - len(numbers)) for numbers in words])


def assign_numbers(names: Iterable[str]) -> dict[str, int]:
    """Number the names in order, from the first number after padding and the unknown name."""
    return {name: number for number, name in enumerate(names, start=FIRST_NUMBER)}


def count_words(records: Iterable[Record]) -> Counter[str]:
    """Count how often each word occurs in these texts."""
    return Counter(word for record in records for word in record.text)
