"""Estimate what asking about a release takes, before anything is sent: requests, tokens and dollars.

Every request is built once, to look for its answer in the cache.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from ...schema import Record, Release, Split
from ...schema.progress import OnCount, ignore_count
from .answers import key_of_request, stored_answers
from .pictures import Pictures
from .prompt import FORMAT, examples_of, request_body
from .reply import Reply
from .settings import ChatSettings

BYTES_PER_TOKEN: Final = 4
ANSWER_TOKENS: Final = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A post to ask about.

    Attributes:
        record: the post.
        key: key of its request.
        tokens: estimated tokens of its request.
    """

    record: Record
    key: bytes
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to send.

    Attributes:
        settings: how to ask.
        examples: records of train that every request shows.
        pictures: the pictures of the posts.
        questions: for each split, one per record, in order.
        cached: answers in the cache, by key.
        missing: requests to send, each once.
        later: number of requests that `max_requests` leaves for another run.
    """

    settings: ChatSettings
    examples: Sequence[Record]
    pictures: Pictures
    questions: Mapping[Split, Sequence[Question]]
    cached: Mapping[bytes, Reply]
    missing: Sequence[Question]
    later: int

    @property
    def posts(self) -> int:
        """The number of posts of all splits."""
        return sum(map(len, self.questions.values()))

    @property
    def tokens_in(self) -> int:
        """The estimated tokens of the requests."""
        return sum(question.tokens for question in self.missing)

    @property
    def tokens_out(self) -> int:
        """The estimated tokens of the answers; with reasoning only if answers in the cache have some."""
        known = [one.tokens_out for one in self.cached.values() if one.tokens_reasoning]
        each = max(ANSWER_TOKENS, round(fmean(known))) if known else ANSWER_TOKENS
        return each * len(self.missing)

    def __str__(self) -> str:
        dollars = dollars_of(self.settings, tokens_in=self.tokens_in, tokens_out=self.tokens_out)
        price = "" if dollars is None else f", about ${dollars:,.2f}"
        later = f"; {self.later:,} more are left for later" if self.later else ""
        tokens = f"about {self.tokens_in:,} tokens in and {self.tokens_out:,} out"
        reasons = self.settings.effort not in (None, "none")
        is_unknown = reasons and not any(one.tokens_reasoning for one in self.cached.values())
        reasoning = " without reasoning" if is_unknown else ""
        return (
            f"{self.posts:,} posts, {len(self.cached):,} answers in the cache:"
            f" {len(self.missing):,} requests to {self.settings.model},"
            f" {tokens}{reasoning}{price}{later}"
        )

    def body(self, record: Record) -> dict[str, Any]:
        """Return the request about a record, without `response_format`."""
        addresses, _ = self.pictures.addresses(record)
        return request_body(record, self.settings, examples=self.examples, pictures=addresses)


def plan(
    release: Release,
    settings: ChatSettings,
    *,
    splits: Sequence[Split] = ("test",),
    on_count: OnCount = ignore_count,
) -> Plan:
    """Build every request, and look for its answer in the cache.

    Args:
        release: the posts.
        settings: how to ask.
        splits: splits to ask about.
        on_count: called with the records done.
    """
    examples = examples_of(release.splits["train"], settings)
    pictures = Pictures(release, settings)
    total = sum(len(release.splits[split]) for split in splits)
    questions: dict[Split, list[Question]] = {split: [] for split in splits}
    for split, row in questions.items():
        for record in release.splits[split]:
            addresses, tokens = pictures.addresses(record)
            body = request_body(record, settings, examples=examples, pictures=addresses)
            row.append(Question(record, key_of_request(body), tokens + _text_tokens(body)))
            on_count(sum(map(len, questions.values())), total)
    by_key = {question.key: question for row in questions.values() for question in row}
    cached = stored_answers(by_key)
    missing = [question for key, question in by_key.items() if key not in cached]
    now = missing[: settings.max_requests]
    return Plan(
        settings=settings,
        examples=examples,
        pictures=pictures,
        questions=questions,
        cached=cached,
        missing=now,
        later=len(missing) - len(now),
    )


def dollars_of(
    settings: ChatSettings, *, tokens_in: int, tokens_out: int, tokens_cached: int = 0
) -> float | None:
    """Return the price of these tokens in dollars; None if the settings have no prices.

    Args:
        settings: the prices.
        tokens_in: tokens of requests, with those that the endpoint had in its cache.
        tokens_out: tokens of answers, with reasoning.
        tokens_cached: tokens of requests that the endpoint had in its cache.
    """
    if settings.price_in is None or settings.price_out is None:
        return None
    cached = settings.price_in if settings.price_cached is None else settings.price_cached
    fresh = tokens_in - tokens_cached
    return (
        fresh * settings.price_in + tokens_cached * cached + tokens_out * settings.price_out
    ) / 1e6


def _text_tokens(body: dict[str, Any]) -> int:
    """Estimate tokens as a quarter of the bytes: good for English, too few for many other scripts."""
    texts = [json.dumps(FORMAT)]
    for message in body["messages"]:
        content = message["content"]
        texts.append(content if isinstance(content, str) else content[0]["text"])
    return sum(len(text.encode()) for text in texts) // BYTES_PER_TOKEN
