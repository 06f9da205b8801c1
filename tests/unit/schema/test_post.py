"""Clean text, times read from ids, and posts that are not valid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mnerctl.schema import Image, Post, clean_text, image_name, time_of_id
from support.corpora import HARD_TEXTS, made_post


@pytest.mark.parametrize(
    ("raw", "links", "text"),
    [
        ("", [], ""),
        ("two  spaces stay", [], "two  spaces stay"),
        # links are removed by their position in the escaped text, each once
        ("Paris! https://t.co/a", [(7, 21)], "Paris!"),
        ("https://t.co/a Paris", [(0, 14)], " Paris"),
        ("a &amp; b https://t.co/a", [(10, 24)], "a & b"),
        ("😂 https://t.co/a ok", [(2, 16)], "😂  ok"),
        ("a https://t.co/a https://t.co/b", [(2, 16), (17, 31), (2, 16)], "a"),
        ("a https://t.co/a https://t.co/b", [(17, 31)], "a https://t.co/a"),
        # HTML is unescaped once
        ("AT&amp;T &lt;3 &gt; &quot;", [], 'AT&T <3 > "'),
        ("&amp;amp; &amp;lt;", [], "&amp; &lt;"),
        ("&#128514;", [], "😂"),
        # NFC
        ("cafe\u0301", [], "café"),
        ("\u212b", [], "\u00c5"),
        # emoji sequences, ZWJ, selectors and flags stay
        ("👨‍👩‍👧‍👦 ❤\ufe0f 🏳️‍🌈 🇺🇸 👍🏽", [], "👨‍👩‍👧‍👦 ❤\ufe0f 🏳️‍🌈 🇺🇸 👍🏽"),
        ("\ufe0f\u200d", [], "\ufe0f\u200d"),
        # white space stays inside the text and is removed at its end
        ("a\r\nb\u00a0c\n ", [], "a\r\nb\u00a0c"),
        ("  a", [], "  a"),
        ("שלום עולם", [], "שלום עולם"),
    ],
    ids=ascii,
)
def test_clean_text(raw: str, links: list[tuple[int, int]], text: str) -> None:
    assert clean_text(raw, links) == text


@given(st.text(st.characters(exclude_characters="&")) | st.sampled_from(HARD_TEXTS))
def test_cleaning_text_without_html_entities_twice_changes_nothing(raw: str) -> None:
    assert clean_text(clean_text(raw)) == clean_text(raw)


@pytest.mark.parametrize(
    ("id", "time"),
    [
        # the example in the platform's documentation
        ("1050118621198921728", datetime(2018, 10, 10, 20, 19, 24, 211000, tzinfo=UTC)),
        ("1", None),
        ("20", None),
        ("29700859247", None),
        ("299999999999999", None),
        ("300000000000000", datetime(2010, 11, 4, 21, 35, 0, 230000, tzinfo=UTC)),
        ("9223372036854775807", datetime(2080, 7, 10, 17, 30, 30, 208000, tzinfo=UTC)),
    ],
)
def test_time_of_an_id(id: str, time: datetime | None) -> None:
    assert time_of_id(id) == time


def test_an_image_is_named_after_its_post() -> None:
    assert image_name("12", 0, "jpg") == "12_0.jpg"
    with pytest.raises(ValueError) as caught:
        image_name("../12", 0, "jpg")
    assert str(caught.value) == "image name '../12_0.jpg': wanted a plain file name"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": "x"}, "id"),
        ({"id": ""}, "id"),
        ({"id": "1" * 20}, "id"),
        ({"id": "-1"}, "id"),
        ({"kind": "toot"}, "kind"),
        ({"mood": 1}, "mood"),
    ],
)
def test_posts_that_are_not_valid(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Post(**made_post("1", "hi").model_dump() | fields)
    assert {fault["loc"][0] for fault in caught.value.errors()} == {field}


@pytest.mark.parametrize("positions", [[1, 0], [0, 0], [0, 2, 1]])
def test_images_must_be_in_order(positions: list[int]) -> None:
    with pytest.raises(ValidationError) as caught:
        made_post("1", "hi", images=tuple(Image(position=position) for position in positions))
    assert f"image positions {positions}: wanted each once, in order" in str(caught.value)


@pytest.mark.parametrize(
    "fields", [{"position": -1}, {"sha256": "AB"}, {"phash": "0" * 15}, {"size": 3}]
)
def test_images_that_are_not_valid(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Image(**{"position": 0} | fields)


@pytest.mark.parametrize("text", HARD_TEXTS, ids=ascii)
def test_a_post_is_the_same_after_json(text: str) -> None:
    post = made_post("1", text)
    assert Post.model_validate_json(post.model_dump_json()) == post
