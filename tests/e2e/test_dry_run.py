"""`--dry-run` changes nothing, anywhere, and says what the real run does: every command that has the option.

The commands are found in the app itself, so a new one needs its lines in `COMMANDS`. They run over a folder
in which everything was interrupted: a withdrawal from a release, a removal from the corpus, the last writer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from mnerctl.cli.app import app
from mnerctl.release import export_release
from mnerctl.schema import Release
from support.checkout import ROOT
from support.command import Ended, left_in_tmp, run

pytestmark = pytest.mark.e2e
BEFORE = ROOT / "tests" / "data" / "written_before"
PARTS = ("corpus", "gallery", "predictions", "releases", "splits.json", "twitter2017", "urls.txt")
LEFT, REMOVED, IN_TEST = "1763359134712856575", "1763355397592186879", "1763357893207261183"
RELEASE = "releases/1.0.0-withdrawn"
LONG_AGO = 1_500_000_000
REASON = ("--reason", "asked")
FOLDERS = ("--gallery", "gallery", "--export", "exported", "--reports", "reports")
PLUS = ("build-plus", "--mner-mi", "releases/1.0.0", "--twitter-2017", "twitter2017", "--out")

COMMANDS: dict[tuple[str, ...], list[tuple[str, ...]]] = {
    ("fetch",): [
        ("fetch", "urls.txt", "more.txt"),
        ("fetch", "urls.txt", "--corpus", "new"),
        ("fetch", "--source", "archive", "--archive", "corpus", "--retry-failed"),
    ],
    ("comply",): [
        ("comply", "--max-age", "0", "--release", RELEASE, *FOLDERS),
        ("comply", "--file", "result.jsonl", "--release", RELEASE, *FOLDERS, "--json"),
    ],
    ("release", "withdraw"): [
        (
            "release",
            "withdraw",
            RELEASE,
            IN_TEST,
            *REASON,
            "--corpus",
            "corpus",
            *FOLDERS,
            "--json",
        ),
        ("release", "withdraw", RELEASE, LEFT, *REASON),
    ],
    ("build-plus",): [(*PLUS, "plus", "--drop-leaks", "--json")],
    ("ask",): [("ask", "releases/1.0.0", "--model", "made-1", "--out", "asked")],
}
"""The words of each command with --dry-run, to the calls of it that are tried."""
REAL = ("comply --file", "release withdraw")  # those whose real run asks nobody

KILL = """
import os, sys
from mnerctl.schema import Corpus
corpus = Corpus.open(__import__("pathlib").Path("corpus"))
with corpus.transaction():
    corpus.bury(sys.argv[1], "gone", "it was deleted")
os._exit(9)
"""

HOLD = """
import sys
from mnerctl.schema import Corpus
with Corpus.open(__import__("pathlib").Path("corpus")) as corpus, corpus.only_writer():
    print(1, end="", flush=True)
    sys.stdin.read()
"""


def commands_with(option: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that has an option."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), typer.main.get_command(app))]
    while waiting:
        words, command = waiting.pop()
        for name, inner in getattr(command, "commands", {}).items():
            waiting.append(((*words, name), inner))
        if any(option in one.opts for one in command.params):
            yield words


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which everything was interrupted, to copy."""
    folder = tmp_path_factory.mktemp("interrupted") / "work"
    folder.mkdir()
    for name in PARTS:
        (shutil.copytree if (BEFORE / name).is_dir() else shutil.copy)(BEFORE / name, folder / name)
    shutil.copytree(BEFORE / "reports" / "gpt4-made-1", folder / "reports" / "gpt4-made-1")
    export_release(Release.load(folder / RELEASE), folder / "exported", format="conll")
    for path in folder.rglob(".lock-*"):
        path.unlink()
    (folder / "more.txt").write_text("1790000000000000001\nnot a post\n" * 9)
    line = {"id": IN_TEST, "action": "delete", "reason": "deleted", "redacted_at": "2024-05-10"}
    line["redacted_at"] += "T00:00:00Z"
    (folder / "result.jsonl").write_text(json.dumps(line) + "\n")
    notice = json.loads((folder / RELEASE / "withdrawn.json").read_bytes())
    for name in (*notice["files"], *notice["removed"]):  # as right after the notice was written
        shutil.copy(folder / "releases" / "1.0.0" / name, folder / RELEASE / name)
    killed = subprocess.run([sys.executable, "-P", "-c", KILL, REMOVED], cwd=folder, check=False)
    assert killed.returncode == 9
    assert all((folder / "corpus" / f"corpus.db-{end}").stat().st_size for end in ("wal", "shm"))
    (folder / "corpus" / "fetch.lock").touch(0o600)
    half = sorted((folder / "corpus" / "images").iterdir())[0] / ".partial-0123456789abcdef"
    half.write_bytes(b"half a picture")
    return folder


