"""Near-duplicates of texts and images: the indexes find what comparing all pairs finds."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.release.leaks.near_image import MAX_BITS, is_distinctive, near_hashes
from mnerctl.release.leaks.near_text import MIN_SIMILARITY, near_texts
from mnerctl.schema.text_normal import normal_text, plain_text, words

Words = tuple[str, ...]


def every(left: int, right: int) -> bool:
    return True


def pairs_of(text: Words) -> set[tuple[str, str]]:
    return set(pairwise(("", *text, ""))) if text else set()


def by_all_pairs(texts: list[Words]) -> dict[frozenset[int], float]:
    """Compare every pair: the expected result."""
    found = {}
    for left, right in combinations(range(len(texts)), 2):
        here, there = pairs_of(texts[left]), pairs_of(texts[right])
        if here and there and len(here & there) >= MIN_SIMILARITY * len(here | there):
            found[frozenset((left, right))] = len(here & there) / len(here | there)
    return found


few_words = st.lists(st.sampled_from("abcdef"), max_size=9).map(tuple)
edits = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["", "a", "b", "q"])), max_size=3)


@st.composite
def similar_texts(draw: st.DrawFn) -> list[Words]:
    """Texts of few words, and longer ones with a word or two replaced: many are near-duplicates."""
    texts = draw(st.lists(few_words, max_size=15))
    for base in draw(st.lists(st.permutations([f"w{i}" for i in range(13)]), max_size=3)):
        for changes in draw(st.lists(edits, max_size=4)):
            changed = list(base)
            for at, word in changes:
                changed[at] = word
            texts.append(tuple(filter(None, changed)))
    return list(dict.fromkeys(texts))


@given(similar_texts())
def test_the_texts_found_are_those_of_comparing_all_pairs(texts: list[Words]) -> None:
    found = list(near_texts(texts, every))
    assert {frozenset(pair): value for *pair, value in found} == by_all_pairs(texts)
    assert len(found) == len({frozenset(pair) for *pair, _ in found})


def test_unwanted_pairs_are_not_compared() -> None:
    texts = [tuple("abcdefghij"), tuple("abcdefghik"), tuple("abcdefghil")]
    asked: list[tuple[int, int]] = []

    def is_wanted(left: int, right: int) -> bool:
        asked.append((left, right))
        return right == 2

    assert [pair for *pair, _ in near_texts(texts, is_wanted)] == [[0, 2], [1, 2]]
    assert asked == [(0, 1), (0, 2), (1, 2)]


@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 63), max_size=6)), max_size=12),
)
def test_the_hashes_found_are_those_of_comparing_all_pairs(
    seeds: list[int], flips: list[tuple[int, set[int]]]
) -> None:
    changed = [
        seeds[at % len(seeds)] ^ sum(1 << bit for bit in bits) for at, bits in flips if seeds
    ]
    hashes = list(dict.fromkeys([*seeds, *changed]))
    wanted = {
        (left, right, (hashes[left] ^ hashes[right]).bit_count())
        for left, right in combinations(range(len(hashes)), 2)
        if (hashes[left] ^ hashes[right]).bit_count() <= MAX_BITS
    }
    found = list(near_hashes(hashes, every))
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize(
    ("phash", "expected"),
    [("0" * 16, False), ("f" * 16, False), ("00000000000000ff", True), ("000000000000007f", False)],
)
def test_hashes_of_flat_images_are_not_distinctive(phash: str, expected: bool) -> None:
    assert is_distinctive(phash) is expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Don't go to New York", "don ' t GO to  new\tyork"),
        ("look https://t.co/AbC1 now", "look https : / / t . co / XyZ9 now"),
        ("look https://t.co/AbC1 now", "look now"),
        ("ﬁne ①", "fine 1"),
        ("STRASSE", "straße"),
        ("cafe\u0301", "café"),
    ],
)
def test_texts_with_the_same_normal_form(left: str, right: str) -> None:
    assert normal_text(plain_text(left)) == normal_text(plain_text(right))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# NBA @jk_rowling don't", ("nba", "jk", "rowling", "don", "t")),
        ("👨‍👩‍👧 🇫🇷 !", ()),
        ("", ()),
        ("東京 Tower", ("東", "京", "tower")),
        ("مرحبا بكم\r\nفي", ("مرحبا", "بكم", "في")),
        ("हिन्दी", ("हिन्दी",)),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(plain_text(text)) == expected
