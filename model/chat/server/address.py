"""Check the address of a chat endpoint before anything is sent to it, and read its key.

The address must be https, or plain http on this machine. The key comes from the environment, and only the
session that sends it keeps it: no message, file or setting contains it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from ....schema import UsageError

URL: Final = "MNERCTL_CHAT_URL"
MODEL: Final = "MNERCTL_CHAT_MODEL"
KEY: Final = "MNERCTL_CHAT_KEY"
_HINT: Final = f"export {URL}=https://api.openai.com/v1    # or http://127.0.0.1:11434/v1"


def checked_address(address: str) -> str:
    """Return the base address without a slash at its end.

    Raises:
        UsageError: posts must not be sent there.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("not an address", "https://HOST/v1") from None
    if parts.username is not None or parts.password is not None:
        raise _refused("a login in the address", f"no login; the key comes from {KEY}")
    if not host or parts.query or parts.fragment or port == 0:
        raise _refused("not a plain address", "https://HOST/v1, without ? and #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise _refused(f"{parts.scheme}://{host}", "https, or http to this machine")
    return address.rstrip("/")


def is_loopback(address: str) -> bool:
    """Return whether a checked address is on this machine."""
    return _is_this_machine(urlsplit(address).hostname or "")


def key_of(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the key, or None if there is none; local servers often need none.

    Raises:
        UsageError: the value cannot be a key.
    """
    key = environment.get(KEY)
    if key and not re.fullmatch(r"[!-~]{8,}", key):
        raise UsageError(
            f"{KEY}: not a key; wanted at least 8 printable ASCII characters without white space",
            f"export {KEY}=...    # the key of the endpoint, or unset it",
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
