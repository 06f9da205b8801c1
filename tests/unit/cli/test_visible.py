"""Texts of strangers keep what they say and lose what steers a terminal, in every way to print them."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.cli.visible import (
    ShieldedStream,
    behind_shield,
    shielded,
    visible,
    visible_json,
    visible_line,
)
from support.checkout import ROOT, top_folders
from support.hostile import STEERING

ANY = st.text(st.characters())  # surrogates included
PRINTERS = {"cli/console.py", "cli/visible.py"}
DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def steers(letter: str) -> bool:
    """Return whether a terminal obeys the character instead of showing it, by Unicode's own classes."""
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(letter) in DIRECTION
        or letter in "\u200e\u200f\u061c"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 👨‍👩‍👧‍👦 e\u0301 עברית \\x1b", "plain, 👨‍👩‍👧‍👦 e\u0301 עברית \\x1b"),
        ("\x1b]52;c;AA\x07", "\\x1b]52;c;AA\\x07"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("\u202eexe\u202c", "\\u202eexe\\u202c"),
        ("file\udcff", "file\\udcff"),
        ("a\tb\nc\r\n", "a\tb\nc\\x0d\n"),
    ],
)
def test_marks(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible_line(text) == shown.replace("\n", "\\n")


def test_every_character_of_unicode_that_steers_is_marked() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if letter not in "\t\n":
            assert not steers(letter) or visible(letter).isascii(), hex(code)
        if letter.isprintable():
            assert visible(letter) == letter, hex(code)


@given(ANY)
def test_no_text_steers(text: str) -> None:
    assert not any(map(steers, visible(text).replace("\n", "").replace("\t", "")))
    assert not any(map(steers, visible_line(text).replace("\t", "")))
    assert visible(visible(text)) == visible(text)
    assert visible(text).count("\n") == text.count("\n")
    visible(text).encode()  # surrogates are marked too


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=5))
def test_json_is_exact(document: object) -> None:
    shown = visible_json(json.dumps(document, ensure_ascii=False, indent=2))
    assert json.loads(shown) == document
    assert not any(map(steers, shown.replace("\n", "")))


def test_a_shield_marks_what_any_writer_writes() -> None:
    behind = io.StringIO()
    stream = ShieldedStream(behind)
    print(STEERING, file=stream, flush=True)
    stream.writelines(["\x1b[2J", "\n"])
    assert behind.getvalue() == f"{visible(STEERING)}\n\\x1b[2J\n"
    assert (stream.isatty(), stream.writable()) == (False, True)
    with pytest.raises(TypeError):
        stream.write(b"\x1b")  # type: ignore[arg-type]
    stream.close()
    assert not behind.closed


def test_a_shield_can_be_passed_only_to_the_stream_behind_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Bar(io.StringIO):  # as rich replaces the streams while it draws
        rich_proxied_file = None

    raw, bar = io.StringIO(), Bar()
    bar.rich_proxied_file = ShieldedStream(raw)  # type: ignore[assignment,arg-type]
    monkeypatch.setattr(sys, "stderr", bar)
    with shielded():
        assert behind_shield(sys.stderr) is raw
        print("\x1b", file=sys.stderr)
    assert sys.stderr is bar
    assert bar.getvalue() == "\\x1b\n"


def test_the_last_traceback_of_a_process_is_shielded() -> None:
    code = "from mnerctl.cli.visible import shield; shield(); raise ValueError('\x1b[2J')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.stderr.decode().endswith("ValueError: \\x1b[2J\n")
    assert b"\x1b" not in ended.stderr


def test_only_the_console_writes_to_the_terminal() -> None:
    found = []
    for path in sorted(path for top in top_folders() for path in top.rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name not in PRINTERS:
            found += [f"{name}:{node.lineno}" for node in ast.walk(_tree(path)) if _writes(node)]
    assert found == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _writes(node: ast.AST) -> bool:
    """Return whether this is print, a stream of `sys`, echo of typer or click, or an import of rich."""
    match node:
        case ast.Call(func=ast.Name(id="print" | "echo" | "secho")):
            return True
        case ast.Attribute(value=ast.Name(id="sys"), attr=attr):
            return attr in ("stdout", "stderr", "__stdout__", "__stderr__")
        case ast.Attribute(value=ast.Name(id="typer" | "click"), attr="echo" | "secho"):
            return True
        case ast.ImportFrom(module=str(module), level=0):
            return module.split(".")[0] in ("rich", "click") or (
                module == "sys" and any(one.name in ("stdout", "stderr") for one in node.names)
            )
        case ast.Import():
            return any(one.name.split(".")[0] in ("rich", "click") for one in node.names)
    return False


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8"])
def test_json_stays_json_in_every_encoding(encoding: str) -> None:
    text = {"é": "日本 👨‍👩‍👧‍👦 \x1b \u2028 €"}
    shown = visible_json(json.dumps(text, ensure_ascii=False), encoding)
    assert json.loads(shown.encode(encoding).decode(encoding)) == text
    assert "é" in shown or encoding != "utf-8"
