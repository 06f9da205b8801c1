"""Bodies of HTTP answers: whole ones, too long ones, too slow ones, and the cause of an error."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

import pytest

from mnerctl.schema.files.http_body import BodyTooLong, BodyTooSlow, innermost_cause, read_body

LATER = time.monotonic() + 3600


def in_pieces(*pieces: bytes) -> Callable[[int], bytes]:
    """A `read1` that returns these pieces, then the end of the body."""
    remaining = iter(pieces)
    return lambda size: next(remaining, b"")


@pytest.mark.parametrize("body", [b"", b"a", b"ab" * 100_000])
def test_a_body_comes_back_whole(body: bytes) -> None:
    assert read_body(BytesIO(body).read1, most_bytes=len(body), deadline=LATER) == body


def test_pieces_are_joined() -> None:
    assert read_body(in_pieces(b"ab", b"c"), most_bytes=3, deadline=LATER) == b"abc"


def test_a_body_above_the_cap_is_refused() -> None:
    with pytest.raises(BodyTooLong):
        read_body(in_pieces(b"ab", b"cd", b"ef"), most_bytes=3, deadline=LATER)


def test_a_body_that_is_not_complete_at_the_deadline_is_refused() -> None:
    with pytest.raises(BodyTooSlow) as caught:
        read_body(in_pieces(b"ab", b"cd"), most_bytes=10, deadline=time.monotonic() - 1)
    assert caught.value.received == 2


def test_the_innermost_cause_is_the_first_error_of_the_chain() -> None:
    first, second, third = OSError("refused"), ValueError("in between"), RuntimeError("outer")
    second.__context__ = first
    third.__cause__ = second
    assert innermost_cause(third) is first
    assert innermost_cause(first) is first
