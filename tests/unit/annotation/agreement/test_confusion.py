"""The types that annotators confuse, and the posts on which they differ most."""

from __future__ import annotations

import pytest
from hypothesis import given

from mnerctl.annotation.agreement.confusion import answer_for, confusions
from mnerctl.annotation.agreement.disputed import MOST, divided_posts
from mnerctl.annotation.agreement.shared_post import SharedPost
from mnerctl.schema import Span
from mnerctl.schema.release.agreement import DividedPost, Reading
from support.shared_posts import shared_post, shared_posts

SPAN = Span(4, 8, "PER")


@pytest.mark.parametrize(
    ("others", "wanted"),
    [
        ([], "unmarked"),
        ([Span(0, 4, "PER"), Span(8, 9, "PER")], "unmarked"),
        ([SPAN], "PER"),
        ([Span(4, 8, "ORG")], "ORG"),
        ([Span(4, 7, "PER")], "other_edges"),
        ([Span(3, 9, "LOC")], "LOC"),
        ([Span(3, 5, "LOC"), Span(5, 9, "MISC")], "MISC"),
    ],
)
def test_answer_for_a_span(others: list[Span], wanted: str) -> None:
    assert answer_for(SPAN, others) == wanted


@given(shared_posts())
def test_every_span_is_answered_by_every_other_annotator(posts: list[SharedPost]) -> None:
    spans = sum(len(one) * (len(post.spans) - 1) for post in posts for one in post.spans.values())
    assert sum(sum(row.values()) for row in confusions(posts).values()) == spans


def test_divided_posts_come_with_their_readings() -> None:
    a, b = Span(0, 1, "PER"), Span(2, 3, "LOC")
    posts = [
        shared_post("1", 5, {"ada": [a], "ben": [a], "cho": [a]}),
        shared_post("2", 5, {"ada": [a], "ben": [a, b], "cho": [a]}),
        shared_post("3", 5, {"ada": [a, b], "ben": []}),
    ]
    assert divided_posts(posts) == (
        DividedPost(
            post_id="3",
            unmatched=2,
            f1=0,
            readings=(
                Reading(annotators=("ada",), spans=(a, b)),
                Reading(annotators=("ben",), spans=()),
            ),
        ),
        DividedPost(
            post_id="2",
            unmatched=2 / 3,
            f1=6 / 8,
            readings=(
                Reading(annotators=("ada", "cho"), spans=(a,)),
                Reading(annotators=("ben",), spans=(a, b)),
            ),
        ),
    )


def test_the_number_of_divided_posts_is_limited() -> None:
    posts = [shared_post(str(n), 3, {"ada": [Span(0, 1, "PER")], "ben": []}) for n in range(99)]
    assert [post.post_id for post in divided_posts(posts)] == sorted(map(str, range(99)))[:MOST]
