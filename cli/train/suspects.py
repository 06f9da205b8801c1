"""`mnerctl suspects`: which labels of a release does a system doubt that was trained without them?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, ReleasePath
from .options import PresetName, SystemName, get_system, quiet_libraries

if TYPE_CHECKING:
    from ...model.suspects.find import Suspect

MOST_ROWS = 10


def suspects(
    release: ReleasePath,
    system: SystemName = "tpm-mi",
    preset: Annotated[PresetName, typer.Option(help="How to train it.")] = PresetName.quick,
    folds: Annotated[
        int,
        typer.Option(min=2, help="Parts that are judged in turn, each at the cost of a training."),
    ] = 5,
    top: Annotated[int, typer.Option(min=1, help="How many suspects to write, worst first.")] = 100,
    seed: Annotated[int, typer.Option(help="Of folds, weights and order.")] = 1234,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The folder to make  [reports/NAME-suspects-SYSTEM-PRESET]"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rank labels that are probably wrong, missing, of another type or of other boundaries.

    Example: mnerctl suspects releases/1.0.0 --folds 5 --top 200
    """
    from ...schema import Release
    from ..console import print_json, print_problems, progress, say

    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    quiet_libraries()
    from ...model.gate.report_files import prepare_folder
    from ...model.suspects.find import find_suspects, refuse_few
    from ...model.suspects.page import write_suspects
    from ...model.systems.image_inputs import load_image_inputs
    from ...model.systems.preset import PRESETS

    judge = get_system(system)
    chosen = judge.adapt(PRESETS[preset.value])
    version = f"-{loaded.manifest.version}" if loaded.manifest else ""
    name = f"{loaded.name}{version}-suspects-{judge.name}-{preset.value}"
    folder = out or Path("reports") / name
    prepare_folder(folder)
    refuse_few(loaded, folds)
    with progress("pictures") as on_picture:
        images = load_image_inputs(loaded, judge, chosen, on_picture=on_picture)
    print_problems(images.problems)
    with progress("training") as on_text:
        found = find_suspects(
            loaded,
            judge,
            chosen,
            folds=folds,
            seed=seed,
            image=images.encoder,
            pictures=images.pictures,
            on_text=on_text,
            on_fold=lambda fold, of, f1: say(
                f"fold {fold} of {of}: its judge has F1 {100 * f1:.2f}"
            ),
        )
    summary = write_suspects(folder, found, loaded, top=top)
    if as_json:
        print_json(summary.model_dump(mode="json") | {"out": str(folder)})
    else:
        _print_worst(found.ranked[: min(top, MOST_ROWS)])
    say(
        f"{summary.entities:,} entities judged: {summary.doubted:,} doubted with a score of"
        f" {summary.bound} or more, {100 * summary.rate:.2f} %; look at {folder}/suspects.html"
    )


def _print_worst(worst: Sequence[Suspect]) -> None:
    """The first rows of what is in the files."""
    from ...model.suspects.file import line_of
    from ..console import print_table

    rows = []
    for line in map(line_of, worst):
        cells = [f"{one.text} {one.type}" if one else "" for one in (line.gold, line.suggested)]
        rows.append((f"{line.score:.3f}", line.kind, *cells, line.id))
    print_table("worst suspects", ("score", "kind", "gold", "suggested", "record"), rows)
