"""The report of a merge, as tables and as JSON: its corpora, their licences, labels and leaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...schema import TYPES
from ..console import print_table, say
from .leaks import leak_counts, leak_document, print_leaks

if TYPE_CHECKING:
    from ...release import Plan, Statistics
    from ...schema.formats.label_names import LabelNames


def merge_document(
    plan: Plan, names: Mapping[str, LabelNames], counts: Statistics
) -> dict[str, object]:
    """Return the JSON document. Counts add up: the sources minus what is left out are the merge.

    Args:
        plan: the merge.
        names: name of a part to how its labels were read.
        counts: statistics of the merge.
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


def print_merge(plan: Plan, names: Mapping[str, LabelNames], counts: Statistics) -> None:
    """Print the tables, and the licences, which a person has to read."""
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
    print_table("corpora", ("", *merged), rows)
    print_table(
        "labels",
        ("corpus", "label", "read as", "entities"),
        _label_rows(plan, names),
    )
    print_leaks("leaks between the corpora", plan.leaks)
    for part in plan.parts:
        say(f"{part.name}: {licence_state(part.release)}")


def leaks_sentence(plan: Plan, *, compared_pictures: bool) -> str:
    """Return how many leaks were found, what was left out, and whether pictures were compared."""
    across = sum(leak.is_across for leak in plan.leaks)
    left_out = sum(map(len, plan.dropped.values()))
    found = f"leaks between the corpora: {len(plan.leaks)}, {across} of them between train and dev or test"
    if compared_pictures:
        return f"{found}; {left_out} train records left out"
    return f"{found}; pictures were not compared (--drop-leaks compares them and drops leaking train records)"


def _totals(counts: Statistics) -> dict[str, int]:
    columns = list(counts.splits.values())
    return {
        "tweets": sum(column.tweets for column in columns),
        **{kind: sum(column.by_type[kind] for column in columns) for kind in TYPES},
        "entities": sum(column.entities for column in columns),
        "images": sum(column.images for column in columns),
    }


def _label_rows(plan: Plan, names: Mapping[str, LabelNames]) -> list[tuple[str, str, str, int]]:
    """Return (corpus, label, entity type, entities); a release of mnerctl has no rows."""
    return [
        (part.name, name, kind, times)
        for part in plan.parts
        for (name, kind), times in sorted(names[part.name].counts.items())
    ]
