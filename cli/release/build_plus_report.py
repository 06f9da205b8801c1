"""What went into a merge, as a table and as JSON: each corpus, its licence, how its labels were read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...schema import TYPES
from ..console import print_table, say
from .leaks import leak_counts, leak_document, print_leaks

if TYPE_CHECKING:
    from ...release import Plan, Statistics
    from ...schema.formats.label_names import LabelNames


def account(plan: Plan, names: Mapping[str, LabelNames], counts: Statistics) -> dict[str, object]:
    """Counts before and after, which add up: the sources less what is left out are the merge.

    names: how the labels of each part were read. counts: of the merge.
    """
    from ...release import licence_state, statistics

    return {
        "sources": [
            {
                "name": part.name,
                "folder": str(part.release.folder),
                "licence": licence_state(part.release),
                **_totals(statistics(part.release)),
                "left_out": _totals(statistics(plan.left_out(part))),
            }
            for part in plan.parts
        ],
        "merged": _totals(counts),
        "labels": [
            {"source": source, "name": name, "type": kind, "entities": times}
            for source, name, kind, times in _label_rows(plan, names)
        ],
        "leaks": {
            "counts": leak_counts(plan.leaks),
            "rows": [leak_document(leak) for leak in plan.leaks],
        },
    }


def print_account(plan: Plan, names: Mapping[str, LabelNames], counts: Statistics) -> None:
    """The tables of it, and the licences, which a person has to read."""
    from ...release import licence_state, statistics

    rows: list[tuple[object, ...]] = []
    for part in plan.parts:
        totals = _totals(statistics(part.release))
        rows.append((part.name, *totals.values()))
        if plan.dropped.get(part.name):
            left_out = _totals(statistics(plan.left_out(part)))
            rows.append(("  left out", *(-count for count in left_out.values())))
    merged = _totals(counts)
    rows.append((plan.name, *merged.values()))
    print_table("what went in", ("", *merged), rows)
    print_table(
        "labels as they were read",
        ("corpus", "in its files", "read as", "entities"),
        _label_rows(plan, names),
    )
    print_leaks("leaks between the corpora", plan.leaks)
    for part in plan.parts:
        say(f"{part.name}: {licence_state(part.release)}")


def leaks_sentence(plan: Plan, *, looked_at_pictures: bool) -> str:
    """What was found and done, and what was not looked at."""
    across = sum(leak.is_across for leak in plan.leaks)
    left_out = sum(map(len, plan.dropped.values()))
    said = f"leaks between the corpora: {len(plan.leaks)}, {across} of them into train"
    if looked_at_pictures:
        return f"{said}; {left_out} records of train left out"
    return f"{said}; pictures were not compared (--drop-leaks does, and leaves these records out of train)"


def _totals(counts: Statistics) -> dict[str, int]:
    columns = list(counts.splits.values())
    return {
        "tweets": sum(column.tweets for column in columns),
        **{kind: sum(column.by_type[kind] for column in columns) for kind in TYPES},
        "entities": sum(column.entities for column in columns),
        "images": sum(column.images for column in columns),
    }


def _label_rows(plan: Plan, names: Mapping[str, LabelNames]) -> list[tuple[str, str, str, int]]:
    """Of a release of ours nothing had to be read otherwise than it stands."""
    return [
        (part.name, name, kind, times)
        for part in plan.parts
        for (name, kind), times in sorted(names[part.name].counts.items())
    ]
