"""`mnerctl release dehydrate` and `rehydrate`: a release without its posts, and with them again."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, Out, ReleasePath

if TYPE_CHECKING:
    from ...release import Rehydrated

MOST_ROWS = 20


def dehydrate(release: ReleasePath, out: Out, as_json: AsJson = False) -> None:
    """Take text and pictures out of a release: ids, URLs, labels, offsets and hashes stay.

    Example: mnerctl release dehydrate releases/1.0.0 -o dehydrated/1.0.0
    """
    from ...release import dehydrate as take_out
    from ...schema import Release
    from ..console import print_json, print_problems, progress, say

    loaded = Release.load(release)
    print_problems(loaded.problems)
    with progress("records") as on_file:
        take_out(loaded, out, on_file=on_file)
    records = list(loaded.records())
    unreachable = sum(not record.url for record in records)
    if as_json:
        print_json({"out": str(out), "records": len(records), "without_url": unreachable})
    say(f"{out}: {len(records):,} records without text; {unreachable:,} of them have no URL")


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
            help="A release or published corpus that has some of the records; again for more.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put text and pictures back, and name what is gone, changed or different (exit code 6).

    Example: mnerctl release rehydrate dehydrated/1.0.0 --corpus corpus -o releases/again
    """
    from datetime import UTC, datetime

    from ...release import Posts
    from ...release import rehydrate as put_back
    from ...schema import Corpus, PartlyDone, Release, UsageError
    from ...schema.release.dehydrated import read_dehydrated
    from ..console import print_json, progress, say

    if corpus is None and not releases:
        raise UsageError(
            "no posts: wanted --corpus, --from, or both",
            f"mnerctl release rehydrate {dehydrated} --corpus corpus -o {out}",
        )
    about, splits = read_dehydrated(dehydrated)
    loaded = [Release.load(path) for path in releases or []]
    with Corpus.open(corpus) if corpus else nullcontext() as opened, progress("images") as on_file:
        done = put_back(
            about,
            splits,
            Posts(opened, loaded),
            out=out,
            today=datetime.now(UTC).date(),
            on_file=on_file,
        )
    if as_json:
        print_json(_as_dict(out, done))
    else:
        _print(done)
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(done.counts.items()))
    say(f"{out}: {len(done.fates):,} records: {counts}")
    if not done.is_whole:
        raise PartlyDone(
            f"{out}: not the whole of {about.name}; what is there is written",
            f"mnerctl fetch {dehydrated} --corpus {corpus or 'corpus'}, then into another --out"
            if done.counts["not_fetched"]
            else f"mnerctl release stats {out}    # what there is; --json names the rest",
        )


def _print(done: Rehydrated) -> None:
    """The records that are not as they were."""
    from ..console import print_table

    lost = [fate for fate in done.fates if fate.outcome != "same"]
    if not lost:
        return
    rows: list[tuple[str, ...]] = [
        (fate.split, fate.id, fate.outcome, fate.detail) for fate in lost[:MOST_ROWS]
    ]
    if len(lost) > MOST_ROWS:
        rows.append(("", "", "", f"and {len(lost) - MOST_ROWS:,} more: --json has all"))
    print_table("not as they were", ("split", "record", "outcome", "detail"), rows)


def _as_dict(out: Path, done: Rehydrated) -> dict[str, object]:
    return {
        "release": str(out),
        "is_whole": done.is_whole,
        "counts": dict(done.counts),
        "records": [
            {
                "split": fate.split,
                "id": fate.id,
                "outcome": fate.outcome,
                "detail": fate.detail,
            }
            for fate in done.fates
            if fate.outcome != "same"
        ],
    }
