"""The small dataset of a history, and the commands that it runs on it, in this process."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image as Picture

from mnerctl.annotation.spans.import_spans import import_spans
from mnerctl.cli.collect.comply import comply
from mnerctl.cli.release.withdraw import withdraw
from mnerctl.model.chat import AskResults, ChatSettings
from mnerctl.model.chat.reply import Reply
from mnerctl.model.chat.report import report_of, write_report
from mnerctl.model.chat.results import RecordResult
from mnerctl.model.inputs.pixel_cache import PixelCache
from mnerctl.release import SplitChoice, assemble_release, dehydrate, export_release, merge_plus
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import THUMBNAIL_SIDE, write_gallery
from mnerctl.schema import Annotation, Corpus, Image, InputLine, Post, Record, Release, Span
from mnerctl.schema.pages.thumbnail import thumbnail
from mnerctl.schema.release.export_record import RECORD, read_export_record
from mnerctl.schema.release.manifest import MANIFEST
from mnerctl.schema.release.withdrawal_notice import sha256_of
from support.published import twitter_folder

POSTS = 4
EXPORTS = ("jsonl", "conll", "mner-mi", "hub", "dehydrated")
ASKED = ChatSettings(system="gpt4", model="made", address=None)
DAY = date(2026, 5, 20)


def post_id(number: int) -> str:
    return str(1_790_000_000_000_000_000 + number * 10**9)


def text(number: int) -> str:
    return f"Zaphod{number}Secret in Porto"


def address(number: int) -> str:
    return f"https://x.com/handle_of_{number}/status/{post_id(number)}"


def payload(number: int) -> bytes:
    """Return the answer of a source; each post quotes the one before it."""
    quoted = {"id_str": post_id(number - 1), "text": text(number - 1), "url": address(number - 1)}
    return json.dumps({"id_str": post_id(number), "text": text(number), "quoted": quoted}).encode()


@cache
def picture(number: int, place: int) -> bytes:
    """Return a picture; posts 0 and 1 share one."""
    seed = 7 if number < 2 and place == 0 else 10 + 2 * number + place
    out = BytesIO()
    noise = hashlib.shake_128(str(seed).encode()).digest(24 * 24 * 3)
    Picture.frombytes("RGB", (24, 24), noise).save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def _small(number: int, place: int) -> bytes:
    with NamedTemporaryFile(suffix=".jpg") as file:
        file.write(picture(number, place))
        file.flush()
        return thumbnail(Path(file.name), THUMBNAIL_SIDE).content


def vector(content: bytes) -> bytes:
    """Return what the cache has for a picture."""
    return hashlib.shake_128(content).digest(24)


def needles(number: int, withdrawn: set[int]) -> Iterator[tuple[str, bytes]]:
    """Yield (kind, bytes) that no file may have when these posts are withdrawn."""
    yield "text", f"Zaphod{number}Secret".encode()
    yield "author", f"handle_of_{number}".encode()
    yield "payload", zlib.compress(payload(number))
    for place in range(2):
        is_shared = number < 2 and place == 0
        if not is_shared or {0, 1} <= withdrawn:
            content, small = picture(number, place), _small(number, place)
            yield "picture", content[-200:-150]
            yield "thumbnail", small[-200:-150]
            yield "vector", vector(content)


def make_world(folder: Path) -> Path:
    """Write the dataset that every history begins with: kept posts with annotations, and a release."""
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    with Corpus.open(folder / "corpus", create=True) as corpus:
        _enter(corpus)
        for number in range(POSTS):
            images = tuple(
                Image(position=place, status="ok", sha256=sha256, media_type="image/jpeg")
                for place in range(2)
                if (sha256 := corpus.put_image(picture(number, place), "jpg"))
            )
            post = Post(
                id=post_id(number), url=address(number), text_raw=text(number), text=text(number),
                images=images, source="x-api",
            )  # fmt: skip
            with corpus.transaction():
                corpus.put_post(post)
                corpus.put_payload(post.id, "x-api", payload(number))
                corpus.settle(post.id, "kept")
                corpus.put_annotation(
                    Annotation(
                        post_id=post.id,
                        annotator="ada",
                        text=post.text,
                        spans=(Span(0, 13, "PER"),),
                    )
                )
    ids = [post_id(number) for number in range(POSTS)]
    (inputs / "splits.json").write_text(
        json.dumps({"train": ids[:2], "dev": ids[2:3], "test": ids[3:]})
    )
    twitter_folder(inputs / "twitter")
    World(folder).build(0)
    return folder


def _enter(corpus: Corpus) -> None:
    lines = [InputLine("urls.txt", 1 + n, address(n), post_id(n)) for n in range(POSTS)]
    corpus.enter_lines(lines, replacing=["urls.txt"])


def _repeated(record: Record) -> Reply:
    """Return an answer that names a whole post."""
    entities = [{"text": " ".join(record.text), "type": "PER"}]
    return Reply(outcome="answered", content=json.dumps({"entities": entities}))


def _store(path: Path, table: str, columns: str, rows: set[tuple[object, ...]]) -> None:
    """Add rows to a cache file, as the package does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns}) WITHOUT ROWID")
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)", rows)
        database.execute("COMMIT")


