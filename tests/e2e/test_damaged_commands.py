"""Every command with a damaged file: an exit code of ours, no traceback, and nothing half-written.

The commands run in this process, because a start costs more than most of them; a few run as people run them.
A command that is not listed fails the test.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

import pytest
import typer

from mnerctl.cli.app import app, main
from support.command import run
from support.damage import damaged, other_kind, restore
from support.readers import BEFORE, KEPT, examples

pytestmark = pytest.mark.e2e

CODES = {0, 2, 3, 4, 5, 6}
RELEASE, PUBLISHED = "releases/1.0.0/train.jsonl", "exports/mner-mi/text/MNER-MI_train.txt"
CORPUS = ("corpus/mnerctl.toml", "corpus/corpus.db")
COMMANDS: dict[str, tuple[str, ...]] = {
    "fetch urls.txt --source archive --archive post.jsonl --corpus made": (
        "urls.txt",
        "post.jsonl",
    ),
    "fetch --source archive --archive sidecars --corpus corpus urls.txt": (
        *CORPUS,
        "sidecars/0.jpg.json",
    ),
    "status --json": CORPUS,
    "comply --file result.jsonl --dry-run --release releases/1.0.0": (*CORPUS, "result.jsonl"),
    "build-plus --mner-mi exports/mner-mi --twitter-2017 twitter2017 --out made --drop-leaks": (
        PUBLISHED,
        "twitter2017/train.txt",
        "twitter2017/1.jpg",
    ),
    "train-check releases/1.0.0 --out made": (RELEASE,),
    "suspects releases/1.0.0 --out made": (RELEASE,),
    "compare releases/1.0.0 --systems bert-crf --out made": (RELEASE,),
    "ask exports/mner-mi --model m --url http://127.0.0.1:9 --dry-run": (PUBLISHED,),
    "predict reports/bert-crf exports/mner-mi --out made": ("reports/bert-crf/model/mnerctl.json",),
    "label push --suspects suspects/suspects.jsonl --url http://127.0.0.1:9": (
        *CORPUS,
        "suspects/suspects.jsonl",
    ),
    "label suggest --predictions predictions/bert-crf.jsonl --url http://127.0.0.1:9": (
        *CORPUS,
        "predictions/bert-crf.jsonl",
    ),
    "label pull --url http://127.0.0.1:9": CORPUS,
    "label import spans.jsonl --annotator ada": (*CORPUS, "spans.jsonl"),
    "label import spans.conll --annotator ada": ("spans.conll",),
    "label agree --html made": ("corpus/corpus.db",),
    "label adjudicate --majority --json": CORPUS,
    "release build --version 9.0.0 --splits splits.json --out made": (
        *CORPUS,
        "splits.json",
        "corpus/agreement.json",
    ),
    "release audit releases/1.0.0": (RELEASE, "releases/1.0.0/manifest.json"),
    "release audit twitter2017 --json": ("twitter2017/train.txt", "twitter2017/1.jpg"),
    "release leaks exports/mner-mi --against twitter2017 --json": (PUBLISHED,),
    "release stats exports/mner-mi --plots made": (PUBLISHED,),
    "release gallery exports/mner-mi --out made --corpus corpus": (PUBLISHED, *CORPUS),
    "release diff releases/1.0.0 exports/mner-mi --format markdown": (PUBLISHED, RELEASE),
    "release card releases/1.0.0 --corpus corpus --out made": (RELEASE, *CORPUS),
    "release export exports/mner-mi --to jsonl --out made": (PUBLISHED,),
    "release dehydrate releases/1.0.0 --out made": (RELEASE,),
    "release rehydrate dehydrated/1.0.0 --corpus corpus --out made": (
        "dehydrated/1.0.0/dehydrated.json",
        "dehydrated/1.0.0/test.jsonl",
        *CORPUS,
    ),
    f"release withdraw releases/1.0.0-withdrawn {KEPT} --reason r --corpus corpus --dry-run": (
        "releases/1.0.0-withdrawn/withdrawn.json",
        *CORPUS,
    ),
}
"""Command line to the files that are damaged."""
WITHOUT = {"demo": "reads no file", "label serve": "starts a server, after it opened the corpus"}
"""Commands that are not run, with the reason."""
SEEDS = int(os.environ.get("DAMAGE_SEEDS", "2"))
"""Kinds of damage per file; the first is a folder or a pipe in its place."""


HIDDEN = (".env", "releases/.lock-1.0.0", "exported/.mnerctl-export.json")
"""Hidden files that the valid examples have before any command runs."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return examples(tmp_path_factory.mktemp("damaged") / "work")


