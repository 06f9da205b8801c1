"""`mnerctl train-check`: train a system on a release, and decide whether it is fit to publish."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...model.machine.quiet import quiet_libraries
from ..options import OUT_HELP, AsJson, ReleasePath
from .options import (
    Config,
    Embeddings,
    Encoder,
    Epochs,
    FirstSeed,
    Precision,
    Preset,
    PresetName,
    Require,
    SystemName,
    Threads,
    get_system,
    report_folder,
    settings_given,
)

if TYPE_CHECKING:
    from ...model.gate.figures import Inspection
    from ...model.measures.image_views import ViewName
    from ...schema import Problem


def train_check(
    release: ReleasePath,
    system: SystemName = "tpm-mi",
    preset: Preset = PresetName.quick,
    text_encoder: Encoder = None,
    image_encoder: Encoder = None,
    embeddings: Embeddings = None,
    config: Config = None,
    epochs: Epochs = None,
    patience: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Stop after this many epochs without a better dev F1.",
            show_default="never",
        ),
    ] = None,
    accumulate: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Split each training step into this many parts, to save memory.",
            show_default="1",
        ),
    ] = None,
    precision: Precision = None,
    threads: Threads = None,
    seeds: Annotated[
        int, typer.Option(min=1, max=1000, help="Number of trainings, each with its own seed.")
    ] = 1,
    seed: FirstSeed = 1234,
    min_f1: Annotated[
        float | None,
        typer.Option(min=1, max=100, help="Fail below this test F1, in percent."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="REPORT", help="Fail if test F1 is lower than in this earlier report."
        ),
    ] = None,
    require: Annotated[
        list[Require] | None,
        typer.Option(
            metavar="learnability|images|order|labels",
            help="Fail unless this is shown, also if it is undecided; can be repeated.",
        ),
    ] = None,
    retrain: Annotated[
        str,
        typer.Option(
            metavar="A,B,C",
            help="Also train on these views of the images: none, first, shuffled, reordered.",
        ),
    ] = "",
    suspects: Annotated[
        bool,
        typer.Option("--suspects", help="Also look for wrong labels; takes five more trainings."),
    ] = False,
    allow_missing_images: Annotated[
        bool,
        typer.Option("--allow-missing-images", help="Mask images that are missing or unreadable."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=OUT_HELP, show_default="reports/NAME-SYSTEM-PRESET"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a system on a release and judge it.

    The exit code is 0 if the release is fit to publish, and 5 if not.

    Example: mnerctl train-check releases/1.1.0 --seeds 3 --against reports/1.0.0
    """
    from ...schema import Release
    from ...schema.files.system import require_posix
    from ..console import print_problems, progress, say
    from ..phases import Phases

    require_posix("mnerctl train-check")
    phases = Phases()
    views = _views(retrain)
    quiet_libraries()
    trained = get_system(system)
    given = settings_given(
        config,
        text_encoder=text_encoder,
        image_encoder=image_encoder,
        embeddings=embeddings,
        epochs=epochs,
        patience=patience,
        accumulate=accumulate,
        precision=precision,
        threads=threads,
    )
    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    phases.reached("reading")
    from ...model.gate.train_check import CheckOptions, SuspectSearch
    from ...model.gate.train_check import train_check as check
    from ...model.machine import processes
    from ...model.suspects.parts import with_enough_steps
    from ...model.suspects.refusals import refuse_too_few_texts, refuse_trained_judges
    from ...model.systems.preset import PRESETS
    from ...model.systems.settings import configured
    from .inspection import inspect
    from .train_check_output import SUSPECT_FOLDS, callbacks, find_suspects, print_report

    chosen = configured(trained, PRESETS[preset.value], given)
    search = None
    if suspects:
        refuse_too_few_texts(loaded, SUSPECT_FOLDS)
        refuse_trained_judges(chosen)
        judge = chosen if given.epochs else with_enough_steps(chosen, loaded, SUSPECT_FOLDS)
        search = SuspectSearch(preset=judge, folds=SUSPECT_FOLDS, find=find_suspects)

    def inspected() -> Inspection:
        found = inspect(release, loaded, allow_missing_images=allow_missing_images)
        phases.reached("data rules and leaks")
        return found

    folder = out or report_folder(loaded, f"{trained.name}-{preset.value}")
    options = CheckOptions(
        seeds=range(seed, seed + seeds),
        inspect=inspected,
        min_f1=min_f1,
        against=against,
        require=frozenset(one.value for one in require or ()),
        retrain=views,
        allow_missing_images=allow_missing_images,
        suspects=search,
    )

    def on_problems(problems: list[Problem]) -> None:
        phases.reached("pictures")
        print_problems(problems)

    with ExitStack() as bars:
        report = check(
            loaded,
            trained,
            chosen,
            options,
            out=folder,
            progress=callbacks(bars, phases),
            on_picture=bars.enter_context(progress("pictures")),
            on_problems=on_problems,
        )
    phases.reached("judging")
    if processes.is_first():
        say(str(phases))
        print_report(report, folder, as_json=as_json)


def _views(given: str) -> list[ViewName]:
    """Return the views named in --retrain, in their usual order."""
    from ...model.measures.image_views import VIEW_NAMES

    names = [word.strip() for word in given.split(",") if word.strip()]
    if unknown := [word for word in names if word not in VIEW_NAMES]:
        raise typer.BadParameter(
            f"{unknown[0]!r} is not a view; choose from {', '.join(VIEW_NAMES)}",
            param_hint="'--retrain'",
        )
    return [view for view in VIEW_NAMES if view in names]
