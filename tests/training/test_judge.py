"""From results of trainings to a verdict: every way in which a release fails, and that a good one passes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.gate.advice import LEAKS_FIRST
from mnerctl.model.gate.checks import CHECKS
from mnerctl.model.gate.earlier_report import EarlierReport, read_earlier_report
from mnerctl.model.gate.figures import AuditCounts, LeakCounts
from mnerctl.model.gate.report import Report
from mnerctl.model.gate.report_files import write_report
from mnerctl.model.gate.report_text import as_markdown
from mnerctl.model.gate.task import Task
from mnerctl.model.machine.machine import Machine
from mnerctl.model.machine.precision import Precision
from mnerctl.model.machine.threads import Threads
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.release import posts_in_train
from mnerctl.schema import DataError, Record, UsageError
from support.made_reports import (
    MACHINE,
    made_posts,
    made_release,
    made_report,
    made_results,
    made_task,
)

NAMES = [
    *("data-rules", "leaks", "learnability", "images-help", "image-order"),
    *("stability", "label-noise", "images-usable"),
]


def levels(report: Report) -> dict[str, str]:
    return {check.name: check.level for check in report.checks}


def reason(report: Report, name: str) -> str:
    (found,) = [check.reason for check in report.checks if check.name == name]
    return found


def advice(report: Report, name: str) -> str:
    (found,) = [check.advice for check in report.checks if check.name == name]
    return found


def failed(report: Report) -> list[str]:
    return [name for name, level in levels(report).items() if level == "fail"]


def written(folder: Path, **given: float) -> Path:
    """Write a report folder with these predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    task = made_task(made_release(folder))
    found = made_results(task, **given)  # type: ignore[arg-type]
    task.model.mkdir()
    write_report(task, made_report(task, found), found, None)
    return task.out


def test_a_good_release_passes(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task), require={"images", "order"})
    assert report.verdict == "pass"
    assert levels(report) == dict.fromkeys(NAMES, "pass")
    assert all(one.difference.p < 0.01 for one in report.ablations)
    assert reason(report, "images-help").startswith("shown: ")


def test_pictures_that_do_not_help(tmp_path: Path) -> None:
    """A model that does as well with images of other posts fails only if images are required."""
    task = made_task(made_release(tmp_path))
    found = made_results(task, right=0.9, without=0.9)
    assert made_report(task, found).verdict == "pass"
    report = made_report(task, found, require={"images"})
    assert (report.verdict, failed(report)) == ("fail", ["images-help"])
    assert re.match(
        r"not shown: all images against none \+0.00 F1 .*; against those of other posts \+0.00 F1",
        reason(report, "images-help"),
    )
    ordered = made_report(task, found, require={"order"})
    assert failed(ordered) == ["image-order"]


def test_pictures_that_help_as_noise_do(tmp_path: Path) -> None:
    """A model may need some images, but only those of the same post carry information."""
    task = made_task(made_release(tmp_path))
    found = made_results(task)
    found.viewed["shuffled"] = found.spans("test")
    report = made_report(task, found, require={"images"})
    assert failed(report) == ["images-help"]
    assert reason(report, "images-help").startswith("not shown: all images against none +")
    gains = {one.view: one.difference.f1 for one in report.ablations}
    assert gains["none"] > 0.1 and gains["shuffled"] == 0


def test_a_release_without_images_is_told_so(tmp_path: Path) -> None:
    posts = [one.model_copy(update={"images": ()}) for one in made_posts(300)]
    release = made_release(tmp_path, train=posts)
    splits = {split: tuple(posts) for split in release.splits}
    task = made_task(replace(release, splits=splits), seeds=(1,))
    report = made_report(task, made_results(task, without=0.9))
    assert reason(report, "images-help") == (
        "not shown: the release has no images; the system read text only"
    )
    assert "--system bert-crf" in advice(report, "images-help")
    assert {"image-order", "images-usable"} <= set(report.not_asked)
    assert failed(made_report(task, made_results(task), require={"images"})) == ["images-help"]


