"""`mnerctl release audit`: its whole output as text, list and JSON, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from support.command import run
from support.faults import FAULTS
from support.made_mner_mi import small_table, write_made_mner_mi
from support.published import tree
from support.sound_release import make_manifest_right, read_split, sound_release, write_split

pytestmark = pytest.mark.e2e

PICTURES = "pictures: {0} of {0}\n"

TABLE = """\
sound

  level     rule         times   first at
 ──────────────────────────────────────────────
  error     bio              1   train.jsonl:3
  error     url-form         1   test.jsonl:1
  warning   image-same       1   train.jsonl:7

"""
ROWS = """\
error bio sound/train.jsonl:3: label 'I-PER' of token 3 continues no entity; wanted BIO
error url-form sound/test.jsonl:1: 'https://example.org/1'; wanted https://x.com/NAME/status/ID
warning image-same sound/train.jsonl:7: {id}_1.png: same bytes as {id}_0.png; wanted different pictures
sound: 39 records and 117 pictures checked: 2 errors, 1 warning, 0 notes
error: sound: cannot be used: 2 errors
  try: mnerctl release audit sound --list bio
"""


def test_a_sound_release(tmp_path: Path) -> None:
    sound_release(tmp_path)
    before = tree(tmp_path)
    ended = run("release", "audit", "sound", folder=tmp_path)
    last = "sound: 40 records and 120 pictures checked: 0 errors, 0 warnings, 0 notes\n"
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith(PICTURES.format(120) + last)
    assert tree(tmp_path) == before


def test_a_release_with_three_faults(tmp_path: Path) -> None:
    sound_release(tmp_path)
    train, test = (read_split(tmp_path / "sound", split) for split in ("train", "test"))
    train[2]["label"][train[2]["label"].index("B-PER")] = "I-PER"
    test[0]["url"] = "https://example.org/1"
    write_split(tmp_path / "sound", "train", train)
    write_split(tmp_path / "sound", "test", test)
    first, second = (tmp_path / "sound" / "images" / name for name in train[6]["images"][:2])
    second.write_bytes(first.read_bytes())
    make_manifest_right(tmp_path / "sound")

    ended = run("release", "audit", "sound", folder=tmp_path)
    pictures = 120 - len(train[2]["images"])
    rows = ROWS.format(id=train[6]["id"]).replace("117", str(pictures))
    assert (ended.code, ended.out) == (5, TABLE)
    assert ended.err.endswith(PICTURES.format(pictures) + rows)

    listed = run("release", "audit", "sound", "--list", "url-form", folder=tmp_path)
    assert (listed.code, listed.out) == (
        5,
        "sound/test.jsonl:1: 'https://example.org/1'; wanted https://x.com/NAME/status/ID\n",
    )

    printed = run("release", "audit", "sound", "--json", folder=tmp_path)
    assert printed.code == 5
    document = json.loads(printed.out)
    assert document["problems"][1] == {
        "level": "error",
        "rule": "url-form",
        "file": "sound/test.jsonl",
        "line": 1,
        "found": "'https://example.org/1'",
        "wanted": "https://x.com/NAME/status/ID",
        "detail": "",
    }
    del document["problems"]
    assert document == {
        "release": "sound",
        "records": 39,
        "pictures": pictures,
        "errors": 2,
        "warnings": 1,
        "notes": 0,
    }


@pytest.mark.parametrize(
    "name", ["a changed split", "a manifest that is no JSON", "a missing split"]
)
def test_a_release_that_cannot_be_loaded_can_be_audited(tmp_path: Path, name: str) -> None:
    sound_release(tmp_path)
    FAULTS[name].fault(tmp_path / "sound", Random(1))
    ended = run("release", "audit", "sound", "--json", folder=tmp_path)
    assert ended.code == 5
    rules = {row["rule"] for row in json.loads(ended.out)["problems"]}
    assert rules == FAULTS[name].rules


def test_a_published_corpus_passes(tmp_path: Path) -> None:
    write_made_mner_mi(tmp_path / "mi", statistics=small_table(), seed=3, pictures=8)
    ended = run("release", "audit", "mi", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "  note      id-type" in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nothing",), 3, "error: nothing: no such folder\n  try: ls .\n"),
        (
            ("sound", "--list", "mood"),
            2,
            "error: --list 'mood': not a rule of the audit\n  try: one of manifest, ",
        ),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    ended = run("release", "audit", *arguments, folder=tmp_path)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(message)
