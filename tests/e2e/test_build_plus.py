"""`mnerctl build-plus`: its whole output, the files it writes, and each refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mnerctl.schema import Release
from support.command import interrupted, left_in_tmp, run
from support.made_mner_mi import small_table, write_made_mner_mi, write_made_twitter
from support.made_release import made_plus, rewrite_split
from support.pictures import BEGIN
from support.published import mner_mi_folder, mner_mi_line, tree, twitter_folder

pytestmark = pytest.mark.e2e

BUILD = ("build-plus", "--mner-mi", "mi", "--twitter-2017", "twitter", "--out", "plus")

TABLE = """\
corpora

                 tweets   PER   LOC   ORG   MISC   entities   images
 ────────────────────────────────────────────────────────────────────
  MNER-MI           230   115    76    57     76        324      631
  Twitter-2017      230   115    76    57     76        324      230
  MNER-MI-Plus      460   230   152   114    152        648      861

labels

  corpus         label   read as   entities
 ───────────────────────────────────────────
  MNER-MI        LOC     LOC             76
  MNER-MI        MIS     MISC            76
  MNER-MI        ORG     ORG             57
  MNER-MI        PER     PER            115
  Twitter-2017   LOC     LOC             76
  Twitter-2017   MISC    MISC            76
  Twitter-2017   ORG     ORG             57
  Twitter-2017   PER     PER            115

leaks between the corpora

                                                     normal   near            near
  records in both                      post   text     text   text   image   image
 ──────────────────────────────────────────────────────────────────────────────────
  MNER-MI train / Twitter-2017 train      0     13        5      7       0       0
  MNER-MI train / Twitter-2017 dev        0      5        0      3       0       0
  MNER-MI train / Twitter-2017 test       0      5        0      4       0       0
  MNER-MI dev / Twitter-2017 train        0      2        1      2       0       0
  MNER-MI dev / Twitter-2017 dev          0      0        1      2       0       0
  MNER-MI dev / Twitter-2017 test         0      1        0      1       0       0
  MNER-MI test / Twitter-2017 train       0      1        1      2       0       0
  MNER-MI test / Twitter-2017 dev         0      1        1      0       0       0
  MNER-MI test / Twitter-2017 test        0      2        0      1       0       0

MNER-MI-Plus 1.0.0

                     train     dev    test
 ──────────────────────────────────────────
  PER                  150      40      40
  LOC                  100      26      26
  ORG                   74      20      20
  MISC                 100      26      26
  entities             424     112     112
  1 image              150      40      40
  2 images              76      20      20
  3 images              37      10      10
  4 images              37      10      10
  images per tweet   1.870   1.875   1.875
  tweets               300      80      80

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
warning leak-text twitter/valid.txt:325: 'hello' in dev and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:13)
warning leak-text twitter/valid.txt:450: 'hello' in dev and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:110)
warning leak-text twitter/test.txt:264: 'hello' in test and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:13)
warning leak-normal-text mi/text/MNER-MI_val.txt:25: 'today : http://t.co/made' in dev and\
 in train of Twitter-2017; wanted only one of them (at twitter/train.txt:912)
warning leak-normal-text mi/text/MNER-MI_val.txt:25: 'today : http://t.co/made' in dev and\
 in train of Twitter-2017; wanted only one of them (at twitter/train.txt:1193)
warning leak-normal-text mi/text/MNER-MI_val.txt:25: 'today : http://t.co/made' in dev and\
 in train of Twitter-2017; wanted only one of them (at twitter/train.txt:1224)
warning leak-near-text twitter/test.txt:168: 'tbh' in test and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:28, similarity 1.00)
warning leak-near-text twitter/test.txt:168: 'tbh' in test and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:95, similarity 1.00)
warning leak-near-text twitter/test.txt:168: 'tbh' in test and in train of MNER-MI; wanted\
 only one of them (at mi/text/MNER-MI_train.txt:130, similarity 1.00)
