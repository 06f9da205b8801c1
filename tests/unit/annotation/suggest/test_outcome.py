"""How often annotators kept, changed or deleted suggested spans: cases by hand, and sums that hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from mnerctl.annotation.suggest.outcome import outcome, suggestion_outcomes
from mnerctl.annotation.suggest.suggestion import Suggestion
from mnerctl.schema import Annotation, Span
from mnerctl.schema.release.agreement import Outcome
from support.shared_posts import readings

ADA, YORK, TIMES = Span(0, 3, "PER"), Span(10, 18, "LOC"), Span(10, 24, "ORG")
NEW, NAME = Span(10, 13, "LOC"), Span(14, 18, "PER")
SHOWN = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("suggested", "answered", "expected"),
    [
        ((), (), Outcome()),
        ((ADA, YORK), (ADA, YORK), Outcome(kept=2)),
        ((ADA, YORK), (ADA,), Outcome(kept=1, deleted=1)),
        ((YORK,), (TIMES,), Outcome(changed=1)),
        ((YORK,), (Span(10, 18, "ORG"),), Outcome(changed=1)),
        ((YORK,), (ADA,), Outcome(deleted=1, added=1)),
        # two parts for one span: the first counts as its change, the other was added
        ((TIMES,), (NEW, NAME), Outcome(changed=1, added=1)),
        # one span for two parts: it counts as a change of the first, the other was deleted
        ((NEW, NAME), (TIMES,), Outcome(changed=1, deleted=1)),
    ],
)
def test_cases_by_hand(
    suggested: tuple[Span, ...], answered: tuple[Span, ...], expected: Outcome
) -> None:
    assert outcome(suggested, answered) == expected


@given(readings(9), readings(9))
def test_every_suggested_and_every_marked_span_is_counted_once(
    suggested: tuple[Span, ...], answered: tuple[Span, ...]
) -> None:
    counted = outcome(suggested, answered)
    assert counted.kept + counted.changed + counted.deleted == len(suggested)
    assert counted.kept + counted.changed + counted.added == len(answered)
    back = outcome(answered, suggested)
    assert (back.kept, back.changed, back.deleted) == (
        counted.kept, counted.changed, counted.added
    )  # fmt: skip


def annotation(post: str, *spans: Span, minutes: int, name: str = "ada") -> Annotation:
    at = SHOWN + timedelta(minutes=minutes)
    return Annotation(post_id=post, annotator=name, text="x" * 30, spans=spans, at=at)


def test_only_answers_after_the_suggestion_was_shown_count() -> None:
    suggestions = [
        Suggestion(post_id="1", source="model", spans=(ADA, YORK), at=SHOWN),
        Suggestion(post_id="2", source="model", spans=(ADA,), at=SHOWN),
        Suggestion(post_id="1", source="dictionary", spans=(ADA,), at=SHOWN),
    ]
    answers = [
        annotation("1", ADA, minutes=1),
        annotation("1", ADA, YORK, minutes=2, name="ben"),
        annotation("2", ADA, minutes=-1),
        annotation("3", ADA, minutes=1),
    ]
    assert suggestion_outcomes(suggestions, answers) == {
        "model": Outcome(kept=3, deleted=1),
        "dictionary": Outcome(kept=2, added=1),
    }
