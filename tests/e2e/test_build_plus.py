"""`mnerctl build-plus`: all that it prints and leaves, and each way in which it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mnerctl.schema import Release
from support.command import interrupted, left_in_tmp, run
from support.made_mner_mi import small_table, write_made_mner_mi, write_made_twitter
from support.made_release import made_plus, rewrite_split
from support.published import mner_mi_folder, mner_mi_line, tree, twitter_folder

pytestmark = pytest.mark.e2e

BUILD = ("build-plus", "--mner-mi", "mi", "--twitter-2017", "twitter", "--out", "plus")

TABLE = """\
MNER-MI-Plus 1.0.0

                   train     dev    test
 ────────────────────────────────────────
  PER                150      40      40
  LOC                100      26      26
  ORG                 74      20      20
  MISC               100      26      26
  entities           424     112     112
  1 image            150      40      40
  2 images            76      20      20
  3 images            37      10      10
  4 images            37      10      10
  images a tweet   1.870   1.875   1.875
  tweets             300      80      80

"""
MESSAGES = """\
images: 87 of 861
images: 173 of 861
images: 259 of 861
images: 345 of 861
images: 431 of 861
images: 517 of 861
images: 603 of 861
images: 689 of 861
images: 775 of 861
images: 861 of 861
note id-type mi/text/MNER-MI_train.txt:1: an id that is a number; wanted a string (150 times)
note label-alias mi/text/MNER-MI_train.txt:9: MIS; wanted MISC (130 times)
note python-literal mi/text/MNER-MI_train.txt:40: a Python literal; wanted JSON (3 times)
note id-type mi/text/MNER-MI_val.txt:1: an id that is a number; wanted a string (40 times)
note label-alias mi/text/MNER-MI_val.txt:3: MIS; wanted MISC (37 times)
note python-literal mi/text/MNER-MI_val.txt:40: a Python literal; wanted JSON (1 times)
note id-type mi/text/MNER-MI_test.txt:1: an id that is a number; wanted a string (40 times)
note label-alias mi/text/MNER-MI_test.txt:5: MIS; wanted MISC (29 times)
note python-literal mi/text/MNER-MI_test.txt:40: a Python literal; wanted JSON (1 times)
plus: 460 tweets, 648 entities, 861 images; 230 images are missing and were not replaced
"""


def write_corpora(folder: Path) -> None:
    """460 tweets in the published layouts; those of Twitter-2017 without pictures."""
    table = small_table(train=150, dev=40, test=40)
    write_made_mner_mi(folder / "mi", statistics=table, seed=1, pictures=8)
    write_made_twitter(folder / "twitter", statistics=table, seed=2)


def test_two_corpora_become_one(tmp_path: Path) -> None:
    write_corpora(tmp_path)
    before = tree(tmp_path)
    ended = run(*BUILD, folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, TABLE, MESSAGES)
    plus = tree(tmp_path / "plus")
    assert {name for name in plus if "/" not in name} == {
        *("images", "manifest.json", "train.jsonl", "dev.jsonl", "test.jsonl"),
    }
    assert len(plus) == 5 + 861 - 230
    assert {name: content for name, content in tree(tmp_path).items() if name in before} == before
    assert left_in_tmp(tmp_path) == []
    again = run(*BUILD, folder=tmp_path)
    assert (again.code, again.out, again.err) == (
        3,
        "",
        "error: plus: exists already; a release is never overwritten\n"
        "  try: give another --out, or a new version\n",
    )
    assert tree(tmp_path / "plus") == plus


def test_json_is_one_document(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path / "mi", val=[mner_mi_line(id="2", label=["B-MISC", "O", "O", "O"])])
    twitter_folder(tmp_path / "twitter")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "1.jpg").write_bytes(b"picture")
    ended = run(
        *BUILD, "--json", "--version", "2.0.1", "--twitter-2017-images", "pictures", folder=tmp_path
    )
    column = {"PER": 2, "LOC": 2, "ORG": 0, "MISC": 0, "entities": 4}
    images = {"images": {"1": 1, "2": 1, "3": 0, "4": 0}, "images_per_tweet": 1.5, "tweets": 2}
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "release": "plus",
        "missing_images": 6,
        "statistics": {
            "train": column | images,
            "dev": {"PER": 1, "LOC": 1, "ORG": 0, "MISC": 1, "entities": 3} | images,
            "test": column | images,
        },
    }
    manifest = json.loads((tmp_path / "plus" / "manifest.json").read_bytes())
    assert (manifest["version"], manifest["missing_images"]) == ("2.0.1", 6)


def test_a_release_of_ours_is_merged_with_its_checksums_checked(tmp_path: Path) -> None:
    """Ours in the place of MNER-MI: here one made of MNER-MI alone."""
    plus = made_plus(tmp_path / "a", train=20, dev=5, test=5)
    (tmp_path / "twitter").mkdir()
    twitter_folder(tmp_path / "twitter", train=["IMGID:other", "Ada\tB-PER"])
    for split in ("train", "dev", "test"):
        alone = [r.to_json() for r in plus.splits[split] if r.origin == "MNER-MI"]
        rewrite_split(tmp_path / "a" / "plus", split, alone)
    path = tmp_path / "a" / "plus" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["records"] = {"train": 20, "dev": 5, "test": 5}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "a" / "plus").rename(tmp_path / "mi")
    ended = run(*BUILD, folder=tmp_path)
    assert ended.code == 0
    merged = Release.load(tmp_path / "plus")
    assert {split: len(records) for split, records in merged.splits.items()} == {
        "train": 21,
        "dev": 6,
        "test": 6,
    }
    first = next(merged.records())
    assert (
        merged.image_path(first.images[0]).read_bytes()
        == (tmp_path / "mi" / "images" / first.images[0]).read_bytes()
    )
    assert merged.manifest is not None
    assert [source.name for source in merged.manifest.sources] == ["MNER-MI-Plus", "twitter"]


def nothing_there(folder: Path) -> None:
    twitter_folder(folder / "twitter")


def another_folder(folder: Path) -> None:
    twitter_folder(folder / "twitter")
    (folder / "mi" / "images").mkdir(parents=True)


def corrupt_line(folder: Path) -> None:
    mner_mi_folder(folder / "mi", val=[mner_mi_line(id="a"), mner_mi_line(id="b")[:-10]])
    twitter_folder(folder / "twitter")


def length_mismatch(folder: Path) -> None:
    mner_mi_folder(folder / "mi", test=[mner_mi_line(label=["O"])])
    twitter_folder(folder / "twitter")


def unknown_labels(folder: Path) -> None:
    mner_mi_folder(folder / "mi")
    lines = [line for i in range(5) for line in (f"IMGID:{i}", "Ada\tB-GPE", "")]
    twitter_folder(folder / "twitter", train=[*lines, "IMGID:9", "no tab"])


def image_with_path(folder: Path) -> None:
    mner_mi_folder(folder / "mi", train=[mner_mi_line(id="a", images=["../../etc/x.jpg"])])
    twitter_folder(folder / "twitter")


def missing_split(folder: Path) -> None:
    mner_mi_folder(folder / "mi")
    twitter_folder(folder / "twitter", valid=None)


def bad_bytes(folder: Path) -> None:
    mner_mi_folder(folder / "mi")
    twitter_folder(folder / "twitter", test=["IMGID:9", b"caf\xe9\tO", "in\tO"])


def repeated_id(folder: Path) -> None:
    mner_mi_folder(folder / "mi", test=[mner_mi_line(id="1")])
    twitter_folder(folder / "twitter")


def image_that_is_a_folder(folder: Path) -> None:
    mner_mi_folder(folder / "mi")
    twitter_folder(folder / "twitter")
    (folder / "mi" / "images" / "2_1.jpg").mkdir(parents=True)


def out_in_a_file(folder: Path) -> None:
    mner_mi_folder(folder / "mi")
    twitter_folder(folder / "twitter")
    (folder / "plus").write_bytes(b"")


REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a wrong path": (nothing_there, "error: mi: no such folder\n  try: ls .\n"),
    "a folder of something else": (
        another_folder,
        "error: mi: no release; wanted manifest.json, or text/MNER-MI_train.txt, or train.txt in it\n"
        "  try: ls mi    # then give the folder that holds one of them\n",
    ),
    "a corrupt line": (
        corrupt_line,
        "error json mi/text/MNER-MI_val.txt:2: Unterminated string starting at at column 143;"
        " wanted one JSON object a line\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_val.txt:2:"
        " Unterminated string starting at at column 143; wanted one JSON object a line\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "a length mismatch": (
        length_mismatch,
        "error label-count mi/text/MNER-MI_test.txt:1: 1 labels;"
        " wanted one for each of 4 tokens\n"
        "note id-type mi/text/MNER-MI_test.txt:1: an id that is a number; wanted a string (1 times)\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_test.txt:1: 1 labels;"
        " wanted one for each of 4 tokens\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "many errors": (
        unknown_labels,
        "error conll twitter/train.txt:17: no tab; wanted token, TAB, tag\n"
        "error label twitter/train.txt:1: B-GPE; wanted O, or B- or I- and PER, LOC, ORG, MISC\n"
        "error label twitter/train.txt:4: B-GPE; wanted O, or B- or I- and PER, LOC, ORG, MISC\n"
        "error label twitter/train.txt:7: B-GPE; wanted O, or B- or I- and PER, LOC, ORG, MISC\n"
        "error record-text twitter/train.txt:16: text = (); wanted Tuple should have at least 1"
        " item after validation, not 0\n"
        "error label: 2 more like these\n"
        "error: twitter: 7 errors in its files; the first: twitter/train.txt:17: no tab;"
        " wanted token, TAB, tag\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "an image name with a path": (
        image_with_path,
        "error image-name mi/text/MNER-MI_train.txt:1: image '../../etc/x.jpg';"
        " wanted a plain file name, without a folder\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_train.txt:1:"
        " image '../../etc/x.jpg'; wanted a plain file name, without a folder\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "a missing split": (
        missing_split,
        "error: twitter/valid.txt: missing; Twitter-2015 and Twitter-2017 have train, valid and"
        " test\n"
        "  try: ls twitter    # then complete the folder, or give the folder that holds valid.txt\n",
    ),
    "bytes that are not UTF-8": (
        bad_bytes,
        "error utf-8 twitter/test.txt:2: byte 0xe9 at column 4; wanted UTF-8\n"
        "error: twitter: 1 error in its files; the first: twitter/test.txt:2:"
        " byte 0xe9 at column 4; wanted UTF-8\n"
        "  try: mend the lines named above, then run the same command again\n",
    ),
    "an id again": (
        repeated_id,
        "error id-unique test record 1: 1; wanted each id once (train record 1)\n"
        "error: plus: 1 ids or images would stand for two things; the first: 1 in test record 1\n"
        "  try: give --mner-mi a release without Twitter-2017 in it, and each record its own id\n",
    ),
    "an image that is a folder": (
        image_that_is_a_folder,
        "images: 1 of 9\n"
        "images: 2 of 9\n"
        "images: 3 of 9\n"
        "images: 4 of 9\n"
        "error: mi/images/2_1.jpg: Is a directory; nothing of plus was kept\n"
        "  try: check the path, its permissions and the space, then run the same command again\n",
    ),
    "a file in the place of the release": (
        out_in_a_file,
        "error: plus: exists already; a release is never overwritten\n"
        "  try: give another --out, or a new version\n",
    ),
}


@pytest.mark.parametrize(("prepare", "message"), REFUSALS.values(), ids=REFUSALS)
def test_it_refuses_and_leaves_nothing(
    tmp_path: Path, prepare: Callable[[Path], None], message: str
) -> None:
    prepare(tmp_path)
    before = tree(tmp_path)
    ended = run(*BUILD, folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (3, "", message)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("damage", "rows"),
    [
        (
            lambda plus: (plus / "train.jsonl").write_bytes(b""),
            "error checksum mi/train.jsonl: sha256 e3b0c44298fc…, 0 bytes; wanted sha256 {}…,"
            " {} bytes\n",
        ),
        (
            lambda plus: rewrite_split(plus, "dev", ["{"]),
            "error json mi/dev.jsonl:1: record = '{{'; wanted Invalid JSON: EOF while"
            " parsing an object at line 1 column 1\n",
        ),
        (
            lambda plus: rewrite_split(
                plus,
                "dev",
                ['{"id": "1", "text": ["a", "b"], "images": [], "label": ["O", "I-PER"]}'],
            ),
            "error bio mi/dev.jsonl:1: label 'I-PER' of token 1 continues no entity; wanted BIO\n",
        ),
    ],
    ids=["a changed byte", "a corrupt line", "a BIO error"],
)
def test_a_damaged_release_of_ours(
    tmp_path: Path, damage: Callable[[Path], object], rows: str
) -> None:
    made_plus(tmp_path / "a", train=6, dev=4, test=4, pictures=0)
    (tmp_path / "a" / "plus").rename(tmp_path / "mi")
    twitter_folder(tmp_path / "twitter")
    entry = json.loads((tmp_path / "mi" / "manifest.json").read_bytes())["files"]["train.jsonl"]
    damage(tmp_path / "mi")
    before = tree(tmp_path)
    ended = run(*BUILD, folder=tmp_path)
    row = rows.format(entry["sha256"][:12], entry["bytes"])
    place = row.split(maxsplit=2)[2].strip()
    reading = "".join(f"reading: {done} of 3\n" for done in (1, 2, 3))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"{reading}{row}"
        f"error: mi: 1 error in its files; the first: {place}\n"
        "  try: mend the lines named above, then run the same command again\n"
    )
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nope"], "No such option: --nope"),
        ([], "Missing option '--mner-mi'."),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], message: str) -> None:
    ended = run("build-plus", *arguments, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "Usage: mnerctl build-plus [OPTIONS]\n"
        "Try 'mnerctl build-plus --help' for help.\n"
        "\n"
        f"Error: {message}\n"
    )


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    table = small_table(train=3000, dev=10, test=10)
    write_made_mner_mi(tmp_path / "mi", statistics=table, seed=1, pictures=1)
    twitter_folder(tmp_path / "twitter")
    before = sorted(path.name for path in tmp_path.iterdir())
    ended = interrupted(*BUILD, folder=tmp_path, after="images: ")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[-1] == (
        "interrupted: finished work is kept; run the same command to go on"
    )
    assert "Traceback" not in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before
