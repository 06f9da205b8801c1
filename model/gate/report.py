"""What train-check found, as data: `report.json`, whose schema is docs/reference/report.schema.json.

Scores are 0 to 1 here and percent in tables. Everything a reader needs to repeat the run is here. How
it looks is `report_text.py` and `report_page.py`; the files are written by `report_files.py`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ...schema import Split
from ..measures.bootstrap import Difference
from ..measures.image_views import Ablation, ViewName
from ..measures.mistakes import Kind
from ..measures.score import Measure, Scores
from .checks import Check


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Training(_Model):
    """One training. images: `all`, or the view of the release that it was trained on. dev_f1: strict, 0
    to 1, after each epoch. seconds: of training, scoring dev included."""

    seed: int
    images: Literal["all"] | ViewName
    dev_f1: tuple[float, ...]
    seconds: float


class Run(_Model):
    """How the scores came about. preset: every setting is in model/mnerctl.json. vectors: where word
    vectors are from, None for a system of subwords. at: when it ended, UTC. seconds: of all trainings."""

    release: str
    version: str
    records_sha256: str
    records: dict[Split, int]
    system: str
    preset: str
    text_encoder: str
    image_encoder: str | None
    vectors: str | None
    images_named: int
    images_masked: int
    seeds: tuple[int, ...]
    precision: str
    hardware: str
    at: str
    seconds: float
    trainings: tuple[Training, ...]
    versions: dict[str, str]


class Against(_Model):
    """The earlier report. posts: in both tests. changed: those with other gold entities now.
    difference: F1 now less before, each by its own gold; None where no post is in both."""

    release: str
    version: str
    records_sha256: str
    posts: int
    changed: int
    difference: Difference | None


class Evidence(_Model):
    """Whether the weights that a system gives to images agree with the annotators' evidence. posts: of
    test, in which one image was named and another not. pairs: of two such images. share: of the pairs, 0 to
    1, in which the named one weighs more, a tie half; chance is 0.5. The mean over the seeds."""

    posts: int
    pairs: int
    share: float


class SuspectsFound(_Model):
    """How many gold entities are doubted, of how many; the worst are in suspects.jsonl."""

    doubted: int
    entities: int
    bound: float


class Report(_Model):
    """The whole result.

    verdict: `fail` if a check failed. scores: split, then `micro` or a type; strict. seqeval_default: the
    test F1 that seqeval counts by default. groups, mistakes, confusion, ablations: of test; a group is
    split by what it is named after. mistakes, confusion: means over seeds. evidence: None where the system
    weighs no images, or no annotator has named one.
    """

    verdict: Literal["pass", "fail"]
    checks: tuple[Check, ...]
    scores: dict[Split, dict[str, Scores]]
    seqeval_default: Measure
    baselines: dict[str, float]
    ablations: tuple[Ablation, ...]
    evidence: Evidence | None
    groups: dict[str, dict[str, Scores]]
    mistakes: dict[Kind, float]
    confusion: dict[str, dict[str, float]]
    against: Against | None
    suspects: SuspectsFound | None
    run: Run
