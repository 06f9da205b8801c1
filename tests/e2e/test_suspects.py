"""`mnerctl suspects`: its whole output and files, and that it does not change the release."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mnerctl.schema import Release
from support.command import Ended, interrupted, left_in_tmp, run, without_figures
from support.made_release import made_plus
from support.published import tree

pytestmark = pytest.mark.e2e

SMOKE = (
    "--preset",
    "smoke",
    "--folds",
    "2",
    "--top",
    "3",
    "--seed",
    "7",
    "--threads",
    "1",
    "--out",
)


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 tweets with 108 pictures, one of them missing."""
    folder = tmp_path_factory.mktemp("plus")
    made_plus(folder / "made", train=18, dev=6, test=6)
    release = (folder / "made" / "plus").rename(folder / "plus")
    (release / "images" / "twitter2017-1.jpg").unlink()
    manifest = json.loads((release / "manifest.json").read_bytes())
    del manifest["files"]["images/twitter2017-1.jpg"]
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return release


@pytest.fixture(scope="module")
def smoke(plus: Path) -> Ended:
    """One run on it; its folder is beside it."""
    before = tree(plus)
    ended = run("suspects", "plus", *SMOKE, "out", folder=plus.parent)
    assert tree(plus) == before
    return ended


def lines(plus: Path, folder: str) -> list[dict[str, object]]:
    text = (plus.parent / folder / "suspects.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_output_and_the_files(plus: Path, smoke: Ended) -> None:
    assert smoke.code == 0, smoke.err
    worst = lines(plus, "out")
    title, _, head, rule, *rows = smoke.out.splitlines()
    assert title == "worst suspects"
    assert head.split() == ["score", "kind", "gold", "suggested", "record"]
    assert set(rule) == {" ", "─"}
    found = [row.split()[:2] for row in rows if re.match(r" +[\d.]+ ", row)]
    assert found == [[f"{line['score']:.3f}", line["kind"]] for line in worst]
    logged = re.sub(
        r"^((reading|training): \d+ of \d+|computing in .*)\n", "", smoke.err, flags=re.MULTILINE
    )
    entities = sum(len(record.spans) for record in Release.load(plus).records())
    assert re.sub(r"judged: \d+ doubted", "judged: N doubted", without_figures(logged)) == (
        "pictures: 64 of 108\n"
        "pictures: 108 of 108\n"
        "warning image-missing plus/images/twitter2017-1.jpg: no file; wanted the image (masked)\n"
        "fold 1 of 2: the F1 of its judge is #\n"
        "fold 2 of 2: the F1 of its judge is #\n"
        f"{entities} entities judged: N doubted with a score of # or more (# %);"
        " see out/suspects.html\n"
    )
    steps = [int(n) for n in re.findall(r"^training: (\d+) of 108$", smoke.err, re.MULTILINE)]
    assert steps == sorted(steps) and steps[-1] == 108
    assert sorted(tree(plus.parent / "out")) == ["suspects.html", "suspects.jsonl"]
    assert left_in_tmp(plus.parent) == []


def test_lines_are_records_of_the_release_worst_first(plus: Path, smoke: Ended) -> None:
    release = Release.load(plus)
    splits = {record.id: split for split, records in release.splits.items() for record in records}
    worst = lines(plus, "out")
    assert 0 < len(worst) <= 3
    assert [splits[str(line["id"])] for line in worst] == [line["split"] for line in worst]
    scores = [float(str(line["score"])) for line in worst]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_json_is_one_document_and_the_seed_decides(plus: Path, smoke: Ended) -> None:
    ended = run("suspects", "plus", *SMOKE, "again", "--json", folder=plus.parent)
    assert ended.code == 0
    summary = json.loads(ended.out)
    assert (summary["system"], summary["preset"], summary["folds"]) == ("tpm-mi", "smoke", 2)
    assert (summary["records"], summary["written"], summary["out"]) == (60, 3, "again")
    assert summary["rate"] == summary["doubted"] / summary["entities"]
    for name, content in tree(plus.parent / "out").items():
        assert tree(plus.parent / "again")[name] == content


def test_nothing_is_replaced(plus: Path, smoke: Ended) -> None:
    before = tree(plus.parent / "out")
    ended = run("suspects", "plus", *SMOKE, "out", folder=plus.parent)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.splitlines()[-2:] == [
        "error: out: exists already; a report is never overwritten",
        "  try: give another --out",
    ]
    assert tree(plus.parent / "out") == before


def test_too_few_texts_for_the_folds(plus: Path) -> None:
    few = ("--preset", "smoke", "--system", "bert-crf", "--folds", "50")
    ended = run("suspects", "plus", *few, "--out", "few", folder=plus.parent)
    assert (ended.code, ended.out) == (3, "")
    found = re.findall(
        r"^error: plus: (\d+) different texts; wanted at least 2 for each of 50 folds\n"
        r"  try: mnerctl suspects plus --folds (\d+)\n",
        ended.err,
        re.MULTILINE,
    )
    assert [int(texts) // 2 for texts, _ in found] == [int(folds) for _, folds in found] != []
    assert not (plus.parent / "few").exists()


def test_ctrl_c_leaves_nothing(plus: Path) -> None:
    before = tree(plus.parent)
    ended = interrupted("suspects", "plus", *SMOKE, "none", folder=plus.parent, after="training: ")
    assert (ended.code, ended.out) == (130, "")
    assert "Traceback" not in ended.err
    assert tree(plus.parent) == before
    assert left_in_tmp(plus.parent) == []


def test_a_stopped_search_continues_after_the_folds_that_are_done(plus: Path, smoke: Ended) -> None:
    words = ("suspects", "plus", *SMOKE, "later")
    folder = plus.parent
    ended = interrupted(*words, folder=folder, after="fold 1 of 2: ")
    assert (ended.code, ended.out) == (130, "")
    assert len([*folder.glob("later.partial-training/*/finished.json")]) == 1
    ended = run(*words, folder=folder)
    assert (ended.code, ended.out) == (0, smoke.out)
    steps = [int(n) for n in re.findall(r"^training: (\d+) of 108$", ended.err, re.MULTILINE)]
    assert steps[0] == 54
    assert tree(folder / "later") == tree(folder / "out")
    assert not (folder / "later.partial-training").exists()


def test_given_epochs(plus: Path) -> None:
    """Without the option, so few posts are trained on twice as often."""
    given = ("one", "--epochs", "1", "--system", "bert-crf")
    ended = run("suspects", "plus", *SMOKE, *given, folder=plus.parent)
    assert ended.code == 0, ended.err
    steps = [int(n) for n in re.findall(r"^training: (\d+) of 54$", ended.err, re.MULTILINE)]
    assert steps[-1] == 54


def test_another_encoder(plus: Path) -> None:
    other = ("other", "--text-encoder", "no-such-folder/bert", "--system", "bert-crf")
    ended = run("suspects", "plus", *SMOKE, *other, folder=plus.parent)
    assert (ended.code, ended.out) == (3, "")
    assert "\nerror: text encoder 'no-such-folder/bert'" in ended.err
    assert not [*plus.parent.glob("other*")]
