"""Where posts may go: the address of a chat endpoint, looked at before anything is said to it, and its key.

https, or plain http to this machine. The key is read from the environment and kept by the session that
sends it alone: no message, file or setting holds it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from ...schema import UsageError

URL: Final = "MNERCTL_CHAT_URL"
MODEL: Final = "MNERCTL_CHAT_MODEL"
KEY: Final = "MNERCTL_CHAT_KEY"
_HINT: Final = f"export {URL}=https://api.openai.com/v1    # or http://127.0.0.1:11434/v1"


def checked_address(address: str) -> str:
    """The base address without a slash at its end. Raises UsageError where posts must not go there."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("no address", "https://HOST/v1") from None
    if parts.username is not None or parts.password is not None:
        raise _refused("a login in the address", f"none; a key comes from {KEY}")
    if not host or parts.query or parts.fragment or port == 0:
        raise _refused("no plain address", "https://HOST/v1, without ? and #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise _refused(f"{parts.scheme}://{host}", "https, or http to this machine")
    return address.rstrip("/")


def is_loopback(address: str) -> bool:
    """Whether a checked address is on this machine."""
    return _is_this_machine(urlsplit(address).hostname or "")


def key_of(environment: Mapping[str, str] = os.environ) -> str | None:
    """The key, or None where there is none: servers in the house often want none. Raises UsageError."""
    key = environment.get(KEY)
    if key and not re.fullmatch(r"[!-~]{8,}", key):
        raise UsageError(
            f"{KEY}: wanted at least 8 letters, digits and signs of ASCII, without white space",
            f"export {KEY}=...    # as the endpoint gave it, or unset it",
        )
    return key or None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(found: str, wanted: str) -> UsageError:
    return UsageError(f"chat endpoint: {found}; wanted {wanted}", _HINT)
