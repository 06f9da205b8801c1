"""Folders of other people with links in them: nothing is read, written, counted or deleted through a link."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mnerctl.collector.inputs.input_files import input_files
from mnerctl.collector.sources.archive import open_archive
from mnerctl.release import audit_release, merge_plus
from mnerctl.release.assemble.earlier_splits import earlier_splits
from mnerctl.release.export.export import export_release
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import write_gallery
from mnerctl.release.lifecycle.dehydrate import dehydrate
from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.release.lifecycle.withdraw_derived import (
    withdraw_from_gallery,
    withdraw_from_reports,
)
from mnerctl.schema import Corpus, DataError, MnerctlError, Release, write_release
from mnerctl.schema.release.dehydrated import read_dehydrated
from mnerctl.schema.release.manifest import Withdrawn
from support.corpora import corpus_of, drawn_image, made_post
from support.pictures import jpeg
from support.published import mner_mi_folder, tree, twitter_folder
from support.sound_release import sound_release

KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\n"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    sound_release(folder)
    return folder / "sound"


@pytest.fixture
def release(frozen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen, tmp_path / "sound"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a key and a shell profile, which no test may change."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "key").write_bytes(KEY)
    (tmp_path / "home" / "profile").write_text("umask 022\n")
    return tmp_path / "home"


def post_of(release: Path) -> Withdrawn:
    id = json.loads((release / "train.jsonl").read_text().splitlines()[0])["id"]
    return Withdrawn(id=id, fate="withheld", reason="asked", date=date(2026, 5, 20))


def refused(act: Callable[[], object], *links: Path) -> None:
    """Check that a call is refused with a row for each link."""
    with pytest.raises(DataError) as caught:
        act()
    rows = [row for row in caught.value.problems if row.rule == "file-link"]
    assert [row.where for row in rows] == [str(link) for link in links]
    assert all(row.found.startswith("a link to ") for row in rows)


def test_a_split_is_not_rewritten_through_a_link(release: Path, home: Path) -> None:
    """The proof of the issue: the temporary name of a split led to a shell profile."""
    before = tree(home)
    link = release / ".train.jsonl.partial"
    link.symlink_to(home / "profile")
    refused(lambda: withdraw_from_release(release, [post_of(release)]), link)
    link.unlink()
    assert withdraw_from_release(release, [post_of(release)]).record_ids
    assert tree(home) == before


def test_nothing_is_deleted_through_a_linked_folder(release: Path, home: Path) -> None:
    """The proof of the issue: a notice removed a file outside, even with --dry-run."""
    name = sorted((release / "images").iterdir())[0].name
    withdraw_from_release(release, [post_of(release)])
    shutil.rmtree(release / "images")
    for removed in json.loads((release / "withdrawn.json").read_bytes())["removed"]:
        (home / Path(removed).name).write_bytes(KEY)
    (home / name).write_bytes(KEY)
    before = tree(home)
    (release / "images").symlink_to(home)
    for dry_run in (True, False):
        post = post_of(release)
        refused(
            lambda post=post, dry_run=dry_run: withdraw_from_release(
                release, [post], dry_run=dry_run
            ),
            release / "images",
        )
    assert tree(home) == before


@pytest.mark.parametrize(
    "name", ["images", "images/NAME", "train.jsonl", "manifest.json", "README.md"]
)
def test_a_release_with_a_link_is_not_read(release: Path, home: Path, name: str) -> None:
    link = release / name.replace("NAME", sorted((release / "images").iterdir())[0].name)
    if link.exists():
        link.rename(home / link.name)
    link.symlink_to(home / link.name)
    refused(lambda: Release.load(release), link)
    done = audit_release(release)
    assert [row.where for row in done.problems if row.rule == "file-link"] == [str(link)]
    assert "file-missing" not in {row.rule for row in done.problems}
    if name.startswith("images"):
        loaded = Release.read(release)
        names = {image for record in loaded.records() for image in record.images}
        gone = {image for image in names if not loaded.image_path(image).is_file()}
        assert gone == (names if name == "images" else {link.name})


def test_a_release_behind_a_link_of_the_user_is_read(release: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(release)
    assert Release.load(tmp_path / "latest").splits == Release.load(release).splits


@pytest.mark.parametrize("name", ["images", "images/1_0.jpg", "text", "text/MNER-MI_val.txt"])
def test_a_published_corpus_with_a_link_is_not_read(tmp_path: Path, home: Path, name: str) -> None:
    mner_mi_folder(tmp_path / "mi")
    (tmp_path / "mi" / "images").mkdir()
    (tmp_path / "mi" / "images" / "1_0.jpg").write_bytes(jpeg(1))
    link = tmp_path / "mi" / name
    link.rename(home / link.name)
    link.symlink_to(home / link.name)
    refused(lambda: Release.load(tmp_path / "mi"), link)
    done = audit_release(tmp_path / "mi")
    assert done.pictures == 0 and "file-link" in {row.rule for row in done.problems}


@pytest.mark.parametrize("name", ["train.txt", "images", "images/1.jpg", "1.jpg"])
def test_a_conll_corpus_with_a_link_is_not_read(tmp_path: Path, home: Path, name: str) -> None:
    twitter_folder(tmp_path / "twitter")
    if name.startswith("images"):
        (tmp_path / "twitter" / "images").mkdir()
    link = tmp_path / "twitter" / name
    if link.exists():
        link.rename(home / link.name)
    link.symlink_to(home / link.name if (home / link.name).exists() else home / "key")
    refused(lambda: Release.load(tmp_path / "twitter"), link)
    assert audit_release(tmp_path / "twitter").pictures == 0


def test_no_key_gets_into_a_merged_release(tmp_path: Path, home: Path) -> None:
    """The proof of the issue: a picture of a published corpus was a link to a key."""
    mi, plus = mner_mi_folder(tmp_path / "mi", part="MNER-UNI"), tmp_path / "plus"
    (mi / "twitter2017_images").mkdir()
    link = mi / "twitter2017_images" / "x.jpg"
    link.symlink_to(home / "key")
    twitter = Release.load(twitter_folder(tmp_path / "twitter"))
    refused(lambda: Release.load(mi), link)
    read = Release.read(mi)
    assert not read.image_path("twitter2017-x.jpg").exists()
    # a folder of pictures that the user names: the folder may be a link, a picture may not
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "1.jpg").symlink_to(home / "key")
    (tmp_path / "mine").symlink_to(tmp_path / "pictures")
    link.unlink()

    def merge() -> Release:
        return merge_plus(
            Release.load(mner_mi_folder(tmp_path / "first")),
            twitter,
            out=plus,
            version="1.0.0",
            created=date(2024, 5, 20),
            twitter_2017_images=tmp_path / "mine",
        )

    refused(merge, tmp_path / "mine" / "1.jpg")
    assert not plus.exists()
    (tmp_path / "pictures" / "1.jpg").unlink()
    (tmp_path / "pictures" / "1.jpg").write_bytes(jpeg(1))
    assert merge().image_path("twitter2017-1.jpg").read_bytes() == jpeg(1)


@pytest.mark.parametrize(
    "content", [KEY, b"", b"<!DOCTYPE html>", b"RIFF\0\0\0\0WAVE", b"\xff\xd8"]
)
def test_a_picture_of_a_release_begins_as_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1_0.jpg").write_bytes(content)
    splits = Release.load(mner_mi_folder(tmp_path / "mi")).splits
    with pytest.raises(DataError) as caught:
        write_release(
            tmp_path / "out",
            {"train": splits["train"]},
            name="made",
            version="1.0.0",
            tokenizer="tweet-1",
            image_source=lambda name: tmp_path / name,
            created=date(2024, 5, 20),
        )
    (row,) = caught.value.problems
    assert (row.rule, row.where) == ("image-broken", f"{tmp_path}/1_0.jpg")
    assert caught.value.message == (
        f"1 file is no picture; the first: {row.where}: begins with {content[:12]!r};"
        f" wanted a JPEG, PNG, WebP or GIF; nothing of {tmp_path}/out was kept"
    )
    assert not (tmp_path / "out").exists()


def test_a_corpus_with_a_link_is_not_opened(tmp_path: Path, home: Path) -> None:
    corpus = tmp_path / "corpus"
    with corpus_of(corpus, []) as opened:
        image = drawn_image(opened, 0, size=(9, 9), colour="red")
        opened.put_post(made_post("1", "hi", images=(image,)))
        path = opened.image_path(str(image.sha256), "png")
    places = (corpus / "corpus.db", corpus / "images", path.parent, corpus / "mnerctl.toml")
    for place in (*places, corpus / "fetch.lock", corpus / "agreement.json"):
        had = place.exists()
        if had:
            place.rename(tmp_path / "moved")
        place.symlink_to(tmp_path / "moved" if had else home / "nothing")
        for create in (False, True):
            refused(lambda place=place, create=create: Corpus.open(corpus, create=create), place)
        place.unlink()
        if had:
            (tmp_path / "moved").rename(place)
    (tmp_path / "mine").symlink_to(corpus)
    with Corpus.open(tmp_path / "mine") as opened:
        assert opened.stored_image(str(image.sha256), "png").is_file()
    content = path.read_bytes()
    path.unlink()
    path.symlink_to(home / "key")
    with Corpus.open(corpus) as opened:
        assert not opened.stored_image(str(image.sha256), "png").exists()
        with pytest.raises(DataError, match="a link is never written through"):
            opened.put_image(content, "png")
    assert (home / "key").read_bytes() == KEY and not (home / "nothing").exists()


def test_an_archive_with_a_link_is_not_read(tmp_path: Path, home: Path) -> None:
    sidecars = tmp_path / "gallery-dl" / "ada"
    sidecars.mkdir(parents=True)
    (sidecars / "1.jpg").symlink_to(home / "key")
    refused(lambda: open_archive(tmp_path / "gallery-dl"), sidecars / "1.jpg")
    posts = tmp_path / "posts.jsonl"
    posts.write_text("")
    media = tmp_path / "media"
    media.mkdir()
    (media / "1.jpg").symlink_to(home / "key")
    refused(lambda: open_archive(posts), media / "1.jpg")
    shutil.rmtree(media)
    media.symlink_to(home)
    refused(lambda: open_archive(posts), media)


def test_a_gallery_with_a_link_is_not_changed(release: Path, tmp_path: Path, home: Path) -> None:
    gallery = tmp_path / "gallery"
    write_gallery(Release.load(release), gallery, Facts())
    post, before = post_of(release), tree(home)
    partial = gallery / "data" / ".posts-0000.js.partial"
    partial.symlink_to(home / "profile")
    refused(lambda: withdraw_from_gallery(gallery, {post.id}), partial)
    partial.unlink()
    (gallery / "images").rename(home / "images")
    (gallery / "images").symlink_to(home / "images")
    refused(lambda: withdraw_from_gallery(gallery, {post.id}), gallery / "images")
    shutil.rmtree(home / "images")
    assert tree(home) == before


def test_a_reports_folder_with_a_link_is_not_searched(tmp_path: Path, home: Path) -> None:
    reports, before = tmp_path / "reports", tree(home)
    (reports / "inner").mkdir(parents=True)
    (reports / "inner" / "predictions.jsonl").symlink_to(home / "profile")
    refused(lambda: withdraw_from_reports(reports, {"1"}), reports / "inner" / "predictions.jsonl")
    assert tree(home) == before


def test_a_report_with_a_link_is_not_read(tmp_path: Path, home: Path) -> None:
    pytest.importorskip("torch", reason="needs mnerctl[train]")
    from mnerctl.model.comparison.asked_row import read_ask_report
    from mnerctl.model.gate.earlier_report import read_earlier_report
    from mnerctl.model.systems import SYSTEMS
    from mnerctl.model.systems.preset import PRESETS

    report = tmp_path / "report"
    report.mkdir()
    link = report / "report.json"
    link.symlink_to(home / "key")
    preset, system = PRESETS["quick"], SYSTEMS["bert-crf"]
    refused(lambda: read_earlier_report(report, system=system, preset=preset), link)
    refused(lambda: read_ask_report(report, Release("made", tmp_path, {}, Path)), link)


def test_a_pipe_in_a_release_is_no_picture(release: Path) -> None:
    picture = sorted((release / "images").iterdir())[0]
    picture.unlink()
    os.mkfifo(picture)
    assert not Release.read(release).image_path(picture.name).exists()
    rows = audit_release(release).problems
    assert ("file-missing", str(picture)) in {(row.rule, row.where) for row in rows}


def test_other_readers_of_a_release_refuse_links(release: Path, tmp_path: Path, home: Path) -> None:
    dry = tmp_path / "dry"
    dehydrate(Release.load(release), dry)
    for folder in (release, dry):
        (folder / "dev.jsonl").rename(home / folder.name)
        (folder / "dev.jsonl").symlink_to(home / folder.name)
    refused(lambda: read_dehydrated(dry), dry / "dev.jsonl")
    refused(lambda: input_files([release]), release / "dev.jsonl")
    refused(lambda: earlier_splits([release]), release / "dev.jsonl")


def test_no_writer_goes_through_a_link(release: Path, tmp_path: Path, home: Path) -> None:
    loaded = Release.load(release)
    out, before = tmp_path / "out", tree(home)
    out.symlink_to(home / "new")
    for write in (
        lambda: write_gallery(loaded, out, Facts()),
        lambda: dehydrate(loaded, out),
        lambda: export_release(loaded, out, format="jsonl"),
    ):
        with pytest.raises(MnerctlError, match="a link is never written through"):
            write()
    assert tree(home) == before


def test_a_model_with_a_link_is_not_loaded(tmp_path: Path, home: Path) -> None:
    pytest.importorskip("torch", reason="needs mnerctl[train]")
    from mnerctl.model.systems.saved_model import SavedModel

    (tmp_path / "report" / "model").mkdir(parents=True)
    (tmp_path / "report" / "model" / "mnerctl.json").write_text("{}")
    link = tmp_path / "report" / "model" / "vocabulary.json"
    link.symlink_to(home / "key")
    for folder in (tmp_path / "report", tmp_path / "report" / "model"):
        refused(lambda folder=folder: SavedModel(folder), link)
