"""Damage the files of a valid example, by a seed: bytes, lines, encodings, columns, and values of JSON."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from mnerctl.schema import MnerctlError

if TYPE_CHECKING:
    from support.readers import Reader

RAW: Final = "@@raw@@"
"""Stands for a text that Python would not write."""
RAW_VALUES: Final = (
    *("NaN", "-Infinity", "1e999", "9" * 5000, "1E400", "01", "+1", "'", "tru"),
    *("[" * 150 + "]" * 150, "[" * 20_000, '{"a":' * 120 + "0" + "}" * 120),
    *(r'"\ud800"', r'"\udfff\ud800"', '"\x00"', '"\x1b[2J"', '"'),
)
VALUES: Final = (
    *(None, True, False, 0, -1, 1, 10**9, 10**18, 10**19, 10**30, -(10**30), 1.5, 1e300, -0.0),
    *("", " ", "0", "x", "x" * 300, "é" * 200, "../../x", "/etc/passwd", "a/b", "a\\b", ".", ".."),
    *(
        "a\nb",
        "\u2028",
        "\x85",
        "\u202e",
        "\ufeff",
        "null",
        "²",
        "9" * 400,
        "http://[",
        "https://x.com/",
    ),
    *(
        "1999-13-45",
        "0000-00-00",
        "x" * 5000,
        [],
        {},
        [[]],
        [None],
        {"a": 1},
        [0] * 500,
        ["x"] * 50,
    ),
)
PIECES: Final = (
    *(
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\t",
        b"\t\t",
        b" ",
        b"\x85",
        b"\xc2\x85",
    ),
    *(
        b"\xe2\x80\xa8",
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        b"{",
        b"}",
        b"[",
        b'"',
        b"\\",
        b",",
        b"#",
    ),
    *(b"IMGID:", b"# id = ", b"O", b"-", b"9" * 5000, b"x" * 70_000, b"0x" + b"f" * 5000),
)


def damaged(content: bytes, chance: Random) -> bytes:
    """Return the content with one to three kinds of damage."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(KINDS)(content, chance)
    return content


def _bits(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] if chance.random() < 0.7 else content[at:]


def _piece(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) + content[at + chance.choice((0, 0, 1)) :]


def _lines(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at] + lines.pop(other) if at < other else lines[at] * 2
    return b"\n".join(lines)


def _columns(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    for at in chance.sample(range(len(lines)), min(len(lines), 3)):
        mark = b"\t" if b"\t" in lines[at] else b" "
        lines[at] = mark.join(reversed(lines[at].split(mark)))
    return b"\n".join(lines)


def _encoding(content: bytes, chance: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    name = chance.choice(
        ("utf-16", "utf-16-be", "utf-8-sig", "latin-1", "utf-32", "cp1252", "utf-7")
    )
    return text.encode(name, "replace")


def _ends(content: bytes, chance: Random) -> bytes:
    return content.replace(
        b"\n", chance.choice((b"\r\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b""))
    )


def _other(content: bytes, chance: Random) -> bytes:
    return chance.choice((b"", b"\n", b"{}", b"[]", b"null", b"0", b"\x1f\x8b\x08\x00", bytes(200)))


def _json(content: bytes, chance: Random) -> bytes:
    """Change a value at a random path, in the whole document or in one of its lines."""
    for text, put in _documents(content, chance):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        raw = chance.choice(RAW_VALUES)
        value = _changed(value, chance)
        return put(json.dumps(value).replace(json.dumps(RAW), raw).encode("utf-8", "surrogatepass"))
    return _piece(content, chance)


def _documents(content: bytes, chance: Random) -> list[tuple[bytes, Callable[[bytes], bytes]]]:
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    return [
        (content, lambda new: new),
        (lines[at], lambda new: b"\n".join([*lines[:at], new, *lines[at + 1 :]])),
    ]


def _changed(value: Any, chance: Random) -> Any:
    """Return the value with one change, at a random depth."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    if not keys or chance.random() < 0.15:
        return RAW if chance.random() < 0.3 else chance.choice(VALUES)
    key = chance.choice(keys)
    what = chance.random()
    if isinstance(value, dict) and what < 0.1:
        return {one: inner for one, inner in value.items() if one != key}
    if isinstance(value, dict) and what < 0.2:
        return value | {
            chance.choice(("", "x" * 300, "a\nb", "id", "__proto__")): chance.choice(VALUES)
        }
    if isinstance(value, list) and what < 0.2:
        return value * 2 if what < 0.1 else value[:key]
    inner = _changed(value[key], chance)
    if isinstance(value, dict):
        return value | {key: inner}
    return [*value[:key], inner, *value[key + 1 :]]


KINDS: Final = (_bits, _cut, _piece, _lines, _columns, _encoding, _ends, _other, *[_json] * 8)


def other_kind(path: Path, number: int) -> None:
    """Put a folder, a pipe that nobody writes to, or nothing in place of a file.

    A list of URLs may be a pipe that the user names; it is waited for as any command waits.
    """
    path.unlink()
    number += number % 3 == 1 and path.name == "urls.txt"
    if number % 3 == 0:
        path.mkdir()
    elif number % 3 == 1:
        os.mkfifo(path)


def damage_and_read(
    reader: Reader, folder: Path, seed: int | None, *, unreadable: bool = False
) -> None:
    """Damage one of the files of a reader, read it, and restore it; only an error of ours may come out.

    Args:
        reader: the reader.
        folder: the folder of valid examples.
        seed: decides the file and the damage; the first three put something else in place of a file, and None
            damages nothing.
        unreadable: take away the permission to read instead.
    """
    chance = Random(f"{reader.name} {seed}")
    path = chance.choice([file for names in reader.files for file in sorted(folder.glob(names))])
    before = path.read_bytes()
    try:
        if unreadable:
            path.chmod(0)
        elif seed is not None and seed < 3:
            other_kind(path, seed)
        elif seed is not None:
            path.write_bytes(damaged(before, chance))
        reader.read(folder)
    except MnerctlError as error:
        assert error.message and error.hint and "\n" not in error.hint
    finally:
        restore(path, before)


def restore(path: Path, content: bytes) -> None:
    """Put a file back in place of whatever is there."""
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    path.write_bytes(content)
