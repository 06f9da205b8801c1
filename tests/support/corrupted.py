"""Insert label errors into a release and list them, so that a search for errors can be tested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from mnerctl.schema import TYPES, Record, Release, Span, Split, tags_from_spans

if TYPE_CHECKING:  # it imports torch
    from mnerctl.model.suspects.find import Suspect

Kind = Literal["type", "boundary", "spurious", "missing"]
KINDS: Final[tuple[Kind, ...]] = ("type", "boundary", "spurious", "missing")


@dataclass(frozen=True, slots=True)
class Fault:
    """One inserted error.

    given: the span that is there now, or None.
    true: the span that was there before, or None.
    """

    split: Split
    record: int
    kind: Kind
    given: Span | None
    true: Span | None


def corrupted(release: Release, share: float, *, seed: int) -> tuple[Release, list[Fault]]:
    """Return the release with errors in a `share` of its entities, and the errors.

    A quarter of the errors is of each kind, and an entity has at most one. If the text has no room for an
    error, the entity gets another type instead.
    """
    chance = Random(seed)
    places = [
        (split, number, span)
        for split, records in release.splits.items()
        for number, record in enumerate(records)
        for span in record.spans
    ]
    spans: dict[tuple[Split, int], list[Span]] = defaultdict(list)
    for split, number, span in places:
        spans[split, number].append(span)
    faults = []
    for turn, (split, number, span) in enumerate(chance.sample(places, round(share * len(places)))):
        record, now = release.splits[split][number], spans[split, number]
        kind = KINDS[turn % len(KINDS)]
        changed = _changed(kind, span, now, record, chance)
        if changed is None:
            kind, changed = "type", _retyped(span, chance)
        if kind != "spurious":
            now.remove(span)
        if kind != "missing":
            now.append(changed)
        given = None if kind == "missing" else changed
        faults.append(Fault(split, number, kind, given, None if kind == "spurious" else span))
    splits = {
        split: tuple(
            relabelled(record, spans[split, number]) for number, record in enumerate(records)
        )
        for split, records in release.splits.items()
    }
    return replace(release, splits=splits), faults


def relabelled(record: Record, spans: list[Span]) -> Record:
    """Return the record with these entities."""
    label = tuple(tags_from_spans(spans, len(record.text)))
    return record.model_copy(update={"label": label, "evidence": None})


def _changed(
    kind: Kind, span: Span, now: list[Span], record: Record, chance: Random
) -> Span | None:
    """Return the span that the error inserts (or removes, if `missing`), or None if there is no room."""
    if kind == "missing":
        return span
    if kind == "type":
        return _retyped(span, chance)
    if kind == "boundary":
        edges = _moved(span)
    else:
        words = range(len(record.text))
        edges = [(at, at + long) for at in words for long in (1, 2)]
        edges = [edge for edge in edges if _are_words(record.text[slice(*edge)])]
    taken = {
        *now,
        *record.spans,
    }  # not where an entity was removed either: it would be correct there
    others = taken - {span} if kind == "boundary" else taken
    free = [edge for edge in edges if _is_free(edge, others, len(record.text))]
    if not free:
        return None
    return Span(*chance.choice(free), span.type if kind == "boundary" else chance.choice(TYPES))


def _retyped(span: Span, chance: Random) -> Span:
    return replace(span, type=chance.choice([kind for kind in TYPES if kind != span.type]))


def _moved(span: Span) -> list[tuple[int, int]]:
    start, end = span.start, span.end
    return [(start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1)]


def _is_free(edge: tuple[int, int], others: set[Span], words: int) -> bool:
    start, end = edge
    inside = 0 <= start < end <= words
    return inside and not any(one.start < end and start < one.end for one in others)


def _are_words(tokens: tuple[str, ...]) -> bool:
    return all(token[0].isalpha() for token in tokens)


def faults_found(
    suspects: Sequence[Suspect], faults: Sequence[Fault], release: Release
) -> list[Fault | None]:
    """Return for each suspect the error in the same post with a word in common, or None."""
    of_record: dict[tuple[Split, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        of_record[fault.split, release.splits[fault.split][fault.record].id].append(fault)
    return [
        next(
            (
                fault
                for fault in of_record[one.split, one.record.id]
                if _meet((one.doubt.gold, one.doubt.suggested), (fault.given, fault.true))
            ),
            None,
        )
        for one in suspects
    ]


def _meet(left: Sequence[Span | None], right: Sequence[Span | None]) -> bool:
    return any(
        a is not None and b is not None and a.start < b.end and b.start < a.end
        for a in left
        for b in right
    )
