"""Dehydrate then rehydrate is the identity if every post is found; the others are listed, never guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given

from mnerctl.release import RecordSources, dehydrate, rehydrate
from mnerctl.release.lifecycle.dehydrate import dehydrate_record
from mnerctl.release.lifecycle.rehydrate_record import (
    Restored,
    SourceContent,
    restore_record,
    restore_tokens,
)
from mnerctl.schema import DataError, Record, Release
from mnerctl.schema.release.dehydrated import DryRecord, read_dehydrated
from support.corpora import corpus_of, drawn_image, made_post
from support.exports import in_memory
from support.made_release import made_plus
from support.published import tree
from support.record_strategies import record_lists, whole_records
from support.sound_release import sound_release

TODAY = date(2026, 11, 23)


def round_trip(folder: Path, release: Release, *sources: Release) -> Release:
    """Dehydrate into `folder/dry`, and restore into `folder/again` from these releases."""
    dehydrate(release, folder / "dry")
    about, splits = read_dehydrated(folder / "dry")
    result = rehydrate(
        about, splits, RecordSources(None, sources), out=folder / "again", today=TODAY
    )
    assert result.is_complete
    return result.release


@given(record_lists(whole_records()).filter(bool))
def test_records_come_back_from_a_release(records: list[Record]) -> None:
    release = in_memory(records)
    with TemporaryDirectory() as folder:
        again = round_trip(Path(folder), release, release)
        assert again.splits == release.splits


@given(whole_records())
def test_tokens_come_back_from_the_text_alone(record: Record) -> None:
    """A record without raw text is restored from a post whose text has other white space."""
    assume(not any(char.isspace() for token in record.text for char in token))
    text = record.raw if record.raw is not None else "  ".join(record.text) + "\n"
    dried = dehydrate_record(record, lambda name: None)
    assert restore_tokens(dried, SourceContent(text, {})) == record.text
    for other in ("", text + "!", "x" + text, text.replace(record.text[0], "", 1)):
        if other != text:
            assert restore_tokens(dried, SourceContent(other, {})) is None


def test_a_frozen_release_comes_back_byte_for_byte(tmp_path: Path) -> None:
    release = sound_release(tmp_path)
    again = round_trip(tmp_path, release, release)
    assert tree(again.folder) == tree(release.folder)


def test_no_name_of_an_author_is_in_it_and_the_source_has_the_names(tmp_path: Path) -> None:
    release = sound_release(tmp_path)
    dehydrate(release, tmp_path / "dry")
    lines = b"".join(path.read_bytes() for path in (tmp_path / "dry").glob("*.jsonl"))
    assert b"/ada/" in (release.folder / "train.jsonl").read_bytes() and b"/ada/" not in lines
    (record, *_) = release.records()
    dried = dehydrate_record(record, lambda name: None)
    assert dried.url == f"https://x.com/i/web/status/{record.id}"
    content = SourceContent(record.raw, {}, record.text)
    named = replace(content, url=f"https://x.com/ben/status/{record.id}")
    other = replace(content, url="https://x.com/ben/status/1")
    for source, url in ((named, named.url), (content, dried.url), (other, dried.url)):
        restored = restore_record(dried, source).record
        assert restored is not None and restored.url == url


def test_a_merge_comes_back_from_its_parts(tmp_path: Path) -> None:
    """Records of Twitter-2017 have other ids in the merge, and no URL."""
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    parts = [Release.load(tmp_path / "mi"), Release.load(tmp_path / "twitter")]
    again = round_trip(tmp_path, release, *parts)
    assert tree(again.folder) == tree(release.folder)


def test_a_dehydrated_release_has_no_text_and_no_pictures(tmp_path: Path) -> None:
    release = sound_release(tmp_path)
    dehydrate(release, tmp_path / "dry")
    names = ["dehydrated.json", "dev.jsonl", "test.jsonl", "train.jsonl"]
    assert sorted(path.name for path in (tmp_path / "dry").iterdir()) == names
    content = "".join((tmp_path / "dry" / name).read_text(encoding="utf-8") for name in names)
    for record in release.records():
        assert record.raw is not None
        assert record.raw not in content
        assert not any(token in content for token in record.text if len(token) > 4 and token.isalpha()
                       and token != "number")  # fmt: skip
    first = json.loads((tmp_path / "dry" / "train.jsonl").read_bytes().splitlines()[0])
    assert sorted(first) == [
        *("evidence", "id", "images", "label", "offsets", "raw_sha256", "tokens_sha256", "url"),
    ]


def test_each_outcome(tmp_path: Path) -> None:
    """In the corpus one post is unchanged, one is gone, one lost a picture, and others changed."""
    texts = {str(n): f"Ada {n} in Rome" for n in range(1, 8)}
    ids = list(texts)
    with corpus_of(tmp_path / "corpus", []) as corpus:
        one, two = (drawn_image(corpus, n, size=(40 + n, 30), colour="red") for n in (0, 1))
        other = drawn_image(corpus, 1, size=(50, 50), colour="blue")
        hashes = {"0": one.sha256, "1": two.sha256}
        records = [
            Record(
                id=id,
                text=("Ada", id, "in", "Rome"),
                label=("B-PER", "O", "O", "B-LOC"),
                images=(f"{id}_0.png", f"{id}_1.png"),
                url="" if id == "7" else f"https://x.com/ada/status/{id}",
            )
            for id in ids
        ]
        dried = [dehydrate_record(record, lambda name: hashes[name[2]]) for record in records]
        images = {"1": (one, two), "2": (one,), "3": (one, other), "4": (one, two)}
        for id, post_images in images.items():
            text = "Ada 4 in Oslo" if id == "4" else texts[id]
            corpus.put_post(made_post(id, text, images=post_images))
            corpus.settle(id, "kept")
        corpus.settle("5", "protected", "not to be seen")
        about, _ = _dehydrated(tmp_path, in_memory(records))
        splits = {"train": tuple(dried), "dev": (), "test": ()}
        result = rehydrate(
            about, splits, RecordSources(corpus, []), out=tmp_path / "out", today=TODAY
        )  # type: ignore[arg-type]
    assert [(record.id, record.outcome, record.detail) for record in result.outcomes] == [
        ("1", "same", ""),
        ("2", "image_gone", "2_1.png"),
        ("3", "image_changed", "3_1.png"),
        ("4", "text_changed", "the hash of its text differs"),
        ("5", "gone", "protected: not to be seen"),
        ("6", "not_fetched", "never fetched"),
        ("7", "no_url", "give a release that has it with --from RELEASE"),
    ]
    again = Release.load(tmp_path / "out")
    assert list(again.splits["train"]) == records[:3]
    assert again.missing_images() == ["2_1.png", "3_1.png"]
    assert again.manifest is not None
    assert again.manifest.missing_images == 2
    assert again.manifest.sources[0].note == "rehydrated: 6 of 7 records are missing or differ"


def _dehydrated(folder: Path, release: Release):  # type: ignore[no-untyped-def]
    dehydrate(release, folder / "dry")
    return read_dehydrated(folder / "dry")


def test_no_record_found_is_an_error(tmp_path: Path) -> None:
    about, splits = _dehydrated(tmp_path, sound_release(tmp_path))
    with pytest.raises(DataError, match="none of its 40 records was found") as caught:
        rehydrate(about, splits, RecordSources(None, []), out=tmp_path / "out", today=TODAY)
    assert caught.value.hint.startswith("mnerctl fetch ")
    assert not (tmp_path / "out").exists()


CHANGES = {
    "a changed line": ("train.jsonl", lambda text: text.replace("B-PER", "B-LOC", 1), "sha256"),
    "an unknown field": ("dehydrated.json", lambda text: text.replace('"name"', '"nam"', 1), "nam"),
    "no JSON": ("dehydrated.json", lambda text: "", "EOF while parsing"),
}


@pytest.mark.parametrize(("name", "change", "message"), CHANGES.values(), ids=CHANGES)
def test_a_changed_folder_is_refused(tmp_path: Path, name, change, message) -> None:  # type: ignore[no-untyped-def]
    dehydrate(sound_release(tmp_path), tmp_path / "dry")
    path = tmp_path / "dry" / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_dehydrated(tmp_path / "dry")


LINE = {
    "id": "1",
    "url": "",
    "label": ["O"],
    "images": [{"name": "1.jpg"}],
    "tokens_sha256": "0" * 64,
    "lengths": [1],
}
FAULTS = {
    "a way out": ({"images": [{"name": "../1.jpg"}]}, "a plain file name"),
    "no cuts": ({"lengths": None}, "one for each label"),
    "too many cuts": ({"lengths": [1, 1]}, "one for each label"),
    "no label of ours": ({"label": ["B-DOG"]}, "one of O, B-PER"),
    "a text": ({"raw": "hello"}, "Extra inputs"),
}


@pytest.mark.parametrize(("change", "message"), FAULTS.values(), ids=FAULTS)
def test_a_hostile_line_is_refused(change: dict[str, object], message: str) -> None:
    assert DryRecord.model_validate_json(json.dumps(LINE)).id == "1"
    with pytest.raises(ValueError, match=message):
        DryRecord.model_validate_json(json.dumps(LINE | change))


def test_a_post_with_another_text_gives_no_record() -> None:
    record = Record(id="1", text=("Ada",), label=("B-PER",), images=())
    found = restore_record(dehydrate_record(record, lambda name: None), SourceContent("Ben", {}))
    assert found == Restored(None, "text_changed", "the hash of its text differs")
