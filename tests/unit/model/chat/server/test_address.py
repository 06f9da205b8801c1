"""Posts are sent over https, or to this machine; a key is checked and never shown."""

from __future__ import annotations

import pytest

from mnerctl.model.chat.server.address import KEY, checked_address, is_loopback, key_of
from mnerctl.schema import UsageError


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("https://api.example.org/v1", False),
        ("https://api.example.org:8443/v1/", False),
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.9.9.9:8000", True),
        ("http://[::1]:8000/v1", True),
        ("http://localhost:11434/v1", True),
    ],
)
def test_allowed(address: str, here: bool) -> None:
    assert checked_address(address) == address.rstrip("/")
    assert is_loopback(address) is here


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.org/v1",
        "http://192.168.1.5:8000/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
        "https://user:hunter22@example.org/v1",
        "https://hunter22@example.org/v1",
        "https://example.org/v1?key=hunter22",
        "https://example.org/v1#x",
        "https://",
        "api.example.org/v1",
        "",
        "http://[::1",
        "https://example.org:99999/v1",
    ],
)
def test_refused(address: str) -> None:
    with pytest.raises(UsageError, match="chat endpoint: ") as caught:
        checked_address(address)
    assert "hunter22" not in caught.value.message


@pytest.mark.parametrize("key", ["short", "with space 12345", "new\nline-12345", "schlüssel-12345"])
def test_no_key_is_shown(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        key_of({KEY: key})
    assert key not in caught.value.message + caught.value.hint


def test_keys() -> None:
    assert key_of({KEY: "sk-0123456789"}) == "sk-0123456789"
    assert key_of({KEY: ""}) is None
    assert key_of({}) is None
