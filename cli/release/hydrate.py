"""`mnerctl release dehydrate` and `rehydrate`: take text and pictures out of a release, and restore them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, Out, ReleasePath

if TYPE_CHECKING:
    from ...release import RehydrateResult

MAX_ROWS = 20


def dehydrate(release: ReleasePath, out: Out, as_json: AsJson = False) -> None:
    """Take text and pictures out of a release.

    Ids, URLs, labels, token offsets and hashes stay, so that rehydrate can restore the release from the
    posts that still exist.

    Example: mnerctl release dehydrate releases/1.0.0 -o dehydrated/1.0.0
    """
    from ...release import dehydrate as write_without_content
    from ...schema import Release
    from ..console import print_json, print_problems, progress, say

    loaded = Release.load(release)
    print_problems(loaded.problems)
    with progress("records") as on_file:
        write_without_content(loaded, out, on_file=on_file)
    records = list(loaded.records())
    without_url = sum(not record.url for record in records)
    if as_json:
        print_json({"out": str(out), "records": len(records), "without_url": without_url})
    say(f"{out}: {len(records):,} records without text; {without_url:,} of them have no URL")


def rehydrate(
    dehydrated: Annotated[
        Path, typer.Argument(metavar="DEHYDRATED", help="The folder that dehydrate made.")
    ],
    out: Out,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="The corpus that fetch filled with the posts.")
    ] = None,
    releases: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="RELEASE",
            help="A release or published corpus that has some of the records; can be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a dehydrated release.

    Text and pictures come from a corpus, from other releases, or from both. Records that are gone or that
    differ from the original are listed, and the exit code is then 6.

    Example: mnerctl release rehydrate dehydrated/1.0.0 --corpus corpus -o releases/again
    """
    from datetime import UTC, datetime

    from ...release import RecordSources
    from ...release import rehydrate as restore
    from ...schema import Corpus, PartlyDone, Release, UsageError
    from ...schema.release.dehydrated import read_dehydrated
    from ..console import print_json, progress, say

    if corpus is None and not releases:
        raise UsageError(
            "nothing to restore from: wanted --corpus, --from, or both",
            f"mnerctl release rehydrate {dehydrated} --corpus corpus -o {out}",
        )
    about, splits = read_dehydrated(dehydrated)
    loaded = [Release.load(path) for path in releases or []]
    with Corpus.open(corpus) if corpus else nullcontext() as opened, progress("images") as on_file:
        result = restore(
            about,
            splits,
            RecordSources(opened, loaded),
            out=out,
            today=datetime.now(UTC).date(),
            on_file=on_file,
        )
    if as_json:
        print_json(_as_dict(out, result))
    else:
        _print_differences(result)
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(result.counts.items()))
    say(f"{out}: {len(result.outcomes):,} records: {counts}")
    if not result.is_complete:
        raise PartlyDone(
            f"{out}: incomplete copy of {about.name}; all records that could be restored are in it",
            f"mnerctl fetch {dehydrated} --corpus {corpus or 'corpus'}    # then rehydrate into another --out"
            if result.counts["not_fetched"]
            else f"mnerctl release stats {out}    # counts what is there; rehydrate --json lists the rest",
        )


def _print_differences(result: RehydrateResult) -> None:
    """Print the first records that are missing or differ from the original."""
    from ..console import print_table

    differing = [record for record in result.outcomes if record.outcome != "same"]
    if not differing:
        return
    rows: list[tuple[str, ...]] = [
        (record.split, record.id, record.outcome, record.detail) for record in differing[:MAX_ROWS]
    ]
    if len(differing) > MAX_ROWS:
        rows.append(("", "", "", f"and {len(differing) - MAX_ROWS:,} more; --json lists all"))
    print_table("missing or different records", ("split", "record", "outcome", "detail"), rows)


def _as_dict(out: Path, result: RehydrateResult) -> dict[str, object]:
    return {
        "release": str(out),
        "is_whole": result.is_complete,
        "counts": dict(result.counts),
        "records": [
            {
                "split": record.split,
                "id": record.id,
                "outcome": record.outcome,
                "detail": record.detail,
            }
            for record in result.outcomes
            if record.outcome != "same"
        ],
    }