@pytest.fixture
def work(tmp_path: Path, interrupted: Path) -> Path:
    folder = tmp_path / "work"
    shutil.copytree(interrupted, folder)
    shutil.copytree(BEFORE / "cache", tmp_path / "work-home" / "cache")
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return folder


def bits(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return the mode, the time and the bytes of every file and folder, the caches included."""
    caches = folder.with_name(f"{folder.name}-home") / "cache"
    found = {}
    for path in (folder, *folder.rglob("*"), *caches.parent.glob("cache"), *caches.rglob("*")):
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (about.st_mode, about.st_mtime_ns, content)
    return found


def tried(folder: Path, *words: str) -> Ended:
    """Run a command with --dry-run, and check that it changed nothing."""
    before = bits(folder)
    ended = run(*words, "--dry-run", folder=folder)
    after = bits(folder)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == set(), ended.err
    assert left_in_tmp(folder) == []
    return ended


def untimed(text: str) -> str:
    return re.sub(r"T[\d:]{8}\+00:00", "", text)


def test_every_command_with_the_option_is_tried() -> None:
    assert set(commands_with("--dry-run")) == COMMANDS.keys()


CALLS = [call for calls in COMMANDS.values() for call in calls]


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_a_dry_run_changes_no_bit(work: Path, words: tuple[str, ...]) -> None:
    ended = tried(work, *words)
    assert ended.code == 0, ended.err
    if words[:2] == ("fetch", "urls.txt") and "new" not in words:
        assert "1 pending" in ended.err and "10 refused" in ended.err
    if words[0] == "comply" or ("--corpus" in words and words[0] == "release"):
        rest = "would also finish the removal of 1 post from the corpus, which was interrupted"
        assert rest in ended.err
        assert "would also remove: " in ended.err
    if RELEASE in words:
        assert "files that an interrupted withdrawal left " in ended.err


@pytest.mark.parametrize(
    "words", [one for one in CALLS if " ".join(one).startswith(REAL)], ids=" ".join
)
def test_the_real_run_does_what_the_dry_run_said(work: Path, words: tuple[str, ...]) -> None:
    said = tried(work, *words)
    done = run(*words, folder=work)
    assert (done.code, untimed(done.out)) == (said.code, untimed(said.out))
    kept = [line for line in said.err.splitlines() if not line.startswith("would also finish")]
    expected = "\n".join(kept).replace("would also remove:", "also removed:")
    expected = expected.replace("; nothing was changed", "").replace("runs found", "runs removed")
    hint = "a corpus with these posts would release them again"
    assert [one for one in done.err.splitlines() if hint not in one] == expected.splitlines()
    again = run(*words, "--dry-run", folder=work)
    assert "would also finish" not in again.err and "interrupted" not in again.err


@pytest.mark.parametrize("state", ["clean", "no index", "old format", "no lock"])
def test_a_corpus_in_any_state(work: Path, state: str) -> None:
    """A log without its index cannot be read in place; an old corpus is refused, never upgraded."""
    corpus = work / "corpus"
    if state == "no lock":
        (corpus / "fetch.lock").unlink()
    elif state == "no index":
        (corpus / "corpus.db-shm").unlink()
    else:
        with closing(sqlite3.connect(corpus / "corpus.db", isolation_level=None)) as database:
            database.execute(f"PRAGMA user_version = {1 if state == 'old format' else 2}")
        assert not (corpus / "corpus.db-wal").exists()
    for words in (COMMANDS["fetch",][2], COMMANDS["comply",][1]):
        ended = tried(work, *words)
        if state == "old format":
            message = "corpus/corpus.db: corpus format 1; this mnerctl reads 2"
            assert (ended.code, ended.err.splitlines()[0]) == (3, f"error: {message}")
            assert run(*words, folder=work) == ended
        else:
            assert ended.code == 0, ended.err


def test_a_cache_whose_writer_was_killed(work: Path) -> None:
    cache = work.with_name("work-home") / "cache" / "features.db"
    killed = (
        "import os, sqlite3, sys; d = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "d.execute('PRAGMA cache_size = 1'); d.execute('BEGIN IMMEDIATE');"
        "d.execute('UPDATE vectors SET vector = zeroblob(100000)'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, cache], check=False)
    assert cache.with_name("features.db-journal").stat().st_size
    ended = tried(work, *COMMANDS["release", "withdraw"][0])
    assert ended.code == 0 and "cached vectors " in ended.err


@pytest.mark.parametrize(
    ("words", "damaged", "damage"),
    [
        (COMMANDS["release", "withdraw"][0], f"{RELEASE}/train.jsonl", b"x"),
        (COMMANDS["release", "withdraw"][1], f"{RELEASE}/test.jsonl", b""),
        (COMMANDS["release", "withdraw"][1], f"{RELEASE}/train.jsonl", None),
        (COMMANDS["release", "withdraw"][1], f"{RELEASE}/manifest.json", b"x"),
        (COMMANDS["comply",][1], f"{RELEASE}/dev.jsonl", b"x"),
        (COMMANDS["build-plus",][0], "releases/1.0.0/dev.jsonl", None),
        (COMMANDS["ask",][0], "releases/1.0.0/dev.jsonl", b"x"),
    ],
)
def test_a_damaged_release_is_refused_as_in_the_real_run(
    work: Path, words: tuple[str, ...], damaged: str, damage: bytes | None
) -> None:
    path = work / damaged
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + damage if damage else b"")
    said = tried(work, *words)
    release = bits(work / RELEASE)
    assert said.code == 3 and said.err.splitlines()[-2].startswith("error: ")
    real = run(*words, folder=work)
    assert (real.code, real.err.replace("runs removed", "runs found")) == (said.code, said.err)
    assert bits(work / RELEASE) == release


def test_what_the_real_run_refuses(work: Path) -> None:
    (work / "plus").mkdir()
    (work / "twitter2017" / "1.jpg").write_text("no picture")
    for words in (
        (*PLUS, "other", "--twitter-2017-images", "twitter2017"),
        (*PLUS, "plus"),
        ("comply", "--file", "result.jsonl", "--corpus", "nowhere"),
    ):
        said, real = tried(work, *words), run(*words, folder=work)
        assert (said.code, said.err.splitlines()[-2:]) == (real.code, real.err.splitlines()[-2:])
        assert said.code == 3
    made = tried(work, "fetch", "--source", "made", "--corpus", "new")
    assert (made.code, made.err) == (
        2,
        "error: --source made draws its posts before it can count them; a dry run draws nothing\n"
        "  try: mnerctl fetch --source made --corpus new    # it asks nobody and costs nothing\n",
    )


def test_while_another_process_writes(work: Path) -> None:
    words = COMMANDS["comply",][1]
    holder = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD], cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.read(1) == b"1"
        said = tried(work, *words)
        real = run(*words, folder=work)
        holder.communicate(b"")
    assert said.code == 2 and "another fetch or comply is running" in said.err
    assert real == said
