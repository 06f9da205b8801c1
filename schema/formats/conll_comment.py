"""Comment lines of exported CoNLL files: `# id = 7`, `# url = ...`, `# images = 7_0.jpg 7_1.jpg`.

A value is a list of words separated by spaces. A word with a space or other special characters is written
as a JSON string. A comment line never has a tab and a token line always has one, so a token `#` is not
mistaken for a comment.
"""

from __future__ import annotations

import json
import re
from typing import Final, Literal, cast

from ..files.json_text import NotJson, parse_json
from ..record import Record

Key = Literal["id", "url", "images"]

_COMMENT: Final = re.compile(r"# (id|url|images) =([^\t]*)")
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"(?!\S)|\S+')


def comment_lines(record: Record) -> list[str]:
    """Return the comment lines above the tokens of a record, without line ends."""
    rows: list[tuple[Key, tuple[str, ...]]] = [
        ("id", (record.id,)),
        ("url", (record.url,) if record.url else ()),
        ("images", record.images),
    ]
    return [" ".join((f"# {key} =", *map(_word, words))) for key, words in rows]


def comment_of(line: str) -> tuple[Key, list[str]] | None:
    """Return the key and the words of a comment line, or None for any other line."""
    found = _COMMENT.fullmatch(line)
    if not found:
        return None
    try:
        words = [_plain(word) for word in _WORD.findall(found[2])]
    except NotJson:
        return None
    return cast(Key, found[1]), words


def _word(text: str) -> str:
    is_plain = text.isprintable() and " " not in text and text[:1] not in ("", '"')
    return text if is_plain else json.dumps(text)


def _plain(word: str) -> str:
    return str(parse_json(word)) if word.startswith('"') else word
