"""Commands that SIGTERM stops leave nothing; what SIGKILL leaves, the next run and `comply` remove."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from mnerctl.schema import Corpus, Gold, Image, InputLine, Post
from mnerctl.schema.files.leftovers import is_temporary
from support.command import environment, interrupted, left_in_tmp, run, started
from support.corpora import drawn_image
from support.made_release import made_plus
from support.pictures import jpeg
from support.published import tree
from support.x_server import XServer

pytestmark = pytest.mark.e2e
POSTS = 600
SECRET = "Zaphod Beeblebrox was in Porto"
BUILD = ("release", "build", "--version", "1.1.0")
SMOKE = ("--preset", "smoke", "--seed", "7", "--out", "report")
FIRST = str(1_790_000_000_000_000_000)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of many posts, so that there is time to stop a command, and a release of it."""
    folder = tmp_path_factory.mktemp("whole") / "work"
    folder.mkdir()
    ids = [str(int(FIRST) + number) for number in range(POSTS)]
    with Corpus.open(folder / "corpus", create=True) as corpus:
        images = tuple(
            drawn_image(corpus, place, size=(300, 200 + place), colour="teal") for place in range(2)
        )
        corpus.enter_lines([InputLine("u", number, id, id) for number, id in enumerate(ids)])
        with corpus.transaction():
            for id in ids:
                corpus.put_post(_post(id, images))
                corpus.settle(id, "kept")
                corpus.put_gold(Gold(post_id=id, text=f"{SECRET} {id}", spans=(), how="agreed"))
    assert run("release", "build", "--version", "1.0.0", folder=folder).code == 0
    return folder


def _post(id: str, images: tuple[Image, ...]) -> Post:
    text, url = f"{SECRET} {id}", f"https://x.com/ada/status/{id}"
    return Post(id=id, url=url, text_raw=text, text=text, images=images, source="x-api")


@pytest.fixture
def work(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "work")


def leftovers(folder: Path) -> list[str]:
    """Return the temporary files and folders below a folder."""
    below = (path for path in folder.rglob("*") if is_temporary(Path(path.name)))
    return sorted(path.relative_to(folder).parent.as_posix() for path in below)


def names(folder: Path) -> set[str]:
    return {path for path in tree(folder) if not path.startswith("corpus/")}


