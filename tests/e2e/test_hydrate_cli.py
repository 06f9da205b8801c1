"""Run `release dehydrate`, `fetch` and `release rehydrate` while X loses and changes posts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.schema import Corpus, Gold, Release, Span
from support.command import run
from support.pictures import jpeg
from support.published import tree
from support.x_server import XServer

pytestmark = pytest.mark.e2e
IDS = [str(1_790_000_000_000_000_000 + number) for number in range(5)]


@pytest.fixture
def work(server: XServer, tmp_path: Path) -> Path:
    """Return a folder with a frozen release of five posts with two pictures each, and its dehydrated form."""
    folder = tmp_path / "work"
    folder.mkdir()
    for number, post_id in enumerate(IDS):
        pictures = (jpeg(2 * number), jpeg(2 * number + 1))
        server.add(post_id, text=f"Ada 👩‍🚀 saw  Porto {number}", pictures=pictures)
    (folder / "urls.txt").write_text("".join(f"https://x.com/ada/status/{id}\n" for id in IDS))
    assert run("fetch", "urls.txt", folder=folder).code == 0
    with Corpus.open(folder / "corpus") as corpus:
        for post in corpus.kept_posts():
            spans = (Span(0, 3, "PER"),)
            corpus.put_gold(Gold(post_id=post.id, text=post.text, spans=spans, how="agreed"))
    assert run("release", "build", "--version", "1.0.0", folder=folder).code == 0
    ended = run("release", "dehydrate", "releases/1.0.0", "-o", "dry", folder=folder)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith("dry: 5 records without text; 0 of them have no URL\n")
    return folder


def test_an_unchanged_release_is_restored_byte_for_byte(work: Path) -> None:
    assert run("fetch", "dry", "--corpus", "again", folder=work).code == 0
    ended = run(
        *("release", "rehydrate", "dry", "--corpus", "again", "-o", "back", "--json"), folder=work
    )
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "release": "back",
        "is_whole": True,
        "counts": {"same": 5},
        "records": [],
    }
    assert ended.err.endswith("back: 5 records: 5 same\n")
    assert tree(work / "back") == tree(work / "releases" / "1.0.0")


def test_missing_and_different_records_are_listed(server: XServer, work: Path) -> None:
    del server.posts[IDS[0]]
    server.add(IDS[1], text="Ada saw Lisbon", pictures=(jpeg(2), jpeg(3)))
    server.add(IDS[2], text="Ada 👩‍🚀 saw  Porto 2", pictures=(jpeg(4), jpeg(90)))
    assert run("fetch", "dry", "--corpus", "again", folder=work).code == 0
    ended = run("release", "rehydrate", "dry", "--corpus", "again", "-o", "back", folder=work)
    assert ended.code == 6
    rows = [line.split() for line in ended.out.splitlines() if IDS[0][:8] in line]
    splits = {
        record.id: split
        for split, records in Release.load(work / "releases" / "1.0.0").splits.items()
        for record in records
    }
    found = {row[1]: (row[0], row[2]) for row in rows}
    outcomes = ("gone", "text_changed", "image_changed")
    assert found == {
        id: (splits[id], outcome) for id, outcome in zip(IDS[:3], outcomes, strict=True)
    }
    assert ended.err.endswith(
        "back: 5 records: 1 gone, 1 image_changed, 2 same, 1 text_changed\n"
        "error: back: incomplete copy of corpus; all records that could be restored are in it\n"
        "  try: mnerctl release stats back    # counts what is there; rehydrate --json lists the rest\n"
    )
    back = Release.load(work / "back")
    assert {record.id for record in back.records()} == set(IDS[2:])
    assert back.manifest is not None
    assert back.manifest.version == "1.0.0+partial"


def test_posts_that_were_not_fetched(work: Path) -> None:
    (work / "one.txt").write_text(f"{IDS[0]}\n")
    assert run("fetch", "one.txt", "--corpus", "few", folder=work).code == 0
    ended = run("release", "rehydrate", "dry", "--corpus", "few", "-o", "back", folder=work)
    assert ended.code == 6
    assert ended.err.endswith(
        "  try: mnerctl fetch dry --corpus few    # then rehydrate into another --out\n"
    )
    nothing = run("release", "rehydrate", "dry", "-o", "x", folder=work)
    assert (nothing.code, nothing.out) == (2, "")
    assert nothing.err == (
        "error: nothing to restore from: wanted --corpus, --from, or both\n"
        "  try: mnerctl release rehydrate dry --corpus corpus -o x\n"
    )


def test_a_dehydrated_folder_is_not_a_release(work: Path) -> None:
    ended = run("release", "stats", "dry", folder=work)
    assert ended.code == 3
    assert ended.err == (
        "error: dry: a dehydrated release has neither text nor pictures\n"
        "  try: mnerctl release rehydrate dry --corpus corpus -o releases/again\n"
    )
