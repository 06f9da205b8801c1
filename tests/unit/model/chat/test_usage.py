"""Tokens are read from every known form of `usage`, and an odd one never loses an answer."""

from __future__ import annotations

from typing import Any

import pytest

from mnerctl.model.chat.usage import Usage, usage_of


@pytest.mark.parametrize(
    ("usage", "wanted"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}, (7, 5, 0, 0)),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "total_tokens": 150,
                "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 40},
            },
            (100, 50, 64, 40),
        ),
        (  # reasoning beside the answer, only in the total
            {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 150},
            (100, 50, 0, 40),
        ),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 10,
                "total_tokens": 150,
                "completion_tokens_details": {"reasoning_tokens": 40},
            },
            (100, 50, 0, 40),
        ),
        (
            {"prompt_tokens": 9, "completion_tokens": 5, "prompt_cache_hit_tokens": 4},
            (9, 5, 4, 0),
        ),
        ({"prompt_tokens": 9, "prompt_tokens_details": None}, (9, 0, 0, 0)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": None}}, (9, 0, 0, 0)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 99}}, (9, 0, 9, 0)),
        ({"prompt_tokens": -1, "completion_tokens": "7", "total_tokens": 1.5}, (0, 0, 0, 0)),
        ({"total_tokens": 100}, (0, 0, 0, 0)),
        (None, (0, 0, 0, 0)),
        ([1], (0, 0, 0, 0)),
    ],
)
def test_counts(usage: Any, wanted: tuple[int, int, int, int]) -> None:
    assert usage_of(usage) == Usage(*wanted)
