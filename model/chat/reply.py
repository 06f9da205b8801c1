"""Read the answer of an endpoint about one post, and strictly parse the entities in it.

An answer is one JSON object. A code fence around the whole object is accepted and counted. Anything else,
such as words before the object or half of it, is a broken answer without entities. Nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema.files.json_text import parse_json
from .settings import MAX_TOKENS
from .usage import usage_of

Outcome = Literal["answered", "refused", "cut", "rejected"]
Verdict = Literal["answered", "refused", "cut", "broken", "rejected"]
"""What became of a request.

refused: the model or a filter refused. cut: the answer was not finished. broken: the answer does not have the
requested format. rejected: the endpoint did not accept the request (HTTP 400).
"""
_FENCE: Final = re.compile(r"```(?:json)?[ \t]*\n(.*)\n```", re.DOTALL | re.IGNORECASE)
REFUSING: Final = "content_filter"
CUT: Final = "length"


class Reply(BaseModel):
    """An answer as it is stored.

    Attributes:
        outcome: what became of the request.
        content: text of the answer.
        model: name of the model, as given by the endpoint.
        tokens_in: tokens of the request, as counted by the endpoint.
        tokens_out: tokens of the answer with its reasoning, as counted by the endpoint.
        is_structured: whether structured output was requested.
        tokens_cached: tokens of the request that the endpoint had in its cache; part of `tokens_in`.
        tokens_reasoning: tokens of reasoning; part of `tokens_out`.
        room: most tokens that the answer could have.
        asked: number of requests that were answered and paid for; tokens are those of all of them.
        changes: parameters that the endpoint does not take, and what was sent instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    content: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    is_structured: bool = False
    tokens_cached: int = 0
    tokens_reasoning: int = 0
    room: int = MAX_TOKENS
    asked: int = 1
    changes: tuple[str, ...] = ()

    @property
    def is_cut_by_reasoning(self) -> bool:
        """Whether reasoning took the room of the answer; an answer of white space alone is not empty."""
        return self.outcome == "cut" and (self.tokens_reasoning > 0 or not self.content)

    def after(self, earlier: Reply) -> Reply:
        """Return this answer with the tokens of an earlier one to the same question, which were paid for."""
        return self.model_copy(
            update={
                name: getattr(self, name) + getattr(earlier, name)
                for name in (
                    "tokens_in",
                    "tokens_out",
                    "tokens_cached",
                    "tokens_reasoning",
                    "asked",
                )
            }
        )


class _Foreign(BaseModel):
    """JSON of another program; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Message(_Foreign):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Foreign):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Foreign):
    choices: list[_Choice]
    model: str = ""
    usage: Any = None


class NamedEntity(_Foreign):
    """An entity in the words of the model."""

    text: str
    type: str


class _Answer(_Foreign):
    entities: list[NamedEntity]


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """The content of a reply.

    Attributes:
        verdict: what became of the request.
        entities: the entities; none unless the verdict is `answered`.
        is_fenced: whether the answer was in a code fence.
    """

    verdict: Verdict
    entities: tuple[NamedEntity, ...] = ()
    is_fenced: bool = False


def reply_of(body: str, *, is_structured: bool) -> Reply | None:
    """Return the first choice of a completion, or None if the body is not a completion."""
    try:  # an answer that was cut in the middle of an emoji is still paid for
        whole = json.dumps(parse_json(body), ensure_ascii=False).encode("utf-8", "replace")
        completion = _Completion.model_validate_json(whole)
    except ValueError:
        return None
    if not completion.choices:
        return None
    choice, usage = completion.choices[0], usage_of(completion.usage)
    outcome: Outcome = "answered"
    if choice.message.refusal or choice.finish_reason == REFUSING:
        outcome = "refused"
    elif choice.finish_reason == CUT:
        outcome = "cut"
    return Reply(
        outcome=outcome,
        content=choice.message.refusal or choice.message.content or "",
        model=completion.model,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_cached=usage.cached,
        tokens_reasoning=usage.reasoning,
        is_structured=is_structured,
    )


def parse_reply(reply: Reply) -> ParsedReply:
    """Return the entities of an answer; none if it is missing or broken."""
    if reply.outcome != "answered":
        return ParsedReply(reply.outcome)
    content = reply.content.strip()
    fence = _FENCE.fullmatch(content)
    try:
        answer = _Answer.model_validate_json(fence[1] if fence else content)
    except ValidationError:
        return ParsedReply("broken", is_fenced=bool(fence))
    return ParsedReply("answered", tuple(answer.entities), bool(fence))
