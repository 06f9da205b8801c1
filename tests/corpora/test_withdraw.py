"""A withdrawn post leaves no byte in release, galleries, reports and vectors; the rest stays valid."""

from __future__ import annotations

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from mnerctl.model.inputs.forget import forget_rows
from mnerctl.model.inputs.picture_cache import VECTORS, forget_vectors
from mnerctl.release import audit_release, dehydrate, export_release, merge_plus
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import chunk_name, read_data_script, write_gallery
from mnerctl.release.lifecycle.held import Held, still_held
from mnerctl.release.lifecycle.withdraw import WithdrawResult, withdraw_from_release, withdrawn_ids
from mnerctl.release.lifecycle.withdraw_derived import withdraw_from_gallery, withdraw_from_reports
from mnerctl.release.stats.diff import diff_releases
from mnerctl.schema import DataError, Record, Release, write_release
from mnerctl.schema.release.manifest import Withdrawn
from mnerctl.schema.release.withdrawal_notice import NOTICE
from support.published import twitter_folder
from support.sound_release import sound_release
from support.stepwise import Steps, killed_at, stepping

DAY = date(2026, 5, 20)
URL = "https://x.com/ben/status/12"


def requests(*ids: str) -> list[Withdrawn]:
    return [Withdrawn(id=id, fate="withheld", reason="asked", date=DAY) for id in ids]


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    sound_release(folder)
    return folder / "sound"


@pytest.fixture
def release(frozen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen, tmp_path / "sound"))


def first(folder: Path) -> Record:
    return Release.load(folder).splits["train"][0]


def unique_words(record: Record) -> bytes:
    """Return the part of the text that no other post has."""
    return str(record.raw).partition(":")[2].encode()


def test_no_byte_of_the_post_is_left_and_the_rest_is_sound(release: Path, frozen: Path) -> None:
    record = first(release)
    assert unique_words(record) in bytes_of(release)
    pictures = [(release / "images" / name).read_bytes() for name in record.images]
    result = withdraw_from_release(release, requests(record.id, "77"))
    assert result.post_ids == result.record_ids == (record.id,)
    assert len(result.image_hashes) == len(pictures)
    left = bytes_of(release)
    assert unique_words(record) not in left and not any(one in left for one in pictures)
    assert (release / "manifest.json").read_bytes() == (frozen / "manifest.json").read_bytes()
    read = Release.load(release)
    assert [row.rule for row in read.problems] == ["withdrawal-notice"]
    assert sum(1 for _ in read.records()) == 39 and read.manifest is not None
    assert read.manifest.records == {"train": 23, "dev": 8, "test": 8}
    audit = audit_release(release)
    assert audit.is_fit and {row.rule for row in audit.problems} == {"withdrawal-notice"}
    (row,) = audit.problems
    assert (row.level, row.found) == ("note", "1 post was withdrawn after it was frozen")
    assert withdrawn_ids(release) == {record.id}
    found = diff_releases(Release.load(frozen), read)
    assert [(one.id, one.withdrawn) for one in found.removed] == [
        (record.id, requests(record.id)[0])
    ]
    assert (len(found.changed), found.withdrawn) == (0, tuple(requests(record.id)))


def test_by_url_then_again_then_another_post(release: Path) -> None:
    records = list(Release.load(release).records())
    post = records[3].url.rpartition("/")[2]
    removed = withdraw_from_release(release, requests(post))
    assert removed.record_ids == (records[3].id,)
    notice = (release / NOTICE).read_bytes()
    assert withdraw_from_release(release, requests(post)) == WithdrawResult(
        image_hashes=removed.image_hashes
    )
    assert (release / NOTICE).read_bytes() == notice
    assert withdraw_from_release(release, requests(records[30].id)).record_ids == (records[30].id,)
    read = Release.load(release)
    assert read.manifest is not None and sum(1 for _ in read.records()) == 38
    assert [one.id for one in read.manifest.withdrawn] == [post, records[30].id]


def test_a_dry_run_changes_nothing(release: Path) -> None:
    before = bytes_of(release)
    assert withdraw_from_release(release, requests(first(release).id), dry_run=True).record_ids
    assert bytes_of(release) == before