COMMANDS = {
    "build": (BUILD, "images: "),
    "export": (("release", "export", "releases/1.0.0", "--to", "jsonl", "-o", "out"), "files: "),
    "gallery": (("release", "gallery", "releases/1.0.0", "-o", "out"), "posts: "),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_command_leaves_nothing(work: Path, name: str, number: signal.Signals) -> None:
    words, after = COMMANDS[name]
    before = names(work)
    ended = interrupted(*words, folder=work, after=after, number=number)
    assert (ended.code, ended.out) == (128 + number, "")
    assert ended.err.splitlines()[-1] == (
        f"stopped by {number.name}: finished work is kept; run the same command to go on"
    )
    assert "Traceback" not in ended.err
    assert names(work) == before and left_in_tmp(work) == []


def test_a_stopped_fetch_keeps_what_is_finished(server: XServer, tmp_path: Path) -> None:
    (work := tmp_path / "work").mkdir()
    ids = [str(10**18 + number) for number in range(40)]
    for number, id in enumerate(ids):
        server.add(id, pictures=(jpeg(number),) * 2)
    (work / "urls.txt").write_text("\n".join(ids) + "\n")
    server.delay = 4.0
    with started("fetch", "urls.txt", folder=work) as process:
        while not server.asked_pictures:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM and "Traceback" not in err
    assert err.splitlines()[-1].startswith("stopped by SIGTERM: ")
    assert leftovers(work) == []
    server.delay = 0
    assert "40 lines: 40 kept" in run("fetch", "urls.txt", folder=work).err


def test_a_stopped_training_keeps_what_is_finished(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs mnerctl[train]")
    (work := tmp_path / "work").mkdir()
    made_plus(work, train=18, dev=6, test=6)
    ended = interrupted(
        *("train-check", "plus", *SMOKE, "--retrain", "none"),
        folder=work, after="views: ", number=signal.SIGTERM,
    )  # fmt: skip
    assert (ended.code, ended.out) == (143, "")
    assert ended.err.splitlines()[-1].startswith("stopped by SIGTERM: ")
    assert leftovers(work) == [] and left_in_tmp(work) == []
    assert not (work / "report").exists()
    assert [*(work / "report.partial-training").glob("*/finished.json")]


def killed_build(work: Path) -> None:
    ended = interrupted(*BUILD, folder=work, after="images: ", number=signal.SIGKILL)
    assert ended.code == -signal.SIGKILL
    assert leftovers(work) == ["releases"]
    (left,) = (path for path in (work / "releases").iterdir() if is_temporary(path))
    assert SECRET in (left / "content" / "train.jsonl").read_text()


def test_the_next_build_removes_what_a_killed_one_left(work: Path) -> None:
    killed_build(work)
    ended = run(*BUILD, folder=work)
    assert ended.code == 0
    assert "releases: 1 leftover of killed runs removed\n" in ended.err
    assert leftovers(work) == []


def apply(*more: str, work: Path) -> tuple[int, str]:
    """Return the exit code and the output of comply, without releases that were not given to it."""
    line = {"id": FIRST, "action": "delete", "reason": "deleted"}
    content = json.dumps({**line, "redacted_at": "2026-05-10T00:00:00Z"}) + "\n"
    (work / "result.jsonl").write_text(content)
    ended = run("comply", "--file", "result.jsonl", *more, folder=work)
    lines = ended.err.splitlines(keepends=True)
    return ended.code, "".join(line for line in lines if " still has " not in line)


def test_comply_removes_what_a_killed_build_left(work: Path) -> None:
    killed_build(work)
    assert apply("--dry-run", work=work) == (
        0,
        "1 leftover of killed runs found\n1 line: 1 gone\n",
    )
    assert leftovers(work) == ["releases"]
    assert apply(work=work) == (0, "1 leftover of killed runs removed\n1 line: 1 gone\n")
    assert leftovers(work) == []
    assert apply(work=work) == (0, "1 line: 1 nothing held\n")


def test_comply_finds_a_killed_build_anywhere_and_withdraw_counts(work: Path) -> None:
    far = work.with_name("far") / "away"
    ended = interrupted(
        *(*BUILD, "--out", far / "1.1.0"), folder=work, after="images: ", number=signal.SIGKILL
    )
    assert ended.code == -signal.SIGKILL and leftovers(far) == ["."]
    cache = Path(environment(work)["MNERCTL_CACHE"])
    for place in (work / "reports", work / "corpus" / "images" / "ab", cache):
        place.mkdir(parents=True, exist_ok=True)
        (place / ".mnerctl-partial-0123456789abcdef").write_text(SECRET)
    words = ("release", "withdraw", "releases/1.0.0", FIRST, "--reason", "asked")
    words = (*words, "--corpus", "corpus", "--reports", "reports")
    dry = run(*words, "--dry-run", folder=work)
    assert (dry.code, dry.err.splitlines()[-1]) == (0, "4 leftovers of killed runs found")
    assert leftovers(work) == ["corpus/images/ab", "reports"] and leftovers(far) == ["."]
    ended = run(*words, "--json", folder=work)
    assert (ended.code, json.loads(ended.out)["leftovers"]) == (0, 4)
    assert ended.err.splitlines()[-1] == "4 leftovers of killed runs removed"
    assert leftovers(work.parent) == []


def test_comply_leaves_a_running_build_alone(work: Path) -> None:
    with started(*BUILD, folder=work) as build:
        assert build.stderr is not None
        while not build.stderr.readline().startswith("images: "):
            pass
        os.kill(build.pid, signal.SIGSTOP)  # it runs, but so slowly that comply is faster
        code, err = apply("--dry-run", work=work)
        os.kill(build.pid, signal.SIGCONT)
        build.communicate(timeout=60)
    assert (code, err.splitlines()[0]) == (
        0,
        "temporary files of running commands: 1 left alone;"
        " run this again when those commands have ended",
    )
    assert build.returncode == 0 and leftovers(work) == []
