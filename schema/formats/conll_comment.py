"""Comment lines of our CoNLL files, `# id = 7`, `# url = ...`, `# images = 7_0.jpg 7_1.jpg`.

A value is words with a blank between; a word that would not survive so is written as a JSON string. No
line has a tab, which every token line has: that is how a token `#` is told from a comment.
"""

from __future__ import annotations

import json
import re
from typing import Final, Literal, cast

from ..record import Record

Key = Literal["id", "url", "images"]

_COMMENT: Final = re.compile(r"# (id|url|images) =([^\t]*)")
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"(?!\S)|\S+')


def comment_lines(record: Record) -> list[str]:
    """What stands above the tokens of a record, without line ends."""
    rows: list[tuple[Key, tuple[str, ...]]] = [
        ("id", (record.id,)),
        ("url", (record.url,) if record.url else ()),
        ("images", record.images),
    ]
    return [" ".join((f"# {key} =", *map(_word, words))) for key, words in rows]


def comment_of(line: str) -> tuple[Key, list[str]] | None:
    """The key of a comment line and its words, or None where it is no such line."""
    found = _COMMENT.fullmatch(line)
    if not found:
        return None
    try:
        words = [_plain(word) for word in _WORD.findall(found[2])]
    except ValueError:
        return None
    return cast(Key, found[1]), words


def _word(text: str) -> str:
    is_plain = text.isprintable() and " " not in text and text[:1] not in ("", '"')
    return text if is_plain else json.dumps(text)


def _plain(word: str) -> str:
    return str(json.loads(word)) if word.startswith('"') else word
