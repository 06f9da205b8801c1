"""From results of trainings to a verdict: every way in which a release fails, and that a good one passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.gate.earlier_report import EarlierReport, read_earlier_report
from mnerctl.model.gate.figures import AuditCounts
from mnerctl.model.gate.report import Report
from mnerctl.model.gate.report_files import write_report
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.training.machine import Machine
from mnerctl.model.training.precision import Precision
from mnerctl.model.training.threads import Threads
from mnerctl.schema import DataError, UsageError
from support.made_reports import (
    MACHINE,
    made_posts,
    made_release,
    made_report,
    made_results,
    made_task,
)

NAMES = [
    *("data-rules", "leaks", "learnability", "images-help", "images-belong", "image-order"),
    *("stability", "images-usable"),
]


def levels(report: Report) -> dict[str, str]:
    return {check.name: check.level for check in report.checks}


def reason(report: Report, name: str) -> str:
    (found,) = [check.reason for check in report.checks if check.name == name]
    return found


def failed(report: Report) -> list[str]:
    return [name for name, level in levels(report).items() if level == "fail"]


def written(folder: Path, **given: float) -> Path:
    """Write a report folder with these predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    task = made_task(made_release(folder))
    found = made_results(task, **given)  # type: ignore[arg-type]
    task.model.mkdir()
    write_report(task, made_report(task, found), found, None, page="")
    return task.out


def test_a_good_release_passes(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task), require={"images", "order"})
    assert report.verdict == "pass"
    assert levels(report) == dict.fromkeys(NAMES, "pass")
    assert all(one.difference.p < 0.01 for one in report.ablations)
    assert reason(report, "images-belong").startswith("shown: ")


def test_pictures_that_do_not_help(tmp_path: Path) -> None:
    """A model that does as well with images of other posts fails only if images are required."""
    task = made_task(made_release(tmp_path))
    found = made_results(task, right=0.9, without=0.9)
    assert made_report(task, found).verdict == "pass"
    report = made_report(task, found, require={"images"})
    assert (report.verdict, failed(report)) == ("fail", ["images-help", "images-belong"])
    assert reason(report, "images-belong").startswith(
        "not shown: all images against those of other posts, +0.00 F1"
    )
    ordered = made_report(task, found, require={"order"})
    assert failed(ordered) == ["image-order"]


def test_a_test_split_that_was_copied_into_train(tmp_path: Path) -> None:
    test = made_posts(50, first=2000)
    copies = [
        record.model_copy(
            update={"id": f"again-{record.id}", "text": tuple(w.upper() for w in record.text)}
        )
        if place % 2
        else record
        for place, record in enumerate(test)
    ]
    task = made_task(made_release(tmp_path, train=[*made_posts(300), *copies], test=test))
    report = made_report(task, made_results(task))
    assert failed(report) == ["leaks"]
    assert reason(report, "leaks") == (
        "50 of 50 test posts with entities are also in train, 25 word for word"
    )


def test_an_error_of_the_audit(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task), audit=AuditCounts(2, 5, "bio"))
    assert failed(report) == ["data-rules"]


def test_nothing_was_learned(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task, right=0.0), min_f1=80)
    assert failed(report) == ["learnability", "floor"]


