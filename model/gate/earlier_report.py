"""Read an earlier report, and compare the new predictions with it post by post.

Each side is scored against the gold of its own release. A release whose labels got worse is therefore
judged by how much harder it became to learn, not by how its new gold scores the old predictions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema import DataError, EntityType, Record, Span, UsageError, count_matches
from ...schema.files.given_file import read_whole
from ...schema.files.links import links_in, refuse_links
from ...schema.formats.text_lines import sound_lines
from ..measures.bootstrap import f1_difference, match_counts
from ..measures.score import Predicted
from ..systems.config import OF_THE_MACHINE
from ..systems.preset import Preset
from ..systems.system import System
from .check import count_text
from .report import Against, Report, Run

if TYPE_CHECKING:
    from ..machine.machine import Machine

NOT_COMPARED: Final = OF_THE_MACHINE | {"accumulate"}
"""Settings that give the same results, or whose effect on a machine is compared instead."""
HINT: Final = (
    "give --against the whole report folder of a mnerctl train-check of this version of mnerctl"
)


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
class EarlierReport:
    """An earlier report.

    Attributes:
        report: the data of the report.
        counts: by record id and for each seed, entities in gold, predicted and in both.
        gold: gold entities by record id.
    """

    report: Report
    counts: dict[str, list[tuple[int, int, int]]]
    gold: dict[str, frozenset[Span]]


def read_earlier_report(folder: Path, *, system: System, preset: Preset) -> EarlierReport:
    """Read a report folder; posts that were withdrawn from it are not there.

    Raises:
        DataError: it is not a complete report.
        UsageError: it is a report of another system, preset or encoder.
    """
    refuse_links(folder, links_in(folder))
    try:
        report = Report.model_validate_json(read_whole(folder / "report.json"))
        lines = [
            _Line.model_validate_json(line)
            for path in sorted(folder.glob("predictions.test*.jsonl"))
            for _, line in sound_lines(path, hint=HINT)
        ]
        by_seed: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        gold: dict[str, frozenset[Span]] = {}
        for line in lines:
            gold[line.id] = _spans(line.gold)
            found = count_matches(gold[line.id], _spans(line.spans))
            by_seed[line.id].append((found.gold, found.predicted, found.correct))
    except OSError as error:
        raise DataError(f"{error.filename}: {error.strerror}", HINT) from error
    except (ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{folder}: not a readable report: {first}", HINT) from error
    _refuse_other_settings(folder, report.run, system, preset)
    seeds = len(report.run.seeds)  # a withdrawal removes the lines of a post for all of them
    if not by_seed or any(len(rows) != seeds for rows in by_seed.values()):
        raise DataError(
            f"{folder}: {len(lines)} lines of {len(by_seed)} posts in predictions.test*.jsonl; wanted each"
            f" post once for each of {count_text(seeds, 'seed')}",
            HINT,
        )
    return EarlierReport(report, dict(by_seed), gold)


def _refuse_other_settings(folder: Path, run: Run, system: System, preset: Preset) -> None:
    image_encoder = preset.image_encoder if system.uses_images else None
    pairs = {
        "--system": (run.system, system.name),
        "--preset": (run.preset, preset.name),
        "--text-encoder": (run.text_encoder, preset.text_encoder),
        "--image-encoder": (run.image_encoder, image_encoder),
    }
    other = {option: pair for option, pair in pairs.items() if pair[0] != pair[1]}
    if other:
        changes = ", ".join(f"{option} {then}, now {now}" for option, (then, now) in other.items())
        raise UsageError(
            f"{folder}: {changes}; reports of different systems cannot be compared",
            " ".join(f"{option} {then}" for option, (then, _) in other.items()),
        )


def _spans(entities: Sequence[_Entity]) -> frozenset[Span]:
    return frozenset(Span(one.start, one.end, one.type) for one in entities)


def compare_with_earlier(
    earlier: EarlierReport,
    records: Sequence[Record],
    by_seed: Sequence[Predicted],
    machine: Machine,
    settings: Mapping[str, Any],
) -> Against:
    """Compare F1 now and before on the test posts that both have.

    Args:
        earlier: the earlier report.
        records: the test records of now.
        by_seed: for each seed, the entities predicted now.
        machine: how the trainings of now compute.
        settings: their settings.
    """
    common = [place for place, record in enumerate(records) if record.id in earlier.counts]
    now = match_counts([record.spans for record in records], by_seed)
    of_posts = [earlier.counts[records[place].id] for place in common]  # (posts, seeds, 3)
    before = np.array(of_posts, dtype=np.int64)
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
        difference=f1_difference(now[:, common], before.swapaxes(0, 1)) if common else None,
        computed=_computed(run, machine, settings),
    )


def _computed(run: Run, machine: Machine, settings: Mapping[str, Any]) -> str:
    """Return how an earlier run was made, where it is known and not the same."""
    precision, threads = machine.precision.name, machine.threads.count
    found = [f"{run.precision} (now {precision})"] if run.precision != precision else []
    if run.threads not in (None, threads):
        found.append(f"{count_text(run.threads or 0, 'thread')} (now {threads})")
    found += [
        f"{key} {run.settings[key]} (now {now})"
        for key, now in settings.items()
        if key in run.settings and run.settings[key] != now and key not in NOT_COMPARED
    ]
    return ", ".join(found)
