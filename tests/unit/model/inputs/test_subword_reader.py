"""Records as model inputs: a position for every word, aligned labels, and pictures in their slots."""

from __future__ import annotations

import pytest
import torch
from transformers import BertTokenizer, PreTrainedTokenizerBase

from mnerctl.model.inputs.picture_features import Vectors
from mnerctl.model.inputs.pretrained import SMOKE, load_text_encoder
from mnerctl.model.inputs.subword_reader import ABSENT, LABEL_NUMBERS, SubwordReader
from mnerctl.model.networks.tagger import IGNORED
from mnerctl.schema import LABELS, Record

NOTHING = ["\ufe0f", "\u200b", "\u200d", "\ufffd", "\xad"]
WORDS = ["Michael", "Jordan", "in", "Paris", "wins"]
PAIR = Record(
    id="1",
    text=("Michael", "Jordan", "in", "Paris"),
    label=("B-PER", "I-PER", "O", "B-LOC"),
    images=("a.jpg", "lost.jpg", "b.jpg"),
)
SHORT = Record(id="2", text=("wins",), label=("O",), images=("lost.jpg",))
PICTURES = Vectors(torch.arange(8, dtype=torch.float16).reshape(2, 4), {"a.jpg": 0, "b.jpg": 1})


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    tokenizer, _ = load_text_encoder(SMOKE, words=WORDS, seed=1)
    assert isinstance(tokenizer, BertTokenizer)
    return tokenizer


def row_of(record: Record, tokenizer: PreTrainedTokenizerBase, max_subwords: int = 64) -> dict:
    (row,) = SubwordReader(tokenizer, max_subwords, PICTURES).encode([record])
    return row


def test_a_known_text(tokenizer: PreTrainedTokenizerBase) -> None:
    row = row_of(PAIR, tokenizer)
    assert tokenizer.convert_ids_to_tokens(row["input_ids"]) == [
        *("[CLS]", "michael", "jordan", "in", "paris", "[SEP]"),
    ]
    assert row == {
        "input_ids": row["input_ids"],
        "word_index": [1, 2, 3, 4],
        "labels": [LABEL_NUMBERS[label] for label in PAIR.label],
        "images": [0, ABSENT, 1],
        "length": 6,
    }


def test_label_numbers_are_those_of_the_label_set() -> None:
    assert [LABELS[number] for number in LABEL_NUMBERS.values()] == list(LABELS)


def test_the_position_of_a_word_is_that_of_its_first_subword(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    record = Record(id="1", text=("xyz", "Paris"), label=("O", "B-LOC"), images=())
    row = row_of(record, tokenizer)
    assert tokenizer.convert_ids_to_tokens(row["input_ids"]) == [
        *("[CLS]", "x", "##y", "##z", "paris", "[SEP]"),
    ]
    assert row["word_index"] == [1, 4]


@pytest.mark.parametrize("word", NOTHING, ids=ascii)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_words_that_tokenize_to_nothing_keep_a_position(
    tokenizer: PreTrainedTokenizerBase, word: str, place: int
) -> None:
    text, label = ["Jordan", "wins"], ["B-PER", "O"]
    text.insert(place, word)
    label.insert(place, "O")
    row = row_of(Record(id="1", text=tuple(text), label=tuple(label), images=()), tokenizer)
    assert row["word_index"] == [1, 2, 3]
    assert row["labels"] == [LABEL_NUMBERS[one] for one in label]
    unknown = tokenizer.convert_ids_to_tokens(row["input_ids"])[1 + place]
    assert unknown == "[UNK]"


def test_a_text_of_words_that_tokenize_to_nothing(tokenizer: PreTrainedTokenizerBase) -> None:
    text = tuple(NOTHING * 3)
    row = row_of(Record(id="1", text=text, label=("O",) * len(text), images=()), tokenizer)
    assert row["word_index"] == list(range(1, 1 + len(text)))


@pytest.mark.parametrize("most", range(3, 20))
def test_cutting_a_text_keeps_labels_and_words_aligned(
    tokenizer: PreTrainedTokenizerBase, most: int
) -> None:
    text = ("xyz", "Jordan", "\u200b", "abcdef", "Paris", "wins")
    label = ("O", "B-PER", "O", "B-MISC", "B-LOC", "O")
    row = row_of(Record(id="1", text=text, label=label, images=()), tokenizer, most)
    firsts = ["x", "jordan", "[UNK]", "a", "paris", "wins"]
    subwords = tokenizer.convert_ids_to_tokens(row["input_ids"])
    kept = len(row["word_index"])
    assert len(subwords) == row["length"] <= most
    assert [subwords[place] for place in row["word_index"]] == firsts[:kept]
    assert row["labels"] == [LABEL_NUMBERS[one] for one in label[:kept]]
    assert (kept == 6) == (most >= 15)


def test_a_fifth_image_has_no_slot(tokenizer: PreTrainedTokenizerBase) -> None:
    record = PAIR.model_copy(update={"images": ("a.jpg", "b.jpg", "a.jpg", "b.jpg", "a.jpg")})
    assert row_of(record, tokenizer)["images"] == [0, 1, 0, 1]


def test_a_batch(tokenizer: PreTrainedTokenizerBase) -> None:
    rows = [row_of(PAIR, tokenizer), row_of(SHORT, tokenizer)]
    batch = SubwordReader(tokenizer, 64, PICTURES).collate(rows)
    assert {name: tuple(tensor.shape) for name, tensor in batch.items()} == {
        "input_ids": (2, 6),
        "attention_mask": (2, 6),
        "word_index": (2, 4),
        "word_mask": (2, 4),
        "labels": (2, 4),
        "image_features": (2, 4, 4),
        "image_mask": (2, 4),
    }
    assert batch["attention_mask"].tolist() == [[1] * 6, [1, 1, 1, 0, 0, 0]]
    assert batch["word_mask"].tolist() == [[True] * 4, [True, False, False, False]]
    assert batch["labels"][1].tolist() == [0, IGNORED, IGNORED, IGNORED]
    assert batch["input_ids"][1, 3:].tolist() == [tokenizer.pad_token_id] * 3
    assert batch["image_mask"].tolist() == [[True, False, True, False], [False] * 4]
    assert batch["image_features"][0].tolist() == [
        [0, 1, 2, 3],
        [0, 0, 0, 0],
        [4, 5, 6, 7],
        [0, 0, 0, 0],
    ]
    assert batch["image_features"][1].count_nonzero() == 0
    assert batch["image_features"].dtype == torch.float32


def test_a_batch_without_usable_pictures(tokenizer: PreTrainedTokenizerBase) -> None:
    batch = SubwordReader(tokenizer, 64, PICTURES).collate([row_of(SHORT, tokenizer)])
    assert "image_features" not in batch and "image_mask" not in batch


def test_a_system_without_images_gets_no_pictures(tokenizer: PreTrainedTokenizerBase) -> None:
    reader = SubwordReader(tokenizer, 64)
    rows = reader.encode([PAIR])
    assert rows[0]["images"] == []
    batch = reader.collate(list(rows))
    assert set(batch) == {"input_ids", "attention_mask", "word_index", "word_mask", "labels"}
