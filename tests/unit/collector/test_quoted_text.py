"""The text of a buried post inside the payloads of other posts, in every form that archives use."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mnerctl.collector.quoted_text import without_quoted

SECRET = "a deleted text"
FORMS: dict[str, dict[str, Any]] = {
    "flattened": {
        "data": [{"id": "1", "text": "look", "referenced_tweets": [
            {"type": "quoted", "id": "5", "text": SECRET, "author": {"username": "ada"}},
        ]}],
    },
    "page": {
        "data": [{"id": "1", "text": "look"}],
        "includes": {"tweets": [{"id": "5", "text": SECRET}]},
    },
    "v1.1": {
        "id_str": "1", "full_text": "look",
        "quoted_status": {"id": 5, "id_str": "5", "extended_tweet": {"full_text": SECRET}},
    },
    "syndication": {"id_str": "1", "quoted_tweet": {"id_str": "5", "text": SECRET}},
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_quoted_text_is_removed_and_the_quoting_post_stays(name: str) -> None:
    rest = without_quoted(json.dumps(FORMS[name]).encode(), {"5", "6"})
    assert rest is not None and SECRET.encode() not in rest
    found = json.loads(rest)
    assert found.keys() == FORMS[name].keys()
    assert "5" in rest.decode() and ("look" in rest.decode() or name == "syndication")


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps(FORMS["page"]).encode(),  # quotes another post
        b'{"data": [{"id": "1", "referenced_posts": [{"type": "quoted", "id": "6"}]}]}',
        b'{"text": "the number 6"}',
        b"no JSON, 6",
        b"",
    ],
)
def test_a_payload_without_a_buried_post_stays_as_it_is(payload: bytes) -> None:
    assert without_quoted(payload, {"6"}) is None


def test_the_author_of_a_quoted_post_is_removed() -> None:
    payload = {
        "data": [
            {
                "id": "1", "author_id": "10", "text": "look",
                "entities": {"urls": [{"expanded_url": "https://twitter.com/ada/status/5"}]},
            }
        ],
        "includes": {
            "tweets": [{"id": "5", "author_id": "20", "text": SECRET}],
            "users": [{"id": "10", "username": "ben"}, {"id": "20", "username": "ada"}],
        },
    }  # fmt: skip
    rest = without_quoted(json.dumps(payload).encode(), {"5"})
    assert rest is not None and b"ada" not in rest and b"ben" in rest
    assert b"https://x.com/i/web/status/5" in rest
    payload["includes"]["tweets"][0]["author_id"] = "10"  # type: ignore[call-overload,index]
    rest = without_quoted(json.dumps(payload).encode(), {"5"})
    assert rest is not None and b"ben" in rest
