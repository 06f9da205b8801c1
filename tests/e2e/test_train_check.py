"""`mnerctl train-check`: all that it prints and leaves, and each way in which it says no."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.command import Ended, interrupted, left_in_tmp, run, without_figures
from support.made_mner_mi import small_table, write_made_mner_mi
from support.made_release import change_manifest, made_plus, rewrite_split
from support.published import tree

pytestmark = pytest.mark.e2e

NAMED = 108
SMOKE = ("--preset", "smoke", "--seed", "7", "--out", "report")
REPORT = [
    *("model", "model/config.json", "model/mnerctl.json", "model/model.safetensors"),
    *("model/tokenizer.json", "model/tokenizer_config.json"),
    *("predictions.dev.jsonl", "predictions.test.jsonl"),
    *("report.html", "report.json", "report.md"),
]


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNER-MI-Plus of 460 made tweets with 861 pictures."""
    folder = tmp_path_factory.mktemp("plus")
    made_plus(folder, train=150, dev=40, test=40)
    return folder / "plus"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """60 tweets with 108 pictures, which may be damaged."""
    made_plus(tmp_path / "made", train=18, dev=6, test=6)
    (tmp_path / "made" / "plus").rename(tmp_path / "plus")
    return tmp_path / "plus"


def counts(label: str, total: int, step: int = 1) -> str:
    """The ten lines that a log of `total` things has."""
    told = [-(-tenth * total // 10) for tenth in range(1, 11)]
    rounded = [min(-(-number // step) * step, total) for number in told]
    return "".join(f"{label}: {number} of {total}\n" for number in dict.fromkeys(rounded))


@pytest.fixture(scope="module")
def smoke(plus: Path) -> Ended:
    """One run on it, with its report beside it."""
    return run("train-check", "plus", *SMOKE, folder=plus.parent)


def test_a_random_network_is_not_fit(plus: Path, smoke: Ended) -> None:
    ended = smoke
    assert ended.code == 5
    assert without_figures(ended.out) == without_figures("""\
MNER-MI-Plus: tpm-mi, test

           P       R      F1   gold
 ─
  micro   0.0    0.0   0.0    112
  PER     0.0    0.0   0.0     40
  LOC     0.0    0.0   0.0     26
  ORG     0.0    0.0   0.0     20
  MISC    0.0    0.0   0.0     26

checks

  check          answer   figure   threshold   reason
 ─
  learnability   fail       0.0       0.0   test F1 does not beat a dictionary of train's
 entities
  images         pass          0           0   0 of 861 images are missing or unreadable and were
 masked

""")
    assert re.sub(r"in \d+ s", "in 1 s", without_figures(ended.err)) == (
        f"{counts('reading', 864)}"
        f"{counts('pictures', 861, step=64)}"
        f"{counts('training', 10)}"
        "epoch 1: dev F1 #\n"
        "fail, trained in 1 s; look at report/report.html\n"
        "error: MNER-MI-Plus: not fit to publish: learnability\n"
        " try: read report/report.md\n"
    )
    report = tree(plus.parent / "report")
    assert sorted(report) == REPORT
    data = json.loads(report["report.json"] or b"")
    assert (data["verdict"], data["run"]["seed"], data["run"]["records"]) == (
        "fail",
        7,
        {"train": 300, "dev": 80, "test": 80},
    )
    assert left_in_tmp(plus.parent) == []


def test_json_is_one_document_and_the_same_seed_gives_the_same_answers(
    plus: Path, smoke: Ended
) -> None:
    first = json.loads((plus.parent / "report" / "report.json").read_bytes())
    ended = run(
        *("train-check", "plus", *SMOKE[:-1], "again", "--min-f1", "99.5", "--json"),
        folder=plus.parent,
    )
    assert ended.code == 5
    assert ended.err.endswith(
        "error: MNER-MI-Plus: not fit to publish: learnability, floor\n"
        "  try: read again/report.md\n"
    )
    second = json.loads(ended.out)
    assert second == json.loads((plus.parent / "again" / "report.json").read_bytes())
    assert second["scores"] == first["scores"]
    assert second["run"] | {"seconds": 0} == first["run"] | {"seconds": 0}
    for split in ("dev", "test"):
        name = f"predictions.{split}.jsonl"
        again = (plus.parent / "again" / name).read_bytes()
        assert again == (plus.parent / "report" / name).read_bytes()


def test_epochs_are_those_that_were_asked_for(plus: Path) -> None:
    ended = run(
        *("train-check", "plus", *SMOKE[:-1], "twice", "--epochs", "2", "--json"),
        folder=plus.parent,
    )
    assert len(json.loads(ended.out)["run"]["dev_f1"]) == 2
    assert re.findall(r"^epoch (\d+): dev F1 [\d.]+$", ended.err, re.MULTILINE) == ["1", "2"]


@pytest.mark.slow
def test_what_can_be_learned_is_fit(tmp_path: Path) -> None:
    """Names that training never had, in sentences that tell: a dictionary finds a quarter of them."""
    made_plus(tmp_path, train=80, dev=16, test=16, pictures=4)
    ended = run(
        *("train-check", "plus", "--preset", "quick", "--min-f1", "60", "--out", "report"),
        folder=tmp_path,
    )
    assert ended.code == 0, ended.err
    assert ended.err.splitlines()[-1].startswith("pass, trained in ")
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["verdict"] == "pass"
    assert [line for line in ended.err.splitlines() if line.startswith("epoch ")] == [
        f"epoch {epoch}: dev F1 {100 * f1:.2f}"
        for epoch, f1 in enumerate(report["run"]["dev_f1"], start=1)
    ]
    levels = {check["name"]: check["level"] for check in report["checks"]}
    assert levels == {"learnability": "pass", "floor": "pass", "images": "pass"}
    assert report["scores"]["test"]["micro"]["f1"] > 0.6


def lost_pictures(plus: Path) -> None:
    """One that is missing, and one that was broken before it was frozen: its checksum holds."""
    (plus / "images" / "twitter2017-1.jpg").unlink()
    path = plus / "images" / "twitter2017-2.jpg"
    content = path.read_bytes()[:300]
    path.write_bytes(content)

    def change(manifest: dict[str, Any]) -> None:
        del manifest["files"]["images/twitter2017-1.jpg"]
        entry = {"bytes": 300, "sha256": hashlib.sha256(content).hexdigest()}
        manifest["files"]["images/twitter2017-2.jpg"] = entry

    change_manifest(plus, change)


def changed_byte(plus: Path) -> None:
    path = plus / "images" / "twitter2017-3.jpg"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def image_with_path(plus: Path) -> None:
    lines = (plus / "test.jsonl").read_text(encoding="utf-8").splitlines()
    fields: dict[str, Any] = json.loads(lines[4])
    lines[4] = json.dumps(fields | {"images": ["../manifest.json"]})
    rewrite_split(plus, "test", lines)


READ = counts("reading", NAMED + 3)
REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a wrong path": (
        shutil.rmtree,
        "error: plus: no such folder\n  try: ls .\n",
    ),
    "pictures that are missing or broken": (
        lost_pictures,
        f"{counts('reading', NAMED + 2)}{counts('pictures', NAMED, step=64)}"
        "error image-missing plus/images/twitter2017-1.jpg: no file; wanted the image\n"
        "error image-unreadable plus/images/twitter2017-2.jpg: Truncated File Read;"
        " wanted a whole picture\n"
        f"error: plus: 2 of {NAMED} images cannot be used; the first:"
        " plus/images/twitter2017-1.jpg: no file\n"
        "  try: complete the images, or mask them with --allow-missing-images\n",
    ),
    "a changed byte": (
        changed_byte,
        f"{READ}"
        "error checksum plus/images/twitter2017-3.jpg: sha256 AAAA…, SIZE bytes;"
        " wanted sha256 BBBB…, SIZE bytes\n"
        "error: plus: 1 error in its files; the first: plus/images/twitter2017-3.jpg:"
        " sha256 AAAA…, SIZE bytes; wanted sha256 BBBB…, SIZE bytes\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "an image name with a path": (
        image_with_path,
        f"{READ}"
        "error image-name plus/test.jsonl:5: image '../manifest.json';"
        " wanted a plain file name, without a folder\n"
        "error: plus: 1 error in its files; the first: plus/test.jsonl:5:"
        " image '../manifest.json'; wanted a plain file name, without a folder\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
}


@pytest.mark.parametrize(("damage", "message"), REFUSALS.values(), ids=REFUSALS)
def test_it_refuses_and_leaves_nothing(
    release: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(release)
    before = tree(release.parent)
    ended = run("train-check", "plus", *SMOKE, folder=release.parent)
    if "AAAA" in message:
        content = (release / "images" / "twitter2017-3.jpg").read_bytes()
        found, wanted = [line.split("sha256 ")[1][:12] for line in _halves(ended.err)]
        assert found != wanted
        message = message.replace("SIZE", str(len(content)))
        message = message.replace("AAAA", found).replace("BBBB", wanted)
    assert (ended.code, ended.out, ended.err) == (3, "", message)
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []


def _halves(err: str) -> list[str]:
    (line,) = (line for line in err.splitlines() if line.startswith("error checksum"))
    return line.split("wanted ")


def test_pictures_that_cannot_be_used_are_masked_when_asked(release: Path) -> None:
    lost_pictures(release)
    ended = run("train-check", "plus", *SMOKE, "--allow-missing-images", folder=release.parent)
    assert ended.code == 5
    assert [line for line in ended.err.splitlines() if line.startswith("warning")] == [
        "warning image-missing plus/images/twitter2017-1.jpg: no file; wanted the image (masked)",
        "warning image-unreadable plus/images/twitter2017-2.jpg: Truncated File Read;"
        " wanted a whole picture (masked)",
    ]
    report = json.loads((release.parent / "report" / "report.json").read_bytes())
    assert (report["run"]["images_named"], report["run"]["images_masked"]) == (NAMED, 2)
    assert [(c["name"], c["level"]) for c in report["checks"]] == [
        ("learnability", "fail"),
        ("images", "warn"),
    ]


def test_a_published_corpus_is_trained_on_as_it_is(tmp_path: Path) -> None:
    write_made_mner_mi(
        tmp_path / "mi", statistics=small_table(train=60, dev=20, test=20), seed=1, pictures=4
    )
    (broken,) = sorted((tmp_path / "mi" / "images").iterdir())[:1]
    broken.write_bytes(broken.read_bytes()[:-200])
    ended = run("train-check", "mi", *SMOKE, folder=tmp_path)
    assert ended.code == 5
    assert "warning image-unreadable mi/images/" in ended.err
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert (report["run"]["release"], report["run"]["images_masked"]) == ("MNER-MI", 1)


def test_ctrl_c_leaves_nothing(release: Path) -> None:
    before = tree(release.parent)
    ended = interrupted("train-check", "plus", *SMOKE, folder=release.parent, after="training: ")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[-1] == (
        "interrupted: finished work is kept; run the same command to go on"
    )
    assert "Traceback" not in ended.err
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []
