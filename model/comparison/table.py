"""The table of a comparison: for each system, means over seeds and the difference to the best system.

Scores are strict, on test, 0 to 1; deviations are standard deviations of a sample (n - 1). `text.py` and
`page.py` format the table.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from ...schema import Release, Split
from ..measures.bootstrap import Difference, MatchCounts, f1_difference
from ..measures.score import Measure
from ..systems.config import NOTHING_GIVEN, TrainingConfig
from ..systems.preset import Preset
from ..systems.system import Modality, System
from ..tagging.truncated import Truncated
from .outcome import Outcome
from .paper_rows import SOURCE, PaperRow, corpus_of, paper_rows

MODALITIES: Final[tuple[Modality, ...]] = get_args(Modality)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Model):
    """One system.

    Attributes:
        system: its name.
        modality: what it looks at.
        precision: micro precision.
        recall: micro recall.
        f1: micro F1.
        seconds: mean time of a training, None if nothing was trained.
        memory: largest peak memory of all seeds in bytes, None if nothing was trained.
        behind: difference of its F1 to that of the best system, None for the best itself.
        vectors: source of the word vectors, see `Outcome`.
        images_masked: images that cannot be used.
        truncated: posts longer than the system reads, by split.
        paper: what the paper reports for this system and corpus, None if it does not.
    """

    system: str
    modality: Modality
    precision: Measure
    recall: Measure
    f1: Measure
    seconds: float | None
    memory: int | None
    behind: Difference | None
    vectors: str | None
    images_masked: int
    paper: PaperRow | None
    truncated: dict[Split, Truncated] = {}


class Paper(_Model):
    """The paper's table for this corpus, only if the release has as many records as the paper's corpus.

    Attributes:
        source: the publication.
        rows: its rows.
    """

    source: str
    rows: tuple[PaperRow, ...]


class Comparison(_Model):
    """The whole result.

    Attributes:
        release: name of the release.
        version: its version, "" if it has none.
        records_sha256: hash of all records, their splits and order.
        records: number of records by split.
        preset: name of the preset.
        config: settings that the user gave, by key; empty in files of earlier versions.
        seeds: the seeds.
        best: name of the system with the best mean F1.
        rows: one per system, by modality, then in the order of the command line.
        paper: the paper's table, None if the release is not exactly one of the paper's corpora.
        precisions: number formats of the trainings.
        hardware: what the trainings ran on.
        versions: version of each package that matters.
    """

    release: str
    version: str
    records_sha256: str
    records: dict[str, int]
    preset: str
    seeds: tuple[int, ...]
    best: str
    rows: tuple[Row, ...]
    paper: Paper | None
    precisions: tuple[str, ...]
    hardware: tuple[str, ...]
    versions: dict[str, str]
    config: dict[str, Any] = {}


def comparison(
    release: Release,
    systems: Sequence[System],
    preset: Preset,
    *,
    config: TrainingConfig = NOTHING_GIVEN,
    seeds: Sequence[int],
    outcomes: Sequence[Outcome],
    ask_rows: Sequence[tuple[Modality, Outcome]] = (),
) -> Comparison:
    """Return all finished runs as one table.

    Args:
        release: the data.
        systems: the trained systems.
        preset: their settings.
        config: the settings that the user gave.
        seeds: the seeds.
        outcomes: finished runs of the systems.
        ask_rows: outcomes of language models, and what each looked at.
    """
    runs = {one.name: [run for run in outcomes if run.system == one.name] for one in systems}
    modality = {one.name: one.modality for one in systems}
    for model_modality, run in ask_rows:
        runs[run.system] = [run]
        modality[run.system] = model_modality
    best = max(runs, key=lambda name: Measure.of(_micro(runs[name], "f1")).mean)
    paper = _paper(release)
    reported = {row.system: row for row in paper.rows} if paper else {}
    first = outcomes[0]
    return Comparison(
        release=release.name,
        version=first.version,
        records_sha256=first.records_sha256,
        records={split: len(records) for split, records in release.splits.items()},
        preset=preset.name,
        seeds=tuple(seeds),
        best=best,
        rows=tuple(
            _row(name, modality[name], runs[name], runs[best], reported.get(name.split(" ")[0]))
            for name in sorted(runs, key=lambda one: MODALITIES.index(modality[one]))
        ),
        paper=paper,
        precisions=tuple(dict.fromkeys(run.precision for run in outcomes if run.precision)),
        hardware=tuple(dict.fromkeys(run.hardware for run in outcomes if run.hardware)),
        versions=first.versions,
        config=config.given(),
    )


def _row(
    name: str,
    modality: Modality,
    runs: Sequence[Outcome],
    best: Sequence[Outcome],
    paper: PaperRow | None,
) -> Row:
    seconds = [run.seconds for run in runs if run.seconds is not None]
    return Row(
        system=name,
        modality=modality,
        precision=Measure.of(_micro(runs, "precision")),
        recall=Measure.of(_micro(runs, "recall")),
        f1=Measure.of(_micro(runs, "f1")),
        seconds=statistics.fmean(seconds) if seconds else None,
        memory=max((run.memory for run in runs if run.memory is not None), default=None),
        behind=None if runs is best else f1_difference(_matches(runs), _matches(best)),
        vectors=runs[0].vectors,
        images_masked=max(run.images_masked for run in runs),
        paper=paper,
        truncated=runs[0].truncated,
    )


def _micro(runs: Sequence[Outcome], name: Literal["precision", "recall", "f1"]) -> list[float]:
    return [getattr(run.scores["test"]["micro"], name) for run in runs]


def _matches(runs: Sequence[Outcome]) -> MatchCounts:
    """Return the matches of each seed, (seeds, texts, 3)."""
    return np.array([run.matches for run in runs], dtype=np.int64)


def _paper(release: Release) -> Paper | None:
    corpus = corpus_of(release)
    return Paper(source=SOURCE, rows=paper_rows(corpus)) if corpus else None
