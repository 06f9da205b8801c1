"""Answers are parsed strictly: a whole JSON object gives entities, and nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.chat.reply import Reply, parse_reply, reply_of
from support.chat_server import completion

GOOD = '{"entities": [{"text": "Ada", "type": "PER"}]}'


def body(**changes: Any) -> str:
    """Return a completion with changed fields of its first choice."""
    content: dict[str, Any] = completion(GOOD).body  # type: ignore[assignment]
    content["choices"][0].update(changes)
    return json.dumps(content)


@pytest.mark.parametrize(
    ("content", "verdict", "is_fenced"),
    [
        (GOOD, "answered", False),
        (f"\n {GOOD}\n", "answered", False),
        (f"```json\n{GOOD}\n```", "answered", True),
        (f"```\n{GOOD}\n```", "answered", True),
        ('{"entities": []}', "answered", False),
        (
            '{"entities": [{"text": "Ada", "type": "PER", "why": 1}], "note": null}',
            "answered",
            False,
        ),
        (f"Here you are: {GOOD}", "broken", False),
        (f"```json\n{GOOD}\n```\n```json\n{GOOD}\n```", "broken", True),
        (GOOD[:-3], "broken", False),
        (f"{GOOD}{GOOD}", "broken", False),
        ('[{"text": "Ada", "type": "PER"}]', "broken", False),
        ('{"entities": {"Ada": "PER"}}', "broken", False),
        ('{"entities": [{"text": 7, "type": "PER"}]}', "broken", False),
        ('{"entities": [{"text": "Ada"}]}', "broken", False),
        ('{"entities": null}', "broken", False),
        ("{'entities': []}", "broken", False),
        ('{"entities": [{"text": "\\ud83d", "type": "PER"}]}', "broken", False),
        ("__import__('os').abort()", "broken", False),
        ("[" * 100_000, "broken", False),
        ("I'm sorry, I can't help with that.", "broken", False),
        ("", "broken", False),
    ],
)
def test_contents(content: str, verdict: str, is_fenced: bool) -> None:
    found = parse_reply(Reply(outcome="answered", content=content))
    assert (found.verdict, found.is_fenced) == (verdict, is_fenced)
    assert verdict == "answered" or found.entities == ()


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "answered"),
        ({"finish_reason": "length"}, "cut"),
        ({"finish_reason": "content_filter"}, "refused"),
        ({"finish_reason": None}, "answered"),
        ({"message": {"role": "assistant", "content": None, "refusal": "No."}}, "refused"),
        ({"message": {"role": "assistant", "content": None}}, "answered"),
        ({"message": {"content": "half \ud83d"}, "finish_reason": "length"}, "cut"),
    ],
)
def test_outcomes(changes: dict[str, Any], outcome: str) -> None:
    reply = reply_of(body(**changes), is_structured=True)
    assert reply is not None
    assert (reply.outcome, reply.model, reply.tokens_in, reply.tokens_out) == (
        outcome, "made-1-2024", 100, 10,
    )  # fmt: skip
    assert Reply.model_validate_json(reply.model_dump_json()) == reply
    if outcome != "answered":
        assert parse_reply(reply).entities == ()


@pytest.mark.parametrize(
    "text",
    ["", "<html>", "null", "[]", "{}", '{"choices": []}', '{"choices": [{}]}', "[" * 100_000],
)
def test_no_completion(text: str) -> None:
    assert reply_of(text, is_structured=False) is None


@given(
    st.text(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str)
)
def test_no_text_raises(text: str) -> None:
    parse_reply(Reply(outcome="answered", content=text.encode("utf-8", "replace").decode()))
    reply_of(text, is_structured=False)


@pytest.mark.parametrize(
    ("content", "finish", "reasoning", "is_cut_by_reasoning"),
    [
        ("", "length", 1014, True),
        (None, "length", 0, True),
        (GOOD[:-3], "length", 1000, True),
        (GOOD[:-3], "length", 0, False),
        ("\n" * 500, "length", 0, False),  # a model without reasoning that never ends
        ("", "stop", 1000, False),
        (GOOD, "stop", 1000, False),
    ],
)
def test_answers_that_reasoning_cut(
    content: str | None, finish: str, reasoning: int, is_cut_by_reasoning: bool
) -> None:
    answer = completion(content, finish=finish, reasoning=reasoning)
    reply = reply_of(json.dumps(answer.body), is_structured=True)
    assert reply is not None and reply.is_cut_by_reasoning == is_cut_by_reasoning


def test_tokens_of_an_answer_include_those_of_earlier_ones() -> None:
    first = Reply(outcome="cut", tokens_in=5, tokens_out=9, tokens_reasoning=8, tokens_cached=1)
    last = Reply(outcome="answered", content=GOOD, tokens_in=5, tokens_out=30, tokens_reasoning=20)
    both = last.after(first)
    assert (both.outcome, both.content, both.asked) == ("answered", GOOD, 2)
    assert (both.tokens_in, both.tokens_out) == (10, 39)
    assert (both.tokens_reasoning, both.tokens_cached) == (28, 1)