note id-type mi/text/MNER-MI_train.txt:1: an id that is a number; wanted a string (150 times)
note label-alias mi/text/MNER-MI_train.txt:9: MIS; wanted MISC (130 times)
note python-literal mi/text/MNER-MI_train.txt:40: a Python literal; wanted JSON (3 times)
note id-type mi/text/MNER-MI_val.txt:1: an id that is a number; wanted a string (40 times)
note label-alias mi/text/MNER-MI_val.txt:3: MIS; wanted MISC (37 times)
note python-literal mi/text/MNER-MI_val.txt:40: a Python literal; wanted JSON (1 times)
note id-type mi/text/MNER-MI_test.txt:1: an id that is a number; wanted a string (40 times)
note label-alias mi/text/MNER-MI_test.txt:5: MIS; wanted MISC (29 times)
note python-literal mi/text/MNER-MI_test.txt:40: a Python literal; wanted JSON (1 times)
warning leak-text: 16 more like these
warning leak-normal-text: 2 more like these
warning leak-near-text: 13 more like these
MNER-MI: no licence file; the authors' repository has none either
Twitter-2017: no licence file
leaks between the corpora: 82, 40 of them between train and dev or test; pictures were not compared \
(--drop-leaks compares them and drops leaking train records)
plus: 460 tweets, 648 entities, 861 images; 230 images are missing and were not replaced
"""


def write_corpora(folder: Path) -> None:
    """Write 460 tweets in the published layouts; those of Twitter-2017 have no images."""
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
    (tmp_path / "pictures" / "1.jpg").write_bytes(BEGIN + b"picture")
    ended = run(
        *BUILD, "--json", "--version", "2.0.1", "--twitter-2017-images", "pictures", folder=tmp_path
    )
    column = {"PER": 2, "LOC": 2, "ORG": 0, "MISC": 0, "entities": 4}
    images = {"images": {"1": 1, "2": 1, "3": 0, "4": 0}, "images_per_tweet": 1.5, "tweets": 2}
    assert ended.code == 0
    document = json.loads(ended.out)
    first, second = document.pop("sources")
    assert (first["name"], first["folder"], first["tweets"]) == ("MNER-MI", "mi", 3)
    assert (second["name"], second["folder"], second["tweets"]) == ("Twitter-2017", "twitter", 3)
    assert second["licence"] == "no licence file"
    merged = document.pop("merged")
    assert merged == {name: first[name] + second[name] for name in merged}
    assert {"source": "MNER-MI", "name": "MISC", "type": "MISC", "entities": 1} in document.pop(
        "labels"
    )
    assert set(document.pop("leaks")) == {"counts", "rows"}
    assert document == {
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


def test_a_release_of_mnerctl_is_merged_with_its_checksums_checked(tmp_path: Path) -> None:
    """A release takes the place of MNER-MI: here one that holds MNER-MI alone."""
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
    assert [source.name for source in merged.manifest.sources] == ["MNER-MI-Plus", "Twitter-2017"]


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
        " wanted one JSON object per line\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_val.txt:2:"
        " Unterminated string starting at at column 143; wanted one JSON object per line\n"
        "  try: fix the lines above, then run the same command again\n",
    ),
    "a length mismatch": (
        length_mismatch,
        "error label-count mi/text/MNER-MI_test.txt:1: 1 labels;"
        " wanted one for each of 4 tokens\n"
        "note id-type mi/text/MNER-MI_test.txt:1: an id that is a number; wanted a string (1 times)\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_test.txt:1: 1 labels;"
        " wanted one for each of 4 tokens\n"
        "  try: fix the lines above, then run the same command again\n",
    ),
    "many errors": (
        unknown_labels,
        "error conll twitter/train.txt:17: no tab; wanted token, TAB, tag\n"
        "error label twitter/train.txt:1: B-GPE; wanted O, or B- or I- with PER, LOC, ORG or MISC\n"
        "error label twitter/train.txt:4: B-GPE; wanted O, or B- or I- with PER, LOC, ORG or MISC\n"
        "error label twitter/train.txt:7: B-GPE; wanted O, or B- or I- with PER, LOC, ORG or MISC\n"
        "error record-text twitter/train.txt:16: text = (); wanted Tuple should have at least 1"
        " item after validation, not 0\n"
        "error label: 2 more like these\n"
        "error: twitter: 7 errors in its files; the first: twitter/train.txt:17: no tab;"
        " wanted token, TAB, tag\n"
        "  try: fix the lines above, then run the same command again\n",
    ),
    "an image name with a path": (
        image_with_path,
        "error image-name mi/text/MNER-MI_train.txt:1: image '../../etc/x.jpg';"
        " wanted a plain file name, without a folder\n"
        "error: mi: 1 error in its files; the first: mi/text/MNER-MI_train.txt:1:"
        " image '../../etc/x.jpg'; wanted a plain file name, without a folder\n"
        "  try: fix the lines above, then run the same command again\n",
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
        "  try: fix the lines above, then run the same command again\n",
    ),
    "an id again": (
        repeated_id,
        "error id-unique test record 1: 1; wanted each id once (train record 1)\n"
        "error: MNER-MI-Plus: 1 ids or image names would be used twice; the first: 1 in test record 1\n"
        "  try: give each record its own id, and corpora that do not contain each other\n",
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
def test_a_damaged_release_is_refused(
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
        "  try: fix the lines above, then run the same command again\n"
    )
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nope"], "No such option: --nope"),
        ([], "Missing option '--mner-mi'."),
        (["--mner-mi", "mi"], "Missing option '--out' / '-o'."),
    ],
)
def test_usage_errors(tmp_path: Path, arguments: list[str], message: str) -> None:
    ended = run("build-plus", *arguments, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "Usage: mnerctl build-plus [OPTIONS]\n"
        "Try 'mnerctl build-plus --help' for help.\n"
        "\n"
        f"Error: {message}\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            "build-plus: nothing to merge with; wanted --twitter-2017 or --conll\n"
            "  try: mnerctl build-plus --help\n",
        ),
        (
            ["--conll", "twitter"],
            "--conll 'twitter': not a pair; wanted two words joined by =\n  try: --conll a=b\n",
        ),
        (
            ["--conll", "Twitter 15=a", "--conll", "twitter15=b"],
            "--conll: the names Twitter 15, twitter15 give the same prefix of ids\n"
            "  try: give corpora names that differ in letters or digits\n",
        ),
        (
            ["--conll", "a=twitter", "--conll-images", "b=x"],
            "--conll-images: no corpus 'b'; wanted one of a\n  try: --conll b=PATH\n",
        ),
        (
            ["--twitter-2017", "twitter", "--map", "GPE=PLACE"],
            "--map 'GPE=PLACE': 'PLACE' is not an entity type; wanted one of PER, LOC, ORG, MISC\n"
            "  try: --map GPE=MISC\n",
        ),
        (
            ["--twitter-2017", "twitter", "--map", "GPE=LOC", "--map", "GPE=ORG"],
            "--map: GPE is both LOC and ORG; wanted one type\n  try: --map GPE=ORG\n",
        ),
    ],
)
def test_options_that_contradict_each_other(tmp_path: Path, words: list[str], message: str) -> None:
    ended = run("build-plus", "--mner-mi", "mi", "--out", "plus", *words, folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (2, "", f"error: {message}")


def test_another_corpus_its_own_labels_and_its_leaks(tmp_path: Path) -> None:
    """Two corpora beside MNER-MI: one with a type of another name, and with a text that test has."""
    mner_mi_folder(tmp_path / "mi", train=[mner_mi_line(id="a", images=["a_0.jpg"])])
    twitter_folder(tmp_path / "t17", valid=["IMGID:7", "Bob\tB-PER"])
    shared = ["IMGID:8", "Carl\tB-PER", "left\tO", "Lagos\tB-GPE"]
    twitter_folder(tmp_path / "t15", train=shared, test=["IMGID:9", "so\tO", "?\tO"])
    twitter_folder(tmp_path / "t17", test=["IMGID:8", "carl\tB-PER", "left\tO", "Lagos\tB-LOC"])
    words = (
        *("build-plus", "--mner-mi", "mi", "--out", "plus", "--twitter-2017", "t17"),
        *("--conll", "Twitter-2015=t15", "--json"),
    )
    unknown = run(*words, folder=tmp_path)
    assert (unknown.code, unknown.out) == (3, "")
    assert "error label t15/train.txt:1: B-GPE; wanted" in unknown.err
    decided = ("--map", "gpe=LOC", "--map", "nothing=ORG", "--drop-leaks")
    before = tree(tmp_path)
    tried = run(*words, *decided, "--dry-run", folder=tmp_path)
    assert tried.code == 0
    assert tree(tmp_path) == before
    done = run(*words, *decided, folder=tmp_path)
    plan, document = json.loads(tried.out), json.loads(done.out)
    assert (plan.pop("release"), document.pop("release")) == (None, "plus")
    assert plan == document
    read = {(row["source"], row["name"]): row["type"] for row in document["labels"]}
    assert read["Twitter-2015", "GPE"] == "LOC"
    assert (
        "warning label-map --map nothing=ORG: no label nothing; wanted a label of the files"
        in done.err
    )
    sources = {source["name"]: source for source in document["sources"]}
    assert sources["Twitter-2015"]["left_out"]["tweets"] >= 1
    for name, after in document["merged"].items():
        before_and_out = ((one[name], one["left_out"][name]) for one in sources.values())
        assert after == sum(here - out for here, out in before_and_out)
    release = Release.load(tmp_path / "plus")
    assert release.name == "MNER-MI+Twitter-2017+Twitter-2015"
    ids = {record.id for record in release.records()}
    assert "twitter2015-8" not in ids
    assert {"twitter2017-8", "twitter2015-9"} <= ids


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
