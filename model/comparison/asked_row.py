"""Read a finished report of `mnerctl ask` as a row of a comparison; no language model is asked again.

A language model is not trained here, so seconds and memory are empty. Its invented entities count as
predicted, as in its report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ...schema import DataError, Release, Span, count_matches
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import parse_json
from ...schema.files.links import links_in, refuse_links
from ...schema.formats.text_lines import sound_lines
from ..chat.report import AskReport
from ..systems.system import Modality
from ..training.input_hashes import records_hash
from .outcome import Outcome

MODALITY: Final[dict[str, Modality]] = {
    "none": "text",
    "first": "text + one image",
    "all": "text + images",
}
COUNTED: Final = frozenset({"invented", "surplus"})
"""Kinds of entities without a place in the text that count as predicted."""


def read_ask_report(folder: Path, release: Release) -> tuple[Modality, Outcome]:
    """Return what the model looked at, and its outcome on test.

    Raises:
        DataError: the folder has no valid report about the test records of this release.
    """
    hint = f"mnerctl ask {release.folder} --model NAME --allow-external    # makes a report"
    refuse_links(folder, links_in(folder))
    try:
        report = AskReport.model_validate_json(read_whole(folder / "report.json"))
        lines = sound_lines(folder / "predictions.test.jsonl", hint=hint)
        by_id = {line["id"]: line for line in (parse_json(text) for _, text in lines)}
        if report.run.records_sha256 != records_hash(release):
            raise ValueError(f"a report about other records than those of {release.folder}")
        matches = tuple(_matches(by_id[one.id], one.spans) for one in release.splits["test"])
    except OSError as error:
        raise DataError(f"{folder}: no report of mnerctl ask about test", hint) from error
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder}: {str(error).splitlines()[0]}", hint) from error
    run = report.run
    examples = f", {run.shots} examples" if run.shots else ""
    effort = f", effort {run.effort}" if run.effort else ""
    outcome = Outcome(
        system=f"{run.system} ({run.model}{effort}{examples})",
        seed=run.seed,
        preset={},
        vectors=None,
        release=run.release,
        version=run.version,
        records_sha256=run.records_sha256,
        scores=report.scores,
        matches=matches,
        images_masked=run.images_masked,
        dev_f1=(),
        seconds=None,
        memory=None,
        precision=None,
        hardware=None,
        versions={"mnerctl": run.mnerctl},
    )
    return MODALITY[run.images], outcome


def _matches(line: dict[str, Any], gold: list[Span]) -> tuple[int, int, int]:
    """Count the entities in gold, predicted and in both."""
    spans = [Span(one["start"], one["end"], one["type"]) for one in line["spans"]]
    counts = count_matches(gold, spans)
    wrong = sum(one["why"] in COUNTED for one in line.get("unplaced", ()))
    return counts.gold, counts.predicted + wrong, counts.correct
