"""`mnerctl predict`: a trained model tags the release that it was trained on, and a corpus."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from mnerctl.annotation import read_predictions
from mnerctl.collector import make_posts
from mnerctl.schema import Corpus, Problem, Release
from support.command import Ended, left_in_tmp, run

pytestmark = pytest.mark.e2e
SMOKE = ("--preset", "smoke", "--epochs", "8", "--seed", "0")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a `corpus` and a `release` of 60 made posts, and the `report` of a training."""
    folder = tmp_path_factory.mktemp("made")
    make_posts(folder / "made", train=36, dev=12, test=12, seed=1)
    for line in (
        "fetch made/urls.txt --source archive --archive made/posts.jsonl --corpus corpus",
        "label import made/spans.jsonl --annotator truth --corpus corpus",
        "release build --version 1.0.0 --from-annotator truth --splits made/splits.json"
        " --corpus corpus --out release",
    ):
        ended = run(*line.split(), folder=folder)
        assert ended.code == 0, ended.err
    trained = run("train-check", "release", *SMOKE, "--out", "report", folder=folder)
    assert trained.code in (0, 5), trained.err
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def last(ended: Ended) -> list[str]:
    """Return the last two lines of stderr without counts of entities."""
    return [re.sub(r"[\d,]+ entities", "N entities", line) for line in ended.err.splitlines()[-2:]]


def test_a_corpus_becomes_suggestions(made: Path) -> None:
    ended = run("predict", "report", "corpus", "-o", "suggest.jsonl", "--json", folder=made)
    assert ended.code == 0, ended.err
    found = lines(made / "suggest.jsonl")
    entities = [span for line in found for span in line["spans"]]
    assert json.loads(ended.out) == {
        "model": "report/model",
        "system": "tpm-mi",
        "input": "corpus",
        "posts": 60,
        "without_words": 0,
        "truncated": 0,
        "images_named": sum(len(r.images) for r in Release.load(made / "release").records()),
        "images_masked": 0,
        "entities": {
            kind: sum(span["type"] == kind for span in entities)
            for kind in sorted({span["type"] for span in entities})
        },
        "out": "suggest.jsonl",
    }
    named = json.loads(ended.out)["images_named"]
    assert last(ended) == [
        "60 posts tagged by tpm-mi: N entities; 0 of "
        f"{named} images masked; written to suggest.jsonl",
        "  next: mnerctl label suggest --corpus corpus --predictions suggest.jsonl",
    ]
    assert entities, "the test needs a model that finds entities"
    problems: list[Problem] = []
    with Corpus.open(made / "corpus") as corpus:
        texts = {post.id: post.text for post in corpus.kept_posts()}
        read = list(read_predictions(corpus, made / "suggest.jsonl", "tpm-mi", problems))
    assert problems == []
    assert sum(len(one.spans) for one in read) == len(entities)
    for line in found:
        for span in line["spans"]:
            assert texts[line["id"]][span["start"] : span["end"]] == span["text"]
            assert 0 <= span["score"] <= 1
    assert left_in_tmp(made) == []


def test_predictions_for_a_release_equal_those_of_the_report(made: Path) -> None:
    ended = run("predict", "report/model", "release", folder=made)
    assert (ended.code, ended.out) == (0, ""), ended.err
    found = {line["id"]: line for line in lines(made / "predictions.jsonl")}
    reported = lines(made / "report" / "predictions.test.jsonl")
    assert len(found) == 60 and len(reported) == 12
    for line in reported:
        predicted = [(s["start"], s["end"], s["type"]) for s in found[line["id"]]["spans"]]
        assert predicted == [(s["start"], s["end"], s["type"]) for s in line["spans"]]
    assert {line["unit"] for line in found.values()} == {"tokens"}
    assert all("start_char" in span for line in found.values() for span in line["spans"])


