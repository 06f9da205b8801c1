"""Answers of X's API v2: the shared samples in both vocabularies, and one detail per test."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.source import Found, Missing, Redirect
from mnerctl.collector.x_json.v2 import answers_in
from mnerctl.schema import Image
from support.x_contract import sample

VOCABULARIES = ("post", "tweet")


def answers(page: dict[str, Any]) -> list[Found | Missing | Redirect]:
    return list(answers_in(page, source="x-api"))


def found(row: dict[str, Any], **includes: Any) -> Found:
    (answer,) = answers({"data": [{"id": "9", "text": "", **row}], "includes": includes})
    assert isinstance(answer, Found)
    return answer


def photo(key: str) -> dict[str, Any]:
    return {"media_key": key, "type": "photo", "url": f"https://pbs.twimg.com/media/{key}.jpg"}


@pytest.mark.parametrize("words", VOCABULARIES)
def test_the_samples_of_both_vocabularies_are_parsed_the_same(words: str) -> None:
    first, second, gone, protected = answers(sample(f"sample_x_v2_{words}_vocab.json"))
    assert isinstance(first, Found) and isinstance(second, Found)
    assert first.post.model_dump(exclude={"created_at", "images"}) == {
        "id": "1790000000000000001",
        "url": "https://x.com/ada_w/status/1790000000000000001",
        "text_raw": "Ada &amp; Grace at the harbour in Porto 🛥️ &lt;3 — and then a much longer story than"
        " 280 characters, kept whole here.",
        "text": "Ada & Grace at the harbour in Porto 🛥️ <3 — and then a much longer story than"
        " 280 characters, kept whole here.",
        "lang": "en",
        "author": "ada_w",
        "conversation_id": "1790000000000000001",
        "edit_ids": ("1790000000000000001",),
        "kind": "original",
        "possibly_sensitive": False,
        "source": "x-api",
    }
    assert str(first.post.created_at) == "2024-05-13 08:44:25+00:00"
    assert first.post.images[0] == Image(
        position=0,
        media_key="3_1790000000000000011",
        source_url="https://pbs.twimg.com/media/A1.jpg",
        width=4096,
        height=2731,
        alt_text="Two people on a quay",
    )
    assert [image.source_url[-6:] for image in first.post.images] == ["A1.jpg", "B2.jpg", "C3.jpg"]
    assert (second.post.kind, second.post.author) == ("quote", "bo_t")
    assert second.post.edit_ids == ("1789999999999999990", "1790000000000000002")
    assert [image.source_url[-6:] for image in second.post.images] == ["D4.jpg"]
    assert gone == Missing(
        "1790000000000000404", "gone", "Could not find tweet with ids: [1790000000000000404]."
    )
    assert (protected.post_id, protected.fate) == ("1790000000000000403", "protected")  # type: ignore[union-attr]


def test_the_payload_of_a_post_reads_as_the_same_post() -> None:
    for answer in answers(sample("sample_x_v2_post_vocab.json"))[:2]:
        assert isinstance(answer, Found)
        assert answers(json.loads(answer.payload)) == [answer]


LINK = "https://t.co/aaaaaaaaaa"


@pytest.mark.parametrize(
    ("raw", "link", "clean"),
    [
        (f"A &amp; B {LINK}", {"start": 10, "end": 33, "media_key": "3_1"}, "A & B"),
        (f"A &amp; B {LINK}", {"start": 6, "end": 29, "media_key": "3_1"}, "A & B"),
        (
            f"🛥️👨‍👩‍👧 {LINK} b",
            {"start": 8, "end": 31, "display_url": "pic.twitter.com/a"},
            "🛥️👨‍👩‍👧  b",
        ),
        (
            f"a {LINK}",
            {"start": 2, "end": 25, "expanded_url": "https://x.com/ada/status/9/photo/1"},
            "a",
        ),
        (
            f"a {LINK}",
            {"start": 2, "end": 25, "expanded_url": "https://x.com/bo/status/8/photo/1"},
            f"a {LINK}",
        ),
        (f"a {LINK}", {"start": 2, "end": 25, "expanded_url": "https://nba.com/"}, f"a {LINK}"),
        (f"a {LINK}", {"start": -5, "end": 99, "media_key": "3_1"}, "a"),
        ("cafe\u0301 &amp;lt;", {"start": 0, "end": 0, "media_key": "3_1"}, "café &lt;"),
    ],
)
def test_only_links_to_own_media_are_cut_before_unescaping(
    raw: str, link: dict[str, Any], clean: str
) -> None:
    row = {"text": raw, "entities": {"urls": [{"url": LINK, **link}] * 2}}
    assert found(row).post.text == clean
    assert found(row).post.text_raw == raw


def test_the_media_link_of_a_long_text_is_cut_by_its_string() -> None:
    link = {"start": 5, "end": 28, "url": LINK, "media_key": "3_1"}
    row = {
        "text": f"cut… {LINK}",
        "entities": {"urls": [link]},
        "note_post": {"text": f"the whole story {LINK}"},
    }
    assert found(row).post.text == "the whole story"


def test_images_have_the_order_of_the_media_keys() -> None:
    row = {"attachments": {"media_keys": ["3_c", "3_a", "3_b"]}}
    images = found(row, media=[photo("3_a"), photo("3_b"), photo("3_c")]).post.images
    assert [(image.position, image.media_key) for image in images] == [
        (0, "3_c"),
        (1, "3_a"),
        (2, "3_b"),
    ]


@pytest.mark.parametrize(
    ("media", "fate", "images"),
    [
        ([], "partial_media", 2),
        ([photo("3_a")], "partial_media", 2),
        ([photo("3_a"), {}], "partial_media", 2),
        ([photo("3_a"), photo("3_b")], None, 2),
        ([photo("3_a"), {"media_key": "3_b", "type": "video"}], None, 1),
        (
            [{"media_key": "3_a", "type": "animated_gif"}, {"media_key": "3_b", "type": "video"}],
            "video_only",
            0,
        ),
    ],
)
def test_the_fate_that_the_media_show(
    media: list[dict[str, Any]], fate: str | None, images: int
) -> None:
    answer = found({"attachments": {"media_keys": ["3_a", "3_b"]}}, media=media)
    assert (answer.fate, len(answer.post.images)) == (fate, images)


def test_a_post_without_media_has_no_fate_yet() -> None:
    assert found({}).fate is None
    assert found({"attachments": {"poll_ids": ["1"]}}).post.images == ()


def test_a_withheld_post_says_where() -> None:
    answer = found({"withheld": {"copyright": True, "country_codes": ["DE", "FR"]}})
    assert (answer.fate, answer.reason) == ("withheld", "withheld in DE, FR for copyright")


@pytest.mark.parametrize("field", ["referenced_posts", "referenced_tweets"])
def test_references(field: str) -> None:
    def kind(*types: str) -> str:
        return found({field: [{"type": one, "id": "5"} for one in types]}).post.kind

    assert [kind(), kind("quoted"), kind("replied_to"), kind("quoted", "replied_to")] == [
        *("original", "quote", "reply", "reply"),
    ]
    (answer,) = answers(
        {"data": [{"id": "9", "text": "RT", field: [{"type": "retweeted", "id": "5"}]}]}
    )
    assert isinstance(answer, Redirect) and answer.to == "5"


def test_a_flattened_line_contains_author_and_media() -> None:
    row = {
        "author": {"id": "1", "username": "ada_w"},
        "attachments": {"media_keys": ["3_a"], "media": [photo("3_a")]},
    }
    post = found(row).post
    assert (post.author, [image.media_key for image in post.images]) == ("ada_w", ["3_a"])


PROBLEM = "https://api.x.com/2/problems/"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            {"value": "9", "type": f"{PROBLEM}resource-not-found", "title": "T"},
            ("9", "gone", "T", False),
        ),
        (
            {"resource_id": "9", "type": f"{PROBLEM}not-authorized-for-resource", "detail": "D"},
            ("9", "protected", "D", False),
        ),
        (
            {"resource_id": "9", "type": f"{PROBLEM}disallowed-resource"},
            ("9", "withheld", "disallowed-resource", False),
        ),
        (
            {"resource_id": "9", "type": f"{PROBLEM}resource-unavailable", "detail": "D"},
            ("9", "unaccounted", "D", True),
        ),
        (
            {"value": "9", "type": "https://api.twitter.com/2/problems/new", "detail": "D"},
            ("9", "unaccounted", "D", True),
        ),
    ],
)
def test_errors_have_their_fates(error: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert answers({"errors": [{"parameter": "ids", **error}]}) == [Missing(*expected)]


@pytest.mark.parametrize(
    "error",
    [
        {"value": "9", "parameter": "referenced_tweets.id", "type": f"{PROBLEM}resource-not-found"},
        {"resource_id": "3_9", "resource_type": "media", "type": f"{PROBLEM}resource-not-found"},
        {"title": "no id"},
        "not an object",
        {"value": 9},
    ],
)
def test_errors_about_other_things_settle_nothing(error: object) -> None:
    assert answers({"errors": [error]}) == []


def test_an_id_is_answered_once_and_data_wins_over_errors() -> None:
    error = {"value": "9", "parameter": "ids", "type": f"{PROBLEM}resource-not-found"}
    page = {"data": [{"id": "9", "text": "a"}, {"id": "9", "text": "b"}], "errors": [error, error]}
    assert [type(answer) for answer in answers(page)] == [Found]


def test_a_malformed_post_does_not_affect_the_others_of_its_page() -> None:
    page = {"data": [{"id": "8"}, {"id": "9", "text": "a"}, {"text": "b"}, "c", None]}
    first, second = answers(page)
    assert first == Missing("8", "unaccounted", "X's answer is malformed: text: Field required")
    assert isinstance(second, Found)


def test_null_counts_as_absent() -> None:
    row = {
        "attachments": {"media_keys": None},
        "entities": {"urls": None},
        "lang": None,
        "note_post": None,
        "withheld": None,
        "referenced_posts": None,
    }
    assert found(row).post.images == ()
    urls = [{"start": 0, "end": 1, "url": None, "expanded_url": None, "display_url": None}]
    assert found({"entities": {"urls": urls}}).post.text == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "text",
                    "data",
                    "errors",
                    "includes",
                    "media",
                    "attachments",
                    "media_keys",
                    "value",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["data", "errors", "includes"]), JSON))
def test_no_answer_raises(page: dict[str, Any]) -> None:
    for answer in answers_in(page, source="x-api"):
        assert answer.post_id


def test_half_a_surrogate_pair_is_malformed() -> None:
    (answer,) = answers({"data": [json.loads('{"id": "9", "text": "\\ud83d"}')]})
    assert isinstance(answer, Missing) and answer.fate == "unaccounted"
