"""`mnerctl release leaks`: its whole output, its JSON and its exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from mnerctl.schema import Release
from support.command import run
from support.published import mner_mi_folder, mner_mi_line, tree, twitter_folder
from support.sound_release import as_file, drawn, make_manifest_right, read_split, write_split
from support.sound_release import sound_release as made_release

pytestmark = pytest.mark.e2e

TWEET = ["Ada\tB-PER", "in\tO", "Rome\tB-LOC"]


def test_a_release_without_leaks(tmp_path: Path) -> None:
    made = made_release(tmp_path)
    records = sum(len(records) for records in made.splits.values())
    pictures = sum(len(record.images) for record in made.records())
    before = tree(tmp_path)
    ended = run("release", "leaks", "sound", folder=tmp_path)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines()[-1] == (
        f"sound: {records} records with {pictures} pictures compared: 0 leaks,"
        " 0 of them between train and dev or test"
    )
    assert tree(tmp_path) == before


def test_leaks_of_a_published_corpus(tmp_path: Path) -> None:
    twitter_folder(
        tmp_path / "t",
        train=["IMGID:1", *TWEET, "", "IMGID:2", "Bob\tB-PER"],
        valid=["IMGID:3", "bob\tB-PER"],
        test=["IMGID:4", *TWEET, "", "IMGID:2", "other\tO"],
    )
    ended = run("release", "leaks", "t", folder=tmp_path)
    assert ended.code == 5
    assert ended.out == (
        "t\n"
        "\n"
        "                                  normal   near            near\n"
        "  records in both   post   text     text   text   image   image\n"
        " ───────────────────────────────────────────────────────────────\n"
        "  train / dev          0      0        1      0       0       0\n"
        "  train / test         1      1        0      0       0       0\n"
        "\n"
    )
    assert ended.err == (
        "error leak-post t/test.txt:6: 2 in test and in train; wanted only one of them"
        " (at t/train.txt:6)\n"
        "error leak-text t/test.txt:1: 'Ada in Rome' in test and in train; wanted only one of them"
        " (at t/train.txt:1)\n"
        "warning leak-normal-text t/valid.txt:1: 'bob' in dev and in train; wanted only one of them"
        " (at t/train.txt:6)\n"
        "t: 5 records with 0 pictures compared: 3 leaks, 3 of them between train and dev or test\n"
        "error: t: train shares posts, texts or images with dev or test: 2 leaks\n"
        "  try: mnerctl release leaks t --list leak-post\n"
    )
    listed = run("release", "leaks", "t", "--list", "leak-text", folder=tmp_path)
    assert (listed.code, listed.out) == (
        5,
        "t/test.txt:1: 'Ada in Rome' in test and in train (at t/train.txt:1)\n",
    )


def test_every_image_of_a_release_is_compared(tmp_path: Path) -> None:
    """One test image is a copy of a train image, and one is a train image at twice the size."""
    folder = made_release(tmp_path).folder
    train, test = read_split(folder, "train"), read_split(folder, "test")
    images = folder / "images"
    same, alike = test[1]["images"][-1], test[0]["images"][0]
    shutil.copy(images / train[3]["images"][1], images / same)
    with Image.open(images / train[4]["images"][0]) as picture:
        (images / alike).write_bytes(as_file(picture.resize((96, 80)), "PNG"))
    write_split(folder, "test", test)
    make_manifest_right(folder)
    ended = run("release", "leaks", "sound", "--json", folder=tmp_path)
    assert ended.code == 5
    document = json.loads(ended.out)
    assert document["counts"] == {"train / test": {"image": 1, "near-image": 1}}
    first, second = document["leaks"]
    assert (first["level"], first["rule"], first["measure"]) == ("error", "leak-image", None)
    assert first["what"] == f"{train[3]['images'][1]}, {same}"
    assert (second["level"], second["rule"]) == ("warning", "leak-near-image")
    assert second["left"]["id"] == train[4]["id"]
    assert second["right"]["where"] == f"sound/test.jsonl:{1 + test.index(test[0])}"


def test_against_another_corpus(tmp_path: Path) -> None:
    mner_mi_folder(
        tmp_path / "mi",
        train=[mner_mi_line(id="a", text=["Bob", "in", "Oslo"], label=["B-PER", "O", "B-LOC"])],
    )
    (tmp_path / "mi" / "images").mkdir()
    content = drawn(Random(1))
    (tmp_path / "mi" / "images" / "1_1.jpg").write_bytes(content)
    twitter_folder(tmp_path / "t", test=["IMGID:9", "Bob\tB-PER", "in\tO", "Oslo\tB-LOC"])
    (tmp_path / "t" / "9.jpg").write_bytes(content)
    ended = run("release", "leaks", "t", "--against", "mi", "--json", folder=tmp_path)
    assert ended.code == 5
    document = json.loads(ended.out)
    assert (document["release"], document["against"]) == ("t", "mi")
    assert document["counts"] == {"t test / MNER-MI train": {"text": 1, "image": 1}}
    assert document["leaks"][0] == {
        "level": "error",
        "rule": "leak-text",
        "left": {
            "corpus": "t",
            "split": "test",
            "where": "t/test.txt:1",
            "id": "9",
            "text": "Bob in Oslo",
        },
        "right": {
            "corpus": "MNER-MI",
            "split": "train",
            "where": "mi/text/MNER-MI_train.txt:1",
            "id": "a",
            "text": "Bob in Oslo",
        },
        "what": None,
        "measure": None,
    }
    assert Release.load(tmp_path / "t").problems == ()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nowhere"], 3, "error: nowhere: no such folder\n  try: ls .\n"),
        (
            ["t", "--list", "leak"],
            2,
            "error: --list 'leak': not a rule of leaks\n  try: one of leak-post, leak-text,"
            " leak-normal-text, leak-near-text, leak-image, leak-near-image\n",
        ),
    ],
)
def test_refusals(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    twitter_folder(tmp_path / "t")
    ended = run("release", "leaks", *words, folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (code, "", message)
