"""`mnerctl release build`: several versions of a release, and which posts keep their split."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.schema import SPLITS, Corpus, Gold, Release
from support.command import run
from support.corpora import corpus_of, made_post

pytestmark = pytest.mark.e2e


def own_text(number: int) -> str:
    """Return a text that is similar to no other."""
    return f"{number:x} says {number:b}"


def grow(folder: Path, texts: dict[int, str]) -> None:
    """Add posts with gold; the first four have the same author."""
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
    tested = next(id for id, split in before.items() if split == "test")
    copies = {100: own_text(int(trained)), 101: own_text(int(tested)).upper()}
    grow(tmp_path, copies | {n: own_text(n) for n in range(200, 240)})
    second = run("release", "build", "--version", "1.1.0", "--seed", "9", folder=tmp_path)
    assert second.err == (
        "4 posts are related to others and stay in one split with them\n"
        "40 posts keep their split of releases/1.0.0\n"
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


def test_a_train_post_moves_to_the_test_post_it_is_related_to(tmp_path: Path) -> None:
    grow(tmp_path, {n: own_text(n) for n in range(1, 41)})
    assert run("release", "build", "--version", "1.0.0", folder=tmp_path).code == 0
    before = splits_of(tmp_path / "releases" / "1.0.0")
    trained = next(id for id, split in before.items() if split == "train")
    tested = next(id for id, split in before.items() if split == "test")
    with Corpus.open(tmp_path / "corpus") as corpus:
        for id in (trained, tested):
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
        "2 posts are related to others and stay in one split with them",
        "39 posts keep their split of releases/1.0.0",
        "1 posts moved to dev or test, where a related post was before",
    ]
    assert splits_of(tmp_path / "elsewhere") == before | {trained: "test"}


def test_one_author_in_one_split(tmp_path: Path) -> None:
    """Without the flag, the four posts of one author are in several splits."""
    grow(tmp_path, {n: own_text(n) for n in range(1, 9)})
    words = ("release", "build", "--version", "1.0.0", "--split", "0.5,0.25,0.25")
    assert run(*words, "--out", "free", folder=tmp_path).code == 0
    free = splits_of(tmp_path / "free")
    assert len({free[str(n)] for n in range(1, 5)}) > 1
    assert run(*words, "--out", "tied/1", "--by-author", folder=tmp_path).code == 0
    tied = splits_of(tmp_path / "tied" / "1")
    assert len({tied[str(n)] for n in range(1, 5)}) == 1
    old = run(*words, "--out", "x", "--group-by", "author", folder=tmp_path)
    assert old.code == 2
    assert "No such option: --group-by" in old.err
