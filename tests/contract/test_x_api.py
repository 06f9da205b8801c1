"""The source x-api against a server on loopback that is checked against X's description."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from mnerctl.collector.network.backoff import TRIES
from mnerctl.collector.network.download import Downloader
from mnerctl.collector.network.session import MAX_BYTES
from mnerctl.collector.source import Answer as Given
from mnerctl.collector.source import Found, Missing, Redirect
from mnerctl.collector.sources.x_api import LIMIT_TRIES, XApi
from mnerctl.schema import RemoteError, UsageError
from support.x_contract import check_exchanges, sample
from support.x_server import (
    TOKEN,
    Answer,
    TooMuch,
    XServer,
    invalid_request,
    packed_bomb,
    running_x,
)

pytestmark = pytest.mark.contract


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
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
def api(server: XServer, clock: Clock) -> XApi:
    return source(server, clock)


def source(server: XServer, clock: Clock, **options: Any) -> XApi:
    return XApi(
        TOKEN,
        pictures=Downloader(loopback=server.url),
        loopback=server.url,
        sleep=clock.sleep,
        clock=clock,
        **options,
    )


def by_id(answers: Iterator[Given]) -> dict[str, Given]:
    found = list(answers)
    assert len({answer.post_id for answer in found}) == len(found)
    return {answer.post_id: answer for answer in found}


def test_our_requests_and_the_servers_answers_match_the_description_of_x(
    server: XServer, api: XApi
) -> None:
    link = {"start": 4, "end": 27, "url": "https://t.co/aaaaaaaaaa", "media_key": "3_10"}
    server.add(
        "1",
        text="Ada https://t.co/aaaaaaaaaa",
        pictures=(b"a", b"b"),
        others=("video",),
        entities={"urls": [link]},
        note_post={"text": "Ada, at length"},
        referenced_posts=[{"type": "quoted", "id": "5"}],
    )
    server.faults["2"] = ("not-authorized-for-resource", {})
    server.faults["3"] = ("resource-unavailable", {"resource_id": "3"})
    assert set(by_id(api.posts(["1", "2", "3", "4"]))) == {"1", "2", "3", "4"}
    check_exchanges(server.exchanges)


def test_the_description_would_detect_a_wrong_field(server: XServer, api: XApi) -> None:
    server.add("1")
    list(api.posts(["1"]))
    pytest.importorskip("openapi_core")
    one = server.exchanges[0]
    for query in ({**one.query, "post.fields": "author_id"}, {**one.query, "ids": "x"}):
        with pytest.raises(Exception, match=r"author_id|parameter"):
            check_exchanges([type(one)(one.path, query, one.headers, one.answer)])
    wrong = Answer(200, {"data": [{"id": 1, "text": "a"}]})
    with pytest.raises(Exception, match=r"valid|Invalid"):
        check_exchanges([type(one)(one.path, one.query, one.headers, wrong)])


@pytest.mark.parametrize("spoken", ["post", "tweet"])
@pytest.mark.parametrize("asked", ["post", "tweet"])
def test_the_other_vocabulary_is_tried_once(
    server: XServer, clock: Clock, spoken: str, asked: Any
) -> None:
    server.vocabulary = spoken
    server.add("1", pictures=(b"a",), referenced_posts=[{"type": "replied_to", "id": "5"}])
    server.add("2")
    api = source(server, clock, vocabulary=asked)
    first, *_ = api.posts(["1", "2"])
    assert isinstance(first, Found) and first.post.kind == "reply"
    assert list(by_id(api.posts(["2"]))) == ["2"]
    assert len(server.exchanges) == (2 if spoken == asked else 3)
    assert clock.slept == []


def test_a_request_has_100_ids_and_each_is_answered_once(server: XServer, api: XApi) -> None:
    ids = [str(number) for number in range(1, 251)]
    for post_id in ids[::2]:
        server.add(post_id)
    answers = by_id(api.posts(iter(ids)))
    assert list(answers) and set(answers) == set(ids)
    assert [len(one.query["ids"].split(",")) for one in server.exchanges] == [100, 100, 50]
    assert {one.fate for one in answers.values() if isinstance(one, Missing)} == {"gone"}


def test_partial_errors_with_and_without_resource_id_and_all_failed(
    server: XServer, api: XApi
) -> None:
    server.add("1")
    server.faults["2"] = ("resource-not-found", {})
    server.faults["3"] = ("not-authorized-for-resource", {"resource_id": "3"})
    answers = by_id(api.posts(["1", "2", "3"]))
    assert [type(one) for one in answers.values()] == [Found, Missing, Missing]
    failed = by_id(api.posts(["2", "3"]))
    assert [one.fate for one in failed.values() if isinstance(one, Missing)] == [
        "gone",
        "protected",
    ]
    assert "data" not in server.exchanges[-1].answer.body  # type: ignore[operator]


def test_an_id_in_neither_data_nor_errors_is_asked_for_again_alone(
    server: XServer, api: XApi
) -> None:
    server.add("1")
    server.add("2")
    server.silent.add("3")
    page = server.lookup("", {"ids": "1"}, {"authorization": f"Bearer {TOKEN}"})
    server.next.append(page)
    answers = by_id(api.posts(["1", "2", "3"]))
    assert isinstance(answers["2"], Found)
    assert answers["3"] == Missing(
        "3", "unaccounted", "X's answer does not mention it", can_retry=True
    )
    assert [one.query["ids"] for one in server.exchanges] == ["1,2,3", "2", "3"]


def test_answers_for_ids_that_were_not_asked_are_ignored(server: XServer, api: XApi) -> None:
    server.add("1")
    server.add("2")
    server.next.append(server.lookup("", {"ids": "1,2"}, {"authorization": f"Bearer {TOKEN}"}))
    assert list(by_id(api.posts(["2"]))) == ["2"]


def test_a_retweet_leads_to_its_original(server: XServer, api: XApi) -> None:
    server.add("9", referenced_posts=[{"type": "retweeted", "id": "5"}])
    (answer,) = api.posts(["9"])
    assert isinstance(answer, Redirect) and answer.to == "5"


def error_of_x(name: str, **headers: str) -> Answer:
    """An error in the form that X is known to send."""
    shape = sample("sample_x_v2_errors.json")[name]
    kind = {"Content-Type": shape.get("content_type", "application/json")}
    body = shape["body"]
    content = body.encode() if isinstance(body, str) else body
    return Answer(shape["status"], content, {**kind, **headers})


def test_a_rate_limit_is_waited_out_with_a_countdown(server: XServer, clock: Clock) -> None:
    server.add("1")
    reset = str(int(clock.now) + 300)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    server.next.append(error_of_x("429_rate", **headers))
    shown: list[tuple[float, str]] = []
    api = source(server, clock, on_wait=lambda left, why: shown.append((left, why)))
    assert list(by_id(api.posts(["1"]))) == ["1"]
    assert 300 <= sum(clock.slept) <= 301.1
    assert {why for _, why in shown} == {"X's rate limit"}
    left = [seconds for seconds, _ in shown]
    assert left == sorted(left, reverse=True) and left[-1] == 0 and len(left) >= 301


@pytest.mark.parametrize("reset", [None, "soon", "1"])
def test_waits_for_a_rate_limit_without_a_time_get_longer(
    server: XServer, api: XApi, clock: Clock, reset: str | None
) -> None:
    server.add("1")
    headers = {} if reset is None else {"x-rate-limit-reset": reset}
    server.next.extend([error_of_x("429_rate_legacy", **headers)] * 3)
    assert list(by_id(api.posts(["1"]))) == ["1"]
    assert sum(clock.slept) >= (3 if reset == "1" else 30 + 60 + 120)


def test_a_rate_limit_that_never_passes_ends_the_run(server: XServer, api: XApi) -> None:
    server.next.extend([error_of_x("429_rate_legacy")] * (LIMIT_TRIES + 1))
    with pytest.raises(RemoteError, match="rate limit did not pass"):
        list(api.posts(["1"]))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("429_usage_cap_NOT_a_rate_limit", "the monthly cap of posts is used up (HTTP 429"),
        ("402_credits", "the account has no credits left (HTTP 402"),
        ("401", "X does not accept the token (HTTP 401"),
        ("403_client", "X forbids the lookup (HTTP 403: Client Forbidden, client-not-enrolled)"),
    ],
)
def test_an_error_that_the_user_has_to_fix_stops_the_run_at_once(
    server: XServer, api: XApi, clock: Clock, name: str, words: str
) -> None:
    server.next.append(error_of_x(name))
    with pytest.raises(RemoteError) as caught:
        list(api.posts(["1"]))
    assert caught.value.message.startswith(words)
    assert TOKEN not in caught.value.message + caught.value.hint + repr(caught.value.__cause__)
    assert (len(server.exchanges), clock.slept) == (1, [])


def test_a_token_that_x_repeats_is_not_shown(server: XServer, api: XApi) -> None:
    server.next.append(Answer(401, {"title": "Unauthorized", "detail": f"bad token {TOKEN}"}))
    with pytest.raises(RemoteError) as caught:
        list(api.posts(["1"]))
    assert caught.value.message == "X does not accept the token (HTTP 401: bad token (the token))"


def test_answers_before_a_stop_are_returned(server: XServer, api: XApi) -> None:
    ids = [str(number) for number in range(1, 151)]
    for post_id in ids:
        server.add(post_id)
    given = []
    with pytest.raises(RemoteError):
        for answer in api.posts(ids):
            given.append(answer.post_id)
            if len(given) == 1:
                server.next.append(error_of_x("402_credits"))
    assert given == ids[:100]


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends before an answer."""
    handler.close_connection = True


