"""The source syndication against a server on loopback: answers, waits, and what ends a run."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.network.backoff import TRIES
from mnerctl.collector.network.download import Downloader
from mnerctl.collector.network.session import MAX_BYTES
from mnerctl.collector.source import Found, Missing
from mnerctl.collector.sources.syndication import (
    SECONDS_PER_POST,
    Syndication,
    answer_in,
    request_token,
)
from mnerctl.schema import RemoteError
from support.x_contract import sample
from support.x_forms import POST_ID, Spec, written
from support.x_server import Answer, TooMuch, XServer, packed_bomb, running_x

pytestmark = pytest.mark.contract


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server() -> Iterator[XServer]:
    with running_x() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(server: XServer, clock: Clock) -> Syndication:
    return Syndication(
        pictures=Downloader(loopback=server.url),
        loopback=server.url,
        sleep=clock.sleep,
        clock=clock,
    )


@pytest.mark.parametrize(
    ("post_id", "token"),
    [
        ("1554138525414526977", "3rmgxcfy2l4"),
        ("1", "bhi2ay3f28n"),
        ("20", "6dq1a2xwd93"),
        ("999999999999999", "353i5ab8p54"),
        ("1790000000000000001", "4c7g8auqyik"),
        ("9999999999999999999", "o8nxcsgioad"),
        ("318309886183790", "zzzzzzzzzs"),
        ("1318309886183790672", "371lc2ug9mn"),
    ],
)
def test_the_token_is_the_same_as_in_javascript(post_id: str, token: str) -> None:
    assert request_token(post_id) == token


@given(st.integers(1, 10**19 - 1))
def test_every_id_has_a_token(number: int) -> None:
    token = request_token(str(number))
    assert token.isalnum() and "0" not in token and len(token) < 30


def test_the_shared_sample(server: XServer, source: Syndication) -> None:
    shapes = sample("sample_syndication.json")
    server.tweet_results = {POST_ID: shapes["ok"], "2": shapes["tombstone"], "3": {}}
    long, *others = source.posts([POST_ID, "2", "3", "4"])
    assert isinstance(long, Found)
    assert (long.fate, long.reason) == (
        "truncated_text",
        "a long post; the source returns only its beginning",
    )
    assert [image.source_url[-6:] for image in long.post.images] == ["A1.jpg", "B2.jpg", "C3.jpg"]
    assert json.loads(long.payload) == shapes["ok"]
    assert others == [
        Missing("2", "gone", "This Post was deleted by the Post author."),
        Missing("3", "gone", "X returns nothing"),
        Missing("4", "gone", "HTTP 404"),
    ]


def test_requests_are_slow_and_have_a_token(
    server: XServer, source: Syndication, clock: Clock
) -> None:
    for post_id in ("1", "2", "3"):
        server.tweet_results[post_id] = {**written(Spec(), "syndication"), "id_str": post_id}
    assert [answer.post_id for answer in source.posts(["1", "2", "3"])] == ["1", "2", "3"]
    assert sum(clock.slept) == pytest.approx(2 * SECONDS_PER_POST)
    asked = [one.query for one in server.exchanges]
    assert asked[0] == {"id": "1", "lang": "en", "token": request_token("1")}
    assert {one.path for one in server.exchanges} == {"/tweet-result"}
    assert {one.headers["host"] for one in server.exchanges} == {"cdn.syndication.twimg.com"}
    assert not any("authorization" in one.headers for one in server.exchanges)


def reset(handler: Any) -> None:
    """The connection ends before an answer."""
    handler.close_connection = True


FAULTS = {
    "429": Answer(429, b"slow down"),
    "503": Answer(503, b"<html>"),
    "html": Answer(200, b"<html>over capacity</html>"),
    "list": Answer(200, [1]),
    "deep": Answer(200, b"[" * 100_000),
    "reset": reset,
    "packed in another way": Answer(200, b"{}", {"Content-Encoding": "br"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_that_passes_is_retried_after_a_wait(
    server: XServer, source: Syndication, clock: Clock, name: str
) -> None:
    server.tweet_results[POST_ID] = written(Spec(), "syndication")
    server.next.extend([FAULTS[name]] * 2)
    (answer,) = source.posts([POST_ID])
    assert isinstance(answer, Found)
    assert 2 * 0.75 + 4 * 0.75 <= sum(clock.slept) <= 2 * 1.25 + 4 * 1.25 + 2 * SECONDS_PER_POST


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_that_stays_ends_the_run(
    server: XServer, source: Syndication, clock: Clock, name: str
) -> None:
    server.next.extend([FAULTS[name]] * TRIES)
    with pytest.raises(RemoteError, match=f"syndication failed {TRIES} times in a row: "):
        list(source.posts(["1"]))
    assert not server.next


def test_other_refusals(server: XServer, source: Syndication) -> None:
    server.next.append(Answer(400, b""))
    assert list(source.posts(["1"])) == [Missing("1", "unaccounted", "HTTP 400", can_retry=True)]
    server.next.append(Answer(403, b""))
    with pytest.raises(RemoteError, match=r"X refuses to answer \(HTTP 403\)"):
        list(source.posts(["1"]))


def test_an_answer_without_end_is_the_fate_of_one_post(
    server: XServer, source: Syndication
) -> None:
    """It is given up after the limit, packed or not, and the next post is asked for."""
    endless = TooMuch()
    server.next.extend([endless, packed_bomb()])
    server.tweet_results[POST_ID] = written(Spec(), "syndication")
    *long, found = source.posts(["1", "2", POST_ID])
    reason = "X's answer has more than 16 MiB"
    assert long == [Missing(id, "unaccounted", reason, can_retry=True) for id in ("1", "2")]
    assert isinstance(found, Found)
    assert endless.sent < 2 * MAX_BYTES


def test_an_answer_that_is_packed_although_it_was_not_asked_for(
    server: XServer, source: Syndication
) -> None:
    body = gzip.compress(json.dumps(written(Spec(), "syndication")).encode())
    server.next.append(Answer(200, body, {"Content-Encoding": "gzip"}))
    (answer,) = source.posts([POST_ID])
    assert isinstance(answer, Found)
    assert server.exchanges[0].headers["accept-encoding"] == "identity"


def test_an_answer_that_drips_ends_in_time(
    server: XServer, source: Syndication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnerctl.collector.network.session.SECONDS", 0.3)
    server.next.append(drip)
    server.tweet_results[POST_ID] = written(Spec(), "syndication")
    (answer,) = source.posts([POST_ID])
    assert isinstance(answer, Found)


def drip(handler: Any) -> None:
    handler.close_connection = True
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def test_redirects_are_not_followed(server: XServer, source: Syndication) -> None:
    server.next.extend([Answer(302, b"", {"Location": "https://evil.example/"})] * TRIES)
    with pytest.raises(RemoteError):
        list(source.posts(["1"]))
    assert {one.path for one in server.exchanges} == {"/tweet-result"}


def test_a_silent_server_times_out_and_is_asked_again(
    server: XServer, source: Syndication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnerctl.collector.network.session.TIMEOUT", (0.2, 0.2))
    server.next.append(lambda handler: time.sleep(1))
    server.tweet_results[POST_ID] = written(Spec(), "syndication")
    (answer,) = source.posts([POST_ID])
    assert isinstance(answer, Found)


@pytest.mark.parametrize(
    "body",
    [
        {"__typename": "Tweet"},
        {"id_str": "2", "text": "another"},
        {"id": "1", "text": "in other words"},
        {"errors": []},
    ],
)
def test_an_answer_about_something_else(body: dict[str, Any]) -> None:
    answer = answer_in("1", body)
    assert answer == Missing(
        "1", "unaccounted", "X's answer is about something else", can_retry=True
    )


@pytest.mark.parametrize("tombstone", [None, {}, {"text": 5}, {"text": {"text": 5}}])
def test_a_tombstone_without_text(tombstone: object) -> None:
    body = {"__typename": "TweetTombstone", "tombstone": tombstone}
    assert answer_in("1", body) == Missing("1", "gone", "X shows a tombstone")
