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

from support.command import interrupted, left_in_tmp, run, without_figures
from support.made_mner_mi import small_table, write_made_mner_mi
from support.made_release import change_manifest, made_plus, rewrite_split
from support.published import tree

pytestmark = pytest.mark.e2e

NAMED = 108
SMOKE = ("--preset", "smoke", "--seed", "7", "--out", "report")
REPORT = [
    *("model", "model/config.json", "model/model.safetensors"),
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
    return "".join(f"{label}: {number} of {total}\n" for number in rounded)


def test_a_random_network_is_not_fit(plus: Path, tmp_path: Path) -> None:
    (tmp_path / "plus").symlink_to(plus)
    ended = run("train-check", "plus", *SMOKE, folder=tmp_path)
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
    report = tree(tmp_path / "report")
    assert sorted(report) == REPORT
    data = json.loads(report["report.json"] or b"")
    assert (data["verdict"], data["run"]["seed"], data["run"]["records"]) == (
        "fail",
        7,
        {"train": 300, "dev": 80, "test": 80},
    )
    assert left_in_tmp(tmp_path) == []


def test_json_is_one_document_and_the_same_seed_gives_the_same_scores(release: Path) -> None:
    documents = []
    for out in ("a", "b"):
        ended = run(
            *("train-check", "plus", *SMOKE[:-1], out, "--min-f1", "99.5", "--json"),
            folder=release.parent,
        )
        assert ended.code == 5
        assert ended.err.endswith(
            "error: MNER-MI-Plus: not fit to publish: learnability, floor\n"
            f"  try: read {out}/report.md\n"
        )
        document = json.loads(ended.out)
        assert document == json.loads((release.parent / out / "report.json").read_bytes())
        del document["run"]["seconds"]
        documents.append(document)
    assert documents[0] == documents[1]
    predictions = [
        (release.parent / out / "predictions.test.jsonl").read_bytes() for out in ("a", "b")
    ]
    assert predictions[0] == predictions[1]


@pytest.mark.slow
def test_what_can_be_learned_is_fit(tmp_path: Path) -> None:
    """Names that training never had, in sentences that tell: a dictionary finds half of them."""
    made_plus(tmp_path, train=100, dev=24, test=24, pictures=4)
    ended = run(
        *("train-check", "plus", "--preset", "quick", "--min-f1", "70", "--out", "report"),
        folder=tmp_path,
    )
    assert ended.code == 0, ended.err
    epochs = [line for line in ended.err.splitlines() if line.startswith("epoch ")]
    assert [line.split(":")[0] for line in epochs] == [f"epoch {n}" for n in range(1, 5)]
    assert ended.err.splitlines()[-1].startswith("pass, trained in ")
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["verdict"] == "pass"
    levels = {check["name"]: check["level"] for check in report["checks"]}
    assert levels == {"learnability": "pass", "floor": "pass", "images": "pass"}
    assert report["scores"]["test"]["micro"]["f1"] > 0.7


def missing_picture(plus: Path) -> None:
    _without(plus, "twitter2017-1.jpg")


def _without(plus: Path, name: str) -> None:
    (plus / "images" / name).unlink()
    change_manifest(plus, lambda manifest: manifest["files"].pop(f"images/{name}"))


def unreadable_picture(plus: Path) -> None:
    """A picture that was broken before it was frozen: its checksum holds."""
    path = plus / "images" / "twitter2017-2.jpg"
    content = path.read_bytes()[:300]
    path.write_bytes(content)
    entry = {"bytes": 300, "sha256": hashlib.sha256(content).hexdigest()}
    change_manifest(plus, lambda m: m["files"].update({"images/twitter2017-2.jpg": entry}))


def changed_byte(plus: Path) -> None:
    path = plus / "images" / "twitter2017-3.jpg"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def no_dev(plus: Path) -> None:
    rewrite_split(plus, "dev", [])
    change_manifest(plus, lambda manifest: manifest["records"].update({"dev": 0}))


def image_with_path(plus: Path) -> None:
    lines = (plus / "test.jsonl").read_text(encoding="utf-8").splitlines()
    fields: dict[str, Any] = json.loads(lines[4])
    lines[4] = json.dumps(fields | {"images": ["../manifest.json"]})
    rewrite_split(plus, "test", lines)


READ = counts("reading", NAMED + 3)
SEEN = counts("pictures", NAMED, step=64)
REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a wrong path": (
        shutil.rmtree,
        "error: plus: no such folder\n  try: ls .\n",
    ),
    "a missing picture": (
        missing_picture,
        f"{counts('reading', NAMED + 2)}{SEEN}"
        "error image-missing plus/images/twitter2017-1.jpg: no file; wanted the image\n"
        f"error: plus: 1 of {NAMED} images cannot be used; the first:"
        " plus/images/twitter2017-1.jpg: no file\n"
        "  try: complete the images, or mask them with --allow-missing-images\n",
    ),
    "an unreadable picture": (
        unreadable_picture,
        f"{READ}{SEEN}"
        "error image-unreadable plus/images/twitter2017-2.jpg: Truncated File Read;"
        " wanted a whole picture\n"
        f"error: plus: 1 of {NAMED} images cannot be used; the first:"
        " plus/images/twitter2017-2.jpg: Truncated File Read\n"
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
        "error record-record plus/test.jsonl:5: image '../manifest.json';"
        " wanted a plain file name, without a folder\n"
        "error: plus: 1 error in its files; the first: plus/test.jsonl:5:"
        " image '../manifest.json'; wanted a plain file name, without a folder\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "a split without entities": (
        no_dev,
        f"{READ}"
        "error: plus: no entity in dev (0 records); wanted entities in train, dev and test\n"
        "  try: check how the release was split\n",
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
    missing_picture(release)
    unreadable_picture(release)
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


@pytest.mark.parametrize("moment", ["pictures: ", "training: "])
def test_ctrl_c_leaves_nothing(release: Path, moment: str) -> None:
    before = tree(release.parent)
    ended = interrupted("train-check", "plus", *SMOKE, folder=release.parent, after=moment)
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[-1] == (
        "interrupted: finished work is kept; run the same command to go on"
    )
    assert "Traceback" not in ended.err
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []
