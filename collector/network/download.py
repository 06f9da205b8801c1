"""Pictures from X's image servers: over https, from the hosts of `HOSTS` alone, with caps on everything.

A download ends with the bytes or with a failure that says why; whether the bytes are a whole picture is
for `picture_file.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3

from ..source import MediaFailure
from .session import guard

HOSTS: Final = ("pbs.twimg.com",)
MOST_BYTES: Final = 20_000_000
TIMEOUT: Final = (10.0, 10.0)
SECONDS: Final = 60.0
TRIES: Final = 3
PIECE: Final = 65_536


class Downloader:
    """Fetches pictures; it can be used from several threads."""

    def __init__(
        self,
        *,
        variant: str = "large",
        loopback: str | None = None,
        seconds: float = SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """variant: the size to ask for. loopback: the server to ask instead (tests). seconds: for one
        whole picture."""
        self._session = guard(requests.Session(), loopback)
        self._variant = variant
        self._seconds = seconds
        self._sleep = sleep

    def picture(self, url: str) -> tuple[bytes, str]:
        """(bytes, variant). What may pass is tried again. Raises MediaFailure."""
        refuse_address(url)
        asked = variant_url(url, self._variant)
        for turn in range(TRIES):
            try:
                return self._once(asked), self._variant if asked != url else ""
            except MediaFailure as failure:
                if not failure.can_retry or turn == TRIES - 1:
                    raise
                self._sleep(0.5 * 2**turn)
        raise AssertionError("the last try answers or raises")

    def _once(self, url: str) -> bytes:
        deadline = time.monotonic() + self._seconds
        try:
            with self._session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=TIMEOUT,
                headers={"Accept-Encoding": "identity"},
            ) as response:
                refuse_answer(response)
                return read_body(response, deadline)
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise MediaFailure("timed_out", "no bytes in time", can_retry=True) from None
        except requests.TooManyRedirects:  # what `guard` makes of any redirect
            raise MediaFailure("redirected", "redirects are not followed") from None
        except urllib3.exceptions.ProtocolError as error:
            raise MediaFailure("cut_short", _cause(error), can_retry=True) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise MediaFailure("no_connection", _cause(error), can_retry=True) from None


def refuse_address(url: str) -> None:
    """Raises MediaFailure for what is not `https://` and one of `HOSTS`."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and parts.netloc in HOSTS
    except ValueError:
        fine = False
    if not fine:
        raise MediaFailure("refused_address", f"{url[:100]!r}; wanted https://{HOSTS[0]}/...")


def variant_url(url: str, variant: str) -> str:
    """`https://pbs.twimg.com/media/KEY.jpg` as the address of a named size; other paths stay."""
    parts = urlsplit(url)
    base, dot, extension = parts.path.rpartition(".")
    if not dot or not parts.path.startswith("/media/") or parts.query:
        return url
    query = f"format={extension}&name={variant}"
    return urlunsplit((parts.scheme, parts.netloc, base, query, ""))


def refuse_answer(response: requests.Response) -> None:
    """Raises MediaFailure where the head of the answer already shows that no picture follows."""
    status = response.status_code
    said = f"HTTP {status}"
    if status in (404, 410):
        raise MediaFailure("not_there", said)
    if status == 429 or status >= 500:
        raise MediaFailure("server_error", said, can_retry=True)
    if status != 200:
        raise MediaFailure("refused", said)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise MediaFailure("html", "a page instead of a picture", can_retry=True)
    if not kind.startswith("image/"):
        raise MediaFailure("wrong_type", f"Content-Type {kind[:60]!r}, wanted image/...")
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) > MOST_BYTES:
        raise MediaFailure("too_many_bytes", f"{int(promised):,}, wanted at most {MOST_BYTES:,}")


def read_body(response: requests.Response, deadline: float) -> bytes:
    """The whole body. Raises MediaFailure where it is longer or shorter than it may be, or too slow.

    It is read as it comes (`read1`): a server that drips a byte now and then cannot hold us longer.
    """
    promised = response.headers.get("Content-Length", "")
    content = bytearray()
    while piece := response.raw.read1(PIECE):
        content += piece
        if len(content) > MOST_BYTES:
            raise MediaFailure("too_many_bytes", f"more than {MOST_BYTES:,}")
        if time.monotonic() > deadline:
            raise MediaFailure("timed_out", f"{len(content)} bytes, not whole", can_retry=True)
    if promised.isdigit() and len(content) != int(promised):
        raise MediaFailure("cut_short", f"{len(content)} of {promised} bytes", can_retry=True)
    return bytes(content)


def _cause(error: BaseException) -> str:
    """The innermost reason that requests and urllib3 have wrapped, without their addresses of objects."""
    reason: object = error
    while args := getattr(reason, "args", ()):
        inner = getattr(args[0], "reason", None) or args[-1]
        if not isinstance(inner, BaseException):
            break
        reason = inner
    return f"{type(reason).__name__}: {str(reason).rpartition('>: ')[2]}"[:120]