class World:
    """The folders of a history. Each command is a method; `choice` is a number from 0 to 1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.cache = folder / "cache"

    def made(self, *kinds: str) -> list[Path]:
        """Return the whole folders of these kinds: releases, galleries, exports or reports."""
        return [
            path
            for kind in kinds
            for path in sorted((self.folder / kind).glob("*"))
            if not path.name.startswith(".")
        ]

    def _new(self, kind: str) -> Path:
        return self.folder / kind / f"{len(self.made(kind)):02}"

    def _chosen(self, choice: float) -> Release | None:
        releases = self.made("releases")
        return Release.load(releases[int(choice * len(releases))]) if releases else None

    def import_spans(self, number: int) -> None:
        """Import an annotation of a post."""
        path = self.folder / "inputs" / f"spans-{number}.jsonl"
        span = {"start": 17, "end": 22, "type": "LOC"}
        path.write_text(json.dumps({"post_id": post_id(number), "spans": [span]}) + "\n")
        with Corpus.open(self.corpus) as corpus:
            import_spans(corpus, path, annotator="ada")

    def enter(self, choice: float) -> None:
        """Enter the input again, with the names of the authors."""
        with Corpus.open(self.corpus) as corpus, corpus.only_writer():
            _enter(corpus)

    def build(self, choice: float) -> None:
        """Build a release."""
        split = SplitChoice(file=self.folder / "inputs" / "splits.json")
        with Corpus.open(self.corpus) as corpus:
            assemble_release(
                corpus, out=self._new("releases"), version="1.0.0", created=DAY, split=split,
                from_annotator="ada",
            )  # fmt: skip

    def merge(self, choice: float) -> None:
        """Merge a release with a published corpus."""
        if release := self._chosen(choice):
            other = Release.load(self.folder / "inputs" / "twitter")
            merge_plus(release, other, out=self._new("releases"), version="1.0.0", created=DAY)

    def gallery(self, choice: float) -> None:
        """Write the gallery of a release, as the command with `--corpus` does."""
        if release := self._chosen(choice):
            out = self._new("galleries")
            with Corpus.open(self.corpus) as corpus:
                corpus.note_place(out.parent)
            write_gallery(release, out, Facts())

    def export(self, choice: float) -> None:
        """Export a release, as the command with `--corpus` does."""
        if release := self._chosen(choice):
            with Corpus.open(self.corpus) as corpus:
                corpus.note_place(self.folder / "exports")
            format = EXPORTS[int(choice * 997) % len(EXPORTS)]
            if format == "dehydrated":
                dehydrate(release, self._new("exports"))
            else:
                out = self._new("exports")
                export_release(release, out, format=format)

    def report(self, choice: float) -> None:
        """Write the predictions of a language model, which repeats each post as an entity, as `ask` does."""
        if release := self._chosen(choice):
            results = AskResults(
                {"test": [RecordResult.of(one, _repeated(one)) for one in release.records()]}
            )
            write_report(self._new("reports"), report_of(release, ASKED, results), results, release)

    def train(self, choice: float) -> None:
        """Store vector and pixels of each picture, and an answer about each post, as commands do."""
        if not (release := self._chosen(choice)):
            return
        self.cache.mkdir(exist_ok=True)
        rows = {
            ("one", hashlib.sha256(content).digest(), vector(content))
            for record in release.records()
            for path in map(release.image_path, record.images)
            if path.is_file() and (content := path.read_bytes())
        }
        answers = {(record.id.encode(), record.id, str(record.raw)) for record in release.records()}
        vectors = "encoder TEXT, sha256 BLOB, vector BLOB, PRIMARY KEY (encoder, sha256)"
        _store(self.cache / "features.db", "vectors", vectors, rows)
        pixels = PixelCache(self.cache, identity="one", size=24)
        for _, key, content in sorted(rows):
            if pixels.get(key.hex()) is None:
                pixels.put(key.hex(), content)
        columns = "key BLOB PRIMARY KEY, record TEXT, reply TEXT"
        _store(self.cache / "answers.db", "answers", columns, answers)

    def comply(self, numbers: list[int]) -> None:
        """Apply a compliance result to the corpus and to everything that was made."""
        result = self.folder / "inputs" / "result.jsonl"
        line = '{"id": "%s", "reason": "deleted"}\n'
        result.write_text("".join(line % post_id(number) for number in numbers))
        comply(
            corpus=self.corpus, file=result, file_bytes=None, max_age=24, max_posts=None, dry_run=False,
            release=self.made("releases"), gallery=self.made("galleries"),
            export=self._exports_of(self.made("releases")), reports=self._reports(), as_json=False,
        )  # fmt: skip

    def withdraw(self, number: int, choice: float) -> None:
        """Withdraw a post from a release, from the corpus and from all galleries and exports."""
        if releases := self.made("releases"):
            release = releases[int(choice * len(releases))]
            withdraw(
                release, [post_id(number)], reason=f"asked by @handle_of_{number}",
                corpus=self.corpus, gallery=self.made("galleries"),
                export=self._exports_of([release]), reports=self._reports(),
                dry_run=False, as_json=False,
            )  # fmt: skip

    def _exports_of(self, releases: list[Path]) -> list[Path]:
        """Return the exports that a withdrawal from these releases can make again."""
        manifests = {sha256_of(one / MANIFEST) for one in releases}
        return [
            path
            for path in self.made("exports")
            if (path / RECORD).is_file() and read_export_record(path).manifest_sha256 in manifests
        ]

    def _reports(self) -> list[Path]:
        reports = self.folder / "reports"
        return [reports] if reports.is_dir() else []
