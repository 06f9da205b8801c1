"""Run `release diff`, `gallery` and `withdraw` from a corpus to its next release."""

from __future__ import annotations

import json
import sqlite3
import zlib
from datetime import date
from pathlib import Path

import pytest

from mnerctl.model.inputs.pixel_cache import PixelCache
from mnerctl.schema import Annotation, Corpus, Gold, InputLine, Post, Release, Span
from support.command import run
from support.corpora import drawn_image

pytestmark = pytest.mark.e2e
IDS = [str(1_790_000_000_000_000_000 + number) for number in range(6)]
COLOURS = ("red", "green", "blue", "teal", "gold", "navy")
TODAY = date.today().isoformat()


def text(number: int) -> str:
    return f"Zaphod Beeblebrox the {number}. was in Porto"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder of six posts with gold, two annotators, a release, a report, and cached vectors."""
    folder = tmp_path / "work"
    folder.mkdir()
    with Corpus.open(folder / "corpus", create=True) as corpus, corpus.transaction():
        for number, post_id in enumerate(IDS):
            url = f"https://x.com/ada/status/{post_id}"
            images = tuple(
                drawn_image(
                    corpus, place, size=(90 + 9 * number, 60 + place), colour=COLOURS[number]
                )
                for place in range(2)
            )
            content, span = text(number), Span(0, 17, "PER")
            corpus.put_post(
                Post(
                    id=post_id,
                    url=url,
                    text_raw=content,
                    text=content,
                    images=images,
                    source="x-api",
                )
            )
            corpus.put_payload(post_id, "x-api", json.dumps({"text": content}).encode())
            for name, spans in (("ada", (span,)), ("ben", ())):
                corpus.put_annotation(
                    Annotation(post_id=post_id, annotator=name, text=content, spans=spans)
                )
            corpus.put_gold(Gold(post_id=post_id, text=content, spans=(span,), how="agreed"))
    with Corpus.open(folder / "corpus") as corpus:
        corpus.enter_lines(
            [InputLine("urls.txt", number, post_id, post_id) for number, post_id in enumerate(IDS)]
        )
        for post_id in IDS:
            corpus.settle(post_id, "kept")
    splits = {"train": IDS[:4], "dev": IDS[4:5], "test": IDS[5:]}
    (folder / "splits.json").write_text(json.dumps(splits))
    assert run("label", "agree", folder=folder).code == 0
    assert run(*BUILD, "1.0.0", folder=folder).code == 0
    reports = folder / "reports"
    reports.mkdir()
    lines = [json.dumps({"id": id, "text": text(number)}) for number, id in enumerate(IDS)]
    (reports / "predictions.test.jsonl").write_text("".join(f"{line}\n" for line in lines))
    _cache(folder)
    return folder


BUILD = ("release", "build", "--splits", "splits.json", "--version")


def _cache(folder: Path) -> None:
    cache = folder.with_name("work-home") / "cache"
    cache.mkdir(exist_ok=True)
    with Corpus.open(folder / "corpus") as corpus:
        keys = [image.sha256 for post in corpus.kept_posts() for image in post.images]
    with sqlite3.connect(cache / "features.db") as database:
        database.execute("CREATE TABLE vectors (encoder TEXT, sha256 BLOB, vector BLOB)")
        database.executemany(
            "INSERT INTO vectors VALUES ('one', ?, 'x')",
            [(bytes.fromhex(str(key)),) for key in keys],
        )
    database.close()
    pixels = PixelCache(cache, identity="one", size=3)
    for key in keys:
        pixels.put(str(key), b"abc")


def traces(folder: Path, number: int) -> list[str]:
    """Return the files that contain the text or the payload of a post."""
    needles = [
        f"the {number}.".encode(),
        zlib.compress(json.dumps({"text": text(number)}).encode()),
    ]
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    )


def test_withdraw_removes_a_post_everywhere(work: Path) -> None:
    made = run(
        "release", "gallery", "releases/1.0.0", "-o", "gallery", "--corpus", "corpus", folder=work
    )
    assert (made.code, made.out) == (0, "")
    assert (
        made.err.startswith("files: ")
        and "gallery: 6 posts, 12 thumbnails, 0 pictures not" in made.err
    )
    words = ("release", "export", "releases/1.0.0", "--to", "jsonl", "-o", "exports/jsonl")
    assert run(*words, folder=work).code == 0
    places = ["corpus/corpus.db", "exports/jsonl/train.jsonl", "gallery/data/posts-0000.js"]
    places += ["releases/1.0.0/train.jsonl", "reports/predictions.test.jsonl"]
    found = [place for place in traces(work, 1) if not place.endswith("-wal")]
    assert found == places
    words = (
        *("release", "withdraw", "releases/1.0.0", IDS[1], IDS[3], "--reason", "asked by Zaphod"),
        *("--corpus", "corpus", "--gallery", "gallery", "--reports", "reports"),
        *("--export", "exports/jsonl"),
    )
    dry = run(*words, "--dry-run", folder=work)
    counts = "2 ids: 2 in the release, 2 in the corpus, 0 withdrawn earlier"
    also = (
        "also removed: from releases 2, from galleries 2, from exports 2, report lines 2,"
        " cached vectors 4, cached pictures 4\n"
    )
    would = also.replace("also removed", "would also remove")
    assert (dry.code, dry.out, dry.err) == (0, "", f"{counts}; nothing was changed\n{would}")
    assert traces(work, 1) == found
    pictures = list((work / "corpus" / "images").rglob("*.png"))
    ended = run(*words, "--json", folder=work)
    assert (ended.code, ended.err) == (0, f"{counts}\n{also}")
    assert json.loads(ended.out) == {
        "ids": 2, "corpus_posts": 2, "release_records": 2, "gallery_posts": 2, "export_posts": 2,
        "report_lines": 2, "report_examples": 0, "vectors": 4, "pixels": 4, "answers": 0,
        "unfinished": 0, "leftovers": 0, "still": [],
    }  # fmt: skip
    for number in (1, 3):
        assert traces(work, number) == []
    assert traces(work, 2) != []
    assert len(list((work / "corpus" / "images").rglob("*.png"))) == len(pictures) - 4
    assert IDS[1] not in (work / "corpus" / "agreement.json").read_text()
    with Corpus.open(work / "corpus") as corpus:
        stones = {one.post_id: (one.fate, one.reason) for one in corpus.tombstones()}
        assert stones == {
            IDS[1]: ("withheld", "asked by Zaphod"),
            IDS[3]: ("withheld", "asked by Zaphod"),
        }
    again = run(*words, folder=work)
    assert again.code == 0
    assert again.err == "2 ids: 0 in the release, 0 in the corpus, 2 withdrawn earlier\n"
    audit = run("release", "audit", "releases/1.0.0", folder=work)
    assert audit.code == 0 and " note      withdrawal-notice " in audit.out


def test_the_next_release_omits_it_and_the_diff_lists_it(work: Path) -> None:
    whole = work / "releases" / "whole"
    whole.mkdir()
    for path in (work / "releases" / "1.0.0").rglob("*"):
        target = whole / path.relative_to(work / "releases" / "1.0.0")
        target.mkdir(exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    words = (
        "release",
        "withdraw",
        "releases/1.0.0",
        IDS[1],
        "--reason",
        "asked",
        "--corpus",
        "corpus",
    )
    assert run(*words, folder=work).code == 0
    ended = run(*BUILD, "1.1.0", folder=work)
    assert ended.code == 0, ended.err
    assert ended.err.endswith("0 without a split, 1 withdrawn\n")
    release = Release.load(work / "releases" / "1.1.0")
    assert {record.id for record in release.records()} == {*IDS} - {IDS[1]}
    names = ("releases/whole", "releases/1.1.0")
    summary = "6 posts: 0 added, 1 removed (1 of them withdrawn), 0 changed, 5 unchanged"
    diff = run("release", "diff", *names, folder=work)
    assert diff.code == 0 and diff.err.endswith(f"releases/whole to releases/1.1.0: {summary}\n")
    assert f"withdrawn   {IDS[1]}   train; withheld since {TODAY}: asked" in diff.out
    changelog = run("release", "diff", *names, "--format", "markdown", folder=work)
    assert f"- {IDS[1]}: withheld since {TODAY}: asked\n" in changelog.out
    document = json.loads(run("release", "diff", *names, "--json", folder=work).out)
    assert document["counts"]["removed_withdrawn"] == 1
    assert document["removed"][0]["withdrawn"]["reason"] == "asked"
    both = run("release", "diff", *names, "--json", "--format", "markdown", folder=work)
    assert (both.code, both.out) == (2, "")


def test_comply_removes_a_post_everywhere(work: Path) -> None:
    assert run("release", "gallery", "releases/1.0.0", "-o", "gallery", folder=work).code == 0
    lines = [
        {
            "id": IDS[2],
            "action": "delete",
            "reason": "deleted",
            "redacted_at": "2026-05-10T00:00:00Z",
        }
    ]
    (work / "result.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    made = run("release", "export", "releases/1.0.0", "--to", "jsonl", "-o", "exported",
               "--corpus", "corpus", folder=work)  # fmt: skip
    assert made.code == 0, made.err
    words = ("comply", "--file", "result.jsonl", "--release", "releases/1.0.0")
    ended = run(*words, "--gallery", "gallery", "--reports", "reports", folder=work)
    assert ended.code == 0, ended.err
    assert ended.err == (
        "also removed: from releases 1, from galleries 1, report lines 1, cached vectors 2,"
        " cached pictures 2\n"
        "exported still has 1 removed post: add --export exported\n"
        "1 line: 1 gone\n"
    )
    assert traces(work, 2) == ["exported/train.jsonl"] and traces(work, 3) != []
    ended = run(*words, "--export", "exported", folder=work)
    assert (ended.code, ended.err.splitlines()[0]) == (
        0,
        "also removed: from exports 1",
    )
    assert traces(work, 2) == []
    assert sum(1 for _ in Release.load(work / "releases" / "1.0.0").records()) == 5


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("releases/1.0.0", "77"), 3, "77: not in releases/1.0.0 or corpus; nothing was changed"),
        (("reports", IDS[1]), 3, "reports: no manifest.json; only a release that mnerctl froze"),
        (
            ("releases/1.0.0", IDS[1], "--gallery", "reports"),
            3,
            "reports: not a gallery that mnerctl made",
        ),
        (("releases/1.0.0", IDS[1], "--reports", "nowhere"), 3, "nowhere: no such folder"),
        (
            ("releases/1.0.0", IDS[1], "--export", "reports"),
            3,
            "reports/.mnerctl-export.json: No such file or directory; only an export that mnerctl made",
        ),
    ],
)
def test_a_refused_call_changes_nothing(
    work: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    before = traces(work, 1)
    ended = run("release", "withdraw", *words, "--reason", "x", "--corpus", "corpus", folder=work)
    assert (ended.code, ended.out) == (code, "") and message in ended.err
    assert traces(work, 1) == before
    with Corpus.open(work / "corpus") as corpus:
        assert corpus.tombstones() == []
