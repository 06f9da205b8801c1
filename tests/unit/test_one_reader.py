"""Only `given_file.py` and `json_text.py` read and parse what others made: a test of every module's syntax.

A reader elsewhere has no limit: one line or file of gigabytes ends the process, and JSON of other people may
be nested, infinite or no text. What is allowed is listed with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import mnerctl

PACKAGE = Path(mnerctl.__file__).parent
WINGS = ("annotation", "cli", "collector", "model", "release", "schema")
THE_READERS = {"schema/files/given_file.py", "schema/files/json_text.py"}

ALLOWED = {
    ("annotation/server/install.py", "read_bytes"): "lists of the package",
    ("annotation/server/login.py", "read_text"): "the password that mnerctl made",
    ("annotation/server/login.py", "load"): "the answer of the server of this machine",
    ("annotation/server/process.py", "read_bytes"): "/proc",
    ("annotation/server/server.py", "read_text"): "token and log of the server of this machine",
    ("annotation/studio/uploads.py", "read_bytes"): "pictures of the corpus, stored with a limit",
    ("cli/label/agree.py", "loads"): "a document of ours",
    ("collector/inputs/input_files.py", "open"): "may be a pipe; its lines are bounded",
    ("collector/quoted_text.py", "loads"): "a stored payload, which was parsed when it came",
    ("model/chat/session.py", "loads"): "an answer of bounded size, to hide the key in it",
    ("model/training/checkpoints.py", "loads"): "the Trainer writes NaN for a gradient",
    ("model/machine/memory.py", "read_text"): "/proc",
    ("model/machine/precision.py", "read_text"): "/proc",
    ("release/export/croissant.py", "open"): "hashes a file of ours",
    ("release/lifecycle/dehydrate.py", "open"): "hashes a picture; `image_path` gives only files",
    ("release/lifecycle/rehydrate.py", "open"): "hashes a picture; `image_path` gives only files",
    ("release/lifecycle/notice_files.py", "loads"): "lines that reading the release has checked",
    ("release/stats/post_change.py", "open"): "hashes a picture; `image_path` gives only files",
    ("schema/corpus/tombstone.py", "loads"): "a row of ours",
    ("schema/corpus/tombstone.py", "read_bytes"): "a picture of the corpus, stored with a limit",
    ("schema/files/sqlite_file.py", "open"): "the head of a database that is a file",
}
"""(module, name of the call) to the reason why it may read."""
JSON = {"loads", "load"}


def reads(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of each call that reads a file or parses JSON without a limit."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id="open"):
                yield node.lineno, "open"
            case ast.Attribute(value=ast.Name(id="json"), attr=name) if name in JSON:
                yield node.lineno, name
            case ast.Attribute(attr="open") if _is_reading(node):
                yield node.lineno, "open"
            case ast.Attribute(value=value, attr=name) if name in ("read_text", "read_bytes"):
                if not _is_resource(value):
                    yield node.lineno, name


def _is_reading(call: ast.Call) -> bool:
    """Return whether a call of a method `open` reads a file; that of other things has no mode."""
    modes = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "mode")]
    values = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
    return any(isinstance(value, str) and value[:1] == "r" for value in values) or any(
        word.arg == "encoding" for word in call.keywords
    )


def _is_resource(value: ast.expr) -> bool:
    """Return whether a path is a file of the package: `files(...)` or `package` and then `joinpath`."""
    return "joinpath" in ast.dump(value)


def test_files_are_read_in_one_way() -> None:
    found = {}
    for path in sorted(path for wing in WINGS for path in (PACKAGE / wing).rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for line, call in reads(path.read_text(encoding="utf-8")):
            if name not in THE_READERS | {"schema/files/atomic_write.py", "cli/app.py"}:
                found[name, call] = line
    assert {key: line for key, line in found.items() if key not in ALLOWED} == {}
    assert ALLOWED.keys() <= found.keys(), "these are not needed any more"


def test_the_test_finds_readers() -> None:
    source = """
path.read_bytes()
path.read_text(encoding="utf-8")
json.loads(text)
path.open("rb")
path.open(encoding="utf-8")
open(path)
files(package).joinpath("a").read_text()
Corpus.open(path)
"""
    assert [name for _, name in reads(source)] == [
        *("read_bytes", "read_text", "loads", "open", "open", "open")
    ]
