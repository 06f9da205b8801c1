"""Follow a page of docs/contributing word for word in a copy of the checkout.

A fenced block with a title is a file: `python title="PATH"` creates it, and `diff title="PATH"` changes it.
The old lines of a diff must occur exactly once in the file. The lines of a block `sh` are run.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.checkout import ROOT

FENCE = re.compile(r'^ *```(\w+)(?: title="([^"]+)")?\n(.*?)^ *```$', re.DOTALL | re.MULTILINE)
REFERENCE = [sys.executable, "-P", "docs/reference/generate.py"]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    language: `python`, `diff` or `sh`.
    path: path of the file, empty for commands.
    text: the content.
    """

    language: str
    path: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page that change a file or run commands, in order."""
    for language, path, text in FENCE.findall(page.read_text(encoding="utf-8")):
        if path or language == "sh":
            yield Block(language, path, text)


def copied_checkout(folder: Path) -> Path:
    """Copy all that git tracks to `folder/mnerctl`, a package of that name, and compile it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    copy = folder / "mnerctl"
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    compileall.compile_dir(copy, quiet=2)
    return copy


def follow(page: Path, copy: Path) -> set[str]:
    """Do what the page says in the copy, and return the files that it changed or made.

    Raises:
        AssertionError: a change does not fit, or a command fails.
    """
    touched = set()
    for block in blocks(page):
        if block.language == "sh":
            for line in block.text.strip().splitlines():
                _type(line.partition("  #")[0], copy)
            continue
        target = copy / block.path
        if block.language == "diff":
            target.write_text(changed(target.read_text(encoding="utf-8"), block), encoding="utf-8")
        else:
            assert not target.exists(), f"{page.name}: {block.path} exists already"
            target.write_text(block.text, encoding="utf-8")
        touched.add(block.path)
    return touched


def changed(text: str, block: Block) -> str:
    """Return the text after the changes of a diff block."""
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, f"{block.path} has this {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def _type(line: str, copy: Path) -> None:
    """Run a line in a shell; run `make reference` without creating an environment."""
    words = REFERENCE if line.strip() == "make reference" else ["bash", "-ec", line]
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        words,
        cwd=copy,
        env=kept | {"PYTHONPATH": str(copy.parent), "PATH": path, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"$ {line}\n{ended.stdout}{ended.stderr}"
