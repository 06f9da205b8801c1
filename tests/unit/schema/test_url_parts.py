"""A text that is no URL has no parts, and no error comes out."""

from __future__ import annotations

import pytest

from mnerctl.schema.url_parts import url_parts


@pytest.mark.parametrize("url", ["http://[", "http://a:99999999", "http://a:b/", "https://[::1"])
def test_no_url(url: str) -> None:
    assert url_parts(url).netloc == url_parts(url).path == ""


def test_a_url() -> None:
    assert url_parts("https://a.example:1/b.jpg?c")[:3] == ("https", "a.example:1", "/b.jpg")