@pytest.fixture
def folder(work: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of valid examples, which every test leaves as it was."""
    monkeypatch.chdir(work)
    monkeypatch.setenv("MNERCTL_CACHE", str(work.with_name("cache")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return work


def called(line: str) -> tuple[int, str]:
    """Run a command in this process and return its exit code and what it wrote to stderr."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["mnerctl", *line.split()]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        return int(ended.code or 0), err.getvalue()
    finally:
        sys.argv = before
    raise AssertionError("the command did not exit")


def names_of(group: object, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the names of all commands below a group."""
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from names_of(command, (*before, name))
        else:
            yield " ".join((*before, name))


def test_every_command_is_run() -> None:
    group = typer.main.get_command(app)
    listed = {
        name
        for name in names_of(group)
        if any(f"{line} ".startswith(f"{name} ") for line in COMMANDS)
    }
    assert listed | WITHOUT.keys() == set(names_of(group))


@pytest.mark.parametrize("line", COMMANDS, ids=[line.partition(" --")[0] for line in COMMANDS])
def test_only_exit_codes_of_ours(line: str, folder: Path) -> None:
    if line.split()[0] in ("train-check", "suspects", "compare", "predict"):
        pytest.importorskip("torch", reason="needs mnerctl[train]")
    for name in COMMANDS[line]:
        path = folder / name
        before = path.read_bytes()
        for seed in range(SEEDS):
            chance = Random(f"{line} {name} {seed}")
            if seed == 0:
                other_kind(path, chance.randrange(2))
            else:
                path.write_bytes(damaged(before, chance) + b"\n{" * (name == RELEASE))
            code, err = called(line)
            assert code in CODES, (seed, name, code, err)
            assert "Traceback" not in err and ("error: " in err) == (code not in (0,)), (
                seed,
                name,
                err,
            )
            _refuse_half(folder, code, (seed, name, err))
            restore(path, before)
            _tidy(folder)


def _tidy(folder: Path) -> None:
    """Remove what a command has made, and put the corpus back."""
    shutil.rmtree(folder / "made", ignore_errors=True)
    (folder / "made").unlink(missing_ok=True)
    for extra in ("corpus.db-wal", "corpus.db-shm", "fetch.lock"):
        (folder / "corpus" / extra).unlink(missing_ok=True)
    restore(folder / "corpus" / "corpus.db", (BEFORE / "corpus" / "corpus.db").read_bytes())


def _refuse_half(folder: Path, code: int, shown: object) -> None:
    """Check that no temporary file is left, and no result of a command that failed."""
    assert set(folder.rglob(".*")) == {folder / name for name in HIDDEN}, shown
    made = folder / "made"
    if made.is_dir() and code in (2, 3) and not (made / "mnerctl.toml").is_file():
        assert not any(made.iterdir()), shown


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("release audit exports/mner-mi", PUBLISHED),
        ("label import spans.jsonl --annotator ada", "spans.jsonl"),
    ],
)
def test_the_installed_command(line: str, name: str, folder: Path) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(b"\xff\xfe" + b"[" * 100_000 + b"\x00\n" + b'{"id": 1e999}\n')
    ended = run(*line.split(), folder=folder)
    restore(folder / name, before)
    assert ended.code in (3, 5) and "Traceback" not in ended.err
    assert f"error utf-8 {name}:1: UTF-16; wanted UTF-8" in ended.err


def test_arguments_are_checked_by_a_shared_rule() -> None:
    group = typer.main.get_command(app)
    for name in names_of(group):
        command = group
        for word in name.split():
            command = command.commands[word]  # type: ignore[attr-defined]
        callback = command.callback
        assert inspect.unwrap(callback) is not callback, f"{name}: register it on a CheckedTyper"


@pytest.mark.parametrize(
    "line",
    [
        *(
            f"comply --max-age {age} --dry-run"
            for age in ("nan", "inf", "-inf", "-1", "1e300", "1e9")
        ),
        "comply --max-posts 99999999999999999999 --dry-run",
        "fetch urls.txt --max-images 99999999999999999999 --dry-run",
        "release build --version 9.0.0 --seed 99999999999999999999",
        "release build --version 9.0.0 --split nan,nan,nan",
        "ask exports/mner-mi --model m --price-in nan --dry-run",
        "label push --annotators ada,ben --overlap nan",
        "train-check releases/1.0.0 --min-f1 nan",
        "train-check releases/1.0.0 --seed -1",
        f"release audit {'x' * 300}",
        f"release audit {'x/' * 3000}",
        f"release card releases/1.0.0 --out {'é' * 200}",
        f"status --corpus {'x' * 300}",
        f"fetch {'x' * 300}.txt",
    ],
)
def test_odd_values_are_usage_errors(line: str, folder: Path) -> None:
    code, err = called(line)
    assert code == 2, err
    assert "Traceback" not in err and os.listdir(folder)


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("cp1252", "status --list kept"),
        ("ascii", "release leaks twitter2017 --json"),
        ("latin-1", "release stats releases/1.0.0"),
    ],
)
def test_an_output_without_the_characters_of_posts(
    encoding: str, line: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    shown = run(*line.split(), folder=folder)
    assert shown.code in (0, 5) and "Traceback" not in shown.err + shown.out, shown.err
    assert shown.out.isascii() and (json.loads(shown.out) if "--json" in line else shown.out)
