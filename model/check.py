"""train-check: trains a system on a release and says, by named checks, whether it is fit to publish.

The checks of this file are pure functions from figures to an answer. `learnability` and `floor` can
fail a release; missing images only warn, and only get this far where the caller allowed them.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import torch
from transformers import set_seed

from ..schema import DataError, Problem, Release, Span, Split, score_spans
from .baseline import Dictionary
from .encoders import ImageEncoder, load_image_encoder
from .features import OnCount, Pictures, read_pictures
from .page import as_html
from .preset import Preset
from .report import Check, Report, Run, prepare_folder, table_of, write_report
from .saved import save
from .systems import Material, System
from .tag import Scored
from .train import OnEpoch, Trained, train

PERCENT = 100.0
VERSIONS_OF = ("mnerctl", "torch", "transformers", "datasets", "accelerate", "safetensors")


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """How the caller hears of progress: pictures read, steps made, epochs scored, problems found."""

    on_picture: OnCount
    on_step: OnCount
    on_epoch: OnEpoch
    on_problems: Callable[[list[Problem]], None]


def train_check(
    release: Release,
    system: System,
    preset: Preset,
    *,
    out: Path,
    seed: int,
    min_f1: float | None,
    allow_missing_images: bool,
    callbacks: Callbacks,
) -> Report:
    """Trains, scores dev and test, judges, and writes the report folder `out`.

    min_f1: percent. Raises DataError where `out` exists, a split is empty, or images are missing or
    unreadable and that was not allowed.
    """
    prepare_folder(out)
    _refuse_empty_splits(release)
    image = _image_encoder(system, preset, seed)
    pictures, masked, named = _pictures(release, image, preset, allow_missing_images, callbacks)
    set_seed(seed)
    material = Material(
        train=release.splits["train"], preset=preset, seed=seed, image=image, pictures=pictures
    )
    trained = train(
        system.build(material),
        release,
        preset,
        seed=seed,
        on_step=callbacks.on_step,
        on_epoch=callbacks.on_epoch,
    )
    run = Run(
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        records_sha256=records_hash(release),
        records={split: len(records) for split, records in release.splits.items()},
        system=system.name,
        preset=preset.name,
        text_encoder=preset.text_encoder,
        image_encoder=preset.image_encoder if image else None,
        images_named=named,
        images_masked=masked,
        seed=seed,
        precision=trained.precision,
        dev_f1=tuple(trained.dev_f1),
        seconds=trained.seconds,
        versions={name: version(name) for name in VERSIONS_OF},
    )
    report = _judged(release, trained, run, min_f1)
    with tempfile.TemporaryDirectory(prefix="mnerctl-model-") as folder:
        model = Path(folder) / "model"
        save(trained.built, system, preset, model)
        pairs = {
            split: list(zip(release.splits[split], plain(rows), strict=True))
            for split, rows in trained.predictions.items()
        }
        page = as_html(report, release, pairs["test"])
        write_report(out, report, page=page, predictions=pairs, model=model)
    return report


def _judged(release: Release, trained: Trained, run: Run, min_f1: float | None) -> Report:
    splits: tuple[Split, ...] = ("dev", "test")
    scores = {
        split: table_of(
            score_spans([r.spans for r in release.splits[split]], plain(trained.predictions[split]))
        )
        for split in splits
    }
    test = release.splits["test"]
    dictionary = Dictionary(release.splits["train"])
    baseline = score_spans([r.spans for r in test], [dictionary.spans(r) for r in test]).micro.f1
    checks = [
        learnability(scores["test"]["micro"].f1, baseline),
        *([floor(scores["test"]["micro"].f1, min_f1)] if min_f1 is not None else []),
        *([images(run.images_masked, run.images_named)] if run.image_encoder else []),
    ]
    failed = any(check.level == "fail" for check in checks)
    return Report(
        run=run, scores=scores, checks=tuple(checks), verdict="fail" if failed else "pass"
    )


def plain(rows: Sequence[Sequence[Scored]]) -> list[list[Span]]:
    """The spans of each record, without their scores."""
    return [[one.span for one in row] for row in rows]


def learnability(f1: float, baseline: float) -> Check:
    """Fails where the system does not beat a dictionary of the training entities (F1 from 0 to 1)."""
    is_learned = f1 > baseline
    return Check(
        name="learnability",
        level="pass" if is_learned else "fail",
        figure=PERCENT * f1,
        threshold=PERCENT * baseline,
        reason=f"test F1 {'beats' if is_learned else 'does not beat'} a dictionary of train's entities",
    )


def floor(f1: float, min_f1: float) -> Check:
    """Fails where test F1 (0 to 1) is under `min_f1` (percent)."""
    is_over = PERCENT * f1 >= min_f1
    return Check(
        name="floor",
        level="pass" if is_over else "fail",
        figure=PERCENT * f1,
        threshold=min_f1,
        reason=f"test F1 is {'at least' if is_over else 'under'} --min-f1",
    )


def images(masked: int, named: int) -> Check:
    """Warns where images that records name were missing or unreadable, and so masked."""
    return Check(
        name="images",
        level="warn" if masked else "pass",
        figure=masked,
        threshold=0,
        reason=f"{masked} of {named} images are missing or unreadable and were masked",
    )


def records_hash(release: Release) -> str:
    """SHA-256 over all records in order: two runs with the same hash saw the same text and labels."""
    digest = hashlib.sha256()
    for split, records in release.splits.items():
        digest.update(f"{split}\n".encode())
        for record in records:
            digest.update(record.to_json().encode() + b"\n")
    return digest.hexdigest()


def _refuse_empty_splits(release: Release) -> None:
    for split, records in release.splits.items():
        if not any(record.spans for record in records):
            raise DataError(
                f"{release.folder}: no entity in {split} ({len(records)} records);"
                " wanted entities in train, dev and test",
                "check how the release was split",
            )


def _image_encoder(system: System, preset: Preset, seed: int) -> ImageEncoder | None:
    if not system.uses_images:
        return None
    return load_image_encoder(preset.image_encoder, size=preset.image_size, seed=seed)


def _pictures(
    release: Release,
    encoder: ImageEncoder | None,
    preset: Preset,
    allow_missing: bool,
    callbacks: Callbacks,
) -> tuple[Pictures | None, int, int]:
    """The pictures (None where the system takes none), how many are masked, and how many are named."""
    named = {name for record in release.records() for name in record.images}
    if encoder is None:
        return None, 0, len(named)
    if torch.cuda.is_available():
        encoder.model.to("cuda")
    pictures, problems = read_pictures(
        release, encoder, trained=preset.train_image_encoder, on_count=callbacks.on_picture
    )
    fatal = [problem for problem in problems if _is_fatal(problem, release)]
    if fatal and not allow_missing:
        raise DataError(
            f"{release.folder}: {len(fatal)} of {len(named)} images cannot be used; the first:"
            f" {fatal[0].where}: {fatal[0].found}",
            "complete the images, or mask them with --allow-missing-images",
            problems=[replace(problem, level="error", detail="") for problem in fatal],
        )
    callbacks.on_problems(problems)
    return pictures, len(problems), len(named)


def _is_fatal(problem: Problem, release: Release) -> bool:
    """Published corpora have pictures that do not decode (some lack the end marker): those are known."""
    return problem.rule == "image-missing" or release.manifest is not None
