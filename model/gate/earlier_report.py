"""An earlier report, to hold a release against: who was trained then, and what was found in which post.

Each side is scored by the gold of its own release, post by post: so a release whose labels were
spoilt is as much worse as it is to learn, not as its new gold says of old predictions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema import DataError, EntityType, Record, Span, UsageError, count_matches
from ..measures.bootstrap import f1_difference, match_counts
from ..measures.score import Predicted
from ..systems.preset import Preset
from ..systems.system import System
from .report import Against, Report, Run

HINT: Final = "give a report folder of mnerctl train-check to --against, whole and of this version"


class _Entity(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    start: int
    end: int
    type: EntityType


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    spans: tuple[_Entity, ...]
    gold: tuple[_Entity, ...]


@dataclass(frozen=True)
class Earlier:
    """rows: by record id, counts of gold, predicted and both, summed over seeds. gold: its entities."""

    report: Report
    rows: dict[str, tuple[int, int, int]]
    gold: dict[str, frozenset[Span]]


def read_earlier(folder: Path, *, system: System, preset: Preset) -> Earlier:
    """Raises DataError where it is no whole report, UsageError where it is of another system, preset or
    encoder."""
    try:
        report = Report.model_validate_json((folder / "report.json").read_bytes())
        lines = [
            _Line.model_validate_json(line)
            for path in sorted(folder.glob("predictions.test*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        counts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        gold: dict[str, frozenset[Span]] = {}
        for line in lines:
            gold[line.id] = _spans(line.gold)
            found = count_matches(gold[line.id], _spans(line.spans))
            counts[line.id].append((found.gold, found.predicted, found.correct))
    except OSError as error:
        raise DataError(f"{error.filename}: {error.strerror}", HINT) from error
    except (ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{folder}: not a report that can be read: {first}", HINT) from error
    _refuse_another(folder, report.run, system, preset)
    wanted = len(report.run.seeds) * report.run.records["test"]
    if len(lines) != wanted:
        raise DataError(
            f"{folder}: {len(lines)} lines in predictions.test*.jsonl; wanted {wanted}, which is those of"
            f" {len(report.run.seeds)} seeds",
            HINT,
        )
    rows = {id: tuple(map(sum, zip(*some, strict=True))) for id, some in counts.items()}
    return Earlier(report, rows, gold)  # type: ignore[arg-type]


def _refuse_another(folder: Path, run: Run, system: System, preset: Preset) -> None:
    image_encoder = preset.image_encoder if system.uses_images else None
    now = {
        "--system": (run.system, system.name),
        "--preset": (run.preset, preset.name),
        "--text-encoder": (run.text_encoder, preset.text_encoder),
        "--image-encoder": (run.image_encoder, image_encoder),
    }
    other = {option: pair for option, pair in now.items() if pair[0] != pair[1]}
    if other:
        told = ", ".join(f"{option} {then}, now {this}" for option, (then, this) in other.items())
        raise UsageError(
            f"{folder}: {told}: a loss between two systems says nothing of a release",
            " ".join(f"{option} {then}" for option, (then, _) in other.items()),
        )


def _spans(entities: Sequence[_Entity]) -> frozenset[Span]:
    return frozenset(Span(one.start, one.end, one.type) for one in entities)


def held_against(
    earlier: Earlier, records: Sequence[Record], by_seed: Sequence[Predicted]
) -> Against:
    """What is lost since, over the test posts of both. by_seed: what was found now."""
    common = [place for place, record in enumerate(records) if record.id in earlier.rows]
    now = match_counts([record.spans for record in records], by_seed)
    then = np.array([earlier.rows[records[place].id] for place in common], dtype=np.int64)
    changed = sum(
        earlier.gold[records[place].id] != frozenset(records[place].spans) for place in common
    )
    run = earlier.report.run
    return Against(
        release=run.release,
        version=run.version,
        records_sha256=run.records_sha256,
        posts=len(common),
        changed=changed,
        difference=f1_difference(now[common], then) if common else None,
    )
