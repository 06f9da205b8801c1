"""Records as a model takes them: subwords, the place of each word's first one, label numbers, images.

A `datasets.Dataset` holds the texts; pictures stay in `features.py` and are put in by the collator.
Words keep their order and number here: only the tail of an over-long text is cut, and the cut words
are still scored (as O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch
from datasets import Dataset
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from ..schema import LABELS, Record
from .features import Pictures
from .tpm_mi import IGNORED

LABEL_NUMBERS: Final = {label: number for number, label in enumerate(LABELS)}
ABSENT: Final = -1


def encode(
    records: Sequence[Record],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_subwords: int,
    pictures: Pictures | None,
    max_images: int,
) -> Dataset:
    """One row a record, in order, with `length` (subwords) for bucketing."""
    rows = []
    for record, (subwords, first) in zip(
        records, _subwords(records, tokenizer, max_subwords), strict=True
    ):
        images = record.images[:max_images] if pictures else ()
        rows.append(
            {
                "input_ids": subwords,
                "word_index": first,
                "labels": [LABEL_NUMBERS[label] for label in record.label[: len(first)]],
                "images": [pictures.rows.get(name, ABSENT) for name in images] if pictures else [],
                "length": len(subwords),
            }
        )
    return Dataset.from_list(rows)


def _subwords(
    records: Sequence[Record], tokenizer: PreTrainedTokenizerBase, max_subwords: int
) -> list[tuple[list[int], list[int]]]:
    """Subword numbers of each text, and the position of the first subword of each word that fits.

    A word that tokenizes to nothing (a lone U+FE0F, U+200B and the like) becomes the unknown token,
    so that every word has a place.
    """
    known: dict[str, str] = {}

    def spelled(word: str) -> str:
        if word not in known:
            known[word] = word if tokenizer.tokenize(word) else str(tokenizer.unk_token)
        return known[word]

    batch = tokenizer(
        [[spelled(word) for word in record.text] for record in records],
        is_split_into_words=True,
        truncation=True,
        max_length=max_subwords,
    )
    encoded = []
    for number, subwords in enumerate(batch["input_ids"]):
        first: dict[int, int] = {}
        for position, word in enumerate(batch.word_ids(number)):
            if word is not None:
                first.setdefault(word, position)
        encoded.append((list(subwords), list(first.values())))
    return encoded


def collator(
    tokenizer: PreTrainedTokenizerBase, pictures: Pictures | None, *, max_images: int
) -> Callable[[list[dict[str, Any]]], dict[str, Tensor]]:
    """Pads a batch to its longest text and puts the pictures in; see `TpmMi.forward` for shapes."""
    padding = int(tokenizer.pad_token_id or 0)

    def collate(rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        labels = _padded([row["labels"] for row in rows], IGNORED)
        input_ids = _padded([row["input_ids"] for row in rows], padding)
        lengths = torch.tensor([row["length"] for row in rows])
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(input_ids.shape[1]) < lengths[:, None]).long(),
            "word_index": _padded([row["word_index"] for row in rows], 0),
            "word_mask": labels != IGNORED,
            "labels": labels,
        }
        if pictures:
            batch |= _images([row["images"] for row in rows], pictures, max_images)
        return batch

    return collate


def _images(rows: list[list[int]], pictures: Pictures, max_images: int) -> dict[str, Tensor]:
    """Pictures in their slots, zeros where there is none, and the mask (batch, images)."""
    mask = torch.zeros(len(rows), max_images, dtype=torch.bool)
    slots: dict[tuple[int, int], Tensor] = {}
    for text, images in enumerate(rows):
        for slot, row in enumerate(images):
            if row != ABSENT:
                mask[text, slot] = True
                slots[text, slot] = pictures[row]
    if not slots:
        return {}
    values = torch.zeros(len(rows), max_images, *next(iter(slots.values())).shape)
    for place, value in slots.items():
        values[place] = value
    return {pictures.argument: values, "image_mask": mask}


def _padded(rows: list[list[int]], padding: int) -> Tensor:
    """(rows, longest)"""
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [padding] * (longest - len(row)) for row in rows])