def test_few_posts_leave_every_answer_open(tmp_path: Path) -> None:
    """Even if all is right; what was asked for has to be shown."""
    task = made_task(made_release(tmp_path, test=made_posts(29, first=2000)))
    leaks = LeakCounts(29, {}, {})
    report = made_report(task, made_results(task, right=1.0), leaks=leaks)
    assert report.verdict == "pass"
    undecided = [check.name for check in report.checks if check.is_undecided]
    assert undecided == ["learnability", "images-help", "image-order", "stability", "label-noise"]
    required = {"images", "order", "learnability", "labels"}
    report = made_report(task, made_results(task, right=1.0), leaks=leaks, require=required)
    assert failed(report) == [name for name in undecided if name != "stability"]


def test_labels_that_are_wrong_at_random(tmp_path: Path) -> None:
    """Only the share of contradictions where the system is surest tells them from posts that are hard."""
    task = made_task(made_release(tmp_path), system="bert-crf")
    found = made_results(task)
    assert levels(made_report(task, found))["label-noise"] == "pass"
    assert levels(made_report(task, made_results(task, right=0.3)))["label-noise"] == "pass"
    wrong = replace(
        task.release,
        splits={
            split: tuple(map(retyped, records)) for split, records in task.release.splits.items()
        },
    )
    noisy = replace(task, release=wrong)
    report = made_report(noisy, found)
    assert (report.verdict, levels(report)["label-noise"]) == ("pass", "warn")
    assert reason(report, "label-noise").startswith("gold contradicts ")
    assert advice(report, "label-noise").startswith("mnerctl suspects RELEASE ")
    assert failed(made_report(noisy, found, require={"labels"})) == ["label-noise"]


def retyped(record: Record) -> Record:
    """Return the record with another type of its first name in one of five posts."""
    if int(record.id) % 5:
        return record
    first = "B-LOC" if record.label[0] != "B-LOC" else "B-ORG"
    return record.model_copy(update={"label": (first, *record.label[1:])})


@pytest.fixture
def copied(tmp_path: Path) -> Task:
    """A task whose test posts are all in train with one more word, under other ids."""
    posts = [one.model_copy(update={"images": ()}) for one in made_posts(50, first=2000)]
    test = [longer(one, one.id, ("this", "late", "autumn", "morning", "again")) for one in posts]
    copies = [longer(one, f"again-{one.id}", ("indeed",)) for one in test]
    return made_task(made_release(tmp_path, train=[*made_posts(300), *copies], test=test))


def longer(record: Record, id: str, words: tuple[str, ...]) -> Record:
    """Return the record under this id and with these words at its end."""
    text, label = (*record.text, *words), (*record.label, *("O" for _ in words))
    changed = {"id": id, "text": text, "label": label, "raw": None, "offsets": None}
    return record.model_copy(update=changed)


def test_near_copies_of_test_in_train(copied: Task) -> None:
    counts = LeakCounts.of(copied.release, posts_in_train(copied.release, {}))
    report = made_report(copied, made_results(copied, right=1.0), leaks=counts)
    assert failed(report) == ["leaks"]
    assert reason(report, "leaks") == (
        "50 of 50 test posts with entities are also in train, 50 nearly word for word"
    )
    assert "mnerctl release leaks RELEASE" in advice(report, "leaks")


def test_leaks_are_named_as_the_cause_of_other_failures(copied: Task) -> None:
    """Nothing beats a dictionary of test, and a system that remembers texts needs no pictures."""
    counts = LeakCounts.of(copied.release, posts_in_train(copied.release, {}))
    found = made_results(copied, right=0.1, without=0.1)
    report = made_report(copied, found, leaks=counts, require={"images"}, min_f1=99)
    others = ["learnability", "floor", "images-help"]
    assert failed(report) == ["leaks", *others]
    for name in others:
        assert advice(report, name) == LEAKS_FIRST
    sound = made_report(copied, found, require={"images"}, min_f1=99)
    assert not {advice(sound, name) for name in others} & {LEAKS_FIRST}


def test_an_error_of_the_audit(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task), audit=AuditCounts(2, 5, "bio"))
    assert failed(report) == ["data-rules"]


