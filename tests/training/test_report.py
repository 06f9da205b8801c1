"""The report folder: complete or not at all, with the same content in data and on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.gate.earlier_report import read_earlier_report
from mnerctl.model.gate.report import Report
from mnerctl.model.gate.report_files import write_report
from mnerctl.model.gate.report_page import as_html
from mnerctl.model.gate.report_text import ADVICE_TITLE, as_markdown
from mnerctl.model.gate.task import Results, Task
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.model.tagging.truncated import Truncated
from mnerctl.schema import DataError, Record, Span
from mnerctl.schema.removed_posts import RemovedPosts
from support.checkout import ROOT
from support.made_reports import MACHINE, made_release, made_report, made_results, made_task
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
ROWS = [[ScoredSpan(Span(0, 1, "PER"), 0.75), ScoredSpan(Span(2, 3, "ORG"), 0.5)], []]


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """A task with two seeds, and a folder with weights."""
    task = made_task(made_release(tmp_path))
    task.model.mkdir()
    (task.model / "model.safetensors").write_bytes(b"weights")
    return replace(task, out=tmp_path / "reports" / "made")


def test_the_files_of_the_folder(task: Task) -> None:
    found = made_results(task)
    report = made_report(task, found)
    write_report(task, report, found, None)
    assert sorted(tree(task.out)) == [
        *("model", "model/model.safetensors", "predictions.dev.2.jsonl", "predictions.dev.jsonl"),
        *("predictions.test.2.jsonl", "predictions.test.jsonl"),
        *("report.html", "report.json", "report.md"),
    ]
    assert "made" in (task.out / "report.html").read_text(encoding="utf-8")
    assert (task.out / "model" / "model.safetensors").read_bytes() == b"weights"
    assert Report.model_validate_json((task.out / "report.json").read_bytes()) == report
    assert [path.name for path in task.out.parent.iterdir()] == ["made"]
    assert task.out.stat().st_mode & 0o777 == 0o755
    counts = [sum(row) for row in zip(*(p for p in _counts(report)), strict=True)]
    read = read_earlier_report(
        task.out, system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"]
    ).counts.values()
    by_seed = [row for rows in read for row in rows]
    assert [sum(column) for column in zip(*by_seed, strict=True)] == counts


def _counts(report: Report) -> list[tuple[int, int, int]]:
    seeds = report.scores["test"]["micro"].seeds
    return [(one.gold, one.predicted, one.correct) for one in seeds]


def test_predictions_have_scores_gold_and_both_kinds_of_offsets(task: Task) -> None:
    splits = dict.fromkeys(("train", "dev", "test"), (RECORD, PLAIN))
    task = replace(task, release=replace(task.release, splits=splits), seeds=(1,))
    found = Results(
        predictions={"dev": [ROWS], "test": [ROWS]},
        tags=[[["B-PER", "O", "B-ORG"], ["O"]]],
        machine=MACHINE,
        trainings=made_results(made_task(made_release(task.release.folder), seeds=(1,))).trainings,
    )
    write_report(task, made_report(task, found), found, None)
    path = task.out / "predictions.test.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ada = {"start": 0, "end": 1, "type": "PER", "text": "Ada", "start_char": 0, "end_char": 3}
    rome = {"start": 2, "end": 3, "type": "LOC", "text": "Rome", "start_char": 8, "end_char": 12}
    assert lines == [
        {
            "id": "1",
            "unit": "tokens",
            "spans": [ada | {"score": 0.75}, rome | {"type": "ORG", "score": 0.5}],
            "gold": [ada, rome],
        },
        {
            "id": "2",
            "unit": "tokens",
            "spans": [],
            "gold": [{"start": 0, "end": 1, "type": "PER", "text": "Ada"}],
        },
    ]


def test_a_report_is_valid_under_its_published_schema(task: Task) -> None:
    path = ROOT / "docs" / "reference" / "report.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = pytest.importorskip("jsonschema").Draft202012Validator(schema)
    report = made_report(task, made_results(task, retrained=True))
    assert list(validator.iter_errors(json.loads(report.model_dump_json()))) == []


def test_the_most_important_comes_first(task: Task) -> None:
    report = made_report(task, made_results(task, right=0.2), min_f1=80)
    page = as_markdown(report).splitlines()
    micro = report.scores["test"]["micro"]
    assert page[0] == "# made : fail"
    assert page[2].startswith(f"Test F1 **{100 * micro.f1:.2f} ± {100 * micro.deviation:.2f}** (")
    assert page[4:6] == [
        "| check | answer | figure | threshold | reason |",
        "|---|---|---|---|---|",
    ]
    answers = [line.split(" | ")[1] for line in page[6 : page.index("", 6)]]
    assert answers == sorted(answers, key=["fail", "warn", "pass"].index)
    assert answers.count("fail") == sum(
        line.startswith("- **") and "(fail)" in line for line in page
    )
    assert page[page.index(f"## {ADVICE_TITLE}") + 2].startswith("- **")
    assert "Not asked: regression (--against), label-suspects (--suspects)." in page
    assert "| no images | same model |" in "\n".join(page)


def test_posts_that_are_cut_are_in_every_form_of_the_report(task: Task) -> None:
    """By split, with the entities that are lost; earlier reports say nothing about it."""
    found = made_results(task)
    found.truncated = {
        "train": Truncated(posts=1, entities=0),
        "dev": Truncated(posts=0, entities=0),
        "test": Truncated(posts=2, entities=1),
    }
    report = made_report(task, found)
    said = (
        "Longer than the system reads: train 1 post (0 entities lost), test 2 posts (1 entity lost)"
    )
    assert f"{said}. Lost entities count as missed." in as_markdown(report).splitlines()
    assert f"{said}. Lost entities count as missed.</p>" in as_html(
        report, task.release, [], None, RemovedPosts(task.release.folder)
    )
    stored = json.loads(report.model_dump_json())
    assert stored["run"]["truncated"]["test"] == {"posts": 2, "entities": 1}
    found.truncated = dict.fromkeys(found.truncated, Truncated(posts=0, entities=0))
    none = made_report(task, found)
    assert "Longer than" not in as_markdown(none)
    assert "| cut posts | none |" in as_markdown(none)
    del stored["run"]["truncated"]
    assert "cut posts" not in as_markdown(Report.model_validate_json(json.dumps(stored)))


def interrupt(found: Results) -> None:
    class Interrupting(list[Any]):
        def __iter__(self) -> Any:
            raise KeyboardInterrupt

    found.predictions["test"][1] = Interrupting()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda task, found: interrupt(found), KeyboardInterrupt),
        (lambda task, found: task.model.rename(task.model.with_name("gone")), DataError),
    ],
    ids=["interrupted", "no model"],
)
def test_a_failure_in_the_middle_leaves_nothing_behind(
    task: Task, spoil: Callable[[Task, Results], object], error: type[BaseException]
) -> None:
    found = made_results(task)
    report = made_report(task, found)
    spoil(task, found)
    with pytest.raises(error):
        write_report(task, report, found, None)
    assert list(task.out.parent.iterdir()) == []
