"""The trainings that a check needs, who hears of their progress, and their results. `runs.py` trains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ...schema import DataError, Release, Span, Split
from ...schema.progress import OnCount, ignore_count
from ..measures.image_views import ViewName
from ..measures.score import Predicted
from ..systems.preset import Preset
from ..systems.system import System
from ..tagging.scored_span import ScoredSpan
from ..tagging.truncated import Truncated
from .report import Training

if TYPE_CHECKING:  # a task is checked before torch is loaded
    from ..machine.machine import Machine
    from ..systems.image_inputs import ImageInputs
    from ..training.cost_estimate import Estimate


@dataclass(frozen=True, slots=True)
class Job:
    """One training.

    Attributes:
        seed: its seed.
        view: the view of the release that it is trained on, None for all images.
        number: its number, from 0.
        jobs: how many trainings there are.
    """

    seed: int
    view: ViewName | None
    number: int
    jobs: int

    @property
    def name(self) -> str:
        """A name for people; empty if this is the only training."""
        if self.jobs == 1:
            return ""
        return f"seed {self.seed}" + (f", images {self.view}" if self.view else "")


@dataclass(frozen=True, kw_only=True)
class ProgressCallbacks:
    """Functions that report progress to the caller.

    Attributes:
        on_step: called with (done, total) steps of all trainings.
        on_view: called with (done, total) posts tagged with views of the images.
        on_estimate: called with the expected cost of a training.
        on_epoch: called with a job, an epoch, and its F1 on dev, 0 to 1.
        on_machine: called with how the trainings compute.
        on_pace: called with a job, and a sentence if its steps take another time than announced.
        on_truncated: called with the posts of each split that are longer than the system reads.
        on_left: called before `on_step` with the seconds that all trainings still take.
    """

    on_step: OnCount
    on_view: OnCount = ignore_count
    on_estimate: Callable[[Job, Estimate], None] = lambda job, estimate: None
    on_epoch: Callable[[Job, int, float], None] = lambda job, epoch, f1: None
    on_machine: Callable[[Machine], None] = lambda machine: None
    on_pace: Callable[[Job, str], None] = lambda job, text: None
    on_truncated: Callable[[Mapping[Split, Truncated]], None] = lambda splits: None
    on_left: Callable[[float], None] = lambda seconds: None


@dataclass(frozen=True, kw_only=True)
class Task:
    """What to train: a system, for every seed on all images and on every view of `retrain`.

    Attributes:
        release: the data.
        system: the system.
        preset: its settings.
        seeds: one training per seed on all images.
        retrain: views to train on as well.
        images: the pictures of the release and their encoder.
        out: folder of the future report; an interrupted training is stored beside it.
        model: folder for the weights of the first training.
        progress: reports progress.
    """

    release: Release
    system: System
    preset: Preset
    seeds: Sequence[int]
    retrain: Sequence[ViewName]
    images: ImageInputs
    out: Path
    model: Path
    progress: ProgressCallbacks

    def jobs(self) -> list[Job]:
        """Return all trainings; the weights of the first are kept."""
        views: list[ViewName | None] = [None, *self.retrain]
        number = len(self.seeds) * len(views)
        every = [(seed, view) for seed in self.seeds for view in views]
        return [Job(seed, view, place, number) for place, (seed, view) in enumerate(every)]


@dataclass
class Results:
    """The results of all trainings; every list has one entry per seed.

    Attributes:
        predictions: predicted entities of dev and test.
        tags: decoded tags of test, unchanged.
        image_weights: weights of the images of test; empty for a system that gives none.
        viewed: test predictions with each view, by the models trained on all images.
        retrained: test predictions with a view, by the models trained on that view.
        trainings: facts about each training.
        machine: how the trainings computed; None before the first.
        vectors: source of the word vectors, if any.
        truncated: posts that are longer than the system reads, by split.
    """

    predictions: dict[Split, list[list[list[ScoredSpan]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    tags: list[list[list[str]]] = field(default_factory=list)
    image_weights: list[list[list[float]]] = field(default_factory=list)
    viewed: dict[ViewName, list[Predicted]] = field(default_factory=lambda: defaultdict(list))
    retrained: dict[ViewName, list[Predicted]] = field(default_factory=lambda: defaultdict(list))
    trainings: list[Training] = field(default_factory=list)
    machine: Machine | None = None
    vectors: str | None = None
    truncated: dict[Split, Truncated] = field(default_factory=dict)

    @property
    def used_machine(self) -> Machine:
        """How the trainings computed; there is at least one."""
        assert self.machine is not None
        return self.machine

    def spans(self, split: Split) -> list[Predicted]:
        """Return the predicted entities of each seed, without their scores."""
        return [without_scores(rows) for rows in self.predictions[split]]


def without_scores(rows: Sequence[Sequence[ScoredSpan]]) -> list[list[Span]]:
    """Return the spans of each record, without their scores."""
    return [[one.span for one in row] for row in rows]


def refuse_empty_splits(release: Release) -> None:
    """Check that there are entities to learn, to choose the epoch by, and to score.

    Raises:
        DataError: a split has no entity.
    """
    for split, records in release.splits.items():
        if not any(record.spans for record in records):
            raise DataError(
                f"{release.folder}: no entity in {split} ({len(records)} records);"
                " wanted entities in train, dev and test",
                f"mnerctl release stats {release.folder}",
            )
