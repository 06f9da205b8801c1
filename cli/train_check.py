"""`mnerctl train-check`: does a release train, and is it fit to publish?"""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, ReleasePath


class PresetName(StrEnum):
    """quick: packaged weights, minutes on 2 cores. paper: as published. smoke: random and tiny."""

    quick = "quick"
    paper = "paper"
    smoke = "smoke"


class SystemName(StrEnum):
    """The systems of the paper that can be trained."""

    tpm_mi = "tpm-mi"
    bert_crf = "bert-crf"


EncoderHelp = "A hub name, a local folder, or offline; the preset's otherwise."


def train_check(
    release: ReleasePath,
    system: Annotated[SystemName, typer.Option(help="What to train.")] = SystemName.tpm_mi,
    preset: Annotated[PresetName, typer.Option(help="How to train it.")] = PresetName.quick,
    text_encoder: Annotated[str | None, typer.Option(help=EncoderHelp)] = None,
    image_encoder: Annotated[str | None, typer.Option(help=EncoderHelp)] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over train; the preset's otherwise.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of weights and order.")] = 1234,
    min_f1: Annotated[
        float | None, typer.Option(help="Fail below this test F1, in percent.")
    ] = None,
    allow_missing_images: Annotated[
        bool, typer.Option("--allow-missing-images", help="Mask images that cannot be used.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The report folder  [reports/NAME-SYSTEM-PRESET]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a system on a release and judge it: exit 0 where it is fit to publish, 5 where not.

    Example: mnerctl train-check releases/plus-1.0.0 --preset quick --allow-missing-images
    """
    from ..schema import CheckFailed, Release
    from .console import print_json, print_problems, progress, say
    from .tables import print_checks, print_scores

    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    _quiet_libraries()
    from ..model.check import Callbacks
    from ..model.check import train_check as check
    from ..model.preset import PRESETS
    from ..model.systems import SYSTEMS

    chosen = PRESETS[preset.value]
    chosen = replace(
        chosen,
        text_encoder=text_encoder or chosen.text_encoder,
        image_encoder=image_encoder or chosen.image_encoder,
        image_size=None if image_encoder else chosen.image_size,
        epochs=epochs or chosen.epochs,
    )
    version = f"-{loaded.manifest.version}" if loaded.manifest else ""
    folder = out or Path("reports") / f"{loaded.name}{version}-{system.value}-{preset.value}"
    with progress("pictures") as on_picture, progress("training") as on_step:
        report = check(
            loaded,
            SYSTEMS[system.value],
            chosen,
            out=folder,
            seed=seed,
            min_f1=min_f1,
            allow_missing_images=allow_missing_images,
            callbacks=Callbacks(
                on_picture=on_picture,
                on_step=on_step,
                on_epoch=lambda epoch, f1: say(f"epoch {epoch}: dev F1 {100 * f1:.2f}"),
                on_problems=print_problems,
            ),
        )
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_scores(f"{loaded.name}: {system.value}, test", report.scores["test"])
        print_checks(report.checks)
    say(f"{report.verdict}, trained in {report.run.seconds:.0f} s; look at {folder}/report.html")
    if report.verdict == "fail":
        names = ", ".join(check.name for check in report.checks if check.level == "fail")
        raise CheckFailed(f"{loaded.name}: not fit to publish: {names}", f"read {folder}/report.md")


def _quiet_libraries() -> None:
    """Before torch is imported: threads that spin briefly and then sleep; no bars of the libraries."""
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
