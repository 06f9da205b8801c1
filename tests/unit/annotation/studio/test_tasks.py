"""Posts as tasks and answers as spans: the two directions are inverses on hard texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation import (
    annotation_or_problems,
    result_from_annotation,
    spans_from_annotation,
    task_from_post,
)
from mnerctl.annotation.studio.tasks import task_problems
from mnerctl.schema import TYPES, Annotation, Image, Problem, Span
from mnerctl.schema.tokens import tokenize
from support.corpora import HARD_TEXTS, made_post


@st.composite
def annotations(draw: st.DrawFn) -> tuple[Annotation, Any]:
    """Draw an annotation on token edges of a hard text, with evidence and relevance of 2 to 4 images."""
    post = made_post("7", draw(st.sampled_from(HARD_TEXTS)), images=draw(st.integers(2, 4)))
    tokens = tokenize(post.text)
    cuts = sorted(draw(st.sets(st.integers(0, len(tokens)), max_size=8)))
    spans = tuple(
        Span(tokens[first].start, tokens[last - 1].end, draw(st.sampled_from(TYPES)))
        for first, last in zip(cuts[::2], cuts[1::2], strict=False)
    )
    positions = st.sets(st.sampled_from([image.position for image in post.images]))
    evidence = tuple(tuple(sorted(draw(positions))) for _ in spans)
    ratings = st.sampled_from(["helps", "neutral", "misleads", None])
    relevance = tuple(draw(ratings) for _ in post.images)
    annotation = Annotation(
        post_id="7",
        annotator="ada",
        text=post.text,
        spans=spans,
        evidence=evidence if any(evidence) else (),
        relevance=relevance if any(relevance) else (),
    )
    return annotation, post


@given(annotations())
def test_an_annotation_equals_the_reading_of_its_result(made: tuple[Annotation, Any]) -> None:
    annotation, post = made
    result = result_from_annotation(annotation, post)
    raw, problems = spans_from_annotation(post, result, where="t")
    assert problems == []
    assert annotation_or_problems(post, raw, annotator="ada") == (annotation, [])


def region(start: object, end: object, text: object, **more: object) -> dict[str, object]:
    value = {"start": start, "end": end, "text": text, **more}
    return {"id": "r", "from_name": "ner", "to_name": "text", "type": "labels", "value": value}


def test_the_page_writes_a_newline_in_a_span_as_two_characters() -> None:
    post = made_post("1", "in New\r\nYork\n!")
    answer = [region(3, 12, "New\\n\\nYork", labels=["LOC"])]
    raw, _ = spans_from_annotation(post, answer, where="t")
    annotation, problems = annotation_or_problems(post, raw, annotator="ada")
    assert annotation is not None
    assert (annotation.spans, problems) == ((Span(3, 12, "LOC"),), [])


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (["nonsense"], ("region", "'nonsense'", "a region with a value")),
        (
            [{"id": "a", "from_name": "evidence", "value": {"choices": ["img1"]}}],
            ("region", "'evidence without a span'", "a span with this id"),
        ),
        (
            [
                region(0, 2, "Go", labels=["PER"]),
                {"id": "r", "from_name": "evidence", "value": {"choices": ["img3"]}},
            ],
            ("evidence", "'img3'", "one of img1, img2"),
        ),
        (
            [{"id": "a", "from_name": "rel_0", "value": {"choices": ["loud"]}}],
            ("region", "['loud']", "one of helps, neutral, misleads"),
        ),
    ],
)
def test_what_the_page_cannot_submit_is_a_problem(
    answer: list[object], problem: tuple[str, str, str]
) -> None:
    _, problems = spans_from_annotation(made_post("1", "Go on"), answer, where="t")
    assert [(row.rule, row.found, row.wanted) for row in problems] == [problem]


@pytest.mark.parametrize("labels", [{}, {"labels": []}, {"labels": ["PER", "LOC"]}])
def test_a_region_without_one_label_has_no_type(labels: dict[str, object]) -> None:
    post = made_post("1", "Go on")
    raw, _ = spans_from_annotation(post, [region(0, 2, "Go", **labels)], where="t")
    annotation, problems = annotation_or_problems(post, raw, annotator="ada")
    assert annotation is None
    assert [row.rule for row in problems] == ["type"]


def test_the_prediction_in_a_skipped_answer_is_left_out() -> None:
    answer = [region(0, 2, "Go", labels=["PER"])]
    raw, problems = spans_from_annotation(
        made_post("1", "Go on"), answer, where="t", is_skipped=True
    )
    assert (raw.status, raw.spans, problems) == ("skipped", (), [])


def test_pictures_that_cannot_be_shown_do_not_shift_the_evidence() -> None:
    gone = Image(position=0, status="media_failed")
    shown = [Image(position=i, status="ok", sha256="a" * 64) for i in (1, 2)]
    post = made_post("1", "Go on", images=(gone, *shown))
    task = task_from_post(post, ["/b", "/c"])
    assert task["images"] == [{"url": "/b", "position": 1}, {"url": "/c", "position": 2}]
    answer = [
        region(0, 2, "Go", labels=["PER"]),
        {"id": "r", "from_name": "evidence", "value": {"choices": ["img1"]}},
        {"id": "s", "from_name": "rel_1", "value": {"choices": ["helps"]}},
    ]
    raw, _ = spans_from_annotation(post, answer, where="t")
    annotation, _ = annotation_or_problems(post, raw, annotator="ada")
    assert annotation is not None
    assert annotation.evidence == ((1,),)
    assert annotation.relevance == (None, None, "helps")


def test_a_task_with_another_text_or_other_pictures_gets_rows() -> None:
    post = made_post("1", "Go on")
    task = task_from_post(post, ["/a", "/b"])
    assert task_problems(post, task, "t") == []
    assert task_problems(post, {**task, "text": "Go off", "images": []}, "t") == [
        Problem("error", "task-text", "t", "'Go off'", "'Go on', the text of post 1"),
        Problem("error", "task-images", "t", "images []", "images [0, 1] of post 1"),
    ]
