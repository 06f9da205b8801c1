"""`mnerctl release`: gold spans become a release, and what is done with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, CorpusDir

release = typer.Typer(
    name="release",
    help="Freeze gold spans into a release.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@release.callback()
def group() -> None:
    """Freeze gold spans into a release."""


@release.command()
def build(
    version: Annotated[str, typer.Option(help="Of the release, as X.Y.Z.")],
    corpus: CorpusDir = Path("corpus"),
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The folder to make  [releases/VERSION]")
    ] = None,
    split: Annotated[
        str, typer.Option(help="Shares of train, dev and test for a seeded split.")
    ] = "0.8,0.1,0.1",
    splits: Annotated[
        Path | None,
        typer.Option("--splits", help='A JSON file {"train": [ids], "dev": [], "test": []}.'),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the seeded split.")] = 1234,
    from_annotator: Annotated[
        str | None, typer.Option(help="Take this annotator's spans as gold, and say so.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Freeze the gold spans of a corpus into a release.

    Example: mnerctl release build --corpus corpus --version 1.0.0 --from-annotator ada
    """
    from datetime import UTC, datetime

    from ..release import (
        build_release,
        gold_of_annotator,
        read_splits,
        seeded_splits,
        statistics,
    )
    from ..schema import Corpus
    from .console import print_json, progress, say
    from .tables import print_statistics

    ratios = _ratios(split)
    with Corpus.open(corpus) as opened, progress("images") as on_file:
        built = build_release(
            opened,
            gold_of_annotator(opened, from_annotator)
            if from_annotator
            else {gold.post_id: gold for gold in opened.gold()},
            read_splits(splits)
            if splits
            else seeded_splits(opened.kept_posts(), ratios=ratios, seed=seed),
            out=out or Path("releases") / _version(version),
            name=opened.settings.name,
            version=_version(version),
            created=datetime.now(UTC).date(),
            how=f"annotator:{from_annotator}" if from_annotator else "adjudicated",
            seed=None if splits else seed,
            on_file=on_file,
        )
    counts = statistics(built.release)
    manifest = built.release.manifest
    withdrawn = len(manifest.withdrawn) if manifest else 0
    left_out = {
        "without_gold": built.without_gold,
        "without_split": built.without_split,
        "withdrawn": withdrawn,
    }
    if as_json:
        print_json(
            {"release": str(built.release.folder), **left_out, "statistics": counts.as_dict()}
        )
    else:
        print_statistics(f"{built.release.name} {version}", counts)
    say(
        f"{built.release.folder}: {counts.summary()}; left out: {built.without_gold} posts without gold,"
        f" {built.without_split} without a split, {withdrawn} withdrawn"
    )


def _version(text: str) -> str:
    from ..schema import UsageError

    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError(f"version {text!r}: wanted X.Y.Z", "mnerctl release build --version 1.0.0")
    return text


def _ratios(text: str) -> list[float]:
    from ..schema import UsageError

    try:
        ratios = [float(part) for part in text.split(",")]
    except ValueError:
        ratios = []
    if len(ratios) != 3 or min(ratios) < 0 or abs(sum(ratios) - 1) > 1e-6:
        raise UsageError(
            f"--split {text!r}: wanted three shares that sum to 1", "--split 0.8,0.1,0.1"
        )
    return ratios
