"""Readings are combined by a fixed rule: cases by hand, and properties that hold for all readings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation.agreement.vote import VoteResult, evidence_for, vote
from mnerctl.schema import Annotation, Span
from mnerctl.schema.span import first_overlap
from support.shared_posts import readings

TEXT = "Ada meets New York Times"
ADA, YORK, TIMES = Span(0, 3, "PER"), Span(10, 18, "LOC"), Span(10, 24, "ORG")
YORK_ORG, YORK_MISC = Span(10, 18, "ORG"), Span(10, 18, "MISC")


@pytest.mark.parametrize(
    ("readings_", "by_all", "by_majority"),
    [
        ([(), ()], VoteResult((), "agreed:2"), VoteResult((), "agreed:2")),
        ([(ADA,), (ADA,), (ADA,)], VoteResult((ADA,), "agreed:3"), VoteResult((ADA,), "agreed:3")),
        # with two annotators, more than half means both
        ([(ADA,), ()], None, None),
        ([(ADA, YORK), (ADA,), (ADA,)], None, VoteResult((ADA,), "majority:2/3")),
        ([(ADA, YORK), (ADA, YORK), (ADA,)], None, VoteResult((ADA, YORK), "majority:2/3")),
        ([(ADA,), (), (), ()], None, VoteResult((), "majority:3/4")),
        # half of them mark it: no majority against it
        ([(ADA,), (ADA,), (), ()], None, None),
        # two of three mark something there, but not the same
        ([(YORK,), (TIMES,), ()], None, None),
        ([(YORK,), (YORK_ORG,), (YORK_MISC,)], None, None),
        # the third marks a longer one: the spans of the two are kept
        ([(YORK,), (YORK,), (TIMES,)], None, VoteResult((YORK,), "majority:2/3")),
        ([(YORK,), (TIMES,), (TIMES,)], None, VoteResult((TIMES,), "majority:2/3")),
    ],
)
def test_cases_by_hand(
    readings_: list[tuple[Span, ...]], by_all: VoteResult | None, by_majority: VoteResult | None
) -> None:
    assert vote(readings_, majority=False) == by_all
    assert vote(readings_, majority=True) == by_majority


@given(st.lists(readings(8), min_size=2, max_size=5), st.randoms())
def test_properties(readings_: list[tuple[Span, ...]], random: object) -> None:
    all_agree, most = vote(readings_, majority=False), vote(readings_, majority=True)
    assert (all_agree is not None) == (len(set(readings_)) == 1)
    if all_agree:
        assert most == all_agree
        assert all_agree.spans == readings_[0]
    mixed = list(readings_)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert vote(mixed, majority=True) == most
    if most:
        assert first_overlap(most.spans) is None
        votes = {span: sum(span in one for one in readings_) for one in readings_ for span in one}
        assert set(most.spans) == {
            span for span, count in votes.items() if 2 * count > len(readings_)
        }


def annotation(
    name: str, *evidence: tuple[int, ...], spans: tuple[Span, ...] = (ADA, YORK)
) -> Annotation:
    return Annotation(post_id="1", annotator=name, text=TEXT, spans=spans, evidence=evidence)


def test_evidence_needs_more_than_half_of_those_who_named_any_image() -> None:
    ada = annotation("ada", (0, 1), ())
    ben = annotation("ben", (1,), (2,))
    cho = annotation("cho")
    assert evidence_for((ADA, YORK), [ada, ben, cho]) == ((1,), (2,))
    assert evidence_for((ADA, TIMES), [ada, ben]) == ((1,), ())
    assert evidence_for((ADA,), [cho]) == ()
    assert evidence_for((), [ada, ben]) == ()


@pytest.mark.parametrize(
    ("readings", "skips", "how"),
    [
        ([{ADA}, {ADA}], 1, "majority:2/3"),
        ([(), ()], 1, "majority:2/3"),
        ([{ADA}, {ADA}], 2, None),
        ([{ADA}], 1, None),
        ([{ADA}, {ADA, YORK}], 1, None),
        ([{ADA}, {ADA}, {ADA}, {ADA, YORK}], 1, "majority:3/5"),
    ],
)
def test_a_skip_is_a_vote_that_neither_keeps_nor_leaves_out(
    readings: list[set[Span]], skips: int, how: str | None
) -> None:
    lists = [sorted(reading) for reading in readings]
    decided = vote(lists, majority=True, skips=skips)
    assert (decided.how if decided else None) == how
    assert vote(lists, majority=False, skips=skips) is None
