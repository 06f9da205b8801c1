"""`mnerctl fetch` killed, interrupted, and on a full or read-only disk: the same command continues."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from mnerctl.schema import Corpus
from support.command import MNERCTL, run, started
from support.corpus_state import state
from support.pictures import drawn, encoded, jpeg
from support.x_server import XServer

pytestmark = pytest.mark.e2e
KILLS = 20
DROP_FROM_BOUNDING_SET, DAC_OVERRIDE = 24, 1  # of Linux
MAX_SECONDS_TO_STOP = 3.0


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def posts_of_every_kind(server: XServer, folder: Path, posts: int) -> None:
    ids = [str(10**18 + number) for number in range(posts)]
    for number, post_id in enumerate(ids):
        if number % 7 == 3:
            original = [{"type": "retweeted", "id": ids[number - 2]}]
            server.add(post_id, referenced_posts=original)
        elif number % 11 == 5:
            edits = [ids[number - 1], post_id]
            server.add(post_id, edit_history_post_ids=edits, pictures=(jpeg(1),) * 2)
        elif number % 13 != 6:
            pictures = tuple(jpeg(10 * number + place) for place in range(number % 6))
            server.add(post_id, pictures=pictures)
    for broken in range(1, posts, 37):
        server.pictures[f"K{ids[broken]}_0"] = jpeg(broken)[:-200]
    (folder / "urls.txt").write_text("\n".join([*ids, "nonsense", *ids[:5]]) + "\n")


def requests_to(server: XServer) -> int:
    return len(server.exchanges) + len(server.asked_pictures)


def test_a_run_killed_twenty_times_ends_like_an_undisturbed_one(
    server: XServer, work: Path
) -> None:
    posts_of_every_kind(server, work, 400)
    undisturbed = run("fetch", "urls.txt", "--corpus", "undisturbed", folder=work)
    paid = sum(len(one.query["ids"].split(",")) for one in server.exchanges)
    server.exchanges.clear()
    server.delay = 0.03
    chance = random.Random(4)
    for turn in range(KILLS):
        most = requests_to(server) + chance.randrange(1, 40)
        latest = time.monotonic() + (chance.uniform(0.1, 1.0) if turn % 4 == 0 else 60)
        with started("fetch", "urls.txt", "--corpus", "killed", folder=work) as process:
            while process.poll() is None and time.monotonic() < latest:
                if requests_to(server) >= most:
                    time.sleep(chance.uniform(0, 0.03))
                    break
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert process.returncode == -signal.SIGKILL, f"ended by itself in turn {turn}"
    server.delay = 0
    last = run("fetch", "urls.txt", "--corpus", "killed", folder=work)
    assert state(work / "killed") == state(work / "undisturbed")
    assert (last.code, last.out, last.err.splitlines()[-2:]) == (
        undisturbed.code,
        undisturbed.out,
        [line.replace("undisturbed", "killed") for line in undisturbed.err.splitlines()[-2:]],
    )
    asked = sum(len(one.query["ids"].split(",")) for one in server.exchanges)
    assert asked <= paid + 100 * KILLS  # at most the batch in flight is paid for twice


@pytest.mark.parametrize("slow", ["pictures", "posts"])
def test_ctrl_c_does_not_wait_for_a_slow_server(server: XServer, work: Path, slow: str) -> None:
    posts_of_every_kind(server, work, 40)
    if slow == "pictures":
        server.delay = 15.0
    else:
        server.next.append(lambda handler: time.sleep(15))
    with started("fetch", "urls.txt", folder=work) as process:
        while not (server.exchanges if slow == "pictures" else not server.next):
            time.sleep(0.01)
        time.sleep(0.5)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert time.monotonic() - begun < MAX_SECONDS_TO_STOP
    assert (process.returncode, err.splitlines()[-1]) == (
        130,
        "interrupted: finished work is kept; run the same command to go on",
    )
    assert "Traceback" not in err
    server.delay = 0
    server.next.clear()
    assert "46 lines: " in run("fetch", "urls.txt", folder=work).err


@pytest.mark.parametrize("kilobytes", [8, 64, 400, 2000])
def test_a_full_disk_is_reported_and_the_database_stays_intact(
    server: XServer, work: Path, kilobytes: int
) -> None:
    """With a limit on file sizes, at some point the database or a picture cannot be written."""
    posts_of_every_kind(server, work, 60)
    for key in list(server.pictures)[-20:]:
        server.pictures[key] = encoded(drawn(1, size=(1200, 1000)), "PNG", compress_level=0)
    assert run("fetch", "urls.txt", "--corpus", "undisturbed", folder=work).code == 0
    full = subprocess.run(
        ["bash", "-c", f'ulimit -f {kilobytes}; exec "$0" fetch urls.txt', str(MNERCTL)],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (full.returncode, full.stdout) == (3, "")
    error, hint = full.stderr.splitlines()[-2:]
    assert error.startswith("error: corpus/") and "Traceback" not in full.stderr
    assert hint.startswith("  try: check the folder's permissions and space")
    if (work / "corpus" / "corpus.db").stat().st_size:
        with sqlite3.connect(work / "corpus" / "corpus.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
    assert run("fetch", "urls.txt", folder=work).code == 0
    assert state(work / "corpus") == state(work / "undisturbed")


def without_override() -> None:
    """Make permissions apply to root, too, in the command that runs next."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, DAC_OVERRIDE):
        raise OSError("not allowed")


def as_user(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command so that permissions apply."""
    return subprocess.run(
        [MNERCTL, *words], cwd=folder, capture_output=True, text=True, check=False,
        preexec_fn=without_override,
    )  # fmt: skip


@pytest.mark.parametrize("refusing", [".", "corpus", "corpus/images"])
def test_a_read_only_folder_is_named(server: XServer, work: Path, refusing: str) -> None:
    server.add("101", pictures=(jpeg(1), jpeg(2)))
    (work / "urls.txt").write_text("101\n")
    try:
        assert as_user("--help", folder=work).returncode == 0
    except subprocess.SubprocessError:
        pytest.skip("root may not give up its power over permissions here")
    if refusing != ".":
        with Corpus.open(work / "corpus", create=True) as corpus, corpus.only_writer():
            (work / "corpus" / "images").mkdir()
    (work / refusing).chmod(0o555)
    before = sorted(work.rglob("*"))
    ended = as_user("fetch", "urls.txt", folder=work)
    assert (ended.returncode, ended.stdout) == (3, "")
    error, hint = ended.stderr.splitlines()[-2:]
    assert error.startswith("error: corpus") and "Traceback" not in ended.stderr
    assert hint.startswith("  try: check the folder's permissions and space")
    assert sorted(work.rglob("*")) == before
    (work / refusing).chmod(0o777)
    assert as_user("fetch", "urls.txt", folder=work).returncode == 0
