"""The post id in an address."""

from __future__ import annotations

import pytest

from mnerctl.schema.post_url import post_of_url


@pytest.mark.parametrize(
    ("url", "post_id"),
    [
        ("https://x.com/ada/status/12", "12"),
        ("http://www.twitter.com/ada/statuses/12", "12"),
        ("https://mobile.twitter.com/i/web/status/12/", "12"),
        ("https://x.com/i/status/12?s=20", "12"),
        ("https://x.com/ada/status/" + "1" * 19, "1" * 19),
        ("https://x.com/ada/status/" + "1" * 20, None),
        (f"https://x.com/{15 * 'a'}/status/12", "12"),
        (f"https://x.com/{16 * 'a'}/status/12", None),
        ("https://x.com/ada/status/12/photo/1", None),
        ("https://x.com.example.org/ada/status/12", None),
        ("https://x.com/ada", None),
        ("12", None),
        ("", None),
    ],
)
def test_the_id_of_the_post(url: str, post_id: str | None) -> None:
    assert post_of_url(url) == post_id