def test_the_next_call_finishes_one_killed_after_the_notice(release: Path, frozen: Path) -> None:
    record = first(release)
    removed = withdraw_from_release(release, requests(record.id))
    after = {path.name: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    shutil.copy(frozen / "train.jsonl", release)  # the state right after the notice was written
    shutil.copy(frozen / "images" / record.images[0], release / "images")
    with pytest.raises(DataError, match=r"errors? in its files"):
        Release.load(release)
    again = withdraw_from_release(release, requests(record.id))
    assert again == WithdrawResult(image_hashes=removed.image_hashes, unfinished=2)
    assert {p.name: p.read_bytes() for p in release.rglob("*") if p.is_file()} == after


def test_a_file_that_somebody_changed_is_refused(release: Path) -> None:
    record = first(release)
    withdraw_from_release(release, requests(record.id))
    path = release / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"number", b"figure", 1))
    before = path.read_bytes()
    with pytest.raises(DataError, match="changed since the release was frozen"):
        withdraw_from_release(release, requests(first_id_of(release)))
    assert path.read_bytes() == before


def first_id_of(release: Path) -> str:
    with (release / "dev.jsonl").open() as lines:
        return str(json.loads(next(lines))["id"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"manifest_sha256": "0" * 64}, "belongs to the manifest 000000000000"),
        (
            {"files": {"../x": {"bytes": 1, "sha256": "0" * 64}}},
            "changes files that are not splits",
        ),
        ({"removed": ["../../etc/passwd"]}, "removes files that are not images"),
        ({"removed": ["train.jsonl"]}, "removes files that are not images"),
        ({"posts": 7}, "posts = 7"),
    ],
)
def test_a_notice_of_another_release_is_refused(
    release: Path, change: dict[str, object], message: str
) -> None:
    withdraw_from_release(release, requests(first(release).id))
    notice = json.loads((release / NOTICE).read_bytes())
    (release / NOTICE).write_text(json.dumps(notice | change))
    with pytest.raises(DataError, match=message):
        Release.load(release)
    with pytest.raises(DataError, match=message):
        withdraw_from_release(release, requests("1"))
    assert not audit_release(release).is_fit


def test_a_published_corpus_is_not_changed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no manifest\.json; only a release that mnerctl froze"):
        withdraw_from_release(tmp_path, requests("1"))


def test_a_gallery(release: Path, tmp_path: Path) -> None:
    read = Release.load(release)
    record = first(release)
    gallery = write_gallery(read, tmp_path / "gallery", Facts()).folder
    _, posts = read_data_script(gallery / chunk_name(0))
    thumbnails = [(gallery / one["source"]).read_bytes() for one in posts[0]["pictures"]]
    before = bytes_of(gallery)
    assert withdraw_from_gallery(gallery, {record.id}, dry_run=True) == 1
    assert bytes_of(gallery) == before
    assert withdraw_from_gallery(gallery, {record.id}) == 1
    left = bytes_of(gallery)
    assert b"number 1:" not in left and record.id.encode() not in left
    assert not any(one in left for one in thumbnails)
    assert [
        place for place, p in enumerate(read_data_script(gallery / chunk_name(0))[1]) if not p
    ] == [0]
    assert [
        p
        for p, row in enumerate(read_data_script(gallery / "data/index.js")[1]["posts"])
        if not row
    ] == [0]
    assert withdraw_from_gallery(gallery, {record.id}) == 0
    with pytest.raises(DataError, match="not a gallery that mnerctl made"):
        withdraw_from_gallery(release, {"1"})


