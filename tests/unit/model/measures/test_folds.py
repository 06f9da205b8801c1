"""Folds: a partition, as even as possible, with copies of a text together, and fixed by the seed."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.measures.folds import fold_of_each, text_key
from mnerctl.schema import Record


def record(*text: str) -> Record:
    return Record(id="1", text=text, label=("O",) * len(text), images=())


texts = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=60).map(
    lambda words: [record(word) for word in words]
)


@given(texts, st.integers(2, 7), st.integers(0, 3))
def test_folds(records: list[Record], count: int, seed: int) -> None:
    folds = fold_of_each(records, count, seed=seed)
    assert len(folds) == len(records)
    assert set(folds) <= set(range(count))
    of_text: dict[str, set[int]] = defaultdict(set)
    for one, fold in zip(records, folds, strict=True):
        of_text[text_key(one)].add(fold)
    assert all(len(fold) == 1 for fold in of_text.values())
    sizes = Counter(folds)
    most_copies = max(Counter(text_key(one) for one in records).values())
    assert max(sizes.values()) - min(sizes[fold] for fold in range(count)) <= most_copies
    assert folds == fold_of_each(records, count, seed=seed)


def test_without_copies_sizes_differ_by_at_most_one_and_the_seed_matters() -> None:
    records = [record(str(number)) for number in range(31)]
    folds = fold_of_each(records, 3, seed=1)
    assert sorted(Counter(folds).values()) == [10, 10, 11]
    assert folds != fold_of_each(records, 3, seed=2)


@pytest.mark.parametrize(
    ("left", "right", "is_copy"),
    [
        (["New", "York"], ["NEW", "york"], True),
        (["New", "York"], ["NewYork"], True),
        (["so", "https://t.co/a1"], ["so", "https://t.co/b2"], True),
        (["so", "https", ":", "/", "/", "t", ".", "co", "/", "a1"], ["so"], True),
        (["ﬁne", "👩‍🚀"], ["fine", "👩‍🚀"], True),
        (["New", "York"], ["New", "Yorks"], False),
        (["🇺🇸"], ["🇺🇦"], False),
    ],
)
def test_copies(left: list[str], right: list[str], is_copy: bool) -> None:
    assert (text_key(record(*left)) == text_key(record(*right))) is is_copy
