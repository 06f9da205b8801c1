"""Read records for a model over subwords: subwords, the first one of each word, labels and images.

A `datasets.Dataset` holds the texts, split by `subwords.py`; `collate` adds the pictures of
`picture_features.py`. All words are kept, in order, except at the end of a text that is too long. The words
that are cut there still count in scores, as O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from datasets import Dataset
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from ...schema import LABELS, Record
from ..networks.tagger import IGNORED
from .model_folder import load_tokenizer, save_tokenizer
from .picture_features import Pictures
from .subwords import encode_texts

LABEL_NUMBERS: Final = {label: number for number, label in enumerate(LABELS)}
ABSENT: Final = -1


@dataclass(frozen=True)
class SubwordReader:
    """Reads records for a text encoder over subwords.

    Attributes:
        tokenizer: the text encoder's tokenizer.
        max_subwords: most subwords of a text, the two special ones included.
        pictures: the pictures of the records, or None for a system without images.
        max_images: image slots; further images of a record are not used.
    """

    tokenizer: PreTrainedTokenizerBase
    max_subwords: int
    pictures: Pictures | None = None
    max_images: int = 4

    @classmethod
    def load(cls, folder: Path, *, max_subwords: int, pictures: Pictures | None) -> SubwordReader:
        """Load a reader that `save` has written, for these pictures."""
        return cls(load_tokenizer(folder), max_subwords=max_subwords, pictures=pictures)

    def save(self, folder: Path) -> None:
        """Write the tokenizer."""
        save_tokenizer(self.tokenizer, folder)

    def encode(self, records: Sequence[Record]) -> Dataset:
        """Return one row per record, in order; `length` is its number of subwords."""
        rows = []
        texts = encode_texts([one.text for one in records], self.tokenizer, most=self.max_subwords)
        for record, text in zip(records, texts, strict=True):
            labels = record.label[: len(text.first)]
            rows.append(
                {
                    "input_ids": text.pieces,
                    "word_index": text.first,
                    "labels": [LABEL_NUMBERS[label] for label in labels],
                    "images": self._images_of(record),
                    "length": len(text.pieces),
                }
            )
        return Dataset.from_list(rows)

    def _images_of(self, record: Record) -> list[int]:
        if self.pictures is None:
            return []
        rows = self.pictures.rows
        return [rows.get(name, ABSENT) for name in record.images[: self.max_images]]

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """Pad a batch to its longest text and add its pictures; `TpmMi.forward` has the shapes."""
        labels = padded([row["labels"] for row in rows], IGNORED)
        input_ids = padded(
            [row["input_ids"] for row in rows], int(self.tokenizer.pad_token_id or 0)
        )
        lengths = torch.tensor([row["length"] for row in rows])
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(input_ids.shape[1]) < lengths[:, None]).long(),
            "word_index": padded([row["word_index"] for row in rows], 0),
            "word_mask": labels != IGNORED,
            "labels": labels,
        }
        if self.pictures:
            batch |= _images([row["images"] for row in rows], self.pictures, self.max_images)
        return batch


def _images(rows: list[list[int]], pictures: Pictures, max_images: int) -> dict[str, Tensor]:
    """Return the pictures in their slots, zeros elsewhere, and the mask (batch, images)."""
    mask = torch.zeros(len(rows), max_images, dtype=torch.bool)
    wanted: list[int] = []
    for text, images in enumerate(rows):
        for slot, row in enumerate(images):
            if row != ABSENT:
                mask[text, slot] = True
                wanted.append(row)
    if not wanted:
        return {}
    found = pictures.read(wanted)
    values = torch.zeros(len(rows), max_images, *found.shape[1:])
    values[mask] = found
    return {pictures.argument: values, "image_mask": mask}


def padded(rows: list[list[int]], padding: int) -> Tensor:
    """Return the rows as one tensor, (rows, longest), filled up with `padding`."""
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [padding] * (longest - len(row)) for row in rows])
