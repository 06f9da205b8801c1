"""MNER-MI-Plus: merged records, where their images come from, and which merges are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mnerctl.release import (
    Part,
    Plan,
    licence_state,
    merge_plus,
    plan_plus,
    read_pictures,
    statistics,
    write_plus,
)
from mnerctl.schema import SPLITS, DataError, Record, Release, Source
from support.made_mner_mi import small_table, write_made_mner_mi, write_made_twitter
from support.pictures import BEGIN
from support.published import mner_mi_folder, mner_mi_line, tree, twitter_folder
from support.sound_release import drawn


def merged(folder: Path, **changes: Any) -> Release:
    arguments: dict[str, Any] = {
        "out": folder / "plus",
        "version": "1.0.0",
        "created": date(2024, 5, 20),
    }
    mner_mi, twitter = Release.load(folder / "mi"), Release.load(folder / "twitter")
    return merge_plus(mner_mi, twitter, **arguments | changes)


def test_records_have_an_origin(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path / "mi", val=[mner_mi_line(id=7, images=["7_0.jpg", "7_1.jpg"])])
    twitter_folder(tmp_path / "twitter", valid=["IMGID:O_538", "Rome\tB-LOC"])
    plus = merged(tmp_path)
    assert plus.splits["dev"] == (
        Record(
            id="7",
            text=("Michael", "Jordan", "in", "Paris"),
            label=("B-PER", "I-PER", "O", "B-LOC"),
            images=("7_0.jpg", "7_1.jpg"),
            url="https://twitter.com/a/status/1",
            origin="MNER-MI",
        ),
        Record(
            id="twitter2017-O_538",
            text=("Rome",),
            label=("B-LOC",),
            images=("twitter2017-O_538.jpg",),
            origin="Twitter-2017",
        ),
    )
    assert Release.load(tmp_path / "plus").splits == plus.splits
    manifest = plus.manifest
    assert manifest is not None
    assert (manifest.name, manifest.tokenizer) == ("MNER-MI-Plus", "as published")
    assert manifest.sources == (
        Source(
            name="MNER-MI",
            records=3,
            note="licence: no licence file; the authors' repository has none either",
        ),
        Source(name="Twitter-2017", records=3, note="licence: no licence file"),
    )


@pytest.mark.parametrize("folder", [None, "pictures"])
def test_images_come_from_their_own_corpus(tmp_path: Path, folder: str | None) -> None:
    mner_mi_folder(tmp_path / "mi")
    twitter_folder(tmp_path / "twitter")
    (tmp_path / "mi" / "images").mkdir()
    (tmp_path / "mi" / "images" / "1_0.jpg").write_bytes(BEGIN + b"of MNER-MI")
    pictures = tmp_path / folder if folder else tmp_path / "twitter"
    pictures.mkdir(exist_ok=True)
    (pictures / "2.jpg").write_bytes(BEGIN + b"of Twitter-2017")
    plus = merged(tmp_path, twitter_2017_images=pictures if folder else None)
    assert tree(tmp_path / "plus" / "images") == {
        "1_0.jpg": BEGIN + b"of MNER-MI",
        "twitter2017-2.jpg": BEGIN + b"of Twitter-2017",
    }
    assert plus.manifest is not None
    assert plus.manifest.missing_images == len(plus.missing_images()) == 7


def test_an_image_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path / "mi")
    twitter_folder(tmp_path / "twitter")
    with pytest.raises(DataError) as caught:
        merged(tmp_path, twitter_2017_images=tmp_path / "nowhere")
    assert caught.value.message == (
        f"{tmp_path}/nowhere: no such folder; wanted the folder of <IMGID>.jpg files"
    )
    assert not (tmp_path / "plus").exists()


@pytest.mark.parametrize(
    ("train", "place", "found"),
    [
        ([mner_mi_line(id="a"), mner_mi_line(id="a")], "train record a", "a"),
        ([mner_mi_line(id="twitter2017-1")], "train record twitter2017-1", "twitter2017-1"),
        (
            [mner_mi_line(id="a", images=["twitter2017-1.jpg"])],
            "train record twitter2017-1",
            "twitter2017-1.jpg",
        ),
    ],
)
def test_an_id_or_image_name_used_twice_is_refused(
    tmp_path: Path, train: list[str], place: str, found: str
) -> None:
    mner_mi_folder(tmp_path / "mi", train=train)
    twitter_folder(tmp_path / "twitter")
    with pytest.raises(DataError) as caught:
        merged(tmp_path)
    assert caught.value.message == (
        f"MNER-MI-Plus: 1 ids or image names would be used twice; the first: {found} in {place}"
    )
    assert not (tmp_path / "plus").exists()


def test_a_release_of_ours_can_be_merged(tmp_path: Path) -> None:
    """A merged release can be a part again: its tokenizer and version go into the manifest."""
    mner_mi_folder(tmp_path / "mi")
    twitter_folder(tmp_path / "twitter")
    first = merged(tmp_path)
    other = Release.load(twitter_folder(tmp_path / "other", train=["IMGID:9", "a\tO"]))
    again = {s: first.splits[s][:1] for s in SPLITS}
    ours = Release("ours", first.folder, again, first.image_path, first.manifest)
    with pytest.raises(DataError):
        merge_plus(first, other, out=tmp_path / "x", version="2", created=date(2024, 5, 20))
    both = merge_plus(ours, other, out=tmp_path / "y", version="2", created=date(2024, 5, 20))
    assert both.manifest is not None
    assert both.manifest.sources[0] == Source(
        name="ours", version="1.0.0", records=3, note="licence: no licence file"
    )


def test_the_counts_of_a_merge_are_the_sums(tmp_path: Path) -> None:
    table = small_table(train=30, dev=8, test=8)
    write_made_mner_mi(tmp_path / "mi", statistics=table, seed=1, pictures=2)
    write_made_twitter(tmp_path / "twitter", statistics=table, seed=2)
    alone = statistics(Release.load(tmp_path / "mi")).as_dict()
    assert alone["train"] == {
        "PER": 15,
        "LOC": 10,
        "ORG": 7,
        "MISC": 10,
        "entities": 42,
        "images": {"1": 0, "2": 16, "3": 7, "4": 7},
        "images_per_tweet": 2.7,
        "tweets": 30,
    }
    plus = statistics(merged(tmp_path))
    assert plus.as_dict()["train"] == {
        "PER": 30,
        "LOC": 20,
        "ORG": 14,
        "MISC": 20,
        "entities": 84,
        "images": {"1": 30, "2": 16, "3": 7, "4": 7},
        "images_per_tweet": 1.85,
        "tweets": 60,
    }
    assert plus.summary() == "92 tweets, 124 entities, 171 images"


def test_an_empty_release_has_counts_of_zero(tmp_path: Path) -> None:
    empty = Release("empty", tmp_path, {}, lambda name: tmp_path / name)
    assert statistics(empty).as_dict()["dev"] == {
        **dict.fromkeys(("PER", "LOC", "ORG", "MISC", "entities"), 0),
        "images": {"1": 0, "2": 0, "3": 0, "4": 0},
        "images_per_tweet": 0.0,
        "tweets": 0,
    }


def parts(folder: Path, **twitter: list[str]) -> tuple[Release, Part]:
    """Return an MNER-MI with the text `Ada in Rome` in each split, and a second corpus."""
    ada = {"text": ["Ada", "in", "Rome"], "label": ["B-PER", "O", "B-LOC"]}
    lines = {
        name: [mner_mi_line(id=f"{name}", images=[f"{name}_0.jpg"], **ada)]
        for name in ("train", "val", "test")
    }
    mner_mi_folder(folder / "mi", **lines)
    twitter_folder(folder / "other", **twitter)
    return Release.load(folder / "mi"), Part("Twitter-2015", Release.load(folder / "other"))


ADA = ["Ada\tB-PER", "in\tO", "Rome\tB-LOC"]
OSLO = ["Bob\tB-PER", "saw\tO", "Oslo\tB-LOC"]


def ids(plan: Plan) -> dict[str, list[str]]:
    return {split: [record.id for record in records] for split, records in plan.splits.items()}


def test_leaks_are_dropped_from_train_and_never_from_test(tmp_path: Path) -> None:
    """A text is in train of both corpora and in dev and test of one: only train records are dropped."""
    mner_mi, other = parts(
        tmp_path,
        train=["IMGID:1", *ADA, "", "IMGID:2", *OSLO],
        valid=["IMGID:3", *OSLO],
        test=["IMGID:4", *ADA],
    )
    kept = plan_plus(mner_mi, [other])
    assert ids(kept)["train"] == ["train", "twitter2015-1", "twitter2015-2"]
    assert kept.dropped == {}
    assert {leak.kind for leak in kept.leaks} == {"text"}
    plan = plan_plus(mner_mi, [other], drop_leaks=True)
    assert ids(plan) == {
        "train": [
            "twitter2015-2"
        ],  # shared with dev of its own corpus only, which is no leak between two corpora
        "dev": ["val", "twitter2015-3"],
        "test": ["test", "twitter2015-4"],
    }
    assert plan.dropped == {"MNER-MI": {"train"}, "Twitter-2015": {"1"}}
    left_out = [len(plan.left_out(part).splits["train"]) for part in plan.parts]
    assert left_out == [1, 1]
    release = write_plus(plan, out=tmp_path / "x", version="1.0.0", created=date(2024, 5, 20))
    assert release.manifest is not None
    assert release.name == "MNER-MI+Twitter-2015"
    assert [source.note.partition("; ")[2] for source in release.manifest.sources] == [
        "the authors' repository has none either; 1 train records left out because they leak into"
        " dev or test",
        "1 train records left out because they leak into dev or test",
    ]
    assert Release.load(tmp_path / "x").splits == plan.splits


def test_a_shared_image_is_a_leak(tmp_path: Path) -> None:
    mner_mi, other = parts(tmp_path, test=["IMGID:4", *OSLO])
    pictures = tmp_path / "elsewhere"
    pictures.mkdir()
    (tmp_path / "mi" / "images").mkdir()
    content = drawn(Random(1))
    (pictures / "4.jpg").write_bytes(content)
    (tmp_path / "mi" / "images" / "train_0.jpg").write_bytes(content)
    plan = plan_plus(
        mner_mi,
        [replace(other, images=pictures)],
        drop_leaks=True,
        pictures=lambda release: read_pictures(release, lambda done, total: None),
    )
    images = [(leak.kind, leak.what) for leak in plan.leaks if leak.kind == "image"]
    assert images == [("image", "train_0.jpg, 4.jpg")]
    assert plan.image_source("twitter2015-4.jpg") == pictures / "4.jpg"
    assert "train" not in ids(plan)["train"]


def test_a_merge_can_be_merged(tmp_path: Path) -> None:
    """MNER-MI-Plus and one more corpus: each record keeps its origin."""
    mner_mi, _ = parts(tmp_path)
    twitter = Release.load(tmp_path / "other")
    merge_plus(mner_mi, twitter, out=tmp_path / "plus", version="1.0.0", created=date(2024, 5, 20))
    plan = plan_plus(Release.load(tmp_path / "plus"), [Part("Twitter-2015", twitter)])
    assert [record.origin for record in plan.splits["train"]] == [
        *("MNER-MI", "Twitter-2017", "Twitter-2015"),
    ]
    assert plan.image_source("twitter2017-1.jpg") == tmp_path / "plus/images/twitter2017-1.jpg"


def test_the_licence_file_is_quoted(tmp_path: Path) -> None:
    mner_mi, other = parts(tmp_path)
    (tmp_path / "other" / "LICENSE.txt").write_text("\n  MIT License\n\nCopyright")
    plan = plan_plus(mner_mi, [other])
    states = [licence_state(part.release) for part in plan.parts]
    assert states == [
        "no licence file; the authors' repository has none either",
        "LICENSE.txt: MIT License",
    ]
