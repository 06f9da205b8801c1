"""Read the body of an HTTP answer with a cap on its size and a deadline.

No network library is imported: the caller passes the `read1` method of its response. The collector uses
this for all answers and pictures of X, the model wing for chat answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

CHUNK_BYTES: Final = 65_536


class BodyTooLong(Exception):
    """The body has more bytes than the cap allows."""


class BodyTooSlow(Exception):
    """The body was not complete at the deadline.

    Attributes:
        received: bytes that arrived in time.
    """

    def __init__(self, received: int) -> None:
        super().__init__(f"{received} bytes received before the deadline")
        self.received = received


def read_body(read1: Callable[[int], bytes], *, most_bytes: int, deadline: float) -> bytes:
    """Return the whole body.

    `read1` returns what has already arrived instead of waiting for a full chunk, so a server that sends
    single bytes with pauses cannot pass the deadline unnoticed.

    Args:
        read1: returns at most that many bytes, and none at the end of the body.
        most_bytes: largest body that is accepted.
        deadline: in seconds of `time.monotonic`.

    Raises:
        BodyTooLong: the body is longer than `most_bytes`.
        BodyTooSlow: the body has not ended at the deadline.
    """
    content = bytearray()
    while chunk := read1(CHUNK_BYTES):
        content += chunk
        if len(content) > most_bytes:
            raise BodyTooLong
        if time.monotonic() > deadline:
            raise BodyTooSlow(len(content))
    return bytes(content)


def innermost_cause(error: BaseException) -> BaseException:
    """Return the exception at the start of the chain that led to `error`, or `error` itself.

    HTTP libraries wrap the error of the socket several times, and their own messages contain addresses
    of objects.
    """
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error
