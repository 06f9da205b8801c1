"""Sessions for the network: with time-outs, never to a private address, and to loopback only when told.

`MNERCTL_LOOPBACK` (such as `http://127.0.0.1:8099`) sends X's API and its pictures to a server on
this machine: for tests and rehearsals. Another address there is refused.
"""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from ..schema import UsageError

LOOPBACK: Final = "MNERCTL_LOOPBACK"
TIMEOUT: Final = (10.0, 30.0)


def loopback_of_environment() -> str | None:
    """The address of `MNERCTL_LOOPBACK`, or None. Raises UsageError where it is not loopback."""
    address = os.environ.get(LOOPBACK)
    if address and urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
        raise UsageError(
            f"{LOOPBACK}={address}: wanted an address on this machine",
            f"export {LOOPBACK}=http://127.0.0.1:PORT, or unset it",
        )
    return address or None


def guarded_session(loopback: str | None) -> requests.Session:
    """A session whose every request has a time-out and goes to a global address (or to loopback)."""
    session = requests.Session()
    session.trust_env = False
    guard(session, loopback)
    return session


def guard(session: requests.Session, loopback: str | None) -> None:
    """Makes an existing session such a one."""
    session.mount("http://", _Closed())
    session.mount("https://", _Loopback(loopback) if loopback else _Global(pool_maxsize=32))


class _Closed(HTTPAdapter):
    """Plain http is never spoken."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        raise requests.ConnectionError(f"{request.url}: wanted https")


class _Timed(HTTPAdapter):
    """A time-out for callers that give none (tweepy gives none)."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        options["timeout"] = options.get("timeout") or TIMEOUT
        options["proxies"] = {}
        return super().send(request, *args, **options)


class _Global(_Timed):
    """Refuses a host whose name leads to a private, loopback or otherwise special address."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        host = urlsplit(str(request.url)).hostname or ""
        try:
            found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except OSError as error:
            raise requests.ConnectionError(f"{host}: {error}") from error
        for *_, address in found:
            if not ip_address(address[0]).is_global:
                raise requests.ConnectionError(f"{host} leads to {address[0]}, no public address")
        return super().send(request, *args, **options)


class _Loopback(_Timed):
    """Sends every request to one server on this machine; the Host header keeps the meant host."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        super().__init__(pool_maxsize=32)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        meant = urlsplit(str(request.url))
        request.headers["Host"] = meant.netloc
        request.url = self._address + meant.path + (f"?{meant.query}" if meant.query else "")
        return super().send(request, *args, **options)
