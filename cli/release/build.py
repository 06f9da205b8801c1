"""`mnerctl release build`: freeze the gold spans of a corpus into a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import OUT_HELP, RELEASES, AsJson, CorpusDir

if TYPE_CHECKING:
    from ...release import Assembled


def build(
    version: Annotated[str, typer.Option(help="Version of the release, X.Y.Z.")],
    corpus: CorpusDir = Path("corpus"),
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=OUT_HELP, show_default="releases/VERSION"),
    ] = None,
    split: Annotated[
        str, typer.Option(help="Shares of train, dev and test for a seeded split.")
    ] = "0.8,0.1,0.1",
    splits: Annotated[
        Path | None,
        typer.Option("--splits", help='A JSON file {"train": [ids], "dev": [], "test": []}.'),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the seeded split.")] = 1234,
    by_author: Annotated[
        bool, typer.Option("--by-author", help="Keep all posts of one author in one split.")
    ] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="RELEASE",
            help="Earlier release whose splits are kept.",
            show_default="those of the same name beside --out",
        ),
    ] = None,
    from_annotator: Annotated[
        str | None, typer.Option(help="Use the spans of this annotator as gold.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Freeze a corpus's gold spans into a release.

    The seeded split keeps copies, edits and posts of one conversation in one split, gives every split its
    share of entity types and numbers of images, and leaves posts that were in test of an earlier release in
    test.

    Example: mnerctl release build --corpus corpus --version 1.0.0 --from-annotator ada
    """
    from datetime import UTC, datetime

    from ...release import SplitChoice, assemble_release, statistics
    from ...schema import Corpus
    from ..console import print_json, progress, say
    from ..tables import print_statistics

    folder = out or RELEASES / _version(version)
    choice = SplitChoice(
        file=splits, ratios=_ratios(split), seed=seed, by_author=by_author, previous=previous
    )
    with Corpus.open(corpus) as opened, progress("images") as on_file:
        opened.note_place(folder.parent)
        assembled = assemble_release(
            opened,
            out=folder,
            version=_version(version),
            created=datetime.now(UTC).date(),
            split=choice,
            from_annotator=from_annotator,
            on_file=on_file,
        )
    built, chosen = assembled.built, assembled.splits
    _say_constraints(assembled)
    counts = statistics(built.release)
    manifest = built.release.manifest
    withdrawn = len(manifest.withdrawn) if manifest else 0
    left_out = {
        "without_gold": built.without_gold,
        "without_split": built.without_split,
        "withdrawn": withdrawn,
    }
    constraints = {"together": chosen.together, "kept": chosen.kept, "moved": chosen.moved}
    if as_json:
        print_json(
            {
                "release": str(built.release.folder),
                **left_out,
                "split": constraints,
                "statistics": counts.as_dict(),
            }
        )
    else:
        print_statistics(f"{built.release.name} {version}", counts)
    say(
        f"{built.release.folder}: {counts.summary()}; left out: {built.without_gold} posts without gold,"
        f" {built.without_split} without a split, {withdrawn} withdrawn"
    )


def _say_constraints(assembled: Assembled) -> None:
    """Report how related posts and earlier releases constrained a seeded split."""
    from ..console import say

    chosen = assembled.splits
    if chosen.together:
        say(f"{chosen.together:,} posts are related to others and stay in one split with them")
    if assembled.earlier:
        names = ", ".join(map(str, assembled.earlier))
        say(f"{chosen.kept:,} posts keep their split of {names}")
    if chosen.moved:
        say(f"{chosen.moved:,} posts moved to dev or test, where a related post was before")


def _version(text: str) -> str:
    from ...schema import UsageError

    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError(f"version {text!r}: wanted X.Y.Z", "mnerctl release build --version 1.0.0")
    return text


def _ratios(text: str) -> list[float]:
    from ...schema import UsageError

    try:
        ratios = [float(part) for part in text.split(",")]
    except ValueError:
        ratios = []
    if len(ratios) != 3 or not all(0 <= one <= 1 for one in ratios) or abs(sum(ratios) - 1) > 1e-6:
        raise UsageError(
            f"--split {text!r}: wanted three shares that sum to 1", "--split 0.8,0.1,0.1"
        )
    return ratios
