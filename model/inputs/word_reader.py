"""Records for a model over words: a number for each word that train has, and for its characters.

A word that is not known is looked up in lower case, and then is the unknown word. Texts are never cut.
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
from ..networks.bilstm_config import PADDING, UNKNOWN
from ..networks.tagger import IGNORED
from .subword_reader import LABEL_NUMBERS, padded

VOCABULARY: Final = "vocabulary.json"
FIRST: Final = UNKNOWN + 1
MOST_CHARACTERS: Final = 40  # of a word; few words but addresses are longer


@dataclass(frozen=True, slots=True)
class WordReader:
    """Reads records by numbers of words and, where `characters` is no None, of their characters."""

    words: Mapping[str, int]
    characters: Mapping[str, int] | None = None

    @classmethod
    def load(cls, folder: Path) -> WordReader:
        """As it was saved in `folder`."""
        saved = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        characters = saved["characters"]
        return cls(
            assign_numbers(saved["words"]),
            None if characters is None else assign_numbers(characters),
        )

    def save(self, folder: Path) -> None:
        """Writes the vocabulary: words and characters in the order of their numbers."""
        characters = None if self.characters is None else list(self.characters)
        content = json.dumps({"words": list(self.words), "characters": characters})
        (folder / VOCABULARY).write_text(content + "\n", encoding="utf-8")

    def encode(self, records: Sequence[Record]) -> Dataset:
        """One row a record, in order, with `length` (words) for bucketing."""
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
        """Pads a batch to its longest text and longest word; see `WordTagger.forward` for shapes."""
        labels = padded([row["labels"] for row in rows], IGNORED)
        batch = {
            "words": padded(
                [[self._number(word) for word in row["text"]] for row in rows], PADDING
            ),
            "word_mask": labels != IGNORED,
            "labels": labels,
        }
        if self.characters is not None:
            spelled = [[self._letters(word) for word in row["text"]] for row in rows]
            longest = max(len(letters) for words in spelled for letters in words)
            batch["characters"] = torch.zeros(*labels.shape, longest, dtype=torch.long)
            for place, words in enumerate(spelled):
                batch["characters"][place, : len(words)] = _filled(words, longest)
        return batch

    def _number(self, word: str) -> int:
        return self.words.get(word) or self.words.get(word.lower(), UNKNOWN)

    def _letters(self, word: str) -> list[int]:
        known = self.characters or {}
        return [known.get(letter, UNKNOWN) for letter in word[:MOST_CHARACTERS]] or [UNKNOWN]


def _filled(words: list[list[int]], longest: int) -> Tensor:
    return torch.tensor([letters + [PADDING] * (longest - len(letters)) for letters in words])


def assign_numbers(names: Iterable[str]) -> dict[str, int]:
    """A number for each, in order, after padding and the unknown one."""
    return {name: number for number, name in enumerate(names, start=FIRST)}


def count_words(records: Iterable[Record]) -> Counter[str]:
    """How often each word stands in these texts."""
    return Counter(word for record in records for word in record.text)
