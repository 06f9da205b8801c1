"""`ask` and models that do not take every parameter, or reject everything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mnerctl.model.chat import AskResults, ask
from mnerctl.model.chat.ask import MAX_REJECTED
from mnerctl.model.chat.report import report_of
from mnerctl.model.chat.settings import MAX_TOKENS
from mnerctl.schema import PartlyDone, Release, RemoteError
from support.chat_posts import BOTH, found, release_of, settings_for
from support.chat_server import (
    KEY,
    REFUSALS,
    Answer,
    ChatServer,
    error,
)

pytestmark = pytest.mark.contract
PARAMETERS = ("max_tokens", "max_completion_tokens", "temperature", "reasoning_effort")


def sent(server: ChatServer) -> list[dict[str, Any]]:
    """Return the parameters of each request that may be refused."""
    return [{name: body[name] for name in PARAMETERS if name in body} for body in server.requests]


def run_of(release: Release, server: ChatServer, results: AskResults, **changes: Any) -> Any:
    return report_of(release, settings_for(server, **changes), results).run


def test_a_reasoning_model_of_openai(server: ChatServer, release: Release) -> None:
    """Each refused parameter costs one request that is not paid for, then never again."""
    server.refuses = {name: REFUSALS[name] for name in ("max_tokens", "temperature")}
    results = ask(release, settings_for(server))
    assert found(results) == [BOTH] * 8
    first, second, *others = sent(server)
    assert first == {"max_tokens": MAX_TOKENS, "temperature": 0}
    assert second == {"max_completion_tokens": MAX_TOKENS, "temperature": 0}
    assert others == [{"max_completion_tokens": MAX_TOKENS}] * 8
    wanted = ("max_tokens sent as max_completion_tokens", "temperature left out")
    run = run_of(release, server, results)
    assert (run.changes, run.requests, run.structured) == (wanted, 8, 8)
    again = ask(release, settings_for(server, address=None))
    assert len(server.requests) == 10, "the cache goes by what was asked, not by what was changed"
    assert run_of(release, server, again).changes == wanted


def test_threads_change_a_parameter_at_the_same_time(server: ChatServer, release: Release) -> None:
    server.refuses = {name: REFUSALS[name] for name in ("max_tokens", "temperature")}
    server.delay = 0.05
    assert found(ask(release, settings_for(server, parallel=8))) == [BOTH] * 8
    assert len(server.requests) <= 3 * 8


OTHER_WORDS = {
    "proxy": error(400, str(REFUSALS["temperature"].body), code="unsupported_value"),
    "no code": error(400, "Unsupported parameter: 'temperature' is not supported with this model."),
    "deprecated": Answer(
        400,
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "`temperature` is deprecated for this model.",
            },
        },
    ),
    "number as code": Answer(
        400,
        {
            "object": "error",
            "message": "temperature: not supported",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    ),
    "fastapi": Answer(422, {"detail": "Unexpected fields in the request: {'temperature'}"}),
    "pydantic": Answer(
        422,
        {
            "object": "error",
            "message": {
                "detail": [
                    {
                        "type": "extra_forbidden",
                        "loc": ["body", "temperature"],
                        "msg": "Extra inputs are not permitted",
                        "input": 0,
                    }
                ]
            },
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        },
    ),
}


@pytest.mark.parametrize("refusal", OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_the_words_of_other_servers(server: ChatServer, release: Release, refusal: Answer) -> None:
    server.refuses = {"temperature": refusal}
    assert found(ask(release, settings_for(server))) == [BOTH] * 8
    assert (
        sent(server)
        == [{"max_tokens": MAX_TOKENS, "temperature": 0}] + [{"max_tokens": MAX_TOKENS}] * 8
    )


def test_a_parameter_that_was_taken_is_never_changed(server: ChatServer, release: Release) -> None:
    """A later error about one post, which may repeat its words, changes nothing for others."""
    server.by_post["post 3 "] = REFUSALS["temperature"]
    results = ask(release, settings_for(server))
    assert results.answer_counts("test").rejected == 1
    assert sent(server) == [{"max_tokens": MAX_TOKENS, "temperature": 0}] * 8
    assert run_of(release, server, results).changes == ()


def test_a_number_that_is_too_large_is_no_refused_parameter(
    server: ChatServer, release: Release
) -> None:
    words = "max_tokens=1024 cannot be greater than max_model_len=512."
    server.refuses = {"max_tokens": error(400, words, param="max_tokens")}
    with pytest.raises(RemoteError, match=re.escape(words)):
        ask(release, settings_for(server))
    assert not any("max_completion_tokens" in request for request in server.requests)


@pytest.mark.parametrize("parallel", [1, 4])
def test_ten_rejections_end_a_run(server: ChatServer, tmp_path: Path, parallel: int) -> None:
    """Nothing more is sent, even if earlier runs were answered; their answers stay."""
    texts = [f"post {n} : Ada in Paris" for n in range(30)]
    release = release_of(tmp_path / "made", *texts)
    with pytest.raises(PartlyDone):
        ask(release, settings_for(server, max_requests=5))
    server.refuses = {"max_tokens": error(400, f"The model of {KEY} was retired.")}
    with pytest.raises(RemoteError) as caught:
        ask(release, settings_for(server, parallel=parallel))
    assert caught.value.exit_code == 4
    assert caught.value.message == (
        f"{server.url}: the endpoint rejects every request, 10 of 10:"
        " HTTP 400 (The model of [key] was retired.)"
    )
    assert KEY not in caught.value.hint and "MNERCTL_CHAT_MODEL" in caught.value.hint
    asked = {body["messages"][-1]["content"] for body in server.requests[5:]}
    assert MAX_REJECTED <= len(asked) < MAX_REJECTED + parallel
    server.refuses = {}
    before = len(server.requests)
    assert found(ask(release, settings_for(server))) == [BOTH] * 30
    assert len(server.requests) == before + 25


def test_nine_rejections_do_not(server: ChatServer, tmp_path: Path) -> None:
    release = release_of(tmp_path / "made", *(f"post {n} : Ada in Paris" for n in range(12)))
    for number in range(9):
        server.by_post[f"post {number} "] = error(400, "too long")
    results = ask(release, settings_for(server))
    assert found(results) == [[]] * 9 + [BOTH] * 3
    assert results.answer_counts("test").rejected == 9


def test_a_key_behind_json_escapes(
    server: ChatServer, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = 'sk/test"0123\\456'
    monkeypatch.setenv("MNERCTL_CHAT_KEY", key)
    hidden = b'{"error": {"message": "no: sk\\/test\\u00220123\\\\4\\u00356."}}'
    server.next.append(Answer(401, hidden))
    with pytest.raises(RemoteError) as caught:
        ask(release, settings_for(server))
    assert caught.value.message.endswith("HTTP 401 (no: [key].)")
