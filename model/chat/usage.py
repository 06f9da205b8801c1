"""Read the tokens of an answer as servers count them, with those of reasoning and of the server's cache.

OpenAI and most others count reasoning among `completion_tokens`. Some count it only in `total_tokens`, so the
difference counts as reasoning. An answer whose usage cannot be read is still an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request and its answer.

    Attributes:
        tokens_in: tokens of the request.
        tokens_out: tokens of the answer, with reasoning.
        cached: tokens of the request that the server had in its cache; part of `tokens_in`.
        reasoning: tokens of reasoning; part of `tokens_out`.
    """

    tokens_in: int
    tokens_out: int
    cached: int
    reasoning: int


def usage_of(usage: Any) -> Usage:
    """Return the tokens of the field `usage`; 0 for each count that is not there."""
    tokens_in, tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    cached = _count(usage, "prompt_tokens_details", "cached_tokens")
    reasoning = _count(usage, "completion_tokens_details", "reasoning_tokens")
    beside = max(0, _count(usage, "total_tokens") - tokens_in - tokens_out)
    beside = beside if tokens_in and tokens_out else 0
    tokens_out += beside
    return Usage(
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cached=min(tokens_in, cached or _count(usage, "prompt_cache_hit_tokens")),
        reasoning=min(tokens_out, max(reasoning, beside)),
    )


def _count(usage: Any, *names: str) -> int:
    for name in names:
        usage = usage.get(name) if isinstance(usage, dict) else None
    is_count = isinstance(usage, int) and not isinstance(usage, bool) and usage > 0
    return usage if is_count else 0