def test_reports(tmp_path: Path) -> None:
    """Ids match as whole words: 12 is not in 123. A file that still names the post is reported."""
    (tmp_path / "deep").mkdir()
    lines = [
        '{"id": "12", "spans": [{"text": "Beeblebrox"}]}',
        '{"post_id": 12, "text": "Beeblebrox"}',
        '{"id": "123", "text": "12 monkeys"}',
        "no json",
        '{"id": "x", "url": "https://x.com/ada/status/12", "t": "Beeblebrox"}',
    ]
    (tmp_path / "deep/predictions.test.jsonl").write_text("\n".join(lines) + "\n")
    page = (
        "<html><p>12</p><article><p>Beeblebrox</p><small>12</small></article><article>123</article>"
    )
    (tmp_path / "report.html").write_text(page)
    (tmp_path / "report.md").write_text("nothing of it: 123, a12")
    (tmp_path / "model.safetensors").write_bytes(b"12 \xff")
    dry = withdraw_from_reports(tmp_path, {"12"}, dry_run=True)
    assert (tmp_path / "report.html").read_text() == page
    found = withdraw_from_reports(tmp_path, {"12"})
    assert found == dry
    assert (found.lines, found.examples) == (3, 1)
    assert found.still_named == (
        tmp_path / "deep/predictions.test.jsonl", tmp_path / "report.html",
    )  # fmt: skip
    assert (tmp_path / "deep/predictions.test.jsonl").read_text() == "\n".join(lines[2:4]) + "\n"
    assert (tmp_path / "report.html").read_text() == "<html><p>12</p><article>123</article>"
    assert b"Beeblebrox" not in bytes_of(tmp_path)
    assert withdraw_from_reports(tmp_path, set()) == (0, 0, ())


def test_cached_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path))
    assert (forget_vectors([]), forget_vectors(["ab" * 32], dry_run=True)) == (0, 0)
    assert list(tmp_path.iterdir()) == []
    database = sqlite3.connect(tmp_path / "features.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(
        "CREATE TABLE vectors (encoder TEXT, sha256 BLOB, vector BLOB, PRIMARY KEY (encoder, sha256))"
        " WITHOUT ROWID"
    )
    for encoder in ("one", "two"):
        for key in (b"\xab" * 32, b"\xcd" * 32):
            vector = b"VECTOR-%b-%b" % (encoder.encode(), key[:1].hex().encode())
            database.execute("INSERT INTO vectors VALUES (?, ?, ?)", (encoder, key, vector))
    assert forget_vectors(["ab" * 32], dry_run=True) == 2
    assert b"VECTOR-one-ab" in bytes_of(tmp_path)
    assert forget_vectors(["ab" * 32, "ef" * 32]) == 2
    left = bytes_of(tmp_path)
    assert b"-ab" not in left
    assert database.execute("SELECT key FROM forgotten ORDER BY key").fetchall() == [
        (b"\xab" * 32,), (b"\xef" * 32,),
    ]  # fmt: skip
    assert b"VECTOR-one-cd" in left and b"VECTOR-two-cd" in left
    row = ("one", b"\xab" * 32, b"VECTOR-one-ab")  # of a run that read the picture before
    database.execute("INSERT INTO vectors VALUES (?, ?, ?)", row)
    assert database.execute("SELECT count(*) FROM vectors").fetchone() == (2,)
    database.close()


def test_withdrawals_at_once_lose_no_notice(release: Path, tmp_path: Path) -> None:
    read = Release.load(release)
    gallery = write_gallery(read, tmp_path / "gallery", Facts()).folder
    ids = [record.id for record in read.records()][::6]
    with ThreadPoolExecutor(len(ids)) as pool:
        taken = list(pool.map(lambda one: withdraw_from_release(release, requests(one)), ids))
        counts = list(pool.map(lambda one: withdraw_from_gallery(gallery, {one}), ids))
    assert [one.post_ids for one in taken] == [(one,) for one in ids]
    assert counts == [1] * len(ids)
    assert withdrawn_ids(release) == set(ids)
    assert audit_release(release).is_fit
    assert not any(one.encode() in bytes_of(gallery) for one in ids)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock-gallery", ".lock-sound", "gallery", "sound",
    ]  # fmt: skip


@pytest.mark.parametrize("make", ["gallery", "export", "dehydrate", "merge"])
def test_what_is_made_while_a_post_is_withdrawn_is_not_kept(
    release: Path, tmp_path: Path, make: str
) -> None:
    read = Release.load(release)
    withdraw_from_release(release, requests(first_id_of(release)))
    out = tmp_path / "out"
    with pytest.raises(DataError, match="a post was withdrawn from it while this command ran"):
        if make == "gallery":
            write_gallery(read, out, Facts())
        elif make == "export":
            export_release(read, out, format="jsonl")
        elif make == "dehydrate":
            dehydrate(read, out)
        else:
            other = Release.load(twitter_folder(tmp_path / "twitter"))
            merge_plus(read, other, out=out, version="1.0.0", created=DAY)
    assert not out.exists() and not list(tmp_path.glob(".out*"))


