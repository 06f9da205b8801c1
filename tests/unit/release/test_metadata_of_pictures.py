"""No way out of a corpus lets metadata of pictures through, and every hash is still found."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mnerctl.release import (
    RecordSources,
    audit_release,
    build_release,
    dehydrate,
    export_release,
    merge_plus,
    rehydrate,
)
from mnerctl.release.audit.pictures import read_pictures
from mnerctl.release.export.export import FORMATS
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import write_gallery
from mnerctl.release.leaks.leaks import corpus_leaks
from mnerctl.release.lifecycle.rehydrate import RehydrateResult
from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.release.stats.diff import diff_releases
from mnerctl.schema import Corpus, DataError, Gold, Image, Release, Span
from mnerctl.schema.release.dehydrated import read_dehydrated
from mnerctl.schema.release.manifest import Withdrawn
from support.corpora import corpus_of, made_post
from support.made_release import change_manifest
from support.metadata import (
    SECRETS,
    camera_gif,
    camera_jpeg,
    camera_png,
    camera_webp,
    shown,
)
from support.pictures import jpeg
from support.published import mner_mi_folder, tree, twitter_folder
from support.sound_release import make_manifest_right

TODAY = date(2026, 11, 23)
IDS = [f"179000000000000000{number}" for number in range(3)]
ENDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
PICTURES = {
    IDS[0]: [(camera_jpeg(1), "jpg"), (camera_png(2), "png")],
    IDS[1]: [(camera_webp(3), "webp"), (camera_gif(4), "gif")],
    IDS[2]: [(jpeg(5), "jpg"), (camera_jpeg(6, progressive=True), "jpg")],
}
ORIGINALS = {
    f"images/{id}_{position}.{end}": hashlib.sha256(content).hexdigest()
    for id, pictures in PICTURES.items()
    for position, (content, end) in enumerate(pictures)
}
CLEAN = f"images/{IDS[2]}_0.jpg"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """Three posts; all pictures but one have personal data in every place."""
    with corpus_of(tmp_path / "corpus", []) as opened:
        for id, pictures in PICTURES.items():
            images = [
                Image(
                    position=position,
                    status="ok",
                    media_type=ENDS[end],  # type: ignore[arg-type]
                    sha256=opened.put_image(content, end),
                )
                for position, (content, end) in enumerate(pictures)
            ]
            opened.put_post(made_post(id, f"Ada {id} in Rome", images=tuple(images)))
            opened.settle(id, "kept")
        yield opened


def build(corpus: Corpus, out: Path, version: str = "1.0.0") -> Release:
    """Freeze a release of the corpus."""
    gold = {
        post.id: Gold(post_id=post.id, text=post.text, spans=(Span(0, 3, "PER"),), how="agreed")
        for post in corpus.kept_posts()
    }
    return build_release(
        corpus,
        gold,
        {IDS[0]: "train", IDS[1]: "dev", IDS[2]: "test"},
        out=out,
        name="made",
        version=version,
        created=TODAY,
        seed=None,
    ).release


def of_before(release: Release, corpus: Corpus, folder: Path) -> Release:
    """Return a copy of a release with the original pictures, as it was before this rule."""
    shutil.copytree(release.folder, folder)
    for name in (folder / "images").iterdir():
        for post in corpus.kept_posts():
            for image in post.images:
                if name.name.startswith(f"{post.id}_{image.position}."):
                    assert image.sha256
                    original = corpus.image_path(image.sha256, image.extension)
                    name.write_bytes(original.read_bytes())
    change_manifest(folder, lambda content: content.pop("stripped"))
    make_manifest_right(folder)
    return Release.load(folder)


def secrets_in(folder: Path) -> list[str]:
    """Return the files below a folder that contain one of the secrets."""
    contents = {name: content for name, content in tree(folder).items() if content}
    return [name for name, content in contents.items() if any(one in content for one in SECRETS)]


def restored(release: Release, sources: RecordSources, folder: Path) -> RehydrateResult:
    """Dehydrate a release and restore it from the sources."""
    dehydrate(release, folder / f"dry-{release.folder.name}")
    about, splits = read_dehydrated(folder / f"dry-{release.folder.name}")
    out = folder / f"again-{release.folder.name}"
    return rehydrate(about, splits, sources, out=out, today=TODAY)


def test_a_built_release_has_no_personal_data(corpus: Corpus, tmp_path: Path) -> None:
    """The proof of the issue: a position and a serial number were in a published release."""
    assert secrets_in(tmp_path / "corpus"), "the corpus keeps what was collected"
    release = build(corpus, tmp_path / "1.0.0")
    assert secrets_in(release.folder) == []
    for id, pictures in PICTURES.items():
        for position, (content, end) in enumerate(pictures):
            released = release.image_path(f"{id}_{position}.{end}").read_bytes()
            assert shown(released) == shown(content)


def test_the_manifest_has_the_new_checksums_and_the_originals(
    corpus: Corpus, tmp_path: Path
) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    manifest = json.loads((release.folder / "manifest.json").read_bytes())
    assert manifest["stripped"] == {
        "rule": "metadata-1",
        "originals": {name: one for name, one in ORIGINALS.items() if name != CLEAN},
    }
    assert Release.load(release.folder).problems == ()
    changed = {name for name, one in ORIGINALS.items() if manifest["files"][name]["sha256"] != one}
    assert changed == ORIGINALS.keys() - {CLEAN}
    assert tree(build(corpus, tmp_path / "again").folder) == tree(release.folder)


def test_the_audit_finds_metadata(corpus: Corpus, tmp_path: Path) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    rules = {"image-metadata", "image-stripped"}
    assert not rules & {row.rule for row in audit_release(release.folder).problems}
    before = of_before(release, corpus, tmp_path / "before")
    rows = [row for row in audit_release(before.folder).problems if row.rule in rules]
    assert {(row.level, row.rule) for row in rows} == {("warning", "image-metadata")}
    assert len(rows) == len(ORIGINALS) - 1
    first = f"{IDS[0]}_0.jpg has GPS position, camera serial number, name of a person, "
    assert rows[0].found.startswith(first)
    assert not any(secret.decode("latin-1") in str(rows) for secret in SECRETS)
    change_manifest(before.folder, lambda content: content.update(stripped={"originals": {}}))
    again = [row for row in audit_release(before.folder).problems if row.rule in rules]
    assert {(row.level, row.rule) for row in again} == {("error", "image-stripped")}


def test_a_release_comes_back_byte_for_byte_from_the_original_pictures(
    corpus: Corpus, tmp_path: Path
) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    result = restored(release, RecordSources(corpus, []), tmp_path)
    assert result.is_complete
    assert tree(result.release.folder) == tree(release.folder)
    before = of_before(release, corpus, tmp_path / "before")
    shutil.rmtree(tmp_path / "dry-1.0.0"), shutil.rmtree(tmp_path / "again-1.0.0")
    for source in (release, before):
        again = restored(release, RecordSources(None, [source]), tmp_path)
        assert again.is_complete
        assert tree(again.release.folder) == tree(release.folder)
        shutil.rmtree(tmp_path / "dry-1.0.0"), shutil.rmtree(tmp_path / "again-1.0.0")


def test_a_release_of_before_comes_back_without_metadata(corpus: Corpus, tmp_path: Path) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    before = of_before(release, corpus, tmp_path / "before")
    for sources in (RecordSources(corpus, []), RecordSources(None, [release])):
        result = restored(before, sources, tmp_path)
        assert [(one.outcome, one.detail) for one in result.outcomes] == [
            ("image_stripped", f"{IDS[0]}_0.jpg, {IDS[0]}_1.png"),
            ("image_stripped", f"{IDS[1]}_0.webp, {IDS[1]}_1.gif"),
            ("image_stripped", f"{IDS[2]}_1.jpg"),
        ]
        assert secrets_in(result.release.folder) == []
        manifest = result.release.manifest
        assert manifest is not None and manifest.version == "1.0.0+partial"
        assert manifest.stripped is not None
        assert manifest.stripped.originals == {n: s for n, s in ORIGINALS.items() if n != CLEAN}
        shutil.rmtree(tmp_path / "dry-before"), shutil.rmtree(result.release.folder)


def test_a_release_of_before_without_metadata_comes_back_byte_for_byte(
    corpus: Corpus, tmp_path: Path
) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    change_manifest(release.folder, lambda content: content.pop("stripped"))
    loaded = Release.load(release.folder)
    result = restored(loaded, RecordSources(None, [loaded]), tmp_path)
    assert result.is_complete
    assert tree(result.release.folder).keys() == tree(release.folder).keys()
    written = json.loads((result.release.folder / "manifest.json").read_bytes())
    assert written == json.loads((release.folder / "manifest.json").read_bytes())


def test_a_withdrawal_finds_both_hashes(corpus: Corpus, tmp_path: Path) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    manifest = release.manifest
    assert manifest is not None
    post = Withdrawn(id=IDS[0], fate="withheld", reason="asked", date=TODAY)
    result = withdraw_from_release(release.folder, [post])
    names = [name for name in ORIGINALS if IDS[0] in name]
    assert result.image_hashes == {
        *(ORIGINALS[name] for name in names),
        *(manifest.files[name].sha256 for name in names),
    }
    left = Release.load(release.folder).manifest
    assert left is not None and left.stripped is not None
    assert left.stripped.originals.keys() == ORIGINALS.keys() - {CLEAN, *names}


def test_a_deleted_post_is_looked_for_under_both_hashes(corpus: Corpus, tmp_path: Path) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    manifest = release.manifest
    assert manifest is not None
    with corpus.transaction():
        corpus.bury(IDS[0], "gone", "not found")
    names = [name for name in ORIGINALS if IDS[0] in name]
    assert corpus.unfinished_hashes() == {
        *(ORIGINALS[name] for name in names),
        *(manifest.files[name].sha256 for name in names),
    }


def test_a_picture_is_the_same_with_and_without_metadata(corpus: Corpus, tmp_path: Path) -> None:
    """A release of before and one of today are compared: all pictures leak, and none has changed."""
    release = build(corpus, tmp_path / "1.0.0")
    before = of_before(release, corpus, tmp_path / "before")
    read = [read_pictures(one, lambda done, total: None) for one in (release, before)]
    leaks = corpus_leaks(release, before, *read)
    assert sum(leak.kind == "image" for leak in leaks) >= len(IDS)
    assert not [leak for leak in leaks if leak.kind == "near-image"]
    diff = diff_releases(before, release)
    assert diff.changed == ()


def test_a_merge_drops_metadata_and_keeps_the_first_hash(corpus: Corpus, tmp_path: Path) -> None:
    release = build(corpus, tmp_path / "1.0.0")
    twitter_folder(tmp_path / "twitter", train=["IMGID:1", "Ada\tB-PER"])
    (tmp_path / "twitter" / "1.jpg").write_bytes(camera_jpeg(9))
    out = tmp_path / "plus"
    twitter = Release.load(tmp_path / "twitter")
    merged = merge_plus(release, twitter, out=out, version="1.0.0", created=TODAY)
    assert secrets_in(out) == []
    assert merged.manifest is not None and merged.manifest.stripped is not None
    assert merged.manifest.stripped.originals == {
        **{name: one for name, one in ORIGINALS.items() if name != CLEAN},
        "images/twitter2017-1.jpg": hashlib.sha256(camera_jpeg(9)).hexdigest(),
    }


@pytest.mark.parametrize("format", FORMATS)
def test_no_export_has_metadata(corpus: Corpus, tmp_path: Path, format: str) -> None:
    """Exports of a release of before, and of a published corpus, have none either."""
    before = of_before(build(corpus, tmp_path / "1.0.0"), corpus, tmp_path / "before")
    done = export_release(before, tmp_path / "out", format=format, with_content=True)
    assert secrets_in(done.folder) == []


def test_a_damaged_picture_is_not_exported(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path / "mi")
    release = Release.load(tmp_path / "mi")
    name = next(name for record in release.records() for name in record.images)
    path = release.image_path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff\x05 no picture")
    with pytest.raises(DataError) as caught:
        export_release(release, tmp_path / "out", format="mner-mi")
    assert caught.value.message == (
        f"{path}: marker 0x05 at byte 3; wanted a JPEG, PNG, WebP or GIF, to export it without metadata"
    )


def test_no_gallery_has_metadata(corpus: Corpus, tmp_path: Path) -> None:
    before = of_before(build(corpus, tmp_path / "1.0.0"), corpus, tmp_path / "before")
    assert write_gallery(before, tmp_path / "gallery", Facts()).thumbnails == len(ORIGINALS)
    assert secrets_in(tmp_path / "gallery") == []
