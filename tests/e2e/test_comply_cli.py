"""The command `mnerctl comply`: posts that are gone leave no byte, and posts without an answer stay."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zlib
from pathlib import Path

import pytest

from mnerctl.schema import Corpus, Gold, Release
from support.command import run
from support.pictures import jpeg
from support.x_server import Answer, XServer

pytestmark = pytest.mark.e2e
IDS = [str(1_790_000_000_000_000_000 + number) for number in range(6)]
CREDITS = Answer(402, {"title": "CreditsDepleted", "detail": "No credits.", "type": "t"})


@pytest.fixture
def work(server: XServer, tmp_path: Path) -> Path:
    """Six kept posts with two pictures each; the first two posts share one."""
    folder = tmp_path / "work"
    folder.mkdir()
    for number, post_id in enumerate(IDS):
        shared = jpeg(99) if number < 2 else jpeg(2 * number)
        server.add(post_id, text=secret(number), pictures=(shared, jpeg(2 * number + 1)))
    (folder / "urls.txt").write_text("\n".join(IDS) + "\n")
    assert run("fetch", "urls.txt", folder=folder).code == 0
    server.exchanges.clear()
    return folder


def secret(number: int) -> str:
    return f"Zaphod Beeblebrox the {number}. in Porto"


def texts_in(folder: Path) -> set[int]:
    """Return the numbers of the posts whose texts are in any file, compressed or not."""
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    found = {int(number) for number in re.findall(rb"Beeblebrox the (\d)", content)}
    for start in re.finditer(b"\x78\x9c", content):
        decompressor = zlib.decompressobj()
        try:
            body = decompressor.decompress(content[start.start() :], 100_000)
        except zlib.error:
            continue
        found |= {int(number) for number in re.findall(rb"Beeblebrox the (\d)", body)}
    return found


def pictures_in(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in (folder / "images").rglob("*") if path.is_file()}


def cost(posts: int, dollars: str) -> str:
    return (
        f"asking {os.environ['MNERCTL_X_API_URL']} instead of X, because MNERCTL_X_API_URL is set\n"
        f"x-api: {posts} posts to ask for, about ${dollars} ($0.005 each)\n"
    )


def test_a_post_that_is_gone_leaves_a_tombstone_and_no_byte(server: XServer, work: Path) -> None:
    assert texts_in(work / "corpus") == set(range(6))
    del server.posts[IDS[0]]
    server.faults[IDS[2]] = ("not-authorized-for-resource", {})
    server.posts[IDS[3]]["withheld"] = {"copyright": False, "country_codes": ["PT"]}
    server.silent.add(IDS[4])
    del server.posts[IDS[4]]
    ended = run("comply", "--json", folder=work)
    document = json.loads(ended.out)
    stones = document.pop("tombstones")
    assert document == {
        "kept_posts": 6, "there": 2, "gone": 1, "protected": 1, "withheld": 1, "not_checked": 1,
        "leftovers": 0,
    }  # fmt: skip
    assert [(one["post_id"], one["fate"], one["reason"]) for one in stones] == [
        (IDS[0], "gone", f"resource-not-found: [{IDS[0]}]."),
        (IDS[2], "protected", f"not-authorized-for-resource: [{IDS[2]}]."),
        (IDS[3], "withheld", "withheld in PT"),
    ]
    assert ended.code == 6
    assert ended.err == (
        f"{cost(6, '0.03')}posts: 6 of 6\n"
        "6 kept posts: 2 there, 1 gone, 1 protected, 1 withheld, 1 not checked\n"
        "error: corpus: 1 posts not checked, or without a clear answer\n"
        "  try: mnerctl comply --corpus corpus    # skips posts that were checked\n"
    )
    assert texts_in(work / "corpus") == {1, 4, 5}
    left = {jpeg(99), jpeg(3), jpeg(8), jpeg(9), jpeg(10), jpeg(11)}
    assert pictures_in(work / "corpus") == left
    server.silent.clear()
    server.add(IDS[4], text=secret(4))
    ended = run("comply", folder=work)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"{cost(1, '0.01')}posts: 1 of 1\n3 kept posts: 3 there\n"
    assert run("comply", folder=work).err == f"{cost(0, '0.00')}3 kept posts: 3 there\n"


def test_a_dry_run_asks_nothing_and_max_age_asks_again(server: XServer, work: Path) -> None:
    assert run("comply", "-n", folder=work).err == f"{cost(6, '0.03')}6 kept posts: 6 not checked\n"
    assert run("comply", "-n", "--max-posts", "2", folder=work).err.startswith(cost(2, "0.01"))
    assert server.exchanges == []
    assert run("comply", folder=work).code == 0
    assert run("comply", "-n", folder=work).err.startswith(cost(0, "0.00"))
    assert run("comply", "-n", "--max-age", "0", folder=work).err.startswith(cost(6, "0.03"))


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([CREDITS], 4),
        ([Answer(401, {"title": "Unauthorized"})], 4),
        ([Answer(200, {"errors": "none"}), Answer(200, {"data": {}})], 6),
        ([Answer(200, {"errors": [{"value": one, "type": "new-kind"} for one in IDS]})], 6),
        ([Answer(200, {"data": [{"id": one} for one in IDS]})], 6),
    ],
)
def test_an_unclear_answer_removes_no_post(
    server: XServer, work: Path, answers: list[Answer], code: int
) -> None:
    server.next.extend(answers)
    server.silent.update(IDS)
    server.posts.clear()
    ended = run("comply", folder=work)
    assert (ended.code, ended.out) == (code, "")
    assert "\n6 kept posts: 6 not checked\nerror: " in ended.err
    assert texts_in(work / "corpus") == set(range(6))


def test_a_stopped_check_continues(server: XServer, work: Path) -> None:
    del server.posts[IDS[1]]
    assert run("comply", "--max-posts", "3", folder=work).err.endswith(
        "6 kept posts: 2 there, 1 gone, 3 not checked\n"
        "error: corpus: 3 posts not checked, or without a clear answer\n"
        "  try: mnerctl comply --corpus corpus    # skips posts that were checked\n"
    )
    server.next.append(CREDITS)
    ended = run("comply", folder=work)
    assert ended.code == 4
    assert ended.err == (
        f"{cost(3, '0.01')}5 kept posts: 2 there, 3 not checked\n"
        "error: the account has no credits left (HTTP 402: No credits.)\n"
        "  try: add credits at developer.x.com, then run the same command again\n"
    )
    assert run("comply", folder=work).err.endswith("5 kept posts: 5 there\n")
    asked = [one.query["ids"].split(",") for one in server.exchanges if one.answer != CREDITS]
    assert asked == [IDS[:3], IDS[3:]]


def result_line(post_id: str, reason: str) -> str:
    line = {"id": post_id, "action": "delete", "redacted_at": "2024-05-10T00:00:00.000Z"}
    return json.dumps({**line, "reason": reason}) + "\n"


def test_a_result_file_is_applied(work: Path) -> None:
    lines = [(IDS[0], "deleted"), (IDS[1], "suspended"), (IDS[2], "scrub_geo"), ("77", "deleted")]
    content = "".join(result_line(*one) for one in lines)
    (work / "result.jsonl").write_text(content)
    words = ("comply", "--file", "result.jsonl", "--file-bytes", str(len(content)))
    sums = "4 lines: 1 gone, 1 protected, 1 cleared, 1 unknown\n"
    trial = run(*words, "--dry-run", "--json", folder=work)
    assert (trial.code, trial.err, len(json.loads(trial.out)["tombstones"])) == (0, sums, 2)
    assert texts_in(work / "corpus") == set(range(6))
    ended = run(*words, folder=work)
    assert (ended.code, ended.err) == (0, sums)
    assert "X's compliance result: suspended 2024-05-10" in ended.out
    assert texts_in(work / "corpus") == {2, 3, 4, 5}
    again = "4 lines: 3 nothing held, 1 unknown\n"
    assert run(*words, folder=work).err == again


def test_a_cut_result_file_changes_nothing(work: Path) -> None:
    content = result_line(IDS[0], "deleted") + result_line(IDS[1], "deleted")
    for cut, message, more in (
        (content[:-30], "not a complete compliance result; nothing was changed", ()),
        (content[: len(content) // 2], "nothing was changed", ("--file-bytes", str(len(content)))),
    ):
        (work / "result.jsonl").write_text(cut)
        ended = run("comply", "--file", "result.jsonl", *more, folder=work)
        assert (ended.code, ended.out) == (3, "") and message in ended.err
    assert texts_in(work / "corpus") == set(range(6))


def test_the_next_release_leaves_the_posts_out_and_reports_it(server: XServer, work: Path) -> None:
    with Corpus.open(work / "corpus") as corpus:
        for post in list(corpus.kept_posts()):
            corpus.put_gold(Gold(post_id=post.id, text=post.text, spans=(), how="agreed"))
    del server.posts[IDS[0]]
    assert run("comply", folder=work).code == 0
    ended = run("release", "build", "--version", "1.1.0", "--json", folder=work)
    assert ended.code == 0
    assert ended.err.endswith("left out: 0 posts without gold, 0 without a split, 1 withdrawn\n")
    assert json.loads(ended.out)["withdrawn"] == 1
    assert texts_in(work / "releases") == {1, 2, 3, 4, 5}
    release = Release.load(work / "releases" / "1.1.0")
    assert release.manifest is not None
    (one,) = release.manifest.withdrawn
    assert (one.id, one.fate, one.reason) == (IDS[0], "gone", f"resource-not-found: [{IDS[0]}].")
    assert {record.id for record in release.records()} == set(IDS[1:])


def test_a_clock_that_was_ahead_silences_no_check(server: XServer, work: Path) -> None:
    assert run("comply", folder=work).code == 0
    with sqlite3.connect(work / "corpus" / "corpus.db") as database:
        database.execute("UPDATE ledger SET checked = '2999-01-01T00:00:00+00:00'")
    database.close()
    del server.posts[IDS[0]]
    for options in (("--max-age", "0"), ()):
        ended = run("comply", "--dry-run", *options, folder=work)
        assert ended.err == cost(6, "0.03") + "6 kept posts: 6 not checked\n"
    ended = run("comply", folder=work)
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "6 kept posts: 5 there, 1 gone")
    assert (
        run("comply", "--dry-run", folder=work).err == cost(0, "0.00") + "5 kept posts: 5 there\n"
    )
