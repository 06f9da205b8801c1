"""An export is made again without a withdrawn post, in every format; nothing else in its folder changes."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from mnerctl.release import FORMATS, export_release
from mnerctl.release.export.withdraw import withdraw_from_export
from mnerctl.release.lifecycle.held import Held, still_held
from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.schema import DataError, Record, Release
from mnerctl.schema.corpus.card_facts import CardFacts
from mnerctl.schema.release.export_record import RECORD
from mnerctl.schema.release.manifest import Withdrawn
from support.published import tree
from support.sound_release import sound_release
from support.stepwise import Steps, killed_at, stepping

FACTS = CardFacts(title="Sound posts", contact="a@example.org")


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    sound_release(folder)
    return folder / "sound"


@pytest.fixture
def release(frozen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen, tmp_path / "sound"))


def exported(release: Path, name: str, format: str = "conll", **options: bool) -> Path:
    out = release.with_name(name)
    export_release(Release.load(release), out, format=format, facts=FACTS, **options)
    return out


def withdraw_first(release: Path) -> Record:
    record = Release.load(release).splits["train"][0]
    gone = Withdrawn(id=record.id, fate="withheld", reason="asked", date=date(2026, 5, 20))
    withdraw_from_release(release, [gone])
    return record


def bytes_of(folder: Path) -> bytes:
    return b"".join(content for content in tree(folder).values() if content)


@pytest.mark.parametrize("format", [*FORMATS, "hub with content"])
def test_it_is_as_if_it_had_been_made_afterwards(release: Path, format: str) -> None:
    if format in ("parquet", "croissant", "hub with content"):
        pytest.importorskip("pyarrow")
    name, _, with_content = format.partition(" ")
    out = exported(release, "out", name, with_content=bool(with_content))
    (out / "notes.txt").write_text("my own file")
    before = tree(out)
    record = withdraw_first(release)
    assert record.id.encode() in bytes_of(out)
    assert withdraw_from_export(out, [release], {record.id}, dry_run=True) == 1
    assert tree(out) == before
    assert still_held([release.parent], {record.id}) == [Held(out, "export", 1)]
    assert withdraw_from_export(out, [release], {record.id}) == 1
    fresh = exported(release, "fresh", name, with_content=bool(with_content))
    assert tree(out) == {**tree(fresh), "notes.txt": b"my own file"}
    if name != "hub":  # there the manifest lists what was withdrawn
        assert record.id.encode() not in bytes_of(out)
    assert withdraw_from_export(out, [release], {record.id}) == 0
    assert still_held([release.parent], {record.id}) == []
    assert sorted(path.name for path in release.parent.iterdir()) == [
        *(".lock-out", ".lock-sound", "fresh", "out", "sound"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="kills a forked process")
def test_a_killed_call_is_finished_by_the_next(release: Path) -> None:
    before = exported(release, "before")
    record = withdraw_first(release)
    fresh = tree(exported(release, "fresh"))
    steps, step = Steps(), 0
    with stepping(steps):
        is_killed = True
        while is_killed:
            out, step = release.with_name(f"out-{step}"), step + 1
            shutil.copytree(before, out)

            def again(out: Path = out) -> None:
                withdraw_from_export(out, [release], {record.id})

            is_killed = killed_at(steps, step, again)
            again()
            assert tree(out) == fresh
    assert step > 10


def changed(out: Path, **values: object) -> None:
    record = json.loads((out / RECORD).read_bytes())
    (out / RECORD).write_text(json.dumps(record | values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"manifest_sha256": "0" * 64}, "an export of sound 1.0.0, which is not among the given"),
        ({"to": "odd"}, "an export as 'odd', which this version of mnerctl does not write"),
        (
            {"files": ["../sound/manifest.json"]},
            "only an export that mnerctl made can be made again",
        ),
        ({"files": ["/etc/passwd"]}, "only an export that mnerctl made can be made again"),
    ],
)
def test_a_record_of_strangers_reaches_no_other_file(
    release: Path, values: dict[str, object], message: str
) -> None:
    out = exported(release, "out")
    changed(out, **values)
    record = withdraw_first(release)
    before = tree(release.parent)
    with pytest.raises(DataError, match=message):
        withdraw_from_export(out, [release], {record.id})
    assert tree(release.parent).items() <= (before | {".lock-out": b"", ".lock-sound": b""}).items()


def test_an_export_of_a_published_corpus_has_no_record(release: Path) -> None:
    published = exported(release, "published", "mner-mi")
    (published / RECORD).unlink()
    out = exported(published, "out")
    assert not (out / RECORD).exists()
    with pytest.raises(DataError, match="No such file or directory; only an export"):
        withdraw_from_export(out, [release], {"1"})
