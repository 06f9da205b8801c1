"""`mnerctl release leaks`: find posts, texts and images that two splits or two corpora share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, ReleasePath

if TYPE_CHECKING:
    from ...release import Leak, Place


def leaks(
    release: ReleasePath,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Compare with this release or corpus instead of the splits."
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option("--list", metavar="RULE", help="List all leaks of one rule."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find content that splits or corpora share.

    A post, text or image that is in train and in dev or test is an error (exit code 5). A text that differs
    only in case or spaces, a near-duplicate of a text, and an image that looks the same are warnings.

    Example: mnerctl release leaks releases/1.0.0 --against twitter2017
    """
    from ...release import corpus_leaks, read_pictures, split_leaks
    from ...schema import CheckFailed, Release
    from ...schema.problem import errors_in
    from ..console import print_json, print_line, print_problems, progress, say

    if rule:
        _refuse_unknown(rule)
    with progress("files") as on_file:
        corpora = [Release.load(path, on_file=on_file) for path in (release, against) if path]
    with progress("pictures") as on_picture:
        pictures = [read_pictures(corpus, on_picture) for corpus in corpora]
    one, other = corpora[0], corpora[-1]
    found = (
        corpus_leaks(one, other, pictures[0], pictures[-1])
        if against
        else split_leaks(one, pictures[0])
    )
    rows = [leak.problem() for leak in found]
    if as_json:
        listed = [leak for leak, row in zip(found, rows, strict=True) if rule in (None, row.rule)]
        print_json(
            {
                "release": str(release),
                "against": str(against) if against else None,
                "records": [sum(map(len, corpus.splits.values())) for corpus in corpora],
                "pictures": [len(read) for read in pictures],
                "counts": leak_counts(found),
                "leaks": [leak_document(leak) for leak in listed],
            }
        )
    elif rule:
        for row in rows:
            if row.rule == rule:
                print_line(f"{row.where}: {row.found} ({row.detail})")
    else:
        print_problems(rows)
        print_leaks(f"{release}" + (f" and {against}" if against else ""), found)
    compared = " and ".join(
        f"{sum(map(len, corpus.splits.values())):,} records with {len(read):,} pictures"
        for corpus, read in zip(corpora, pictures, strict=True)
    )
    say(
        f"{release}: {compared} compared: {len(found):,} leaks,"
        f" {_across(found):,} of them between train and dev or test"
    )
    if errors := errors_in(rows):
        raise CheckFailed(
            f"{release}: train shares posts, texts or images with dev or test: {len(errors):,} leaks",
            f"mnerctl release leaks {release}{f' --against {against}' if against else ''}"
            f" --list {errors[0].rule}",
        )


def print_leaks(title: str, found: Sequence[Leak]) -> None:
    """Print how many records leak, by pair of splits and kind."""
    from ...release import KINDS
    from ..console import print_table

    counts = leak_counts(found)
    rows = [(pair, *(kinds.get(kind, 0) for kind in KINDS)) for pair, kinds in counts.items()]
    if rows:
        columns = ("records in both", *(kind.replace("-", "\n") for kind in KINDS))
        print_table(title, columns, rows)


def leak_counts(found: Sequence[Leak]) -> dict[str, dict[str, int]]:
    """Return pair of splits to kind to the number of flagged records; each counts once per cell."""
    from ...release import KINDS
    from ...schema import SPLITS

    seen: dict[tuple[str, str], set[str]] = {}
    for leak in found:
        seen.setdefault((_pair(leak), leak.kind), set()).add(leak.flagged.where)
    in_order = sorted(
        found, key=lambda x: (SPLITS.index(x.left.split), SPLITS.index(x.right.split))
    )
    pairs = dict.fromkeys(map(_pair, in_order))
    return {
        pair: {kind: len(seen[pair, kind]) for kind in KINDS if (pair, kind) in seen}
        for pair in pairs
    }


def _pair(leak: Leak) -> str:
    if leak.left.corpus == leak.right.corpus:
        return f"{leak.left.split} / {leak.right.split}"
    return f"{leak.left.corpus} {leak.left.split} / {leak.right.corpus} {leak.right.split}"


def _across(found: Sequence[Leak]) -> int:
    return sum(leak.is_across for leak in found)


def leak_document(leak: Leak) -> dict[str, object]:
    """Return a leak for JSON."""
    return {
        "level": leak.level,
        "rule": leak.rule,
        "left": _place(leak.left),
        "right": _place(leak.right),
        "what": leak.what or None,
        "measure": leak.measure,
    }


def _place(place: Place) -> dict[str, str]:
    return {
        "corpus": place.corpus,
        "split": place.split,
        "where": place.where,
        "id": place.record.id,
        "text": " ".join(place.record.text),
    }


def _refuse_unknown(rule: str) -> None:
    from ...release import KINDS
    from ...schema import UsageError

    rules = [f"leak-{kind}" for kind in KINDS]
    if rule not in rules:
        raise UsageError(f"--list {rule!r}: not a rule of leaks", f"one of {', '.join(rules)}")