FAULTS: dict[str, Callable[[], Any]] = {
    "503": lambda: error_of_x("503"),
    "503 html": lambda: error_of_x("503_html"),
    "200 html": lambda: Answer(200, b"<html>over capacity</html>", {"Content-Type": "text/html"}),
    "200 list": lambda: Answer(200, [1]),
    "500 list": lambda: Answer(500, [1]),
    "502 odd": lambda: Answer(502, {"errors": None, "detail": None}),
    "200 deep": lambda: Answer(200, b"[" * 100_000),
    "500 deep": lambda: Answer(500, b"[" * 100_000),
    "not utf-8": lambda: Answer(200, b"\xff\xfe{"),
    "cut": lambda: cut,
    "reset": lambda: reset,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_that_passes_is_retried_after_a_wait(
    server: XServer, api: XApi, clock: Clock, name: str
) -> None:
    server.add("1")
    server.next.extend([FAULTS[name]()] * 2)
    (answer,) = api.posts(["1"])
    assert isinstance(answer, Found)
    assert 4 <= sum(clock.slept) <= 8


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_that_stays_ends_the_run(server: XServer, api: XApi, name: str) -> None:
    server.next.extend([FAULTS[name]()] * TRIES)
    with pytest.raises(RemoteError, match=f"X's API failed {TRIES} times in a row: "):
        list(api.posts(["1"]))
    assert not server.next


def test_a_silent_server_times_out_and_is_asked_again(
    server: XServer, api: XApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnerctl.collector.network.session.TIMEOUT", (0.2, 0.2))
    server.add("1")
    server.next.append(lambda handler: time.sleep(1))
    (answer,) = api.posts(["1"])
    assert isinstance(answer, Found)


def test_an_answer_without_end_is_the_fate_of_one_post(server: XServer, api: XApi) -> None:
    """The answer about both posts is given up, and then that about one of them alone."""
    endless = TooMuch()
    server.add("2")
    server.next.extend([packed_bomb(), endless])
    answers = by_id(api.posts(["1", "2"]))
    reason = "X's answer has more than 16 MiB"
    assert answers["1"] == Missing("1", "unaccounted", reason, can_retry=True)
    assert isinstance(answers["2"], Found)
    assert endless.sent < 2 * MAX_BYTES


def test_redirects_are_not_followed(server: XServer, api: XApi) -> None:
    server.next.append(Answer(302, b"", {"Location": "https://evil.example/"}))
    with pytest.raises(RemoteError, match="TooManyRedirects"):
        list(api.posts(["1"]))


def test_ids_that_x_refuses_do_not_stop_the_others(server: XServer, api: XApi) -> None:
    server.add("1")
    server.next.append(Answer(400, invalid_request("ids", "9999999999999999999")))
    answers = by_id(api.posts(["1", "9999999999999999999"]))
    assert isinstance(answers["1"], Found)
    assert answers["9999999999999999999"] == Missing(
        "9999999999999999999", "refused", "X does not accept it as an id"
    )


def test_a_request_that_x_rejects_in_both_vocabularies(server: XServer, api: XApi) -> None:
    server.next.extend([error_of_x("400_bad_param")] * 2)
    with pytest.raises(RemoteError, match="X does not understand the request"):
        list(api.posts(["1"]))


def test_the_token_is_not_logged_at_any_level(
    server: XServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    server.add("1")
    server.next.append(error_of_x("503"))
    with caplog.at_level(logging.DEBUG):
        list(source(server, clock).posts(["1"]))
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", ["", " ", "a b", "a\nb", "ä", "a\x00"])
def test_a_token_that_cannot_be_one_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        XApi(token, pictures=Downloader())
    assert caught.value.message == (
        "X_BEARER_TOKEN: wanted a bearer token, visible ASCII without spaces"
    )


def test_white_space_around_a_token_is_ignored(server: XServer, clock: Clock) -> None:
    server.add("1")
    api = XApi(f" {TOKEN}\n", pictures=Downloader(), loopback=server.url, sleep=clock.sleep)
    assert list(by_id(api.posts(["1"]))) == ["1"]
