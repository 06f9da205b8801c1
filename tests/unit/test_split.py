"""Splits: from a file, and by seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.release import read_splits, seeded_splits
from mnerctl.schema import DataError, Post


def posts(count: int, conversations: int = 0) -> list[Post]:
    """Posts 1..count; where asked, spread over so many conversations."""
    return [
        Post(
            id=str(number),
            url=f"https://x.com/i/status/{number}",
            text_raw="x",
            text="x",
            source="made",
            conversation_id=str(number % conversations) if conversations else None,
        )
        for number in range(1, count + 1)
    ]


def test_seeded_split_has_the_asked_sizes_and_is_the_same_every_time() -> None:
    first = seeded_splits(posts(1000), ratios=(0.8, 0.1, 0.1), seed=7)
    assert Counter(first.values()) == {"train": 800, "dev": 100, "test": 100}
    assert seeded_splits(reversed(posts(1000)), ratios=(0.8, 0.1, 0.1), seed=7) == first
    assert seeded_splits(posts(1000), ratios=(0.8, 0.1, 0.1), seed=8) != first


def test_seeded_split_is_pinned() -> None:
    """The same posts fall the same way on every machine and in every version."""
    split_of = seeded_splits(posts(10), ratios=(0.6, 0.2, 0.2), seed=1)
    by_split = {
        name: sorted(map(int, (i for i in split_of if split_of[i] == name)))
        for name in ("train", "dev", "test")
    }
    assert by_split == {"train": [2, 4, 5, 6, 7, 8], "dev": [3, 10], "test": [1, 9]}


@given(st.integers(1, 60), st.integers(1, 9), st.integers(0, 3))
def test_a_conversation_stands_on_one_side(count: int, conversations: int, seed: int) -> None:
    made = posts(count, conversations)
    split_of = seeded_splits(made, ratios=(0.5, 0.25, 0.25), seed=seed)
    assert split_of.keys() == {post.id for post in made}
    sides: dict[str | None, set[str]] = {}
    for post in made:
        sides.setdefault(post.conversation_id, set()).add(split_of[post.id])
    assert all(len(splits) == 1 for splits in sides.values())


def test_splits_file(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    path.write_text('{"train": ["1", "2"], "dev": ["3"], "test": []}')
    assert read_splits(path) == {"1": "train", "2": "train", "3": "dev"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"train": ["1"], "dev": ["1"], "test": []}', "1 in train and dev; wanted each id once"),
        ('{"train": ["1"], "dev": []}', "no splits file"),
        ('{"train": ["1"], "dev": [], "test": [], "extra": []}', "no splits file"),
        ("[", "no splits file"),
        (None, "No such file or directory"),
    ],
)
def test_wrong_splits_file(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "splits.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError) as caught:
        read_splits(path)
    assert str(path) in caught.value.message
    assert message in caught.value.message
