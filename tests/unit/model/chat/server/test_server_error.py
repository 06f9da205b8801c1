"""Errors of servers: what they name, what they refuse, and what is shown of them."""

from __future__ import annotations

import json

import pytest

from mnerctl.model.chat.server.server_error import MAX_SHOWN, ServerError


def error(message: object, **fields: object) -> ServerError:
    return ServerError.of(json.dumps({"error": {"message": message, **fields}}))


@pytest.mark.parametrize(
    ("message", "param", "refused"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model. Use"
         " 'max_completion_tokens' instead.", "max_tokens", "max_tokens"),
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", None, "max_tokens"),
        ("Unsupported value: 'temperature' does not support 0 with this model.", "temperature",
         "temperature"),
        ("`temperature` is deprecated for this model.", None, "temperature"),
        ("Unrecognized request argument supplied: reasoning_effort", None, "reasoning_effort"),
        ("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this"
         " model.", None, "response_format"),
        ("max_tokens is too large: 16384. This model supports at most 4096 completion tokens.",
         "max_tokens", None),
        ("This model's maximum context length is 2048 tokens. However, your request has 8 input tokens"
         " plus 2045 'max_tokens'.", "input_tokens, max_tokens", None),
        ("Pictures are not supported; max_tokens was 5", "messages", None),
        ("model max_tokens_2 is not supported", None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_what_is_refused(message: str, param: str | None, refused: str | None) -> None:
    found = error(message, param=param)
    named = ("max_tokens", "temperature", "reasoning_effort", "response_format")
    assert [name for name in named if found.refuses(name)] == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"error": "no such model"}', "no such model"),
        ('{"detail": "Server is pinned"}', "Server is pinned"),
        ('{"object": "error", "message": "too long", "code": 400}', "too long"),
        ('{"detail": [{"type": "missing", "loc": ["body", "n"], "msg": "Field required",'
         ' "input": {"messages": "a post"}}]}', "body n: Field required (missing)"),
        ('{"error": {"message": null}}', ""),
        ('{"error": null}', ""),
        ('{"message": {"a": 1}}', '{"a": 1}'),
        ('{"detail": [7, {}]}', "7; :  ()"),
        ("[1]", ""),
        ("<html>", ""),
        ("[" * 100_000, ""),
    ],
)  # fmt: skip
def test_words(text: str, message: str) -> None:
    assert ServerError.of(text).message == message


def test_what_is_shown() -> None:
    assert error("a\x1b[2J\n b").shown == " (a [2J b)"
    assert len(error("x" * 9999).shown) == MAX_SHOWN + 4
    assert ServerError().shown == ""


def test_no_room() -> None:
    words = "Could not finish the message because max_tokens or model output limit was reached."
    assert error(words).is_without_room
    assert not error("max_tokens is too large: 16384.").is_without_room
