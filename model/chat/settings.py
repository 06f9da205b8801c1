"""How a language model is asked. Everything here may be shown and stored: the key is not among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

ChatSystem = Literal["gpt4", "minigpt4"]
CHAT_SYSTEMS: Final[tuple[ChatSystem, ...]] = get_args(ChatSystem)
"""As the paper names them: text only, and text with the first image. Which model it is, a setting says."""


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """model: its name at the endpoint. address: of the endpoint, without /chat/completions; None to take
    every answer from the cache. allow_external: whether posts may leave the house. shots: examples of
    train in each request, drawn by `seed`. all_images: of a post, not the first one alone (minigpt4).
    parallel: requests at once. per_minute: requests at most. max_requests: posts that one run asks about
    at most. price_in, price_out: dollars for a million tokens. seconds: that an answer may take.
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
    price_out: float | None = None
    seconds: float = 120.0
    back_off: float = 1.0

    @property
    def images(self) -> Literal["none", "first", "all"]:
        """Which pictures of a post go along."""
        if self.system == "gpt4":
            return "none"
        return "all" if self.all_images else "first"
