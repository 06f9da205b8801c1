"""The data of the gallery's page: the whole text, only safe links, and files that no text can break."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.release.audit.rule import Example
from mnerctl.release.gallery.facts import Facts, gather_facts
from mnerctl.release.gallery.gallery import (
    chunk_name,
    data_script,
    read_data_script,
    write_gallery,
)
from mnerctl.release.gallery.post import text_pieces
from mnerctl.schema import Corpus, DataError, Record, Release
from support.hostile import ALT, POSTS, SCRIPT, hostile_corpus, hostile_release
from support.pictures import jpeg
from support.record_strategies import whole_records
from support.sound_release import sound_release


@given(whole_records())
def test_text_pieces_are_the_whole_text(record: Record) -> None:
    found = text_pieces(Example("train", Path("x"), 1, record, record.spans))
    whole = record.raw if record.offsets and record.raw is not None else " ".join(record.text)
    assert "".join(one if isinstance(one, str) else one[0] for one in found) == whole
    assert [one[1] for one in found if not isinstance(one, str)] == [s.type for s in record.spans]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_data_script_is_ascii_and_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "data.js"
    path.write_text(data_script("gallery.posts(7, ", texts), encoding="ascii")
    assert path.read_bytes().isascii() and path.read_bytes().count(b"\n") == 1
    assert read_data_script(path) == ("gallery.posts(7, ", texts)


@pytest.mark.parametrize("text", ["", "alert(1);\n", "gallery.posts(0, [", "gallery.posts(0);\n"])
def test_other_scripts_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "data.js").write_text(text)
    with pytest.raises(ValueError):
        read_data_script(tmp_path / "data.js")


def test_a_hostile_release(tmp_path: Path) -> None:
    hostile_release(tmp_path)
    release = Release.load(tmp_path / "hostile")
    with Corpus.open(hostile_corpus(tmp_path)) as corpus:
        facts = gather_facts(release, corpus)
    made = write_gallery(release, tmp_path / "gallery", facts)
    assert (made.posts, made.thumbnails, made.not_shown) == (4, 3, 1)
    names = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*.*")}
    assert names == {
        *("index.html", "gallery.css", "gallery.js", "post.js", "store.js"),
        *("data/index.js", "data/posts-0000.js"),
        *("images/0000/00_0.jpg", "images/0000/00_1.jpg", "images/0000/01_0.jpg"),
    }
    page = (made.folder / "index.html").read_text("utf-8")
    assert "<script>stolen" not in page and "&lt;script&gt;stolen" in page
    head, posts = read_data_script(made.folder / chunk_name(0))
    assert head == "gallery.posts(0, "
    assert [post["id"] for post in posts] == [record.id for record in release.records()]
    assert [post["is_link"] for post in posts] == [True, False, False, False]
    assert [post["is_sensitive"] for post in posts] == [True, False, False, False]
    assert posts[0]["pictures"][1]["alt"] == ALT
    assert posts[0]["readings"] == [
        {"annotators": 1, "spans": [["PER", SCRIPT[:8]]]},
        {"annotators": 1, "spans": []},
    ]
    assert posts[3]["pictures"] == [{"name": "gone.jpg", "alt": "", "fault": "no file"}]
    _, index = read_data_script(made.folder / "data/index.js")
    assert index["splits"] == ["train", "dev", "test"] and index["has_corpus"]
    assert [row[:4] for row in index["posts"]] == [
        ["train", 2, 0b0011, 3], ["train", 1, 0b0100, 0], ["dev", 0, 0b1000, 0], ["test", 1, 0, 0],
    ]  # fmt: skip


def test_without_a_corpus_and_never_overwrites(tmp_path: Path) -> None:
    sound_release(tmp_path)
    release = Release.load(tmp_path / "sound")
    made = write_gallery(release, tmp_path / "gallery", Facts())
    assert made.posts == 40 and made.not_shown == 0
    assert not read_data_script(made.folder / "data/index.js")[1]["has_corpus"]
    with pytest.raises(DataError, match="exists already; a gallery is never overwritten"):
        write_gallery(release, tmp_path / "gallery", Facts())


def test_a_broken_picture_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "half.jpg").write_bytes(jpeg(1)[:300])
    record = Record(id=POSTS[0], text=("a",), label=("O",), images=("half.jpg",))
    release = Release(
        "r", tmp_path, {"train": (record,), "dev": (), "test": ()}, tmp_path.joinpath,
        files={split: tmp_path / split for split in ("train", "dev", "test")},
        lines={"train": [1], "dev": [], "test": []},
    )  # fmt: skip
    made = write_gallery(release, tmp_path / "gallery", Facts())
    _, (post,) = read_data_script(made.folder / chunk_name(0))
    assert post["pictures"][0]["fault"] == "cannot be decoded"
