"""Restrict HTTP sessions: always with a timeout, over https, and only to public addresses.

For tests and rehearsals, `MNERCTL_X_API_URL=http://127.0.0.1:PORT` sends all requests for posts and pictures
to a server on this machine; the address of another machine is refused. Proxies from the environment are
used, because the user has chosen them; a login in `~/.netrc` is not.
"""

from __future__ import annotations

import os
import re
import socket
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from ...schema import UsageError

LOOPBACK: Final = "MNERCTL_X_API_URL"
TIMEOUT: Final = (10.0, 60.0)
MAX_CONNECTIONS: Final = 64


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


class _WithTimeout(HTTPAdapter):
    """Sets a timeout for callers that pass none, such as tweepy."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=MAX_CONNECTIONS)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        options["timeout"] = options.get("timeout") or TIMEOUT
        response = super().send(request, *args, **options)
        if not response.headers.get("x-rate-limit-reset", "0").isdigit():
            del response.headers["x-rate-limit-reset"]  # tweepy would raise on it
        return response


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


class _ToPublicAddress(_WithTimeout):
    """Connects to public addresses only. If there is a proxy, the proxy chooses the addresses."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _ToLoopback(_WithTimeout):
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
