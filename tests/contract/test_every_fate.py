"""Every fate of a post is reached against a server on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from mnerctl.collector import Downloader, Rules, Source, Syndication, XApi, fetch, read_inputs
from mnerctl.schema import Corpus, Fate, RemoteError
from support.pictures import jpeg
from support.x_forms import POST_ID, Spec, written
from support.x_server import TOKEN, Answer, XServer, running_x

pytestmark = pytest.mark.contract
A, B = "1790000000000000001", "1790000000000000002"
TWO = (jpeg(1), jpeg(2))
Arrange = Callable[[XServer], str]
"""Prepares the server and returns the input; the last line gets the fate that is tested."""


def kept(server: XServer) -> str:
    server.add(A, pictures=TWO)
    return A


def gone(server: XServer) -> str:
    return A


def protected(server: XServer) -> str:
    server.faults[A] = ("not-authorized-for-resource", {"resource_id": A})
    return A


def withheld(server: XServer) -> str:
    server.faults[A] = ("disallowed-resource", {})
    return A


def withheld_in_a_country(server: XServer) -> str:
    server.add(A, pictures=TWO, withheld={"copyright": True, "country_codes": ["PT"]})
    return A


def no_image(server: XServer) -> str:
    server.add(A)
    return A


def too_few_images(server: XServer) -> str:
    server.add(A, pictures=TWO[:1])
    return A


def too_many_images(server: XServer) -> str:
    server.add(A, pictures=tuple(jpeg(seed) for seed in range(5)))
    return A


def partial_media(server: XServer) -> str:
    server.add(A, pictures=TWO, others=("photo",), lost=1)
    return A


def media_failed(server: XServer) -> str:
    server.add(A, pictures=(TWO[0], b"<html>"))
    return A


def video_only(server: XServer) -> str:
    server.add(A, others=("video",))
    return A


def gif_only(server: XServer) -> str:
    server.add(A, others=("animated_gif",))
    return A


def duplicate(server: XServer) -> str:
    server.add(A, pictures=TWO)
    return f"{A}\nhttps://x.com/ada_w/status/{A}"


def duplicate_by_retweet(server: XServer) -> str:
    server.add(A, pictures=TWO)
    server.add(B, referenced_posts=[{"type": "retweeted", "id": A}])
    return f"{A}\n{B}"


def duplicate_by_edit(server: XServer) -> str:
    for one in (A, B):
        server.add(one, pictures=TWO, edit_history_post_ids=[A, B])
    return f"{A}\n{B}"


def unaccounted(server: XServer) -> str:
    server.silent.add(A)
    return A


def unaccounted_of_a_new_kind(server: XServer) -> str:
    server.faults[A] = ("resource-in-the-shade", {})
    return A


def refused(server: XServer) -> str:
    return f"https://twitter.com.evil.example/ada/status/{A}"


def pending(server: XServer) -> str:
    server.next.append(Answer(402, {"title": "CreditsDepleted"}))
    return A


def truncated_text(server: XServer) -> str:
    long = {**written(Spec(), "syndication"), "id_str": A, "note_tweet": {"id": POST_ID}}
    server.tweet_results[A] = long
    return A


CASES: list[tuple[Fate, Arrange]] = [
    ("pending", pending),
    ("kept", kept),
    ("gone", gone),
    ("protected", protected),
    ("withheld", withheld),
    ("withheld", withheld_in_a_country),
    ("no_image", no_image),
    ("too_few_images", too_few_images),
    ("too_many_images", too_many_images),
    ("partial_media", partial_media),
    ("media_failed", media_failed),
    ("video_only", video_only),
    ("video_only", gif_only),
    ("truncated_text", truncated_text),
    ("duplicate", duplicate),
    ("duplicate", duplicate_by_retweet),
    ("duplicate", duplicate_by_edit),
    ("unaccounted", unaccounted),
    ("unaccounted", unaccounted_of_a_new_kind),
    ("refused", refused),
]


@pytest.fixture
def server() -> Iterator[XServer]:
    with running_x() as server:
        yield server


def source(server: XServer, name: str) -> Source:
    pictures = Downloader(loopback=server.url, sleep=lambda seconds: None)
    if name == "syndication":
        return Syndication(pictures=pictures, loopback=server.url, sleep=lambda seconds: None)
    return XApi(TOKEN, pictures=pictures, loopback=server.url, sleep=lambda seconds: None)


@pytest.mark.parametrize(("fate", "arrange"), CASES, ids=[case.__name__ for _, case in CASES])
def test_a_fate_is_reached(server: XServer, tmp_path: Path, fate: Fate, arrange: Arrange) -> None:
    (tmp_path / "urls.txt").write_text(arrange(server) + "\n")
    asked = source(server, "syndication" if server.tweet_results else "x-api")
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        corpus.enter_lines(read_inputs([tmp_path / "urls.txt"], corpus.folder))
        try:
            fetch(corpus, asked, Rules(min_images=2, max_images=4))
        except RemoteError:
            assert fate == "pending"
        last = list(corpus.lines_with_fate(fate))[-1]
        lines = (tmp_path / "urls.txt").read_text().splitlines()
        assert (last.text, last.number) == (lines[-1], len(lines))
        assert last.reason or fate in ("kept", "pending")
        assert sum(corpus.line_fates().values()) == len(lines)
        assert bool(list(corpus.kept_posts())) == (fate in ("kept", "duplicate"))


def test_no_fate_is_left_out() -> None:
    assert {fate for fate, _ in CASES} == set(get_args(Fate))
