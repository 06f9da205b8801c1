"""Restrict HTTP sessions: with limits on time and bytes, over https, and only to public addresses.

For tests and rehearsals, `MNERCTL_X_API_URL=http://127.0.0.1:PORT` sends all requests for posts and pictures
to a server on this machine; the address of another machine is refused. Proxies from the environment are
used, because the user has chosen them; a login in `~/.netrc` is not.
"""

from __future__ import annotations

import os
import re
import socket
import time
import zlib
from io import BytesIO
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from ...schema import UsageError
from ...schema.files.http_body import BodyTooLong, BodyTooSlow, read_body

LOOPBACK: Final = "MNERCTL_X_API_URL"
TIMEOUT: Final = (10.0, 60.0)
SECONDS: Final = 120.0
"""Longest time for one whole answer."""
MAX_BYTES: Final = 16 * 2**20
"""Largest answer that is read; one about 100 posts has about a hundredth of that."""
TOO_LONG: Final = f"X's answer has more than {MAX_BYTES // 2**20} MiB"
MAX_CONNECTIONS: Final = 64


class AnswerTooLong(requests.RequestException):
    """An answer has more than `MAX_BYTES`."""


def loopback_of_environment() -> str | None:
    """Return the address in `MNERCTL_X_API_URL`, or None if it is not set.

    Raises:
        UsageError: the address is not one of this machine.
    """
    address = os.environ.get(LOOPBACK)
    if not address:
        return None
    if not re.fullmatch(r"http://(127\.0\.0\.1|\[::1\]):[0-9]{1,5}/?", address):
        raise UsageError(
            f"{LOOPBACK}={address}: wanted a server on this machine, such as http://127.0.0.1:8099",
            f"unset {LOOPBACK}    # to ask X itself",
        )
    return address.rstrip("/")


def restrict_session(session: requests.Session, loopback: str | None = None) -> requests.Session:
    """Make a session follow the rules of this module, and return it.

    Args:
        loopback: address of a server on this machine that gets all requests instead.
    """
    session.max_redirects = 0
    session.auth = _unchanged
    session.trust_env = loopback is None
    session.mount("http://", _NoPlainHttp())
    session.mount("https://", _ToLoopback(loopback) if loopback else _ToPublicAddress())
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no login; without an `auth` function requests would look for one in ~/.netrc."""
    return request


class _NoPlainHttp(HTTPAdapter):
    """Refuses every request over plain http."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        raise requests.exceptions.InvalidSchema(f"{request.url}: wanted https")


class _Limited(HTTPAdapter):
    """Sets a timeout for callers that pass none, such as tweepy, and reads an answer within limits.

    A caller that passes `stream=True` reads the answer itself.
    """

    def __init__(self) -> None:
        super().__init__(pool_maxsize=MAX_CONNECTIONS)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        options["timeout"] = options.get("timeout") or TIMEOUT
        request.headers["Accept-Encoding"] = "identity"
        response = super().send(request, *args, **options)
        if not options.get("stream"):
            with response:
                content = _whole_body(response)
            response.raw = BytesIO(content)
        if not response.headers.get("x-rate-limit-reset", "0").isdigit():
            del response.headers["x-rate-limit-reset"]  # tweepy would raise on it
        return response


def _whole_body(response: requests.Response) -> bytes:
    """Return the body; nothing longer than `MAX_BYTES` is ever in memory.

    Raises:
        AnswerTooLong: it is longer, compressed or not.
        requests.RequestException: it did not arrive whole, or in time.
    """
    deadline = time.monotonic() + SECONDS
    try:
        content = read_body(response.raw.read1, most_bytes=MAX_BYTES, deadline=deadline)
    except BodyTooLong:
        raise AnswerTooLong from None
    except (BodyTooSlow, urllib3.exceptions.TimeoutError):
        raise requests.ReadTimeout from None
    except urllib3.exceptions.ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.ConnectionError(error) from None
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    return content if encoding in ("", "identity") else _unpacked(content, encoding)


def _unpacked(content: bytes, encoding: str) -> bytes:
    """Return the body that a server compressed although it was asked not to."""
    unpacker = zlib.decompressobj(31)  # gzip
    try:
        if encoding != "gzip":
            raise zlib.error(f"Content-Encoding {encoding[:60]!r}")
        unpacked = unpacker.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise requests.exceptions.ContentDecodingError(error) from None
    if len(unpacked) > MAX_BYTES:
        raise AnswerTooLong
    return unpacked


class _PublicConnection(HTTPSConnection):
    """Checks the address that it has reached before it sends a byte, so that no host name can mislead it."""

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        address = connected.getpeername()[0]
        if not ip_address(address.partition("%")[0]).is_global:
            connected.close()
            raise NewConnectionError(self, f"{self.host} leads to {address}, not a public address")
        return connected


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _ToPublicAddress(_Limited):
    """Connects to public addresses only. If there is a proxy, the proxy chooses the addresses."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _ToLoopback(_Limited):
    """Sends every request to one server on this machine; the Host header keeps the original host."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        original = urlsplit(str(request.url))
        request.headers["Host"] = original.netloc
        query = f"?{original.query}" if original.query else ""
        request.url = self._address + original.path + query
        return super().send(request, *args, **options)
