"""How to ask a language model. Everything here may be shown and stored; the key is not part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ChatSystem = Literal["gpt4", "minigpt4"]
"""The paper's names: text only, and text with the first image. The setting `model` names the actual model."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a reasoning model thinks, `reasoning_effort` in the protocol; a model takes only some of them."""

MAX_TOKENS: Final = 1024
"""The most tokens that an answer may have at first; it is part of the cache key."""


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """All settings.

    Attributes:
        system: whether images are sent.
        model: name of the model at the endpoint.
        address: address of the endpoint, without /chat/completions; None to use only the cache.
        allow_external: whether posts may be sent to the endpoint.
        shots: number of examples from train in each request.
        seed: seed for the choice of examples.
        all_images: send all images of a post, not only the first (minigpt4).
        parallel: number of simultaneous requests.
        per_minute: largest number of requests per minute.
        max_requests: largest number of requests of one run.
        price_in: dollars per million input tokens.
        price_cached: dollars per million input tokens that the endpoint had in its cache; None as `price_in`.
        price_out: dollars per million output tokens, those of reasoning included.
        effort: how much a reasoning model thinks; None leaves it to the model.
        seconds: longest time for an answer.
        back_off: seconds before the second try, doubled before each further one.
    """

    system: ChatSystem
    model: str
    address: str | None
    allow_external: bool = False
    shots: int = 0
    seed: int = 1234
    all_images: bool = False
    parallel: int = 4
    per_minute: int | None = None
    max_requests: int | None = None
    price_in: float | None = None
    price_cached: float | None = None
    price_out: float | None = None
    effort: Effort | None = None
    seconds: float = 120.0
    back_off: float = 1.0

    @property
    def images(self) -> Literal["none", "first", "all"]:
        """Which pictures of a post are sent."""
        if self.system == "gpt4":
            return "none"
        return "all" if self.all_images else "first"
