"""`mnerctl release build` as typed: one version after the other, and what stays where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.schema import SPLITS, Corpus, Gold, Release
from support.command import run
from support.corpora import corpus_of, made_post

pytestmark = pytest.mark.e2e


def own_text(number: int) -> str:
    """A text that is like no other."""
    return f"{number:x} says {number:b}"


def grow(folder: Path, texts: dict[int, str]) -> None:
    """More posts of two authors, all with gold."""
    posts = [
        made_post(str(number), text, images=0).model_copy(
            update={"author": f"a{number}" if number > 4 else "ada"}
        )
        for number, text in texts.items()
    ]
    with corpus_of(folder / "corpus", posts) as corpus:
        for post in posts:
            corpus.put_gold(Gold(post_id=post.id, text=post.text, spans=(), how="agreed"))


def splits_of(folder: Path) -> dict[str, str]:
    release = Release.load(folder)
    return {record.id: split for split in SPLITS for record in release.splits[split]}


def test_a_post_in_test_stays_in_test(tmp_path: Path) -> None:
    grow(tmp_path, {n: own_text(n) for n in range(1, 41)})
    first = run("release", "build", "--version", "1.0.0", folder=tmp_path)
    assert first.code == 0
    assert first.err == (
        "releases/1.0.0: 40 tweets, 0 entities, 0 images; left out: 0 posts without gold,"
        " 0 without a split, 0 withdrawn\n"
    )
    before = splits_of(tmp_path / "releases" / "1.0.0")
    trained = next(id for id, split in before.items() if split == "train")
    judged = next(id for id, split in before.items() if split == "test")
    copies = {100: own_text(int(trained)), 101: own_text(int(judged)).upper()}
    grow(tmp_path, copies | {n: own_text(n) for n in range(200, 240)})
    second = run("release", "build", "--version", "1.1.0", "--seed", "9", folder=tmp_path)
    assert second.err == (
        "4 posts hang together with others and were not parted\n"
        "40 posts stay in the split where releases/1.0.0 has them\n"
        "releases/1.1.0: 82 tweets, 0 entities, 0 images; left out: 0 posts without gold,"
        " 0 without a split, 0 withdrawn\n"
    )
    after = splits_of(tmp_path / "releases" / "1.1.0")
    assert after.items() >= before.items()
    assert (after["100"], after["101"]) == ("train", "test")
    assert run("release", "leaks", "releases/1.1.0", folder=tmp_path).code == 0
    again = run("release", "build", "--version", "1.0.0", folder=tmp_path)
    assert again.code == 3
    assert again.err.endswith(
        "error: releases/1.0.0: exists already; a release is never overwritten\n"
        "  try: give another --out, or a new version\n"
    )


def test_a_post_that_ties_train_to_test_takes_train_along(tmp_path: Path) -> None:
    grow(tmp_path, {n: own_text(n) for n in range(1, 41)})
    assert run("release", "build", "--version", "1.0.0", folder=tmp_path).code == 0
    before = splits_of(tmp_path / "releases" / "1.0.0")
    trained = next(id for id, split in before.items() if split == "train")
    judged = next(id for id, split in before.items() if split == "test")
    with Corpus.open(tmp_path / "corpus") as corpus:
        for id in (trained, judged):
            post = corpus.post(id)
            assert post is not None
            corpus.put_post(post.model_copy(update={"conversation_id": "7777"}))
    ended = run(
        *("release", "build", "--version", "1.0.1", "--json", "--out", "elsewhere"),
        *("--previous", "releases/1.0.0"),
        folder=tmp_path,
    )
    assert json.loads(ended.out)["split"] == {"together": 2, "kept": 39, "moved": 1}
    assert ended.err.splitlines()[:3] == [
        "2 posts hang together with others and were not parted",
        "39 posts stay in the split where releases/1.0.0 has them",
        "1 posts moved: a post they hang together with was in dev or test",
    ]
    assert splits_of(tmp_path / "elsewhere") == before | {trained: "test"}


def test_one_author_in_one_split(tmp_path: Path) -> None:
    """The four posts of one author, of eight, would fall on both sides."""
    grow(tmp_path, {n: own_text(n) for n in range(1, 9)})
    words = ("release", "build", "--version", "1.0.0", "--split", "0.5,0.25,0.25")
    assert run(*words, "--out", "free", folder=tmp_path).code == 0
    free = splits_of(tmp_path / "free")
    assert len({free[str(n)] for n in range(1, 5)}) > 1
    assert run(*words, "--out", "tied/1", "--group-by", "author", folder=tmp_path).code == 0
    tied = splits_of(tmp_path / "tied" / "1")
    assert len({tied[str(n)] for n in range(1, 5)}) == 1
    wrong = run(*words, "--out", "x", "--group-by", "text", folder=tmp_path)
    assert wrong.code == 2
    assert "'text' is not" in wrong.err
