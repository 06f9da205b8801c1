"""A release on disk: written completely or not at all, and refused if one byte has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from mnerctl.schema import DataError, Problem, Record, Release, Source, Split, write_release
from support.made_release import change_manifest, rewrite_split
from support.pictures import BEGIN
from support.published import mner_mi_folder, tree, twitter_folder
from support.record_strategies import record_lists, records

PICTURE = BEGIN + b"a picture"
RECORDS: dict[Split, list[Record]] = {
    "train": [
        Record(id="1", text=("Ada", "👩🏽‍🚀"), label=("B-PER", "O"), images=("1_0.jpg", "1_1.jpg")),
        Record(id="2", text=("hi",), label=("O",), images=("1_0.jpg", "2_1.jpg")),
    ],
    "dev": [Record(id="3", text=("Rome",), label=("B-LOC",), images=("3_0.jpg",))],
    "test": [],
}


def freeze(out: Path, **changes: Any) -> Release:
    """Write RECORDS as a release; the pictures `1_1.jpg` and `2_1.jpg` do not exist."""
    pictures = out.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    for name in ("1_0.jpg", "3_0.jpg"):
        (pictures / name).write_bytes(PICTURE + name.encode())
    arguments: dict[str, Any] = {
        "name": "made",
        "version": "1.0.0",
        "tokenizer": "tweet-1",
        "image_source": lambda name: pictures / name,
        "created": date(2024, 5, 20),
        "seed": 7,
        "sources": (Source(name="made", records=3),),
    }
    return write_release(out, RECORDS, **arguments | changes)


def test_a_release_is_read_as_it_was_written(tmp_path: Path) -> None:
    out = tmp_path / "releases" / "1.0.0"
    out.parent.mkdir()
    frozen = freeze(out)
    loaded = Release.load(out)
    assert loaded.splits == frozen.splits == {s: tuple(records) for s, records in RECORDS.items()}
    assert loaded.manifest == frozen.manifest
    assert loaded.problems == ()
    assert (loaded.name, loaded.folder) == ("made", out)
    assert loaded.missing_images() == ["1_1.jpg", "2_1.jpg"]
    assert loaded.image_path("3_0.jpg").read_bytes() == PICTURE + b"3_0.jpg"
    assert [record.id for record in loaded.records()] == ["1", "2", "3"]


def test_the_manifest_has_all_facts(tmp_path: Path) -> None:
    freeze(tmp_path / "made")
    manifest = json.loads((tmp_path / "made" / "manifest.json").read_bytes())
    files = manifest.pop("files")
    assert manifest == {
        "format": "mnerctl-release-1",
        "name": "made",
        "version": "1.0.0",
        "created": "2024-05-20",
        "tokenizer": "tweet-1",
        "seed": 7,
        "gold": "",
        "sources": [{"name": "made", "version": "", "records": 3, "note": ""}],
        "withdrawn": [],
        "agreement": None,
        "records": {"train": 2, "dev": 1, "test": 0},
        "missing_images": 2,
        "stripped": {"rule": "metadata-1", "originals": {}},
    }
    on_disk = tree(tmp_path / "made")
    contents = {name: content for name, content in on_disk.items() if content is not None}
    assert files.keys() == contents.keys() - {"manifest.json"}
    assert all(files[name]["bytes"] == len(contents[name]) for name in files)
    assert files["test.jsonl"]["sha256"] == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    freeze(tmp_path / "a")
    freeze(tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_records_may_be_iterators(tmp_path: Path) -> None:
    frozen = write_release(
        tmp_path / "made",
        {split: iter(records) for split, records in RECORDS.items()},
        name="made",
        version="1",
        tokenizer="tweet-1",
        image_source=lambda name: tmp_path / name,
        created=date(2024, 5, 20),
    )
    assert frozen.splits == Release.load(tmp_path / "made").splits
    assert len(frozen.splits["train"]) == 2


@settings(max_examples=25)
@given(record_lists(records()))
def test_any_record_is_read_as_it_was_written(written: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "made"
        write_release(
            out,
            {"test": written},
            name="made",
            version="1",
            tokenizer="tweet-1",
            image_source=lambda name: Path(folder) / name,
            created=date(2024, 5, 20),
        )
        assert list(Release.load(out).splits["test"]) == written


def changed_byte(folder: Path) -> None:
    path = folder / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eda"))


def longer_file(folder: Path) -> None:
    with (folder / "images" / "1_0.jpg").open("ab") as file:
        file.write(b"\x00")


def missing_file(folder: Path) -> None:
    (folder / "images" / "1_0.jpg").unlink()


def missing_split(folder: Path) -> None:
    (folder / "dev.jsonl").unlink()


def linked_file(folder: Path) -> None:
    """Replace the file by a link to the same bytes."""
    path = folder / "images" / "1_0.jpg"
    path.rename(folder.parent / "elsewhere.jpg")
    path.symlink_to(folder.parent / "elsewhere.jpg")


def folder_for_file(folder: Path) -> None:
    (folder / "images" / "1_0.jpg").unlink()
    (folder / "images" / "1_0.jpg").mkdir()


@pytest.mark.parametrize(
    ("damage", "rule", "name"),
    [
        (changed_byte, "checksum", "train.jsonl"),
        (longer_file, "checksum", "images/1_0.jpg"),
        (missing_file, "file-missing", "images/1_0.jpg"),
        (missing_split, "file-missing", "dev.jsonl"),
        (linked_file, "file-link", "images/1_0.jpg"),
        (folder_for_file, "file-missing", "images/1_0.jpg"),
    ],
)
def test_a_damaged_release_is_refused(
    tmp_path: Path, damage: Callable[[Path], None], rule: str, name: str
) -> None:
    out = tmp_path / "made"
    freeze(out)
    damage(out)
    with pytest.raises(DataError) as caught:
        Release.load(out)
    (problem,) = caught.value.problems
    assert (problem.level, problem.rule, problem.where) == ("error", rule, f"{out}/{name}")
    assert caught.value.message == (
        f"{out}: 1 error in its files; the first: {out}/{name}: {problem.found};"
        f" wanted {problem.wanted}"
    )
    if rule == "checksum":
        frozen = json.loads((out / "manifest.json").read_bytes())["files"][name]
        assert problem.wanted == f"sha256 {frozen['sha256'][:12]}…, {frozen['bytes']} bytes"
        assert problem.found != problem.wanted
    elif rule == "file-link":
        target = str(tmp_path / "elsewhere.jpg")
        assert problem.found == f"a link to {target!r}"
        assert problem.wanted == "a file or folder itself"
    else:
        assert (problem.found, problem.wanted) == ("no file", "the file in the manifest")


def test_a_file_that_is_not_in_the_manifest_is_a_warning(tmp_path: Path) -> None:
    out = tmp_path / "made"
    freeze(out)
    (out / "images" / "new.jpg").write_bytes(PICTURE)
    assert Release.load(out).problems == (
        Problem(
            "warning", "file-unknown", f"{out}/images/new.jpg", "a file", "a file in the manifest"
        ),
    )


@pytest.mark.parametrize(
    "name",
    ["../x.jpg", "/etc/passwd", "images/../../x", "images/a/b.jpg", "other/x.jpg", "..", "images/"],
)
def test_a_manifest_with_a_path_outside_the_release_is_refused(tmp_path: Path, name: str) -> None:
    out = tmp_path / "made"
    freeze(out)
    change_manifest(out, lambda m: m["files"].update({name: m["files"]["train.jsonl"]}))
    with pytest.raises(DataError) as caught:
        Release.load(out)
    assert caught.value.message == (
        f"{out}/manifest.json: the file name {name!r} is outside the release;"
        " wanted NAME or images/NAME"
    )


def test_a_manifest_without_a_split_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "made"
    freeze(out)
    change_manifest(out, lambda m: m["files"].pop("dev.jsonl"))
    with pytest.raises(DataError) as caught:
        Release.load(out)
    assert caught.value.problems == (
        Problem("error", "manifest", f"{out}/manifest.json", "no dev.jsonl", "all 3 splits"),
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            b"{",
            "manifest = b'{'; wanted Invalid JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            b'{"format": "other-2"}',
            "format = 'other-2'; wanted Input should be 'mnerctl-release-1'",
        ),
    ],
)
def test_files_that_are_not_a_manifest(tmp_path: Path, content: bytes, fault: str) -> None:
    out = tmp_path / "made"
    freeze(out)
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(DataError) as caught:
        Release.load(out)
    assert caught.value.message == (
        f"{out}/manifest.json: not a manifest of mnerctl-release-1: {fault}"
    )


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            [RECORDS["dev"][0].to_json(), RECORDS["dev"][0].to_json().replace('"3"', '"4"')],
            [("record-count", "", "2 records", "1, as the manifest says", "")],
        ),
        (
            [RECORDS["train"][0].to_json()],
            [("id-unique", ":1", "id 1 again", "each id once", "at {folder}/train.jsonl:1")],
        ),
        (
            ['{"id": "3"'],
            [
                (
                    "json",
                    ":1",
                    """record = '{"id": "3"'""",
                    "Invalid JSON: EOF while parsing an object at line 1 column 10",
                    "",
                )
            ],
        ),
        (
            [RECORDS["dev"][0].to_json(), RECORDS["dev"][0].to_json().replace("3_0", "../3_0")],
            [
                (
                    "image-name",
                    ":2",
                    "image '../3_0.jpg'",
                    "a plain file name, without a folder",
                    "",
                )
            ],
        ),
        (
            [RECORDS["dev"][0].to_json().replace("B-LOC", "I-LOC")],
            [
                (
                    "bio",
                    ":1",
                    "label 'I-LOC' of token 0 continues no entity",
                    "BIO",
                    "",
                )
            ],
        ),
    ],
    ids=["count", "id again", "JSON", "image with a path", "BIO"],
)
def test_lines_that_are_not_a_record(
    tmp_path: Path, lines: list[str], rows: list[tuple[str, str, str, str, str]]
) -> None:
    out = tmp_path / "made"
    freeze(out)
    rewrite_split(out, "dev", lines)
    with pytest.raises(DataError) as caught:
        Release.load(out)
    assert list(caught.value.problems) == [
        Problem("error", rule, f"{out}/dev.jsonl{line}", found, wanted, detail.format(folder=out))
        for rule, line, found, wanted, detail in rows
    ]


def test_an_existing_folder_is_not_changed(tmp_path: Path) -> None:
    out = tmp_path / "made"
    freeze(out)
    before = tree(tmp_path)
    with pytest.raises(DataError) as caught:
        freeze(out, version="2.0.0")
    assert caught.value.message == f"{out}: exists already; a release is never overwritten"
    assert tree(tmp_path) == before


class Halt(Exception):
    """Raised by a test in the middle of writing."""


@pytest.mark.parametrize("halt", [Halt, KeyboardInterrupt])
def test_a_failure_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, halt: type[BaseException]
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise halt

    (tmp_path / "pictures").mkdir()
    with pytest.raises(halt):
        freeze(tmp_path / "made", on_file=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pictures"]


def test_an_image_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(DataError) as caught:
        freeze(tmp_path / "made", image_source=lambda name: tmp_path / "folder.jpg")
    assert caught.value.message == (
        f"{tmp_path}/folder.jpg: Is a directory; nothing of {tmp_path}/made was kept"
    )
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        write_release(
            tmp_path / "file" / "made",
            RECORDS,
            name="made",
            version="1",
            tokenizer="tweet-1",
            image_source=lambda name: tmp_path / name,
            created=date(2024, 5, 20),
        )
    assert caught.value.message.startswith(f"{tmp_path}/file")
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "{path}: no such folder"),
        (
            lambda path: path.mkdir(),
            "{path}: no release; wanted manifest.json, or text/MNER-MI_train.txt, or train.txt in it",
        ),
        (
            lambda path: path.write_bytes(b""),
            "{path}: no release; wanted manifest.json, or text/MNER-MI_train.txt, or train.txt in it",
        ),
    ],
    ids=["nothing", "an empty folder", "a file"],
)
def test_a_wrong_path(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    path = tmp_path / "made"
    make(path)
    with pytest.raises(DataError) as caught:
        Release.load(path)
    assert caught.value.message == message.format(path=path)


def test_published_corpora_are_releases_without_a_manifest(tmp_path: Path) -> None:
    mi = Release.load(mner_mi_folder(tmp_path / "mi"))
    assert (mi.name, mi.manifest, mi.problems) == ("MNER-MI", None, ())
    assert mi.image_path("1_0.jpg") == tmp_path / "mi" / "images" / "1_0.jpg"
    twitter = Release.load(twitter_folder(tmp_path / "twitter2017"))
    assert (twitter.name, twitter.manifest, twitter.problems) == ("twitter2017", None, ())
    assert twitter.image_path("1.jpg") == tmp_path / "twitter2017" / "1.jpg"
    assert [len(twitter.splits[split]) for split in ("train", "dev", "test")] == [1, 1, 1]


def test_other_users_can_read_the_folder(tmp_path: Path) -> None:
    freeze(tmp_path / "made")
    assert os.stat(tmp_path / "made").st_mode & 0o777 == 0o755
