"""The report folder: it appears whole or not at all, and says the same in data and on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.model.check import floor, images, learnability
from mnerctl.model.report import Check, Report, Run, prepare_folder, table_of, write_report
from mnerctl.schema import DataError, Record, Span, score_spans
from support.published import tree

RECORD = Record(
    id="1",
    text=("Ada", "👩🏽‍🚀", "Rome"),
    label=("B-PER", "O", "B-LOC"),
    images=(),
    raw="Ada👩🏽‍🚀 Rome",
    offsets=((0, 3), (3, 7), (8, 12)),
)
PLAIN = Record(id="2", text=("Ada",), label=("B-PER",), images=())
FOUND = [[Span(0, 1, "PER"), Span(2, 3, "ORG")], []]


def report() -> Report:
    run = Run(
        release="made",
        version="1.0.0",
        records_sha256="0" * 64,
        records={"train": 1, "dev": 2, "test": 2},
        system="tpm-mi",
        preset="smoke",
        text_encoder="smoke",
        image_encoder="smoke",
        images_named=5,
        images_masked=2,
        seed=1,
        precision="float32",
        dev_f1=(0.25, 0.5),
        seconds=1.25,
        versions={"torch": "2"},
    )
    score = table_of(score_spans([RECORD.spans, PLAIN.spans], FOUND))
    checks = (learnability(0.4567, 0.3), images(2, 5))
    return Report(run=run, scores={"dev": score, "test": score}, checks=checks, verdict="pass")


def write(out: Path, **changes: Any) -> None:
    model = out.parent / "weights"
    model.mkdir()
    (model / "model.safetensors").write_bytes(b"weights")
    pairs = [(RECORD, FOUND[0]), (PLAIN, FOUND[1])]
    arguments = {"page": "<p>made</p>", "predictions": {"test": pairs}, "model": model}
    write_report(out, report(), **arguments | changes)


def test_what_is_in_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "reports" / "made"
    out.parent.mkdir()
    write(out)
    assert sorted(tree(out)) == [
        *("model", "model/model.safetensors", "predictions.test.jsonl"),
        *("report.html", "report.json", "report.md"),
    ]
    assert (out / "report.html").read_text(encoding="utf-8") == "<p>made</p>"
    assert (out / "model" / "model.safetensors").read_bytes() == b"weights"
    assert Report.model_validate_json((out / "report.json").read_bytes()) == report()
    assert [path.name for path in out.parent.iterdir()] == ["made"]
    assert out.stat().st_mode & 0o777 == 0o755


def test_predictions_have_both_offsets_where_the_text_is_known(tmp_path: Path) -> None:
    write(tmp_path / "made")
    lines = (tmp_path / "made" / "predictions.test.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "id": "1",
            "spans": [
                {
                    **{"start": 0, "end": 1, "type": "PER", "text": "Ada"},
                    **{"start_char": 0, "end_char": 3},
                },
                {
                    **{"start": 2, "end": 3, "type": "ORG", "text": "Rome"},
                    **{"start_char": 8, "end_char": 12},
                },
            ],
        },
        {"id": "2", "spans": []},
    ]


def test_scores_are_fractions_in_data() -> None:
    micro = report().scores["test"]["micro"].model_dump()
    assert micro == {
        "precision": 0.5,
        "recall": pytest.approx(1 / 3),
        "f1": 0.4,
        "gold": 3,
        "predicted": 2,
        "correct": 1,
    }
    assert list(report().scores["test"]) == ["micro", "PER", "LOC", "ORG", "MISC"]


def test_the_page(tmp_path: Path) -> None:
    write(tmp_path / "made")
    page = (tmp_path / "made" / "report.md").read_text(encoding="utf-8").splitlines()
    assert page[:9] == [
        "# made 1.0.0: pass",
        "",
        "tpm-mi, preset smoke, seed 1. Strict micro scores in percent.",
        "",
        "| check | answer | figure | threshold | reason |",
        "|---|---|--:|--:|---|",
        "| learnability | pass | 45.67 | 30 | test F1 beats a dictionary of train's entities |",
        "| images | warn | 2 | 0 | 2 of 5 images are missing or unreadable and were masked |",
        "",
    ]
    assert "| micro | 50.00 | 33.33 | 40.00 | 3 |" in page
    assert "| dev f1 | 25.00, 50.00 |" in page


def test_a_report_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(DataError) as caught:
        prepare_folder(tmp_path / "made")
    assert caught.value.message == f"{tmp_path}/made: exists already; a report is never overwritten"
    prepare_folder(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def stopped() -> Iterator[tuple[Record, list[Span]]]:
    yield RECORD, FOUND[0]
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (lambda folder: {"predictions": {"test": stopped()}}, KeyboardInterrupt),
        (lambda folder: {"model": folder / "nowhere"}, DataError),
    ],
    ids=["interrupted", "no model"],
)
def test_a_failure_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, changes: Callable[[Path], dict[str, Any]], error: type[BaseException]
) -> None:
    with pytest.raises(error):
        write(tmp_path / "made", **changes(tmp_path))
    assert tree(tmp_path) == {"weights": None, "weights/model.safetensors": b"weights"}


@pytest.mark.parametrize(
    ("check", "level", "figure", "threshold"),
    [
        (learnability(0.5, 0.4), "pass", 50, 40),
        (learnability(0.4, 0.4), "fail", 40, 40),
        (learnability(0.0, 0.0), "fail", 0, 0),
        (floor(0.8, 80), "pass", 80, 80),
        (floor(0.7999, 80), "fail", 79.99, 80),
        (images(0, 9), "pass", 0, 0),
        (images(1, 9), "warn", 1, 0),
    ],
)
def test_checks(check: Check, level: str, figure: float, threshold: float) -> None:
    assert (check.level, check.figure, check.threshold) == (level, pytest.approx(figure), threshold)
