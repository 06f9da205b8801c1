"""`mnerctl compare`: train several systems on one release and print the paper's table for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...model.machine.quiet import quiet_libraries
from ..options import AsJson, ReleasePath
from .options import (
    Config,
    Embeddings,
    Encoder,
    Epochs,
    FirstSeed,
    Precision,
    Preset,
    PresetName,
    Threads,
    get_system,
    report_folder,
    settings_given,
)

if TYPE_CHECKING:
    from ...model.comparison.outcome import Outcome
    from ...model.comparison.run import PlannedRun
    from ...model.comparison.table import Comparison
    from ...model.comparison.text import Group
    from ...model.systems.system import System


def compare(
    release: ReleasePath,
    systems: Annotated[
        str,
        typer.Option(
            metavar="A,B,C", help="Systems to train, with the names that train-check uses."
        ),
    ],
    preset: Preset = PresetName.quick,
    seeds: Annotated[
        int,
        typer.Option(
            min=1, max=1000, help="Number of trainings of each system, each with its own seed."
        ),
    ] = 1,
    seed: FirstSeed = 1234,
    config: Config = None,
    epochs: Epochs = None,
    precision: Precision = None,
    threads: Threads = None,
    text_encoder: Encoder = None,
    image_encoder: Encoder = None,
    embeddings: Embeddings = None,
    asked: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="REPORT", help="Add a report of mnerctl ask as a row; can be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The folder of the runs.",
            show_default="reports/NAME-compare-PRESET",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train systems and compare them in a table.

    The table has the columns of the paper. Run the command again after an interruption, with more seeds or
    with more systems: it makes only the runs that the folder does not have yet.

    To add the results of a language model, run mnerctl ask and give its report with --asked.

    Example: mnerctl compare releases/1.0.0 --systems bilstm-crf,bert-crf,tpm-mi --seeds 3
    """
    from ...schema import Release
    from ...schema.files.system import require_posix
    from ..console import print_json, print_problems, progress, say

    require_posix("mnerctl compare")
    quiet_libraries()
    trained = _systems(systems)
    given = settings_given(
        config,
        text_encoder=text_encoder,
        image_encoder=image_encoder,
        embeddings=embeddings,
        epochs=epochs,
        precision=precision,
        threads=threads,
    )
    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    from ...model.comparison.compare import compare as run_all
    from ...model.comparison.page import write_comparison
    from ...model.systems.preset import PRESETS
    from .train_check_output import print_machine

    folder = out or report_folder(loaded, f"compare-{preset.value}")
    found = run_all(
        loaded,
        trained,
        PRESETS[preset.value],
        config=given,
        seeds=range(seed, seed + seeds),
        out=folder,
        ask_reports=asked or (),
        progress=progress,
        on_outcome=_print_outcome,
        on_problems=print_problems,
        on_machine=print_machine,
    )
    write_comparison(folder, found)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found, folder)
    also = f" and {_count(len(asked), 'language model')}" if asked else ""
    runs, of_systems = _count(len(trained) * seeds, "run"), _count(len(trained), "system")
    say(f"{runs} of {of_systems}{also}; see {folder}/compare.html")


def _systems(names: str) -> list[System]:
    unique = dict.fromkeys(name.strip() for name in names.split(","))
    return [get_system(name, "--systems") for name in unique]


def _print_outcome(planned: PlannedRun, outcome: Outcome, was_finished: bool) -> None:
    from ..console import say

    f1 = outcome.scores["test"]["micro"].f1
    time = "finished before" if was_finished else f"{outcome.seconds:.0f} s"
    say(f"{planned.name}: test F1 {100 * f1:.2f}, {time}")


def _print(found: Comparison, folder: Path) -> None:
    from ...model.comparison import text
    from ..console import print_table, say, terminal_width

    columns, groups = [*text.columns(found, brief=True)], text.groups(found, brief=True)
    kept = text.fitting(columns, groups, terminal_width())
    rows = [tuple(row[place] for place in kept) for row in _flat(groups)]
    print_table(text.title(found), [columns[place] for place in kept], rows)
    if left_out := [name for place, name in enumerate(columns) if place not in kept]:
        say(f"not shown here, too wide: {', '.join(left_out)}; see {folder}/compare.md")
    if found.paper:
        print_table(text.PAPER_TITLE, text.PAPER_COLUMNS, _flat(text.paper_groups(found.paper)))
    for note in text.notes(found):
        say(note)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"


def _flat(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """Return one row per modality, followed by the rows of its systems."""
    rows = []
    for modality, cells in groups:
        rows.append((modality, *("" for _ in cells[0][1:])))
        rows += [(f"  {row[0]}", *row[1:]) for row in cells]
    return rows