def test_missing_pictures_are_masked_and_reported(made: Path) -> None:
    shutil.copytree(made / "corpus", made / "poor")
    gone = sorted((made / "poor" / "images").glob("*/*.jpg"))[0]
    gone.unlink()
    ended = run("predict", "report", "poor", "-o", "poor.jsonl", folder=made)
    assert ended.code == 0
    assert (
        f"warning image-missing poor/images/{gone.parent.name}/{gone.name}: no file;" in ended.err
    )
    assert re.search(r" [1-9]\d* of \d+ images masked; written to poor.jsonl$", ended.err, re.M)


def test_errors_of_the_model_and_of_the_input(made: Path) -> None:
    (made / "empty").mkdir(exist_ok=True)
    ended = run("predict", "empty", "corpus", folder=made)
    assert (ended.code, ended.out, ended.err) == (
        3,
        "",
        "error: empty: no trained system here (mnerctl.json is missing)\n"
        "  try: give the report folder of mnerctl train-check\n",
    )
    ended = run("predict", "report", "empty", folder=made)
    assert (ended.code, ended.out, ended.err) == (
        3,
        "",
        "error: empty: neither a corpus (corpus.db) nor a release (manifest.json, text/MNER-MI_*.txt,"
        " train.txt)\n"
        "  try: ls empty    # then give the folder that holds one of them\n",
    )
    ended = run("predict", "report", "nowhere", folder=made)
    assert (ended.code, ended.err) == (3, "error: nowhere: no such folder\n  try: ls .\n")
    other = made / "other"
    shutil.copytree(made / "report" / "model", other)
    described = json.loads((other / "mnerctl.json").read_text())
    (other / "mnerctl.json").write_text(json.dumps(described | {"system": "tpm-x"}))
    ended = run("predict", "other", "corpus", folder=made)
    assert ended.code == 3
    assert ended.err.splitlines()[0].startswith(
        "error: other/mnerctl.json: system 'tpm-x'; wanted one of tpm-mi, "
    )
    (other / "mnerctl.json").write_text(json.dumps(described | {"image_fingerprint": "32-00"}))
    ended = run("predict", "other", "corpus", folder=made)
    assert ended.code == 3
    assert re.fullmatch(
        r"error: image encoder 'smoke': 32-[0-9a-f]{24}, but other was trained with 32-00",
        ended.err.splitlines()[-2],
    )
    (other / "mnerctl.json").write_text(json.dumps(described))
    (other / "model.safetensors").write_bytes(b"broken")
    ended = run("predict", "other", "corpus", folder=made)
    assert ended.code == 3
    assert ended.err.splitlines()[-2].startswith("error: other: tpm-mi cannot be loaded: ")


def test_own_posts_with_pictures(made: Path) -> None:
    """The lines of a release, as JSON lines of a stranger, give what the release gives, in code points."""
    of_release = run("predict", "report", "release", "-o", "as-release.jsonl", folder=made)
    assert of_release.code == 0, of_release.err
    ended = run(
        *("predict", "report", "release/test.jsonl", "--images", "release/images"),
        *("-o", "own.jsonl", "--json"),
        folder=made,
    )
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert (said["posts"], said["images_masked"], said["truncated"]) == (12, 0, 0)
    records = {record.id: record for record in Release.load(made / "release").splits["test"]}
    assert said["images_named"] == sum(len(record.images) for record in records.values())
    then = {line["id"]: line["spans"] for line in lines(made / "as-release.jsonl")}
    found = lines(made / "own.jsonl")
    assert [line["id"] for line in found] == list(records)
    assert any(line["spans"] for line in found)
    for line in found:
        record = records[line["id"]]
        assert (line["text"], line["tokens"]) == (record.raw, list(record.text))
        assert line["spans"] == [
            {"start": one["start_char"], "end": one["end_char"]}
            | {key: one[key] for key in ("type", "score", "text")}
            for one in then[line["id"]]
        ]
    assert "next:" not in ended.err