def test_the_notice_names_records_that_were_withdrawn_by_their_post(release: Path) -> None:
    """A killed call has to find them in reports and answers when the release has them no more."""
    folder = write_release(
        release.parent / "merged",
        {"train": [first(release).model_copy(update={"id": "t-1", "url": URL})], "dev": [], "test": []},
        name="merged", version="1.0.0", tokenizer="t", created=DAY,
        image_source=lambda name: release / "images" / name,
    ).folder  # fmt: skip
    taken = withdraw_from_release(folder, requests("12"))
    assert (taken.post_ids, taken.record_ids) == (("12",), ("t-1",))
    notice = json.loads((folder / NOTICE).read_bytes())
    assert notice["record_ids"] == ["t-1"]
    assert notice["posts"][0]["reason"] == "asked"
    again = withdraw_from_release(folder, requests("12"))
    assert (again.earlier_ids, again.image_hashes) == ({"t-1"}, taken.image_hashes)


def test_the_notice_does_not_name_the_author(release: Path) -> None:
    request = requests(first(release).id)[0].model_copy(update={"reason": "asked by @Ada"})
    withdraw_from_release(release, [request])
    assert (
        json.loads((release / NOTICE).read_bytes())["posts"][0]["reason"] == "asked by (the author)"
    )


def test_a_killed_deletion_from_the_cache_is_finished_and_nothing_comes_back(
    tmp_path: Path,
) -> None:
    """It is killed after the rows are deleted and before the file is written again."""
    path = tmp_path / "cache.db"
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("CREATE TABLE vectors (sha256 BLOB PRIMARY KEY, vector BLOB)")
        database.execute("INSERT INTO vectors VALUES ('a', 'VECTOR-a'), ('b', 'VECTOR-b')")
        steps = Steps()
        with stepping(steps):
            assert killed_at(steps, 5, lambda: _forget(path))
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert forget_rows(path, VECTORS, ["a"]) == 0
        assert database.execute("PRAGMA user_version").fetchone() == (0,)
        assert b"VECTOR-a" not in path.read_bytes() and b"VECTOR-b" in path.read_bytes()
        database.execute("INSERT OR IGNORE INTO vectors VALUES ('a', 'VECTOR-a')")
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
    database.close()


def test_a_vector_is_kept_out_of_a_cache_that_did_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training has read the release, and makes the cache only after the withdrawal."""
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    assert forget_vectors(["ab" * 32]) == 0
    with sqlite3.connect(tmp_path / "cache" / "features.db", isolation_level=None) as database:
        database.execute(VECTORS.create)
        for key in (b"\xab" * 32, b"\xcd" * 32):
            database.execute("INSERT OR IGNORE INTO vectors VALUES ('one', ?, 'v')", (key,))
        assert database.execute("SELECT sha256 FROM vectors").fetchall() == [(b"\xcd" * 32,)]
    database.close()
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "file"))
    assert forget_vectors(["ab" * 32]) == 0


def _forget(path: Path) -> None:
    forget_rows(path, VECTORS, ["a"])


def test_folders_beside_that_still_have_a_post_are_named(release: Path, tmp_path: Path) -> None:
    read, record = Release.load(release), first(release)
    gallery = write_gallery(read, tmp_path / "gallery", Facts()).folder
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "manifest.json").write_text("[]")
    (tmp_path / "odd" / "train.jsonl").write_text("no JSON")
    assert still_held([tmp_path, tmp_path], {record.id}) == [
        Held(gallery, "gallery", 1),
        Held(release, "release", 1),
    ]
    withdraw_from_release(release, requests(record.id))
    withdraw_from_gallery(gallery, {record.id})
    assert still_held([tmp_path], {record.id}) == []


@pytest.mark.parametrize("format", ["jsonl", "conll", "mner-mi", "parquet"])
def test_exports_that_have_a_post_are_reported(release: Path, tmp_path: Path, format: str) -> None:
    record = first(release)
    export_release(Release.load(release), tmp_path / "export", format=format)
    assert withdraw_from_reports(tmp_path / "export", {record.id}, dry_run=True).still_named
    assert not withdraw_from_reports(tmp_path / "export", {"12345"}).still_named
