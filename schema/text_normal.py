"""Forms of a text for comparing texts: a normal form, its words, and pairs of neighbouring words.

The normal form ignores case and white space, so a text and its tokens have the same normal form under any
tokenization. It leaves out links, because each copy of a tweet has its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

import regex

_LINK: Final = regex.compile(
    r"https?\s*:\s*/\s*/\s*(?:t\s*\.\s*co\s*/\s*\S+|\S+)"  # also if published tokens split the link
)
_WORD: Final = regex.compile(
    # these scripts put no space between words: each character is a word
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{M}\p{N}]+"
)


def plain_text(text: str) -> str:
    """Return the text in NFKC, case folded and without links."""
    return _LINK.sub(" ", unicodedata.normalize("NFKC", text).casefold())


def normal_text(plain: str) -> str:
    """Return the normal form: a plain text (see `plain_text`) without white space."""
    return "".join(plain.split())


def words(plain: str) -> tuple[str, ...]:
    """Return the runs of letters and digits; punctuation, emoji, `@` and `#` are not part of words."""
    return tuple(_WORD.findall(plain))


def word_pairs(of: Sequence[str], numbers: dict[str, int]) -> set[int]:
    """Return each pair of neighbouring words as one number; the edge of the text counts as a word.

    Args:
        of: the words.
        numbers: the number of each word; new words are added.
    """
    pairs = set()
    before = 0
    for word in of:
        after = numbers.setdefault(word, len(numbers) + 1)
        pairs.add(before << 32 | after)
        before = after
    pairs.add(before << 32)
    return pairs