def test_a_loss_against_the_earlier_report(tmp_path: Path) -> None:
    folder = written(tmp_path / "last")
    task = made_task(made_release(tmp_path, test=made_posts(150, first=2050)), seeds=(7,))
    earlier = read_earlier_report(folder, system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"])
    worse = made_report(task, made_results(task, right=0.7), earlier=earlier)
    assert failed(worse) == ["regression"]
    assert worse.against is not None and worse.against.posts == 150
    assert reason(worse, "regression").startswith("a loss: -")
    same = made_report(task, made_results(task, right=0.9), earlier=earlier)
    assert levels(same)["regression"] in ("pass", "warn")
    better = made_report(task, made_results(task, right=1.0), earlier=earlier)
    assert levels(better)["regression"] == "pass"


def test_an_earlier_report_that_computed_in_another_way_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "last")
    task = made_task(made_release(tmp_path, test=made_posts(150, first=2050)), seeds=(7,))
    earlier = read_earlier_report(folder, system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"])
    results = made_results(task)

    def computed(machine: Machine, then: EarlierReport = earlier) -> str:
        results.machine = machine
        report = made_report(task, results, earlier=then)
        assert report.against is not None
        return report.against.computed

    two = replace(MACHINE, threads=Threads(2, "made so"))
    other = replace(two, precision=Precision("bfloat16", "made so"))
    assert computed(MACHINE) == ""
    assert computed(two) == "with 1 thread, now 2"
    assert computed(other) == "in float32, with 1 thread, now 2"
    unknown = earlier.report.run.model_copy(update={"threads": None})
    before = replace(earlier, report=earlier.report.model_copy(update={"run": unknown}))
    assert computed(two, before) == ""


def test_labels_that_got_worse_since_the_earlier_report(tmp_path: Path) -> None:
    """Each side is scored against its own gold, so a system that learned wrong labels scores worse."""
    earlier = read_earlier_report(
        written(tmp_path / "last"), system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"]
    )
    wrong = made_posts(200, first=2000, wrong=0.4)
    task = made_task(made_release(tmp_path, test=wrong))
    report = made_report(task, made_results(task, right=0.6), earlier=earlier)
    assert failed(report) == ["regression"]
    assert report.against is not None and 60 < report.against.changed < 100
    assert f"; the gold entities of {report.against.changed} posts changed" in reason(
        report, "regression"
    )


def test_no_post_in_common(tmp_path: Path) -> None:
    earlier = read_earlier_report(
        written(tmp_path / "last"), system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"]
    )
    task = made_task(made_release(tmp_path, test=made_posts(80, first=5000)))
    report = made_report(task, made_results(task), earlier=earlier)
    assert levels(report)["regression"] == "warn"
    assert report.against is not None and report.against.difference is None


def test_a_report_of_another_system_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "last")
    with pytest.raises(UsageError) as caught:
        read_earlier_report(folder, system=SYSTEMS["bert-crf"], preset=PRESETS["quick"])
    assert caught.value.message.startswith(f"{folder}: --system tpm-mi, now bert-crf")
    assert "--system tpm-mi" in caught.value.hint


def test_a_report_of_another_encoder_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "last")
    other = replace(PRESETS["quick"], text_encoder="bert-base-uncased")
    with pytest.raises(UsageError, match="--text-encoder offline, now bert-base-uncased"):
        read_earlier_report(folder, system=SYSTEMS["tpm-mi"], preset=other)


def test_a_report_without_its_predictions_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "last")
    (folder / "predictions.test.jsonl").unlink()
    with pytest.raises(DataError, match=r"lines in predictions.test\*.jsonl; wanted \d+"):
        read_earlier_report(folder, system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"])


@pytest.mark.parametrize("damage", ["no folder", "report", "predictions"])
def test_a_report_that_cannot_be_read(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "nowhere"
    if damage != "no folder":
        folder = written(tmp_path / "last")
        name = "report.json" if damage == "report" else "predictions.test.jsonl"
        (folder / name).write_text("{}\n")
    with pytest.raises(DataError) as caught:
        read_earlier_report(folder, system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"])
    assert str(folder) in caught.value.message


def test_a_text_system_has_no_image_checks(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path), seeds=(1,), system="bert-crf")
    report = made_report(task, made_results(task))
    assert list(levels(report)) == ["data-rules", "leaks", "learnability"]
    assert (report.ablations, report.run.image_encoder) == ((), None)


def test_trainings_on_a_view_are_marked(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task, retrained=True))
    assert [(one.view, one.how) for one in report.ablations] == [
        *((view, "one model") for view in ("none", "first", "shuffled", "reordered")),
        ("none", "trained"),
    ]
    assert report.run.seeds == (1, 2)
    assert [one.images for one in report.run.trainings] == ["all", "none"] * 2


def test_image_weights_are_compared_with_evidence(tmp_path: Path) -> None:
    """Annotators named the first image of every post with two or more; the system gives it the largest
    weight in all posts but those with three."""
    posts = [
        record.model_copy(update={"evidence": ((0,), ())}) if record.images else record
        for record in made_posts(100, first=2000)
    ]
    task = made_task(made_release(tmp_path, test=posts), seeds=(1,))
    found = made_results(task)
    assert made_report(task, found).evidence is None
    counts = [len(record.images) for record in posts]
    found.image_weights = [
        [[0.2 + 0.6 * ((n == 0) != (count == 3)) for n in range(count)] for count in counts]
    ]
    evidence = made_report(task, found).evidence
    assert evidence is not None
    assert (evidence.posts, evidence.pairs) == (60, 20 * (1 + 2 + 3))
    assert evidence.share == pytest.approx((1 + 3) / 6)
