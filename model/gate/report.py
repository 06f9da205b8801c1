"""The result of train-check as data: `report.json`, whose schema is docs/reference/report.schema.json.

Scores are 0 to 1 here, and percent in tables. The report has everything that is needed to repeat the run.
`report_text.py` and `report_page.py` format it; `report_files.py` writes the files.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...schema import Split
from ..measures.bootstrap import Difference
from ..measures.image_views import Ablation, ViewName
from ..measures.mistakes import Kind
from ..measures.score import Measure, Scores
from ..tagging.truncated import Truncated
from .check import Check


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Training(_Model):
    """One training.

    Attributes:
        seed: its seed.
        images: `all`, or the view of the release that it was trained on.
        dev_f1: strict F1 on dev after each epoch, 0 to 1.
        seconds: time of training, including scoring of dev.
        loss: mean loss on train in each twentieth of an epoch, in order; empty in reports of earlier
            versions.
    """

    seed: int
    images: Literal["all"] | ViewName
    dev_f1: tuple[float, ...]
    seconds: float
    loss: tuple[float, ...] = ()


class Run(_Model):
    """How the scores were produced.

    Attributes:
        release: name of the release.
        version: version of the release, "" if it has none.
        records_sha256: hash of all records, their splits and order.
        records: number of records by split.
        system: name of the system.
        preset: name of the preset; model/mnerctl.json has every setting.
        text_encoder: the text encoder.
        image_encoder: the image encoder, None for a system that reads text only.
        vectors: source of the word vectors, None for a system that reads subwords.
        images_named: different images that the records name.
        images_masked: images of those that were missing or unreadable.
        seeds: the seeds.
        precision: number format of the training.
        precision_reason: why it was chosen; "" in reports of earlier versions.
        threads: CPU threads of the training; None in reports of earlier versions.
        threads_reason: why so many.
        truncated: posts longer than the system reads, and the entities that are lost by it, by split;
            empty in reports of earlier versions.
        config: settings that the user gave with --config and by options, by key.
        settings: all settings of the trainings; empty in reports of earlier versions.
        hardware: what it ran on.
        at: end of the run, UTC.
        seconds: time of all trainings.
        trainings: each training.
        versions: version of each package that matters.
    """

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
    precision_reason: str = ""
    threads: int | None = None
    threads_reason: str = ""
    truncated: dict[Split, Truncated] = {}
    config: dict[str, Any] = {}
    settings: dict[str, Any] = {}


class Against(_Model):
    """Comparison with an earlier report.

    Attributes:
        release: name of the earlier release.
        version: its version.
        records_sha256: hash of its records.
        posts: posts that both tests have.
        changed: posts of those whose gold entities have changed.
        difference: F1 now minus F1 before, each against its own gold; None if no post is in both.
        computed: how the earlier trainings computed, if not as these did; else "".
    """

    release: str
    version: str
    records_sha256: str
    posts: int
    changed: int
    difference: Difference | None
    computed: str = ""


class Evidence(_Model):
    """How well the weights that a system gives to images agree with the evidence of annotators.

    Attributes:
        posts: test posts in which annotators named one image as evidence and did not name another.
        pairs: pairs of a named and an unnamed image of one post.
        share: share of pairs, 0 to 1, in which the named image has the larger weight; a tie counts half,
            chance is 0.5. Mean over the seeds.
    """

    posts: int
    pairs: int
    share: float


class SuspectsFound(_Model):
    """Counts of label suspects; suspects.jsonl has the worst.

    Attributes:
        doubted: gold entities with a score of at least `bound`.
        entities: all gold entities.
        bound: smallest score that counts.
    """

    doubted: int
    entities: int
    bound: float


class Report(_Model):
    """The whole result.

    Attributes:
        verdict: `fail` if any check failed.
        checks: all checks.
        scores: strict scores by split, then `micro` or type.
        seqeval_default: test F1 in seqeval's default mode.
        baselines: test F1 of each baseline.
        ablations: test results with views of the images.
        evidence: None if the system gives no weights to images, or annotators named none.
        groups: test scores by property, then by its value.
        mistakes: test entities by kind of mistake, mean over seeds.
        confusion: test entities by gold type, then predicted type, mean over seeds.
        against: comparison with an earlier report.
        suspects: counts of label suspects.
        run: how the scores were produced.
        not_asked: checks that did not apply, by name: the option that asks for it, or "" if this release
            cannot answer it, because it has no images.
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
    not_asked: dict[str, str] = {}
