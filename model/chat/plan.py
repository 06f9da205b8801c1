"""What asking about a release will take, before anything is sent: requests, about how many tokens, dollars.

Every request is built once, to look for its answer in the cache.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from ...schema import Record, Release, Split
from ...schema.progress import OnCount, ignore_count
from .answers import Answers, key_of_request
from .pictures import Pictures
from .prompt import FORMAT, examples_of, request
from .reply import Reply
from .settings import ChatSettings

BYTES_A_TOKEN: Final = 4
ANSWER_TOKENS: Final = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A post to ask about. tokens: of the request, about."""

    record: Record
    key: bytes
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """questions: for each record, in order. known: answers in the cache. missing: the requests to make, each
    once. later: how many requests `max_requests` leaves for another run."""

    settings: ChatSettings
    examples: Sequence[Record]
    pictures: Pictures
    questions: Mapping[Split, Sequence[Question]]
    known: Mapping[bytes, Reply]
    missing: Sequence[Question]
    later: int

    @property
    def posts(self) -> int:
        """Of all splits."""
        return sum(map(len, self.questions.values()))

    @property
    def tokens_in(self) -> int:
        """An estimate."""
        return sum(question.tokens for question in self.missing)

    @property
    def tokens_out(self) -> int:
        """An estimate."""
        return ANSWER_TOKENS * len(self.missing)

    def __str__(self) -> str:
        dollars = dollars_of(self.settings, self.tokens_in, self.tokens_out)
        price = "" if dollars is None else f", about ${dollars:,.2f}"
        later = f"; {self.later:,} more are left for later" if self.later else ""
        tokens = f"about {self.tokens_in:,} tokens in and {self.tokens_out:,} out"
        return (
            f"{self.posts:,} posts, {len(self.known):,} answers in the cache:"
            f" {len(self.missing):,} requests to {self.settings.model}, {tokens}{price}{later}"
        )

    def body(self, record: Record) -> dict[str, Any]:
        """The request about a record, without `response_format`."""
        addresses, _ = self.pictures.addresses(record)
        return request(record, self.settings, examples=self.examples, pictures=addresses)


def plan(
    release: Release,
    settings: ChatSettings,
    *,
    splits: Sequence[Split] = ("test",),
    on_count: OnCount = ignore_count,
) -> Plan:
    """Reads the cache and the pictures. on_count: records looked at."""
    examples = examples_of(release.splits["train"], settings)
    pictures = Pictures(release, settings)
    total = sum(len(release.splits[split]) for split in splits)
    questions: dict[Split, list[Question]] = {split: [] for split in splits}
    for split, row in questions.items():
        for record in release.splits[split]:
            addresses, tokens = pictures.addresses(record)
            body = request(record, settings, examples=examples, pictures=addresses)
            row.append(Question(record, key_of_request(body), tokens + _text_tokens(body)))
            on_count(sum(map(len, questions.values())), total)
    each = {question.key: question for row in questions.values() for question in row}
    with closing(Answers()) as answers:
        known = {key: reply for key in each if (reply := answers.known(key))}
    missing = [question for key, question in each.items() if key not in known]
    now = missing[: settings.max_requests]
    return Plan(
        settings=settings,
        examples=examples,
        pictures=pictures,
        questions=questions,
        known=known,
        missing=now,
        later=len(missing) - len(now),
    )


def dollars_of(settings: ChatSettings, tokens_in: int, tokens_out: int) -> float | None:
    """None where a price is not given."""
    if settings.price_in is None or settings.price_out is None:
        return None
    return (tokens_in * settings.price_in + tokens_out * settings.price_out) / 1e6


def _text_tokens(body: dict[str, Any]) -> int:
    """A quarter of its bytes: near enough for English, too little for many other scripts."""
    said = [json.dumps(FORMAT)]
    for message in body["messages"]:
        content = message["content"]
        said.append(content if isinstance(content, str) else content[0]["text"])
    return sum(len(text.encode()) for text in said) // BYTES_A_TOKEN
