"""What a check asks to be trained, and what comes of it: the jobs, who watches, and all that is found.

The training itself is `runs.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...schema import DataError, Release, Span, Split
from ...schema.progress import OnCount
from ..measures.image_views import ViewName
from ..measures.score import Predicted
from ..systems.image_inputs import ImageInputs
from ..systems.preset import Preset
from ..systems.system import System
from ..tagging.scored_span import ScoredSpan
from ..training.cost_estimate import Estimate
from .report import Training


@dataclass(frozen=True, slots=True)
class Job:
    """One training. view: what it sees of the release, None for all of it. number: from 0, of so many."""

    seed: int
    view: ViewName | None
    number: int
    jobs: int

    @property
    def name(self) -> str:
        """For people; empty where it is the only one."""
        if self.jobs == 1:
            return ""
        return f"seed {self.seed}" + (f", images {self.view}" if self.view else "")


@dataclass(frozen=True, kw_only=True)
class Watching:
    """How the caller hears of progress: steps of all trainings, posts tagged through all views, what a
    training will cost, and dev F1 (0 to 1) of an epoch."""

    on_step: OnCount
    on_view: OnCount
    on_estimate: Callable[[Job, Estimate], None]
    on_epoch: Callable[[Job, int, float], None]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is trained, with every seed on all images and on every view of `retrain`.

    out: the report to come; an interrupted training goes on beside it. model: the folder for the
    first one's weights.
    """

    release: Release
    system: System
    preset: Preset
    seeds: Sequence[int]
    retrain: Sequence[ViewName]
    images: ImageInputs
    out: Path
    model: Path
    watching: Watching

    def jobs(self) -> list[Job]:
        """All trainings, the first of them the one whose weights are kept."""
        views: list[ViewName | None] = [None, *self.retrain]
        number = len(self.seeds) * len(views)
        every = [(seed, view) for seed in self.seeds for view in views]
        return [Job(seed, view, place, number) for place, (seed, view) in enumerate(every)]


@dataclass
class Found:
    """What all trainings found; lists have an entry for each seed.

    tags: of test, as they came. weights: of the images of test, empty where a system weighs none. viewed:
    by the models of all images; retrained: by those that were trained on the view too.
    """

    predictions: dict[Split, list[list[list[ScoredSpan]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    tags: list[list[list[str]]] = field(default_factory=list)
    weights: list[list[list[float]]] = field(default_factory=list)
    viewed: dict[ViewName, list[Predicted]] = field(default_factory=lambda: defaultdict(list))
    retrained: dict[ViewName, list[Predicted]] = field(default_factory=lambda: defaultdict(list))
    trainings: list[Training] = field(default_factory=list)
    precision: str = ""
    vectors: str | None = None

    def spans(self, split: Split) -> list[Predicted]:
        """The predicted entities of each seed, without their scores."""
        return [plain(rows) for rows in self.predictions[split]]


def plain(rows: Sequence[Sequence[ScoredSpan]]) -> list[list[Span]]:
    """The spans of each record, without their scores."""
    return [[one.span for one in row] for row in rows]


def refuse_empty_splits(release: Release) -> None:
    """Raises DataError where a split has nothing to learn, to choose by or to score."""
    for split, records in release.splits.items():
        if not any(record.spans for record in records):
            raise DataError(
                f"{release.folder}: no entity in {split} ({len(records)} records);"
                " wanted entities in train, dev and test",
                "check how the release was split",
            )
