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
