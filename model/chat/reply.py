"""What an endpoint answered about one post, and the entities in it, read strictly.

An answer is one JSON object; a code fence around all of it is read too, and counted. Anything else, such as
words before it or half of it, is a broken answer, in which nothing is looked for. Nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Outcome = Literal["answered", "refused", "cut", "rejected"]
Verdict = Literal["answered", "refused", "cut", "broken", "rejected"]
"""refused: the model, or a filter, would not. cut: it was not finished. broken: not as was asked for.
rejected: the endpoint would not take the request (400), whatever the model."""
_FENCE: Final = re.compile(r"```(?:json)?[ \t]*\n(.*)\n```", re.DOTALL | re.IGNORECASE)
REFUSING: Final = "content_filter"
CUT: Final = "length"


class Reply(BaseModel):
    """An answer as it is kept. model: as the endpoint names it. tokens: as the endpoint counts them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    content: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    is_structured: bool = False


class _Other(BaseModel):
    """Another party's JSON: what we do not know is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Message(_Other):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Other):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Other):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(_Other):
    choices: list[_Choice]
    model: str = ""
    usage: _Usage | None = None


class Named(_Other):
    """An entity as the model gives it."""

    text: str
    type: str


class _Answer(_Other):
    entities: list[Named]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a reply."""

    verdict: Verdict
    entities: tuple[Named, ...] = ()
    is_fenced: bool = False


def reply_of(body: str, *, is_structured: bool) -> Reply | None:
    """The first choice of a completion, or None where the body is no completion."""
    try:  # half of an emoji, where a model was cut, is no reason to lose what was paid for
        whole = json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
        completion = _Completion.model_validate_json(whole)
    except (ValueError, RecursionError):
        return None
    if not completion.choices:
        return None
    choice, usage = completion.choices[0], completion.usage or _Usage()
    outcome: Outcome = "answered"
    if choice.message.refusal or choice.finish_reason == REFUSING:
        outcome = "refused"
    elif choice.finish_reason == CUT:
        outcome = "cut"
    return Reply(
        outcome=outcome,
        content=choice.message.refusal or choice.message.content or "",
        model=completion.model,
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
        is_structured=is_structured,
    )


def read(reply: Reply) -> Reading:
    """The entities of an answer; none where there is none or where it is broken."""
    if reply.outcome != "answered":
        return Reading(reply.outcome)
    content = reply.content.strip()
    fence = _FENCE.fullmatch(content)
    try:
        answer = _Answer.model_validate_json(fence[1] if fence else content)
    except ValidationError:
        return Reading("broken", is_fenced=bool(fence))
    return Reading("answered", tuple(answer.entities), bool(fence))
