"""Leaks: what two splits or two corpora share, by kind and level."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.release import corpus_leaks, read_pictures, split_leaks
from mnerctl.release.audit.pictures import Picture
from mnerctl.schema import SPLITS, Record, Release, Split
from mnerctl.schema.text_normal import normal_text, plain_text, words
from support.published import twitter_folder

POST = "1120000000000000000"
PHOTO = "00ff00ff00ff00ff"


def record(id: str, text: str, *images: str, url: str = "", origin: str | None = None) -> Record:
    tokens = tuple(text.split())
    label = ("O",) * len(tokens)
    return Record(id=id, text=tokens, images=images, label=label, url=url, origin=origin)


def release(name: str = "r", **splits: list[Record]) -> Release:
    by_split: dict[Split, tuple[Record, ...]] = {s: tuple(splits.get(s, ())) for s in SPLITS}
    return Release(name, Path(name), by_split, lambda image: Path(image))


def found(*texts: str) -> list[tuple[str, str]]:
    """Return kind and level of the leaks from train into test; the test record has the first text."""
    train = [record(f"t{at}", text) for at, text in enumerate(texts[1:])]
    rows = split_leaks(release(train=train, test=[record("x", texts[0])]), {})
    return [(leak.kind, leak.level) for leak in rows]


@pytest.mark.parametrize(
    ("text", "other", "kinds"),
    [
        ("Ada in Rome", "Ada in Rome", [("text", "error")]),
        ("Ada in Rome", "ada IN rome", [("normal-text", "warning")]),
        ("don ' t", "don't", [("normal-text", "warning")]),
        ("Ada in Rome https://t.co/a", "Ada in Rome", [("normal-text", "warning")]),
        ("a b c d e f g", "a b c , d e f g", [("near-text", "warning")]),
        ("a b c d e f g", "a b c X e f g", [("near-text", "warning")]),
        ("a b c d e f", "a b c X e f", []),
        ("👨‍👩‍👧 !", "👨‍👩‍👧 !", [("text", "error")]),
        ("👨‍👩‍👧", "🇫🇷", []),
        ("https://t.co/a", "https://t.co/b", []),
        ("مرحبا بكم في دبي", "مرحبا بكم  في دبي !", [("near-text", "warning")]),
    ],
)
def test_a_text_leaks_by_its_strongest_kind(
    text: str, other: str, kinds: list[tuple[str, str]]
) -> None:
    assert found(text, other) == kinds


@pytest.mark.parametrize(
    ("ours", "other", "leaks"),
    [
        (record(POST, "a"), record(POST, "b"), True),
        (record("7", "a"), record("7", "b"), False),  # running numbers of two corpora
        (record("O_538", "a"), record("twitter2017-O_538", "b"), True),
        (record("16_05", "a"), record("t15-16_05", "b", origin="T-15"), True),
        (record("7", "a", url=f"https://x.com/a/status/{POST}"), record(POST, "b"), True),
        (record("7", "a", url=f"https://twitter.com/b/status/{POST}"), record("7", "b"), False),
    ],
)
def test_the_same_post_in_two_corpora(ours: Record, other: Record, leaks: bool) -> None:
    rows = corpus_leaks(release(test=[ours]), release("s", train=[other]), {}, {})
    assert [(leak.kind, leak.level) for leak in rows] == [("post", "error")] * leaks


def test_a_running_number_is_an_id_within_one_corpus() -> None:
    (leak,) = split_leaks(release(train=[record("7", "a")], dev=[record("7", "b")]), {})
    assert (leak.kind, leak.problem().where, leak.problem().detail) == (
        "post",
        "dev 7",
        "at train 7",
    )


def pictures(**hashes: str | tuple[str, str]) -> dict[str, Picture]:
    """Return name to picture, from (sha256, perceptual hash) or sha256 alone, which is a photo."""
    return {
        name: Picture(one if isinstance(one, str) else one[0], (9, 9), "image/png", PHOTO)
        if isinstance(one, str)
        else Picture(one[0], (9, 9), "image/png", one[1], is_flat=one[1] == "flat")
        for name, one in hashes.items()
    }


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        (("a", PHOTO), ("a", PHOTO), [("image", "error", None)]),
        (("a", PHOTO), ("b", PHOTO), [("near-image", "warning", 0)]),
        (("a", PHOTO), ("b", "00ff00ff00ff00f0"), [("near-image", "warning", 4)]),
        (("a", PHOTO), ("b", "00ff00ff00ff00e0"), []),
        (("a", "flat"), ("a", "flat"), []),
        (("a", "0" * 16), ("b", "0" * 15 + "1"), []),
        (("a", "0" * 16), ("a", "0" * 16), [("image", "error", None)]),
        (("a", ""), ("a", ""), []),
    ],
    ids=["same file", "same hash", "4 bits", "5 bits", "flat", "dark", "same dark", "broken"],
)
def test_every_image_is_compared(
    first: tuple[str, str], second: tuple[str, str], rows: list[tuple[str, str, float | None]]
) -> None:
    shown = pictures(p0=("own", "ff00ff00ff00ff00"), p1=first, q0=second)
    made = release(train=[record("1", "a", "p0", "p1")], test=[record("2", "b", "q0", "gone")])
    leaks = split_leaks(made, shown)
    assert [(leak.kind, leak.level, leak.measure) for leak in leaks] == rows
    assert all(leak.what == "p1, q0" for leak in leaks)


def test_the_level_depends_on_the_splits() -> None:
    every = {split: [record(f"{split}", "Ada in Rome")] for split in SPLITS}
    within = split_leaks(release(**every), {})
    assert [(x.left.split, x.right.split, x.level) for x in within] == [
        ("train", "dev", "error"),
        ("train", "test", "error"),
        ("dev", "test", "warning"),
    ]
    others = {split: [record(f"o-{split}", "Ada in Rome")] for split in SPLITS}
    across = corpus_leaks(release(**every), release("s", **others), {}, {})
    assert Counter((leak.level, leak.is_across) for leak in across) == {
        ("note", False): 3,
        ("error", True): 4,
        ("warning", False): 2,
    }


def test_a_text_that_occurs_a_thousand_times_makes_a_thousand_rows() -> None:
    """There is a row for each record, not for each pair."""
    train = [record(f"t{i}", "Ada in Rome") for i in range(1000)]
    test = [record(f"x{i}", "Ada in Rome") for i in range(900)]
    leaks = split_leaks(release(train=train, test=test), {})
    assert len(leaks) == 1000
    assert {leak.left.record.id for leak in leaks} == {one.id for one in train}
    assert {leak.right.record.id for leak in leaks} == {one.id for one in test}


texts = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "C", "!", "d"]), min_size=1, max_size=7).map(" ".join),
    max_size=8,
)


@given(texts, texts, texts)
def test_the_records_found_are_those_of_comparing_all_pairs(
    train: list[str], dev: list[str], test: list[str]
) -> None:
    made = {"train": train, "dev": dev, "test": test}
    records = {
        split: [record(f"{split}-{at}", text) for at, text in enumerate(one)]
        for split, one in made.items()
    }
    wanted = set()
    for left, right in combinations(records, 2):
        for one in records[left]:
            for other in records[right]:
                if is_leak(" ".join(one.text), " ".join(other.text)):
                    wanted |= {(one.id, right), (other.id, left)}
    leaks = split_leaks(release(**records), {})
    assert wanted == {
        pair
        for leak in leaks
        for pair in (
            (leak.left.record.id, leak.right.split),
            (leak.right.record.id, leak.left.split),
        )
    }


def is_leak(one: str, other: str) -> bool:
    """Compare two texts by the definitions, without an index."""
    left, right = plain_text(one), plain_text(other)
    if one == other or normal_text(left) == normal_text(right) != "":
        return True
    first, second = ({*pairwise(("", *words(text), ""))} for text in (left, right))
    has_words = bool(words(left) and words(right))
    return has_words and 5 * len(first & second) >= 3 * len(first | second)


def test_rows_name_files_and_lines(tmp_path: Path) -> None:
    folder = twitter_folder(
        tmp_path / "t",
        train=["IMGID:1", "x\tO", "", "IMGID:5", "Rome\tB-LOC"],
        test=["IMGID:9", "rome\tB-LOC"],
    )
    loaded = Release.load(folder)
    (leak,) = split_leaks(loaded, read_pictures(loaded, lambda done, total: None))
    row = leak.problem()
    assert (row.level, row.rule, row.where) == (
        "warning",
        "leak-normal-text",
        f"{folder}/test.txt:1",
    )
    assert (row.found, row.detail) == ("'rome' in test and in train", f"at {folder}/train.txt:4")
