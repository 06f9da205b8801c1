"""The check of raw spans: each rule by example, and no input that passes wrongly or crashes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation import RawAnnotation, RawSpan, annotation_or_problems
from mnerctl.schema import Problem, Span
from mnerctl.schema.problem import errors_in
from mnerctl.schema.tokens import tokenize
from support.corpora import HARD_TEXTS, made_post

TEXT = "Go 👨‍👩‍👧 LeBron James's team"
FAMILY, LEBRON, JAMES, END = 3, 9, 16, len(TEXT)


def checked(*spans: RawSpan, text: str = TEXT, **more: object) -> tuple[object, list[Problem]]:
    raw = RawAnnotation("f:1", "1", spans, **more)  # type: ignore[arg-type]
    return annotation_or_problems(made_post("1", text), raw, annotator="ada")


def test_a_good_span_stays_as_it_is() -> None:
    annotation, problems = checked(RawSpan("f:1", LEBRON, JAMES + 5, "PER", "LeBron James"))
    assert annotation is not None
    assert annotation.spans == (Span(LEBRON, JAMES + 5, "PER"),)
    assert annotation.text == TEXT
    assert problems == []


@pytest.mark.parametrize(
    ("start", "end", "type_", "text", "rule", "found", "wanted"),
    [
        (
            0,
            END + 1,
            "PER",
            None,
            "bounds",
            f"[0, {END + 1})",
            f"inside the text of {END} code points",
        ),
        (-1, 2, "PER", None, "bounds", "[-1, 2)", f"inside the text of {END} code points"),
        (15, 9, "PER", None, "order", "[15, 9)", "start before end; a span is never empty"),
        (9, 9, "PER", None, "order", "[9, 9)", "start before end; a span is never empty"),
        ("9", 15, "PER", None, "offsets", "start '9', end 15", "two whole numbers"),
        (9.0, 15, "PER", None, "offsets", "start 9.0, end 15", "two whole numbers"),
        (True, 15, "PER", None, "offsets", "start True, end 15", "two whole numbers"),
        (None, None, "PER", None, "offsets", "start None, end None", "two whole numbers"),
        (9, 15, "FOO", None, "type", "'FOO'", "one of PER, LOC, ORG, MISC"),
        (9, 15, None, None, "type", "no type", "one of PER, LOC, ORG, MISC"),
        (9, 15, ["PER"], None, "type", "['PER']", "one of PER, LOC, ORG, MISC"),
        (9, 15, "PER", "James", "surface", "'James'", "'LeBron', which is at [9, 15)"),
        (8, 9, "PER", None, "blank", "' '", "more than white space"),
    ],
)
def test_a_bad_span_is_refused_with_its_rule(
    start: object, end: object, type_: object, text: str | None, rule: str, found: str, wanted: str
) -> None:
    annotation, problems = checked(RawSpan("f:1", start, end, type_, text))
    assert annotation is None
    assert problems == [Problem("error", rule, "f:1", found, wanted)]


def test_an_alias_is_accepted_with_a_note() -> None:
    annotation, problems = checked(RawSpan("f:1", 9, 15, "person"))
    assert annotation is not None
    assert problems == [Problem("note", "type", "f:1", "'person'", "PER", "read as PER")]


def test_an_edge_inside_a_token_is_moved_only_if_the_surface_text_proves_the_offsets() -> None:
    annotation, problems = checked(RawSpan("f:1", 8, 20, "PER", " LeBron Jame"))
    assert annotation is not None
    assert annotation.spans == (Span(9, 21, "PER"),)
    found, wanted = "[8, 20) ' LeBron Jame'", "[9, 21) 'LeBron James'"
    assert problems == [
        Problem("warning", "token-edges", "f:1", found, wanted, "moved to token edges")
    ]
    annotation, problems = checked(RawSpan("f:1", 8, 20, "PER"))
    assert annotation is None
    wanted += ", or the text of the span, which would prove its offsets"
    assert problems == [Problem("error", "token-edges", "f:1", found, wanted)]


def test_offsets_in_utf_16_units_are_refused() -> None:
    units = len(TEXT[:LEBRON].encode("utf-16-le")) // 2
    annotation, problems = checked(RawSpan("f:1", units, units + 12, "PER"))
    assert annotation is None
    assert [problem.rule for problem in problems] == ["token-edges"]


def test_every_overlap_gets_a_row() -> None:
    spans = (
        RawSpan("f:1", LEBRON, JAMES + 5, "PER"),
        RawSpan("f:2", LEBRON, LEBRON + 6, "ORG"),
        RawSpan("f:3", JAMES, JAMES + 5, "LOC"),
    )
    annotation, problems = checked(*spans)
    assert annotation is None
    assert [(row.rule, row.where) for row in problems] == [("overlap", "f:1"), ("overlap", "f:3")]
    assert problems[0].found == "PER [9, 21) 'LeBron James'"
    assert problems[0].wanted == "no overlap with ORG [9, 15) 'LeBron'"


def test_all_problems_of_an_annotation_are_collected() -> None:
    annotation, problems = checked(RawSpan("f:1", 5, 2, "FOO"), RawSpan("f:2", 0, 99, "BAR"))
    assert annotation is None
    assert [row.rule for row in problems] == ["type", "order", "type", "bounds"]


def test_evidence_must_be_images_of_the_post() -> None:
    annotation, problems = checked(RawSpan("f:1", 9, 15, "PER", evidence=(2,)), has_evidence=True)
    assert annotation is None
    wanted = "one of the 2 images, counted from 0"
    assert problems == [Problem("error", "evidence", "f:1", "image 2", wanted)]


def test_evidence_stays_with_its_span_when_spans_are_sorted() -> None:
    late, early = RawSpan("f:1", 9, 15, "PER", evidence=(1,)), RawSpan("f:1", 0, 2, "MISC")
    annotation, _ = checked(late, early, has_evidence=True)
    assert annotation is not None
    assert annotation.evidence == ((), (1,))


def test_a_skipped_post_has_no_spans() -> None:
    annotation, problems = checked(RawSpan("f:1", 9, 15, "PER"), status="skipped")
    assert annotation is None
    assert problems == [Problem("error", "skipped", "f:1", "skipped, 1 spans", "no spans")]


ANYTHING = st.one_of(
    st.integers(-3, 60), st.none(), st.booleans(), st.text(max_size=3), st.floats(), st.just([])
)
TYPES = st.one_of(st.sampled_from(["PER", "mis", "B-PER", ""]), ANYTHING)


@given(
    text=st.sampled_from(HARD_TEXTS),
    spans=st.lists(
        st.tuples(ANYTHING, ANYTHING, TYPES, st.none() | st.text(max_size=3)), max_size=4
    ),
)
def test_any_input_gives_a_valid_annotation_or_an_error(
    text: str, spans: list[tuple[object, object, object, str | None]]
) -> None:
    post = made_post("1", text)
    raw = RawAnnotation("f:1", "1", tuple(RawSpan("f:1", *span) for span in spans))
    annotation, problems = annotation_or_problems(post, raw, annotator="ada")
    assert (annotation is None) == bool(errors_in(problems))
    if annotation:
        assert len(annotation.spans) == len(spans)
        tokens = tokenize(post.text)
        starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
        assert all(span.start in starts and span.end in ends for span in annotation.spans)
