"""Download pictures from X's image servers over https, with caps on size and time.

A download returns bytes or raises a failure that says why. Whether the bytes are a whole picture is checked
in `post_pictures.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3

from ...schema.files.http_body import BodyTooLong, BodyTooSlow, innermost_cause, read_body
from ...schema.url_parts import url_parts
from ..source import MediaFailure
from .session import restrict_session

HOSTS: Final = ("pbs.twimg.com",)
MAX_BYTES: Final = 20_000_000
TIMEOUT: Final = (10.0, 10.0)
SECONDS: Final = 60.0
TRIES: Final = 3


class Downloader:
    """Downloads pictures; several threads can use it at once."""

    def __init__(
        self,
        *,
        variant: str = "large",
        loopback: str | None = None,
        seconds: float = SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a session.

        Args:
            variant: size to ask for, one of X's names.
            loopback: address of a server on this machine to ask instead of X (tests).
            seconds: time limit for one whole picture.
            sleep: sleeps between two tries.
        """
        self._session = restrict_session(requests.Session(), loopback)
        self._variant = variant
        self._seconds = seconds
        self._sleep = sleep

    def picture(self, url: str) -> tuple[bytes, str]:
        """Return (bytes, variant) of a picture; failures that may pass are tried again.

        Raises:
            MediaFailure: no try succeeded.
        """
        refuse_address(url)
        asked = variant_url(url, self._variant)
        for turn in range(TRIES):
            try:
                return self._download_once(asked), self._variant if asked != url else ""
            except MediaFailure as failure:
                if not failure.can_retry or turn == TRIES - 1:
                    raise
                self._sleep(0.5 * 2**turn)
        raise AssertionError("the last try returns or raises")

    def _download_once(self, url: str) -> bytes:
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
                return _complete_body(response, deadline)
        except BodyTooLong:
            raise MediaFailure("too_many_bytes", f"more than {MAX_BYTES:,}") from None
        except BodyTooSlow as error:
            detail = f"{error.received} bytes, incomplete"
            raise MediaFailure("timed_out", detail, can_retry=True) from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise MediaFailure("timed_out", "no bytes in time", can_retry=True) from None
        except requests.TooManyRedirects:  # `restrict_session` turns every redirect into this
            raise MediaFailure("redirected", "redirects are not followed") from None
        except urllib3.exceptions.ProtocolError as error:
            raise MediaFailure("cut_short", _described(error), can_retry=True) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise MediaFailure("no_connection", _described(error), can_retry=True) from None


def refuse_address(url: str) -> None:
    """Check that a URL begins with `https://` and one of `HOSTS`.

    Raises:
        MediaFailure: it does not.
    """
    try:
        parts = urlsplit(url)
        is_allowed = parts.scheme == "https" and parts.netloc in HOSTS
    except ValueError:
        is_allowed = False
    if not is_allowed:
        raise MediaFailure("refused_address", f"{url[:100]!r}; wanted https://{HOSTS[0]}/...")


def variant_url(url: str, variant: str) -> str:
    """Return the URL of a named size of `https://pbs.twimg.com/media/KEY.jpg`; leave others as they are."""
    parts = url_parts(url)
    base, dot, extension = parts.path.rpartition(".")
    if not dot or not parts.path.startswith("/media/") or parts.query:
        return url
    query = f"format={extension}&name={variant}"
    return urlunsplit((parts.scheme, parts.netloc, base, query, ""))


def refuse_answer(response: requests.Response) -> None:
    """Check the status and headers of an answer.

    Raises:
        MediaFailure: they show that no usable picture follows.
    """
    status = response.status_code
    detail = f"HTTP {status}"
    if status in (404, 410):
        raise MediaFailure("not_there", detail)
    if status == 429 or status >= 500:
        raise MediaFailure("server_error", detail, can_retry=True)
    if status != 200:
        raise MediaFailure("refused", detail)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise MediaFailure("html", "a page instead of a picture", can_retry=True)
    if not kind.startswith("image/"):
        raise MediaFailure("wrong_type", f"Content-Type {kind[:60]!r}, wanted image/...")
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) > MAX_BYTES:
        raise MediaFailure("too_many_bytes", f"{int(promised):,}, wanted at most {MAX_BYTES:,}")


def _complete_body(response: requests.Response, deadline: float) -> bytes:
    """Return the body; raise MediaFailure if it is shorter or longer than `Content-Length`."""
    content = read_body(response.raw.read1, most_bytes=MAX_BYTES, deadline=deadline)
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and len(content) != int(promised):
        raise MediaFailure("cut_short", f"{len(content)} of {promised} bytes", can_retry=True)
    return content


def _described(error: BaseException) -> str:
    """Name the innermost cause; urllib3 puts the address of an object before `>: `."""
    cause = innermost_cause(error)
    return f"{type(cause).__name__}: {str(cause).rpartition('>: ')[2]}"[:120]
