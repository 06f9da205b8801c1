"""What a finished run of a comparison leaves in its folder."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from ...schema import Split
from ..measures.score import Prf
from ..tagging.truncated import Truncated

OUTCOME: Final = "outcome.json"


class Outcome(BaseModel):
    """The outcome of a run; facts about a training are None if a language model was asked.

    Attributes:
        system: name of the system.
        seed: its seed.
        preset: every setting.
        vectors: source of the word vectors, None if there are none.
        release: name of the release.
        version: version of the release, "" if it has none.
        records_sha256: hash of all records, their splits and order.
        scores: scores by split, then `micro` or type.
        matches: for each test record in order, entities in gold, predicted and in both.
        images_masked: images that cannot be used.
        dev_f1: F1 on dev after each epoch, 0 to 1.
        seconds: time of training, including scoring of dev.
        memory: peak memory in bytes, of this process or of the GPU.
        precision: number format of the training.
        hardware: what it ran on.
        versions: version of each package that matters.
        precision_reason: why the number format was chosen; None in files of earlier versions.
        threads: CPU threads of the training; None in files of earlier versions.
        truncated: posts longer than the system reads, by split; empty in files of earlier versions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    seed: int
    preset: dict[str, Any]
    vectors: str | None
    release: str
    version: str
    records_sha256: str
    scores: dict[Split, dict[str, Prf]]
    matches: tuple[tuple[int, int, int], ...]
    images_masked: int
    dev_f1: tuple[float, ...]
    seconds: float | None
    memory: int | None
    precision: str | None
    hardware: str | None
    versions: dict[str, str]
    precision_reason: str | None = None
    threads: int | None = None
    truncated: dict[Split, Truncated] = {}
