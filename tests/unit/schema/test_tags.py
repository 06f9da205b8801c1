"""Tags and spans: conversion in both directions, and the reading of other schemes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema import LABELS, TYPES, Span, as_bio, spans_from_tags, tags_from_spans
from mnerctl.schema.tags import Scheme, detect_scheme, orphans


@st.composite
def span_lists(draw: st.DrawFn) -> tuple[list[Span], int]:
    """Draw sorted spans that do not overlap, some of them adjacent, and a sufficient length."""
    spans = []
    position = 0
    for gap, width, kind in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(TYPES)))
    ):
        start = position + gap
        position = start + width
        spans.append(Span(start, position, kind))
    return spans, position + draw(st.integers(0, 3))


tag_lists = st.lists(st.sampled_from(LABELS), max_size=12)


@given(span_lists())
def test_spans_are_the_same_after_tags(case: tuple[list[Span], int]) -> None:
    spans, length = case
    tags = tags_from_spans(reversed(spans), length)
    assert len(tags) == length
    assert spans_from_tags(tags) == spans
    assert orphans(tags) == []


@given(tag_lists)
def test_valid_tags_are_the_same_after_spans(tags: list[str]) -> None:
    valid, broken = as_bio(tags)
    assert broken == orphans(tags)
    assert tags_from_spans(spans_from_tags(valid), len(valid)) == valid
    assert as_bio(valid) == (valid, [])
    assert [t.partition("-")[2] for t in valid] == [t.partition("-")[2] for t in tags]


@given(span_lists(), st.sampled_from(["IOB1", "IOB2", "BIOES"]))
def test_every_scheme_gives_the_same_spans(case: tuple[list[Span], int], scheme: Scheme) -> None:
    spans, length = case
    tags = ["O"] * length
    for before, span in zip([None, *spans], spans, strict=False):
        touches = before is not None and (before.end, before.type) == (span.start, span.type)
        letters = ["B"] + ["I"] * (span.end - span.start - 1)
        if scheme == "BIOES":
            letters = ["S"] if len(letters) == 1 else [*letters[:-1], "E"]
        elif scheme == "IOB1" and not touches:
            letters[0] = "I"
        tags[span.start : span.end] = [f"{letter}-{span.type}" for letter in letters]
    bio, broken = as_bio(tags, scheme)
    assert (spans_from_tags(bio), broken) == (spans, [])


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ([], []),
        (["O", "O"], []),
        (["B-PER"], [Span(0, 1, "PER")]),
        (["B-PER", "I-PER"], [Span(0, 2, "PER")]),
        (["B-PER", "B-PER"], [Span(0, 1, "PER"), Span(1, 2, "PER")]),
        (["B-PER", "I-LOC"], [Span(0, 1, "PER")]),
        (["B-PER", "I-LOC", "I-PER"], [Span(0, 1, "PER")]),
        (["I-PER", "I-PER"], []),
        (["O", "I-PER", "B-LOC", "I-LOC", "O"], [Span(2, 4, "LOC")]),
    ],
)
def test_spans_are_read_strictly(tags: list[str], spans: list[Span]) -> None:
    assert spans_from_tags(tags) == spans


@pytest.mark.parametrize(
    ("scheme", "tags", "bio", "broken"),
    [
        # IOB2: an I- that continues nothing begins an entity, and so does a letter of another scheme
        ("IOB2", "O I-PER I-PER", "O B-PER I-PER", [1]),
        ("IOB2", "B-PER I-LOC I-LOC", "B-PER B-LOC I-LOC", [1]),
        ("IOB2", "B-PER O I-PER", "B-PER O B-PER", [2]),
        ("IOB2", "B-PER E-PER S-LOC", "B-PER I-PER B-LOC", [1, 2]),
        ("IOB2", "E-PER I-PER", "B-PER B-PER", [0, 1]),
        # IOB1: an I- may begin an entity, a B- separates two of the same type
        ("IOB1", "I-PER I-PER B-PER I-PER", "B-PER I-PER B-PER I-PER", []),
        ("IOB1", "I-PER I-LOC O I-LOC", "B-PER B-LOC O B-LOC", []),
        ("IOB1", "B-PER I-PER", "B-PER I-PER", []),
        # BIOES: each entity needs a beginning and an end
        ("BIOES", "S-PER B-LOC I-LOC E-LOC", "B-PER B-LOC I-LOC I-LOC", []),
        ("BIOES", "S-PER S-PER B-LOC E-LOC", "B-PER B-PER B-LOC I-LOC", []),
        ("BIOES", "E-PER", "B-PER", [0]),
        ("BIOES", "I-PER E-PER", "B-PER I-PER", [0]),
        ("BIOES", "B-PER O", "B-PER O", [1]),
        ("BIOES", "B-PER I-PER", "B-PER I-PER", [1]),
        ("BIOES", "B-PER B-PER E-PER", "B-PER B-PER I-PER", [1]),
        ("BIOES", "B-PER S-PER", "B-PER B-PER", [1]),
        ("BIOES", "S-PER I-PER E-PER", "B-PER B-PER I-PER", [1]),
        ("BIOES", "S-PER E-PER", "B-PER B-PER", [1]),
        ("BIOES", "B-PER E-LOC", "B-PER B-LOC", [1]),
    ],
)
def test_other_schemes_become_bio(scheme: Scheme, tags: str, bio: str, broken: list[int]) -> None:
    assert as_bio(tags.split(), scheme) == (bio.split(), broken)


@pytest.mark.parametrize(
    ("file", "scheme"),
    [
        ([], "IOB2"),
        (["O O"], "IOB2"),
        (["B-PER I-PER", "O B-LOC"], "IOB2"),
        (["B-PER B-PER"], "IOB2"),
        (["I-PER O"], "IOB1"),
        (["I-PER B-PER", "O I-LOC"], "IOB1"),
        (["I-PER B-PER", "O B-LOC"], "IOB2"),
        (["I-PER", "I-LOC B-PER"], "IOB2"),
        (["B-PER I-PER E-PER"], "BIOES"),
        (["O", "S-LOC"], "BIOES"),
        (["I-PER", "S-LOC"], "BIOES"),
    ],
)
def test_the_scheme_of_a_file(file: list[str], scheme: Scheme) -> None:
    assert detect_scheme(line.split() for line in file) == scheme


@pytest.mark.parametrize(
    ("tags", "positions"),
    [
        ("B-PER I-PER I-PER", []),
        ("I-PER I-PER", [0]),
        ("O I-PER B-PER I-LOC I-LOC", [1, 3]),
        ("O O", []),
    ],
)
def test_orphans(tags: str, positions: list[int]) -> None:
    assert orphans(tags.split()) == positions


@pytest.mark.parametrize(
    ("spans", "length", "message"),
    [
        (
            [Span(0, 2, "PER"), Span(1, 3, "LOC")],
            5,
            "Span(start=0, end=2, type='PER') and Span(start=1, end=3, type='LOC') overlap:"
            " BIO allows one entity per token",
        ),
        (
            [Span(1, 3, "LOC")],
            2,
            "Span(start=1, end=3, type='LOC') ends after the last of 2 tokens",
        ),
        (
            [Span(0, 1, "LOC")],
            0,
            "Span(start=0, end=1, type='LOC') ends after the last of 0 tokens",
        ),
    ],
)
def test_spans_that_cannot_become_tags(spans: list[Span], length: int, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        tags_from_spans(spans, length)
    assert str(caught.value) == message
