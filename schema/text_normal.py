"""What two texts are compared by: a normal form, its words, and the pairs of words that stand together.

The normal form knows neither case nor white space, so that it is the same for a text and for its tokens,
however they were cut; links are left out, because each copy of a tweet has its own. What this does not
do: mend text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

import regex

_LINK: Final = regex.compile(
    r"https?\s*:\s*/\s*/\s*(?:t\s*\.\s*co\s*/\s*\S+|\S+)"  # also cut into tokens, as published
)
_WORD: Final = regex.compile(
    # in these scripts no space parts words: each character is one
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{M}\p{N}]+"
)


def plain_text(text: str) -> str:
    """NFKC, case folded, without links."""
    return _LINK.sub(" ", unicodedata.normalize("NFKC", text).casefold())


def normal_text(plain: str) -> str:
    """The normal form of a plain text: its characters but white space."""
    return "".join(plain.split())


def words(plain: str) -> tuple[str, ...]:
    """Runs of letters and digits; marks, emoji and the signs of handles and hashtags are not words."""
    return tuple(_WORD.findall(plain))


def word_pairs(of: Sequence[str], numbers: dict[str, int]) -> set[int]:
    """Neighbouring words as one number each; the edges of the text are a word, too.

    numbers: the number of each word, brought up to date.
    """
    pairs = set()
    before = 0
    for word in of:
        after = numbers.setdefault(word, len(numbers) + 1)
        pairs.add(before << 32 | after)
        before = after
    pairs.add(before << 32)
    return pairs
