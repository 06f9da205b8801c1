"""Only `schema/files/atomic_write.py` writes files: this test reads the syntax of every module.

A writer elsewhere could follow a link in a folder of strangers, leave half a file, or lose one when the power
fails. What is allowed is listed with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import mnerctl

PACKAGE = Path(mnerctl.__file__).parent
WINGS = ("annotation", "cli", "collector", "model", "release", "schema")
THE_WRITER = "schema/files/atomic_write.py"

ALLOWED = {
    ("cli/app.py", "open"): "writes to os.devnull",
    ("schema/files/given_file.py", "open"): "os.open for reading only",
    ("collector/made/picture.py", "save"): "writes to a buffer in memory",
    ("schema/pages/thumbnail.py", "save"): "writes to a buffer in memory",
    (
        "model/systems/saved_model.py",
        "save_pretrained",
    ): "safetensors, into a folder that mnerctl made",
    ("model/systems/saved_model.py", "save"): "the reader of a model, into the same folder",
    ("model/inputs/model_folder.py", "save_pretrained"): "the tokenizer, into the same folder",
    ("schema/files/privacy.py", "open"): "an empty file, made exclusively",
    ("schema/files/sqlite_file.py", "connect"): "SQLite; the corpus is checked for links first",
    ("schema/files/sqlite_file.py", "TemporaryDirectory"): "a new folder with a random name",
    ("schema/files/sqlite_file.py", "copyfile"): "into that folder",
    ("schema/files/partial.py", "open"): "creates temporary files for schema/files/atomic_write.py",
    ("schema/files/leftovers.py", "open"): "opens to ask for a lock, and writes nothing",
    ("schema/files/lock.py", "connect"): "SQLite; the file is checked for a link first",
    ("release/export/parquet.py", "ParquetWriter"): "into a file that open_added_binary opened",
}
"""(module, name of the call) to the reason why it may write."""

METHODS = {
    *("write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "rename", "save"),
    *("save_pretrained", "savefig", "save_file", "save_model", "to_csv"),
    *("save_to_disk", "extractall", "dump_to"),
}
"""Methods that write, of any object."""
MODULES = {
    "os": {
        "open",
        "fdopen",
        "replace",
        "rename",
        "renames",
        "link",
        "symlink",
        "truncate",
        "mknod",
    },
    "shutil": {"move", "copy", "copy2", "copyfile", "copyfileobj", "copytree", "unpack_archive"},
    "tempfile": {
        *("mkstemp", "mkdtemp", "mktemp", "NamedTemporaryFile", "TemporaryFile"),
        *("TemporaryDirectory", "SpooledTemporaryFile"),
    },
    "sqlite3": {"connect"},
    "parquet": {"ParquetWriter", "write_table"},
    "torch": {"save"},
    "numpy": {"save", "savez", "savetxt"},
}
"""Functions of other modules that write."""


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of each call that can write a file."""
    tree = ast.parse(source)
    imported = {
        (alias.asname or alias.name): (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id="open"):
                if _may_write(node, place=1):
                    yield node.lineno, "open"
            case ast.Name(id=name) if name in imported:
                module, original = imported[name]
                if original in MODULES.get(module.rpartition(".")[2], ()):
                    yield node.lineno, original
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
                if name in MODULES[module]:
                    yield node.lineno, name
            case ast.Attribute(
                value=ast.Name(id="gzip" | "bz2" | "lzma" | "io" | "codecs"), attr="open"
            ):
                if _may_write(node, place=1):
                    yield node.lineno, "open"
            case ast.Attribute(attr="open"):
                if _may_write(node, place=0):
                    yield node.lineno, "open"
            case ast.Attribute(attr="replace") if len(node.args) == 1 and not node.keywords:
                yield node.lineno, "replace"  # of a path; that of a string has two arguments
            case ast.Attribute(attr=name) if name in METHODS:
                yield node.lineno, name


def _may_write(call: ast.Call, *, place: int) -> bool:
    """Return whether a call of `open` has a mode that is not only for reading.

    Args:
        place: the place of the mode among the arguments. At 0, an argument that is not written out is no
            mode, as in `Corpus.open(path)`.
    """
    named = [word.value for word in call.keywords if word.arg == "mode"]
    modes = named or call.args[place : place + 1]
    if not modes:
        return False
    if isinstance(modes[0], ast.Constant) and isinstance(modes[0].value, str):
        return not set(modes[0].value) <= set("rbtU")
    return bool(named) or place > 0


@cache
def found() -> list[tuple[str, int, str]]:
    files = (path for wing in WINGS for path in sorted((PACKAGE / wing).rglob("*.py")))
    return [
        (file.relative_to(PACKAGE).as_posix(), line, name)
        for file in (*files, PACKAGE / "api.py", PACKAGE / "__main__.py", PACKAGE / "__init__.py")
        for line, name in writes(file.read_text(encoding="utf-8"))
    ]


def test_only_one_module_writes_files() -> None:
    others = [
        f"{file}:{line}: {name}"
        for file, line, name in found()
        if file != THE_WRITER and (file, name) not in ALLOWED
    ]
    assert others == [], "write through schema/files/atomic_write.py"


def test_every_exception_is_used() -> None:
    assert ALLOWED.keys() - {(file, name) for file, _, name in found()} == set()


@pytest.mark.parametrize(
    "call",
    [
        *("open(p, 'w')", "open(p, mode='ab')", "open(p, how)", "p.open('x')", "p.open('r+b')"),
        *(
            "p.open(mode='w')",
            "p.open('a', encoding='utf-8')",
            "gzip.open(p, 'wb')",
            "io.open(p, 'w')",
        ),
        *("p.write_text(t)", "(a / b).write_bytes(t)", "p.touch()", "p.rename(q)", "p.replace(q)"),
        *("os.replace(p, q)", "os.rename(p, q)", "os.open(p, flags)", "os.fdopen(h, 'w')"),
        *("shutil.move(p, q)", "shutil.copyfile(p, q)", "tempfile.mkdtemp()", "sqlite3.connect(p)"),
        *("image.save(p)", "model.save_pretrained(p)", "torch.save(t, p)", "p.symlink_to(q)"),
        *("from shutil import copyfile as c\nc(p, q)", "from os import replace\nreplace(p, q)"),
    ],
)
def test_a_call_that_writes_is_found(call: str) -> None:
    assert len(list(writes(call))) == 1


@pytest.mark.parametrize(
    "call",
    [
        *("open(p)", "open(p, 'rb')", "p.open()", "p.open('rb')", "p.open(encoding='utf-8')"),
        *("Corpus.open(path)", "gzip.open(p)", "gzip.open(p, 'rb')", "Image.open(p, formats=f)"),
        *("text.replace('a', 'b')", "replace(record, text=t)", "p.read_text()", "file.write(t)"),
        *("from dataclasses import replace\nreplace(a)", "os.fsync(h)", "shutil.rmtree(p)"),
    ],
)
def test_a_call_that_only_reads_is_not(call: str) -> None:
    assert list(writes(call)) == []
