"""`mnerctl suspects`: find labels of a release that a system doubts although it was not trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...model.machine.quiet import quiet_libraries
from ..options import OUT_HELP, AsJson, ReleasePath
from .options import (
    MAX_SEED,
    Config,
    Encoder,
    Epochs,
    Precision,
    Preset,
    PresetName,
    SystemName,
    Threads,
    get_system,
    report_folder,
    settings_given,
)

if TYPE_CHECKING:
    from ...model.suspects.find import Suspect

MAX_ROWS = 10


def suspects(
    release: ReleasePath,
    system: SystemName = "tpm-mi",
    preset: Preset = PresetName.quick,
    text_encoder: Encoder = None,
    epochs: Epochs = None,
    config: Config = None,
    precision: Precision = None,
    threads: Threads = None,
    folds: Annotated[
        int,
        typer.Option(min=2, help="Number of parts; each is judged by a training on the others."),
    ] = 5,
    top: Annotated[
        int, typer.Option(min=1, help="Number of suspects to write, worst first.")
    ] = 100,
    seed: Annotated[
        int, typer.Option(min=0, max=MAX_SEED, help="Seed for folds, weights and data order.")
    ] = 1234,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help=OUT_HELP, show_default="reports/NAME-suspects-SYSTEM-PRESET"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find labels of a release that may be wrong.

    Suspects are labels that are probably spurious, missing, or have a wrong type or wrong boundaries.

    Example: mnerctl suspects releases/1.0.0 --folds 5 --top 200
    """
    from ...schema import Release
    from ..console import print_json, print_problems, progress, say

    quiet_libraries()
    judge = get_system(system)
    given = settings_given(
        config, text_encoder=text_encoder, epochs=epochs, precision=precision, threads=threads
    )
    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    from ...model.suspects.parts import with_enough_steps
    from ...model.suspects.refusals import refuse_too_few_texts, refuse_trained_judges
    from ...model.systems.preset import PRESETS
    from ...model.systems.settings import configured
    from ...schema.files.atomic_write import refuse_existing

    chosen = configured(judge, PRESETS[preset.value], given)
    if given.epochs is None:
        chosen = with_enough_steps(chosen, loaded, folds)
    folder = out or report_folder(loaded, f"suspects-{judge.name}-{preset.value}")
    refuse_existing(folder, "a report")
    refuse_too_few_texts(loaded, folds)
    refuse_trained_judges(chosen)
    from ...model.suspects.find import find_suspects, fold_folders
    from ...model.suspects.page import write_suspects
    from ...model.systems.image_inputs import load_image_inputs
    from ...model.training.checkpoints import removed_when_done
    from .train_check_output import print_fold, print_machine

    with progress("pictures") as on_picture:
        images = load_image_inputs(loaded, judge, chosen, on_picture=on_picture)
    print_problems(images.problems)
    checkpoints = fold_folders(loaded, judge, chosen, folds=folds, seed=seed, out=folder)
    with removed_when_done(*checkpoints), progress("training") as on_text:
        found = find_suspects(
            loaded,
            judge,
            chosen,
            folds=folds,
            seed=seed,
            image=images.encoder,
            pictures=images.pictures,
            checkpoints=checkpoints,
            on_text=on_text,
            on_fold=print_fold,
            on_machine=print_machine,
        )
        summary, worst, removed = write_suspects(folder, found, loaded, top=top)
    print_problems(removed.problems())
    if as_json:
        print_json(summary.model_dump(mode="json") | {"out": str(folder)})
    else:
        _print_worst(worst[:MAX_ROWS])
    say(
        f"{summary.entities:,} entities judged: {summary.doubted:,} doubted with a score of"
        f" {summary.bound} or more ({100 * summary.rate:.2f} %); see {folder}/suspects.html"
    )


def _print_worst(worst: Sequence[Suspect]) -> None:
    """Print the first suspects of the files."""
    from ...model.suspects.file import suspect_line
    from ..console import print_table

    rows = []
    for line in map(suspect_line, worst):
        cells = [f"{one.text} {one.type}" if one else "" for one in (line.gold, line.suggested)]
        rows.append((f"{line.score:.3f}", line.kind, *cells, line.id))
    print_table("worst suspects", ("score", "kind", "gold", "suggested", "record"), rows)