def test_own_texts_and_pictures_named_after_them(made: Path) -> None:
    every = [record.raw or "" for record in Release.load(made / "release").records()]
    texts = [text for text in every if "\n" not in text][:3]
    (made / "own.txt").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    pictures = made / "pictures"
    pictures.mkdir()
    one, two = sorted((made / "release" / "images").iterdir())[:2]
    shutil.copyfile(one, pictures / f"1_1{one.suffix}")
    shutil.copyfile(two, pictures / f"9_1{two.suffix}")
    ended = run(
        *("predict", "report", "own.txt", "--images", "pictures", "-o", "texts.jsonl"), folder=made
    )
    assert ended.code == 0, ended.err
    assert f"warning picture-post pictures/9_1{two.suffix}: belongs to no post; wanted" in ended.err
    assert ended.err.splitlines()[-1].startswith("3 posts tagged by tpm-mi: ")
    assert ended.err.splitlines()[-1].endswith("; 0 of 1 images masked; written to texts.jsonl")
    assert [line["text"] for line in lines(made / "texts.jsonl")] == texts


def test_a_hostile_text_on_the_command_line(made: Path) -> None:
    """It cannot steer the terminal, and the file has it exactly."""
    reported = lines(made / "report" / "predictions.test.jsonl")
    names = [span["text"] for line in reported for span in line["spans"]][:8]
    text = f"\x1b[2J\u202e {' '.join(names)}"
    ended = run(
        "predict", "report", "--text", text, "--text", " ", "-o", "hostile.jsonl", folder=made
    )
    assert ended.code == 0, ended.err
    assert not {"\x1b", "\u202e"} & {*ended.out, *ended.err}
    (line,) = lines(made / "hostile.jsonl")
    assert line["text"] == text
    assert [text[one["start"] : one["end"]] for one in line["spans"]] == [
        one["text"] for one in line["spans"]
    ]
    assert ended.out.count("\n ") >= len(line["spans"])
    assert "1 posts tagged by tpm-mi, 1 without words skipped: " in ended.err


def test_odd_lines_are_rows_and_the_others_are_tagged(made: Path) -> None:
    (made / "odd.jsonl").write_text('{"text": "Ada"}\n{"text": 5}\nno JSON\n', encoding="utf-8")
    ended = run("predict", "report", "odd.jsonl", "-o", "odd-out.jsonl", folder=made)
    assert (ended.code, ended.out) == (3, "")
    assert "error json odd.jsonl:3: " in ended.err and "error post-text odd.jsonl:2: " in ended.err
    assert ended.err.splitlines()[-2:] == [
        "error: odd.jsonl: 2 lines could not be read; the others are tagged in odd-out.jsonl",
        "  try: fix the lines above, then run the same command again",
    ]
    assert [line["id"] for line in lines(made / "odd-out.jsonl")] == ["1"]
    (made / "blank.txt").write_text("\n \n", encoding="utf-8")
    ended = run("predict", "report", "blank.txt", folder=made)
    assert ended.code == 3
    assert "error: blank.txt: no post with a word; wanted posts, one per line\n" in ended.err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("report",), "Error: Invalid value for 'INPUT': give either INPUT or --text\n"),
        (
            ("report", "own.jsonl", "--text", "Ada"),
            "Error: Invalid value for 'INPUT': give either INPUT or --text\n",
        ),
        (
            ("report", "odd.jsonl", "-o", "./odd.jsonl"),
            "Error: Invalid value for '--out': odd.jsonl is INPUT itself\n",
        ),
        (
            ("report", "corpus", "--images", "pictures"),
            "error: --images pictures: corpus has its own pictures\n"
            "  try: leave out --images, or give a file of posts\n",
        ),
    ],
    ids=["no input", "two inputs", "over the input", "pictures of a corpus"],
)
def test_impossible_calls(made: Path, words: tuple[str, ...], error: str) -> None:
    ended = run("predict", *words, folder=made)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.endswith(error)