def test_nothing_was_learned(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    report = made_report(task, made_results(task, right=0.0), min_f1=80)
    assert failed(report) == ["learnability", "floor"]


def test_a_dictionary_that_knows_all_leaves_nothing_to_decide(tmp_path: Path) -> None:
    """One name of each type, and no other: the system cannot do better than the dictionary."""

    def named(first: int, count: int) -> list[Record]:
        posts = made_posts(count, first=first)
        labels = [(post.label[0], "O", "B-PER", "O") for post in posts]
        return [
            post.model_copy(update={"label": label})
            for post, label in zip(posts, labels, strict=True)
        ]

    release = made_release(tmp_path, train=named(0, 300), test=named(2000, 200))
    task = made_task(release, seeds=(1,), system="bert-crf")
    found = made_results(task, right=0.99)
    report = made_report(task, found)
    assert report.baselines["dictionary"] == 1
    assert (report.verdict, levels(report)["learnability"]) == ("pass", "warn")
    assert reason(report, "learnability") == (
        "undecided: the dictionary baseline leaves too little to learn"
        " (dictionary 100.00, majority 100.00)"
    )
    required = made_report(task, found, require={"learnability"})
    assert failed(required) == ["learnability"]
    (check,) = [one for one in required.checks if one.level == "fail"]
    assert check.title == "learnability (undecided)"


def test_the_report_says_what_was_not_asked(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path), seeds=(1,), system="bert-crf")
    asked = made_report(task, made_results(task), min_f1=50).not_asked
    assert {"regression", "images-help", "image-order", "stability"} <= set(asked) < set(CHECKS)
    assert not set(asked) & {"data-rules", "leaks", "learnability", "floor"}
    assert (asked["regression"], asked["image-order"]) == ("--against", "--system tpm-mi")
    without = [one.model_copy(update={"images": ()}) for one in made_posts(300)]
    splits = {split: tuple(without) for split in ("train", "dev", "test")}
    task = replace(task, release=replace(task.release, splits=splits))
    assert made_report(task, made_results(task)).not_asked["image-order"] == ""


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
    assert computed(two) == "1 thread (now 2)"
    assert computed(other) == "float32 (now bfloat16), 1 thread (now 2)"
    report = made_report(task, results, earlier=earlier)
    assert levels(report)["same-training"] == "warn"
    assert reason(report, "same-training") == (
        "the earlier report had float32 (now bfloat16), 1 thread (now 2): a difference of F1 may come"
        " from that"
    )
    assert "--threads" in advice(report, "same-training")
    results.machine = MACHINE
    assert levels(made_report(task, results, earlier=earlier))["same-training"] == "pass"
    smaller = replace(task, preset=replace(task.preset, batch_size=8, accumulate=2))
    assert reason(made_report(smaller, results, earlier=earlier), "same-training").startswith(
        "the earlier report had batch_size 16 (now 8): "
    )
    run = earlier.report.run.model_copy(update={"settings": {}})  # as an earlier version wrote it
    before = replace(earlier, report=earlier.report.model_copy(update={"run": run}))
    assert levels(made_report(smaller, results, earlier=before))["same-training"] == "pass"
    unknown = earlier.report.run.model_copy(update={"threads": None})
    before = replace(earlier, report=earlier.report.model_copy(update={"run": unknown}))
    assert computed(two, before) == ""


def test_a_training_that_began_with_a_saved_model_says_what_is_not_known(tmp_path: Path) -> None:
    task = made_task(made_release(tmp_path))
    assert "starting-model" not in levels(made_report(task, made_results(task)))
    given = {"init_from": "reports/1.0.0", "batch_size": 8, "threads": 1}
    preset = replace(task.preset, init_from="reports/1.0.0/model", batch_size=8, config=given)
    report = made_report(replace(task, preset=preset), made_results(task))
    assert (report.verdict, levels(report)["starting-model"]) == ("pass", "warn")
    assert reason(report, "starting-model") == (
        "undecided: the training began with reports/1.0.0/model, and what that was trained on is not"
        " known"
    )
    page = as_markdown(report)
    assert "tpm-mi, preset quick with init_from reports/1.0.0, batch_size 8, seeds 1, 2" in page
    assert "| settings | text_encoder offline, " in page
    assert report.run.config == given
    assert (report.run.settings["batch_size"], report.run.settings["epochs"]) == (8, 3)


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
    with pytest.raises(
        DataError, match=r"posts in predictions.test\*.jsonl; wanted each post once"
    ):
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
    assert list(levels(report)) == ["data-rules", "leaks", "learnability", "label-noise"]
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
