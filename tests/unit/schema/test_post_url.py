"""The post id in an address, and the address without the name of its author."""

from __future__ import annotations

import pytest

from mnerctl.schema.post_url import author_of_url, authorless, post_of_url, without_author


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


@pytest.mark.parametrize("author", ["ada", "i", "i/web"])
def test_the_address_without_the_author(author: str) -> None:
    url = f"http://www.twitter.com/{author}/statuses/12?s=20"
    assert authorless(url) == "https://x.com/i/web/status/12"
    assert author_of_url(url) == ("ada" if author == "ada" else None)


def test_other_texts_stay() -> None:
    assert (authorless(""), authorless("record 7")) == ("", "record 7")
    assert author_of_url("https://x.com/ada") is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("asked by @Ada", "asked by (the author)"),
        ("ada asked, adam did not", "(the author) asked, adam did not"),
        ("asked", "asked"),
    ],
)
def test_a_text_without_the_author(text: str, left: str) -> None:
    assert without_author(text, "https://x.com/ada/status/12") == left
    assert without_author(text, "https://x.com/i/web/status/12") == text
