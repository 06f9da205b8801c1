"""Sessions for the network: always with a time-out, over https, and only to public addresses.

For tests and rehearsals, `MNERCTL_X_API_URL=http://127.0.0.1:PORT` sends X's API and its pictures to
a server on this machine; another machine's address is refused there. The proxies of the environment
are used, as the user has chosen them; a login in `~/.netrc` is not.
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
MOST_CONNECTIONS: Final = 64


def loopback_of_environment() -> str | None:
    """The address in `MNERCTL_X_API_URL`, or None. Raises UsageError where it is not loopback."""
    address = os.environ.get(LOOPBACK)
    if not address:
        return None
    if not re.fullmatch(r"http://(127\.0\.0\.1|\[::1\]):[0-9]{1,5}/?", address):
        raise UsageError(
            f"{LOOPBACK}={address}: wanted a server on this machine, as http://127.0.0.1:8099",
            f"unset {LOOPBACK}    # to speak to X itself",
        )
    return address.rstrip("/")


def guard(session: requests.Session, loopback: str | None = None) -> requests.Session:
    """Makes a session keep the rules above; with `loopback` all that it asks goes there."""
    session.max_redirects = 0
    session.auth = _unchanged
    session.trust_env = loopback is None
    session.mount("http://", _Refused())
    session.mount("https://", _Loopback(loopback) if loopback else _Public())
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No login of requests' own choice: without this it would look for one in ~/.netrc."""
    return request


class _Refused(HTTPAdapter):
    """Plain http is never spoken."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        raise requests.exceptions.InvalidSchema(f"{request.url}: wanted https")


class _Timed(HTTPAdapter):
    """A time-out for callers that give none, as tweepy does not."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=MOST_CONNECTIONS)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        options["timeout"] = options.get("timeout") or TIMEOUT
        response = super().send(request, *args, **options)
        if not response.headers.get("x-rate-limit-reset", "0").isdigit():
            del response.headers["x-rate-limit-reset"]  # tweepy takes any for a number
        return response


class _PublicConnection(HTTPSConnection):
    """Looks at the address that it has reached, before a byte is said: no name can lead it astray."""

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        address = connected.getpeername()[0]
        if not ip_address(address.partition("%")[0]).is_global:
            connected.close()
            raise NewConnectionError(self, f"{self.host} leads to {address}, not a public address")
        return connected


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _Public(_Timed):
    """Connects to public addresses only. Where there is a proxy, choosing addresses is its task."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _Loopback(_Timed):
    """Sends every request to one server on this machine; the Host header keeps the meant host."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        meant = urlsplit(str(request.url))
        request.headers["Host"] = meant.netloc
        request.url = self._address + meant.path + (f"?{meant.query}" if meant.query else "")
        return super().send(request, *args, **options)
