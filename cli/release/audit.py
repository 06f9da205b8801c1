"""`mnerctl release audit`: check a release or a published corpus against every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, ReleasePath

if TYPE_CHECKING:
    from ...release import Audit
    from ...schema import Problem

LEVELS = ("error", "warning", "note")


def audit(
    release: ReleasePath,
    rule: Annotated[
        str | None,
        typer.Option("--list", metavar="RULE", help="List all findings of one rule."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a release against every rule.

    The exit code is 5 if a finding is an error.

    Example: mnerctl release audit releases/1.0.0
    """
    from ...release import audit_release
    from ...schema import CheckFailed
    from ..console import print_json, print_line, print_problems, progress, say

    if rule:
        _refuse_unknown(rule)
    with progress("files") as on_file, progress("pictures") as on_picture:
        done = audit_release(release, on_file=on_file, on_picture=on_picture)
    rows = [row for row in done.problems if rule in (None, row.rule)]
    if as_json:
        print_json(as_document(done, rows))
    elif rule:
        for row in rows:
            detail = f" ({row.detail})" if row.detail else ""
            print_line(f"{row.where}: {row.found}; wanted {row.wanted}{detail}")
    else:
        print_problems(done.problems)
        _print_rules(release, done.problems)
    say(summary(done))
    if not done.is_fit:
        raise CheckFailed(
            f"{release}: cannot be used: {_counted(_level_counts(done.problems)['error'], 'error')}",
            f"mnerctl release audit {release} --list {_first_error(done)}",
        )


def as_document(done: Audit, rows: Sequence[Problem]) -> dict[str, object]:
    """Return the audit for JSON, with `rows` as its problems, file and line apart."""
    return {
        "release": str(done.folder),
        "records": done.records,
        "pictures": done.pictures,
        **{f"{level}s": count for level, count in _level_counts(done.problems).items()},
        "problems": [
            {
                "level": row.level,
                "rule": row.rule,
                **_place(row.where),
                "found": row.found,
                "wanted": row.wanted,
                "detail": row.detail,
            }
            for row in rows
        ],
    }


def summary(done: Audit) -> str:
    """Return the counts in one line."""
    counts = _level_counts(done.problems)
    return (
        f"{done.folder}: {done.records:,} records and {done.pictures:,} pictures checked:"
        f" {', '.join(_counted(counts[level], level) for level in LEVELS)}"
    )


def _level_counts(problems: Sequence[Problem]) -> dict[str, int]:
    counts = Counter(row.level for row in problems)
    return {level: counts[level] for level in LEVELS}  # type: ignore[index]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _place(where: str) -> dict[str, object]:
    """Return file and line of `file:line`; the line is None where the row is about a whole file."""
    file, _, line = where.rpartition(":")
    return {"file": file, "line": int(line)} if line.isdigit() else {"file": where, "line": None}


def _print_rules(release: Path, problems: Sequence[Problem]) -> None:
    from ..console import print_table

    times = Counter((row.level, row.rule) for row in problems)
    first: dict[tuple[str, str], str] = {}
    for row in problems:
        first.setdefault((row.level, row.rule), row.where.rpartition("/")[2])
    rows = [
        (level, rule, f"{count:,}", first[level, rule])
        for (level, rule), count in sorted(times.items(), key=lambda x: LEVELS.index(x[0][0]))
    ]
    if rows:
        print_table(str(release), ("level", "rule", "times", "first at"), rows)


def _first_error(done: Audit) -> str:
    return next(row.rule for row in done.problems if row.level == "error")


def _refuse_unknown(rule: str) -> None:
    from ...release import RULES
    from ...schema import UsageError

    ids = [one.id for one in RULES]
    if not any(rule == id or (id.endswith("*") and rule.startswith(id[:-1])) for id in ids):
        raise UsageError(f"--list {rule!r}: not a rule of the audit", f"one of {', '.join(ids)}")
