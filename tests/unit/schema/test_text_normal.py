"""Forms of a text for comparisons: the plain text, the normal form, words and pairs of words."""

from __future__ import annotations

import pytest

from mnerctl.schema.text_normal import normal_text, plain_text, word_pairs, words


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("Ada in  PARIS\n", "adainparis"),
        ("Straße ﬁne ＡＢＣ", "strassefineabc"),
        ("see https://t.co/aB3 now", "seenow"),
        ("see https : / / t . co / aB3 now", "seenow"),
        ("😂 #NBA", "😂#nba"),
    ],
)
def test_the_normal_form_ignores_case_white_space_and_links(text: str, normal: str) -> None:
    assert normal_text(plain_text(text)) == normal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("don't #nba_2024 @ada 😂", ("don", "t", "nba", "2024", "ada")),
        ("東京 tower", ("東", "京", "tower")),
        ("naïve cafe\u0301", ("naïve", "cafe\u0301")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_word_pairs_include_both_edges_of_the_text() -> None:
    numbers: dict[str, int] = {}
    first = word_pairs(["a", "b"], numbers)
    assert numbers == {"a": 1, "b": 2}
    assert first == {1, 1 << 32 | 2, 2 << 32}
    assert word_pairs(["b", "a"], numbers) & first == set()
    assert word_pairs(["a", "b", "a", "b"], numbers) > first
    assert word_pairs([], numbers) == {0}
