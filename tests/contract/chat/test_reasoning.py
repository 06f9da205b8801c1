"""`ask` and models that reason: room for their tokens, their effort, and what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mnerctl.model.chat import AskResults, ask, plan
from mnerctl.model.chat.report import report_of
from mnerctl.model.chat.server.parameters import MOST_TOKENS
from mnerctl.model.chat.settings import MAX_TOKENS
from mnerctl.schema import PartlyDone, Release, RemoteError
from support.chat_posts import BOTH, found, release_of, settings_for
from support.chat_server import (
    REFUSALS,
    ChatServer,
    answer_with,
    completion,
    error,
)

pytestmark = pytest.mark.contract


def rooms_of(server: ChatServer) -> list[int]:
    """Return the most tokens that each answer could have."""
    return [body["max_tokens"] for body in server.requests]


def run_of(release: Release, server: ChatServer, results: AskResults, **changes: Any) -> Any:
    return report_of(release, settings_for(server, **changes), results).run


def test_reasoning_gets_room_and_is_paid_once(server: ChatServer, release: Release) -> None:
    server.thinks = 1500
    results = ask(release, settings_for(server, price_in=1.0, price_out=10.0))
    assert found(results) == [BOTH] * 8
    assert results.answer_counts("test").cut == 0
    rooms = rooms_of(server)
    assert rooms == [MAX_TOKENS, *[4 * MAX_TOKENS] * 8]
    run = run_of(release, server, results, price_in=1.0, price_out=10.0)
    assert (run.requests, run.asked_again, run.max_tokens) == (9, 1, 4 * MAX_TOKENS)
    assert run.tokens_reasoning == 8 * 1500 + 1014
    assert (run.tokens_in, run.tokens_out) == (900, 8 * 1510 + 1024)
    assert run.dollars == pytest.approx((900 * 1.0 + (8 * 1510 + 1024) * 10.0) / 1e6)
    ask(release, settings_for(server))
    assert len(server.requests) == 9


def test_reasoning_without_end_is_cut(server: ChatServer, release: Release) -> None:
    server.thinks = 10**9
    results = ask(release, settings_for(server))
    assert results.answer_counts("test").cut == 8
    rooms = rooms_of(server)
    assert rooms == [MAX_TOKENS, 4 * MAX_TOKENS, *[MOST_TOKENS] * 8]
    assert results.requests == 10
    ask(release, settings_for(server))
    assert len(server.requests) == 10


def test_room_that_the_server_does_not_have(server: ChatServer, release: Release) -> None:
    """The cut answer stays, and no other post asks for that room."""
    server.thinks, server.most_tokens = 1500, MAX_TOKENS
    results = ask(release, settings_for(server))
    assert results.answer_counts("test").cut == 8
    rooms = rooms_of(server)
    assert rooms == [MAX_TOKENS, 4 * MAX_TOKENS, *[MAX_TOKENS] * 7]
    assert run_of(release, server, results).max_tokens == MAX_TOKENS


def test_a_long_post_leaves_less_room(server: ChatServer, tmp_path: Path) -> None:
    """It is asked about with the first room; other posts keep theirs."""
    release = release_of(tmp_path / "made", "post 0", "post 1", "post 2", "post 3")
    empty = completion("", finish="length", reasoning=1000)
    too_long = error(400, "This model's maximum context length is 2048 tokens.")
    server.next.extend([empty, answer_with(), too_long])
    results = ask(release, settings_for(server))
    rooms = rooms_of(server)
    wide = 4 * MAX_TOKENS
    assert rooms == [MAX_TOKENS, wide, wide, MAX_TOKENS, wide, wide]
    assert results.answer_counts("test").answered == 4


def test_openai_reports_lost_reasoning_as_an_error(server: ChatServer, release: Release) -> None:
    words = (
        "Could not finish the message because max_tokens or model output limit was reached."
        " Please try again with higher max_tokens."
    )
    server.next.append(error(400, words))
    results = ask(release, settings_for(server))
    assert found(results) == [BOTH] * 8
    assert rooms_of(server)[:2] == [MAX_TOKENS, 4 * MAX_TOKENS]
    assert run_of(release, server, results).changes == ()


def test_effort(server: ChatServer, release: Release) -> None:
    """It is another question to the cache, and in the report."""
    ask(release, settings_for(server))
    assert all("reasoning_effort" not in request for request in server.requests)
    results = ask(release, settings_for(server, effort="low"))
    assert [request["reasoning_effort"] for request in server.requests[8:]] == ["low"] * 8
    assert run_of(release, server, results, effort="low").effort == "low"
    made = plan(release, settings_for(server, effort="high"))
    assert len(made.missing) == 8
    assert "480 out without reasoning" in str(made)
    assert "without reasoning" not in str(plan(release, settings_for(server, effort="none")))


def test_an_effort_that_the_model_does_not_take(server: ChatServer, release: Release) -> None:
    """It was asked for, so it is not left out in silence."""
    server.refuses = {"reasoning_effort": REFUSALS["reasoning_effort"]}
    with pytest.raises(RemoteError, match="Unrecognized request argument supplied") as caught:
        ask(release, settings_for(server, effort="low"))
    assert "--effort" in caught.value.hint
    assert len(server.requests) == 1


def test_cached_tokens_have_their_price(server: ChatServer, release: Release) -> None:
    server.by_post["post 3 "] = answer_with(cached=60)
    results = ask(release, settings_for(server))
    prices = {"price_in": 2.0, "price_out": 10.0}
    run = run_of(release, server, results, **prices)
    assert (run.tokens_in, run.tokens_cached, run.tokens_out) == (800, 60, 80)
    assert run.dollars == pytest.approx((800 * 2 + 80 * 10) / 1e6)
    run = run_of(release, server, results, **prices, price_cached=0.5)
    assert run.dollars == pytest.approx((740 * 2 + 60 * 0.5 + 80 * 10) / 1e6)
    assert (run.price_in, run.price_cached, run.price_out) == (2.0, 0.5, 10.0)


def test_the_estimate_learns_from_answers_with_reasoning(
    server: ChatServer, release: Release
) -> None:
    server.thinks = 490
    with pytest.raises(PartlyDone):
        ask(release, settings_for(server, max_requests=2))
    assert plan(release, settings_for(server)).tokens_out == 6 * 500
