"""The commands `mnerctl fetch` and `status`: whole outputs, exit codes, and no trace of the token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.corpus_state import state
from support.pictures import jpeg
from support.published import mner_mi_folder, mner_mi_line
from support.x_forms import POST_ID, Spec, written
from support.x_server import TOKEN, Answer, XServer, running_x

pytestmark = pytest.mark.e2e


@pytest.fixture
def server() -> Iterator[XServer]:
    with running_x() as server:
        yield server


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "mnerctl", *words]


def variables(server: XServer | None, token: str = TOKEN) -> dict[str, str]:
    own = {
        key: value for key, value in os.environ.items() if not key.startswith(("X_", "MNERCTL_X"))
    }
    if server:
        own |= {"MNERCTL_X_API_URL": server.url, "X_BEARER_TOKEN": token}
    return own


def mnerctl(
    folder: Path,
    *words: str,
    server: XServer | None = None,
    token: str = TOKEN,
    more: Mapping[str, str] = {},
) -> tuple[int, str, str]:
    run = subprocess.run(
        command(*words),
        cwd=folder,
        env=variables(server, token) | dict(more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert TOKEN not in run.stdout + run.stderr
    return run.returncode, run.stdout, run.stderr


REFUSED = (
    "warning refused urls.txt:8: https://t.co/abc; wanted the URL or id of a post"
    " (a t.co link does not show its post: open it and enter the URL that it leads to)\n"
)


def cost(posts: int, dollars: str) -> str:
    return (
        f"x-api: {posts} posts to ask for, about ${dollars}"
        " ($0.005 each; the original of a retweet costs one more)\n"
    )


def small_world(server: XServer, folder: Path) -> None:
    server.add("101", pictures=(jpeg(1), jpeg(2)))
    server.add("102", pictures=(jpeg(3),))
    server.faults["103"] = ("not-authorized-for-resource", {})
    server.add("104", others=("video",))
    (folder / "urls.txt").write_text(
        "# my posts\nhttps://x.com/ada_w/status/101\n102\n\n103\ntweet:104\n105\n"
        "https://t.co/abc\nhttps://twitter.com/i/web/status/101/photo/1\n"
    )


def test_each_line_has_a_fate_and_the_second_run_asks_nothing(
    server: XServer, tmp_path: Path
) -> None:
    small_world(server, tmp_path)
    sums = "7 lines: 1 kept, 1 duplicate, 1 gone, 1 protected, 1 refused, 1 too few images, 1 video only\n"
    words = ("fetch", "urls.txt", "--json")
    code, out, err = mnerctl(tmp_path, *words, server=server)
    fates = {
        "duplicate": 1, "gone": 1, "kept": 1, "protected": 1, "refused": 1, "too_few_images": 1,
        "video_only": 1,
    }  # fmt: skip
    assert (code, json.loads(out)) == (0, {"lines": 7, "fates": fates})
    assert err.startswith(REFUSED + cost(5, "0.03")) and err.endswith(sums)
    assert mnerctl(tmp_path, *words, server=server) == (0, out, REFUSED + cost(0, "0.00") + sums)
    assert len(server.exchanges) == 1


def test_status_and_lists(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    mnerctl(tmp_path, "fetch", "urls.txt", server=server)
    code, out, err = mnerctl(tmp_path, "status")
    assert code == 0 and "kept" in out and err.startswith("7 lines: 1 kept, ")
    code, out, _ = mnerctl(tmp_path, "status", "--list", "refused", "--json")
    assert (code, json.loads(out)) == (
        0,
        [
            {
                "source": "urls.txt",
                "number": 8,
                "text": "https://t.co/abc",
                "post_id": None,
                "reason": "a t.co link does not show its post: open it and enter the URL that it leads to",
            }
        ],
    )
    code, out, err = mnerctl(tmp_path, "status", "--list", "lost")
    assert (code, out) == (2, "") and err.startswith(
        "error: --list 'lost': not a fate\n  try: one of "
    )


def test_a_dry_run_prints_the_cost_and_asks_nothing(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    assert mnerctl(tmp_path, "fetch", "urls.txt", "--dry-run") == (
        0,
        "",
        REFUSED + cost(5, "0.03") + "7 lines: 5 pending, 1 duplicate, 1 refused\n",
    )
    assert server.exchanges == []


def test_max_posts_leaves_the_rest_for_the_next_run(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    words = ("fetch", "urls.txt", "--max-posts", "2")
    code, _, err = mnerctl(tmp_path, *words, server=server)
    assert code == 6
    assert err.startswith(REFUSED + cost(2, "0.01"))
    assert err.endswith(
        "7 lines: 1 kept, 3 pending, 1 duplicate, 1 refused, 1 too few images\n"
        "error: corpus: 3 posts not asked for yet\n"
        "  try: mnerctl fetch --corpus corpus    # with the same source\n"
    )
    assert mnerctl(tmp_path, "fetch", "--max-posts", "3", server=server)[0] == 0


def test_a_failure_that_may_pass_is_retried_with_retry_failed(
    server: XServer, tmp_path: Path
) -> None:
    small_world(server, tmp_path)
    good = server.pictures["K101_1"]
    server.pictures["K101_1"] = lambda handler: setattr(handler, "close_connection", True)
    code, _, err = mnerctl(tmp_path, "fetch", "urls.txt", server=server)
    assert code == 6 and err.endswith(
        "error: corpus: 1 posts failed in a way that may pass\n"
        "  try: mnerctl fetch --corpus corpus --retry-failed    # with the same source, or another\n"
    )
    server.pictures["K101_1"] = good
    code, _, err = mnerctl(tmp_path, "fetch", "--retry-failed", server=server)
    assert code == 0 and "7 lines: 1 kept, " in err
    assert len(server.exchanges) == 1  # the post is stored and not paid for again


def test_a_source_that_stops_is_reported_with_a_hint(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    server.next.append(
        Answer(402, {"title": "CreditsDepleted", "detail": "No credits.", "type": "t"})
    )
    assert mnerctl(tmp_path, "fetch", "urls.txt", server=server) == (
        4,
        "",
        REFUSED + cost(5, "0.03") + "7 lines: 5 pending, 1 duplicate, 1 refused\n"
        "error: the account has no credits left (HTTP 402: No credits.)\n"
        "  try: add credits at developer.x.com, then run the same command again\n",
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("urls.txt",),
            2,
            "error: no token for X: X_BEARER_TOKEN is neither set nor in .env in this folder\n"
            "  try: export X_BEARER_TOKEN=...    # or without a token:"
            " --source archive --archive posts.jsonl\n",
        ),
        (
            ("urls.txt", "--source", "archive"),
            2,
            "error: --source archive needs --archive PATH\n"
            "  try: mnerctl fetch urls.txt --source archive --archive posts.jsonl\n",
        ),
        (
            ("urls.txt", "--source", "archive", "--archive", "no.jsonl"),
            3,
            "error: no.jsonl: no such file or folder;"
            " wanted twarc's JSON lines, gallery-dl's folder, or a corpus\n"
            "  try: mnerctl fetch urls.txt --source archive --archive posts.jsonl\n",
        ),
        (
            ("no.txt", "--dry-run"),
            3,
            "error: no.txt: No such file or directory\n"
            "  try: mnerctl fetch urls.txt    # a file with one URL per line, or a dataset\n",
        ),
        (
            ("urls.txt", "--min-images", "5"),
            2,
            "error: --min-images 5 is above --max-images 4\n"
            "  try: mnerctl fetch urls.txt --min-images 2 --max-images 4\n",
        ),
    ],
)
def test_errors_that_stop_a_run_before_a_corpus_is_created(
    tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    (tmp_path / "urls.txt").write_text("101\n")
    assert mnerctl(tmp_path, "fetch", *words) == (code, "", message)
    assert [path.name for path in tmp_path.iterdir()] == ["urls.txt"]  # no new empty corpus


def test_several_files_standard_input_and_a_dataset(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("101\n")
    (tmp_path / "b.txt").write_text("102\nhello\n" * 6)
    mner_mi_folder(tmp_path / "mi", test=[mner_mi_line(url="")])
    run = subprocess.run(
        command("fetch", "a.txt", "-", "b.txt", "mi", "--dry-run"),
        cwd=tmp_path,
        env=variables(None),
        input="103\n# no\n101\n",
        capture_output=True,
        text=True,
        check=True,
    )
    refused = [line for line in run.stderr.splitlines() if line.startswith("warning refused ")]
    assert [line.split(";")[0].removeprefix("warning refused ") for line in refused] == [
        *(f"b.txt:{number}: hello" for number in range(2, 13, 2)),
        "mi/text/MNER-MI_test.txt:1: record 1",
    ]
    assert run.stderr.endswith("18 lines: 7 duplicate, 7 refused, 4 pending\n")


def test_only_the_first_of_many_refused_lines_are_shown(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("hello\n" * 1012)
    code, _, err = mnerctl(tmp_path, "fetch", "urls.txt", "--dry-run")
    assert (code, err.count("warning refused urls.txt:")) == (0, 10)
    listed = "mnerctl status --corpus corpus --list refused"
    assert f"\n1,002 more like these; after a real run: {listed}\n" in err
    assert not (tmp_path / "corpus").exists()


def test_from_an_archive(tmp_path: Path) -> None:
    media = [
        {"media_key": f"3_{n}", "type": "photo", "url": f"https://pbs.twimg.com/media/K{n}.jpg"}
        for n in range(2)
    ]
    post = {"id": "101", "text": "Ada", "attachments": {"media_keys": ["3_1", "3_0"]}}
    (tmp_path / "posts.jsonl").write_text(
        json.dumps({"data": [post], "includes": {"media": media}}) + "\n"
    )
    (tmp_path / "media").mkdir()
    for n in range(2):
        (tmp_path / "media" / f"3_{n}.jpg").write_bytes(jpeg(n))
    (tmp_path / "urls.txt").write_text("101\n102\n")
    code, _, err = mnerctl(
        tmp_path, "fetch", "urls.txt", "--source", "archive", "--archive", "posts.jsonl"
    )
    assert code == 6
    assert "2 lines: 1 kept, 1 unaccounted\n" in err


def test_two_runs_on_one_corpus(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    server.next.append(lambda handler: time.sleep(4))
    with subprocess.Popen(
        command("fetch", "urls.txt"), cwd=tmp_path, env=variables(server), stderr=subprocess.PIPE
    ) as first:
        while server.next:
            time.sleep(0.05)
        code, _, err = mnerctl(tmp_path, "fetch", "urls.txt", server=server)
        assert (code, err) == (
            2,
            "error: corpus: another fetch or comply is running on this corpus\n"
            "  try: wait until it ends, then: mnerctl status --corpus corpus\n",
        )
        first.kill()


LOUD = """
import logging
logging.basicConfig(level=0, filename="debug.log")
"""


def test_the_token_is_in_no_log_file_or_message(server: XServer, tmp_path: Path) -> None:
    """Search every file that the runs leave, including a debug log of all libraries."""
    small_world(server, tmp_path)
    (tmp_path / "loud").mkdir()
    (tmp_path / "loud" / "sitecustomize.py").write_text(LOUD)
    (tmp_path / "more.txt").write_text("777\n")
    more = {"PYTHONPATH": str(tmp_path / "loud")}

    def code(urls: str, *answers: Answer, token: str = TOKEN) -> int:
        server.next.extend(answers)
        return mnerctl(tmp_path, "fetch", urls, server=server, token=token, more=more)[0]

    assert code("urls.txt", Answer(503, b"<html>"), Answer(200, b"<html>")) == 0
    assert code("more.txt", Answer(401, {"title": "Unauthorized", "detail": f"bad {TOKEN}"})) == 4
    assert code("more.txt", Answer(403, {"title": TOKEN, "reason": TOKEN})) == 4
    assert code("more.txt", token=f"{TOKEN}\n{TOKEN}") == 2
    (tmp_path / ".env").write_text(f"X_BEARER_TOKEN={TOKEN}\n")
    assert code("more.txt", Answer(402, {"title": TOKEN}), token="") == 4
    assert code("more.txt", token="") == 0
    assert "urllib3" in (tmp_path / "debug.log").read_text()
    (tmp_path / ".env").unlink()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_the_token_may_be_in_env_in_this_folder_but_not_in_the_corpus(
    server: XServer, tmp_path: Path
) -> None:
    small_world(server, tmp_path)
    (tmp_path / ".env").write_text(f'# mine\nOTHER=1\n\nexport X_BEARER_TOKEN="{TOKEN}"\n')
    assert mnerctl(tmp_path, "fetch", "urls.txt", server=server, token="")[0] == 0
    assert server.exchanges[0].headers["authorization"] == f"Bearer {TOKEN}"
    (tmp_path / ".env").rename(tmp_path / "corpus" / ".env")
    secret = "a corpus is copied and shared; it must not contain secrets"
    assert mnerctl(tmp_path, "fetch", server=server) == (
        2,
        "",
        f"error: corpus/.env: {secret}\n  try: mv corpus/.env .    # and run mnerctl there\n",
    )
    inside = mnerctl(tmp_path / "corpus", "fetch", "--corpus", ".", server=server, token="")
    assert inside == (
        2,
        "",
        f"error: .env: {secret}\n  try: mv .env ..    # and run mnerctl there\n",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"X_BEARER_TOKEN: secret", ".env:1: wanted NAME=VALUE"),
        (b"A=1\nX_BEARER_TOKEN=se cret", ".env:2: wanted NAME=VALUE"),
        (b"X_BEARER_TOKEN='secret", ".env:1: wanted NAME=VALUE"),
        (b"\xff", ".env: cannot be read (UnicodeDecodeError)"),
        (
            b"X_BEARER_TOKEN=",
            "no token for X: X_BEARER_TOKEN is neither set nor in .env in this folder",
        ),
        (
            b"X_BEARER_TOKEN='se cret'",
            "X_BEARER_TOKEN: wanted a bearer token, visible ASCII without spaces",
        ),
    ],
)
def test_an_env_file_that_cannot_be_parsed(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "urls.txt").write_text("101\n")
    (tmp_path / ".env").write_bytes(content)
    code, out, err = mnerctl(tmp_path, "fetch", "urls.txt")
    assert (code, out, err.splitlines()[0]) == (2, "", f"error: {message}")
    assert not (tmp_path / "corpus").exists()


def test_from_syndication(server: XServer, tmp_path: Path) -> None:
    for place in (1, 2):
        server.pictures[f"K{place}"] = jpeg(place)
    long = {**written(Spec(), "syndication"), "id_str": "102", "note_tweet": {"id": "x"}}
    server.tweet_results = {POST_ID: written(Spec(), "syndication"), "102": long}
    (tmp_path / "urls.txt").write_text(f"{POST_ID}\n102\n103\n")
    words = ("fetch", "urls.txt", "--source", "syndication")
    assert mnerctl(tmp_path, *words, server=server, token="") == (
        6,
        "",
        "syndication: 3 posts to ask for, at least 0 min\n"
        "posts: 2 of 3\nposts: 3 of 3\n"
        "3 lines: 1 kept, 1 gone, 1 truncated text\n"
        "error: corpus: 1 posts failed in a way that may pass\n"
        "  try: mnerctl fetch --corpus corpus --retry-failed    # with the same source, or another\n",
    )


def test_a_corpus_is_collected_again_without_the_network(server: XServer, tmp_path: Path) -> None:
    small_world(server, tmp_path)
    assert mnerctl(tmp_path, "fetch", "urls.txt", server=server)[0] == 0
    again = ("fetch", "urls.txt", "--corpus", "again", "--source", "archive", "--archive", "corpus")
    code, _, err = mnerctl(tmp_path, *again)
    assert err.splitlines()[-1] == (
        "7 lines: 1 kept, 1 duplicate, 1 gone, 1 protected, 1 refused, 1 too few images, 1 video only"
    )
    assert code == 0
    first, second = (state(tmp_path / name) for name in ("corpus", "again"))
    assert first["images"] == second["images"]
