"""Every reader of a file that somebody else may have made, with a valid example of each kind of file."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mnerctl.annotation import (
    import_spans,
    read_predictions,
    read_suggestions,
    read_suspects,
    suggestion_outcomes,
)
from mnerctl.collector import input_files, open_archive, read_inputs, read_result
from mnerctl.collector.network.token import token_of_environment
from mnerctl.collector.source import Found, MediaFailure
from mnerctl.collector.sources.syndication import answer_in
from mnerctl.model.chat.reply import parse_reply, reply_of
from mnerctl.model.inputs.word_vectors import read_vectors
from mnerctl.model.systems.config import read_config
from mnerctl.release import (
    audit_release,
    card_of,
    dehydrate,
    earlier_splits,
    export_release,
    licence_state,
    read_splits,
    releases_beside,
    split_leaks,
    statistics,
    text_statistics,
)
from mnerctl.release.assemble.agreement import released_agreement
from mnerctl.release.audit.pictures import read_pictures
from mnerctl.release.export.withdraw import withdraw_from_export
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import write_gallery
from mnerctl.release.lifecycle.withdraw_derived import withdraw_from_gallery, withdraw_from_reports
from mnerctl.schema import Corpus, Release
from mnerctl.schema.corpus.card_facts import CardFacts
from mnerctl.schema.corpus.settings import read_settings
from mnerctl.schema.files.given_file import read_whole
from mnerctl.schema.files.json_text import NotJson, parse_json
from mnerctl.schema.metadata.layout import MetadataFault
from mnerctl.schema.metadata.strip import strip
from mnerctl.schema.pages.thumbnail import thumbnail
from mnerctl.schema.picture import PictureFault, decoded, read_picture, verify
from mnerctl.schema.release.dehydrated import read_dehydrated
from mnerctl.schema.release.export_record import RECORD
from mnerctl.schema.release.manifest import entry_of
from support.checkout import ROOT
from support.pictures import jpeg
from support.x_forms import POST_ID, Spec, written

BEFORE: Final = ROOT / "tests" / "data" / "written_before"
KEPT: Final = "1763357893207261183"
TEXT: Final = "two  spaces in Paris"


@dataclass(frozen=True)
class Reader:
    """A reader.

    Attributes:
        name: for the name of the test.
        files: the files that are damaged, as patterns below the folder of examples.
        read: reads them all.
    """

    name: str
    files: tuple[str, ...]
    read: Callable[[Path], object]


def examples(folder: Path) -> Path:
    """Write a valid example of each kind of file."""
    names = ("corpus", "releases", "dehydrated", "exports", "twitter2017", "gallery", "suspects")
    folder.mkdir()
    for name in (*names, "reports", "predictions", "compare", "urls.txt", "splits.json"):
        copy = shutil.copytree if (BEFORE / name).is_dir() else shutil.copyfile
        copy(BEFORE / name, folder / name)
    for form in ("post", "flattened", "v1"):
        line = json.dumps(written(Spec(quote=True), form))
        (folder / f"{form}.jsonl").write_text(f"{line}\n{line}\n")
    (folder / "post.jsonl.gz").write_bytes(gzip.compress((folder / "post.jsonl").read_bytes()))
    (folder / "syndication.json").write_text(json.dumps(written(Spec(), "syndication")))
    (folder / "sidecars").mkdir()
    for number, one in enumerate(written(Spec(), "gallery-dl")):
        (folder / "sidecars" / f"{number}.jpg").write_bytes(jpeg(number))
        (folder / "sidecars" / f"{number}.jpg.json").write_text(json.dumps(one))
    _write_annotations(folder)
    (folder / "glove.txt").write_text("".join(f"word{n} 0.5 -1 {n}\n" for n in range(20)))
    (folder / ".env").write_text("# token\nexport X_BEARER_TOKEN='abc'\nOTHER=1\n")
    answer = {"choices": [{"message": {"content": '{"entities": []}'}, "finish_reason": "stop"}]}
    (folder / "reply.json").write_text(json.dumps(answer | {"model": "m", "usage": {}}))
    (folder / "train.toml").write_text('epochs = 5\nwarmup = 0.1\ninit_from = "reports/x"\n')
    (folder / "LICENCE").write_text("CC BY\n")
    shutil.copyfile(folder / "LICENCE", folder / "twitter2017" / "LICENSE")
    release = Release.load(folder / "releases" / "1.0.0")
    export_release(release, folder / "exported", format="jsonl")
    return folder


def _write_annotations(folder: Path) -> None:
    with Corpus.open(folder / "corpus") as corpus:
        posts = list(corpus.kept_posts())[:4]
    spans = [{"start": 0, "end": 4, "type": "PER"}]
    rows: list[dict[str, Any]] = [
        {"post_id": post.id, "spans": [], "status": "done", "evidence": []} for post in posts
    ]
    rows[0] |= {"spans": spans, "evidence": [[0]]}
    _write_lines(folder / "spans.jsonl", rows)
    conll = "".join(
        f"# id: {post.id}\n" + "".join(f"{word}\tO\n" for word in post.text.split()) + "\n"
        for post in posts
    )
    (folder / "spans.conll").write_text(conll, encoding="utf-8")
    _write_lines(
        folder / "result.jsonl",
        [{"id": post.id, "action": "delete", "reason": "deleted"} for post in posts],
    )


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@contextmanager
def made_folder(folder: Path) -> Iterator[Path]:
    """Yield a path for a folder, and delete it afterwards."""
    out = folder / "made"
    try:
        yield out
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _read_release(name: str) -> Callable[[Path], object]:
    def read(folder: Path) -> None:
        release = Release.read(folder / name)
        audit_release(folder / name)
        counts = statistics(release), text_statistics(release)
        assert counts
        card_of(release, CardFacts())
        licence_state(release)
        split_leaks(release, read_pictures(release, lambda done, total: None))
        with made_folder(folder) as out:
            write_gallery(release, out, Facts())
        loaded = Release.load(folder / name)
        for write in (dehydrate, _export):
            with made_folder(folder) as out:
                write(loaded, out)

    return read


def _export(release: Release, out: Path) -> None:
    export_release(release, out, format="conll")


def _read_dehydrated(folder: Path) -> None:
    """Read it with right checksums, so that the lines are read too."""
    path = folder / "dehydrated" / "1.0.0"
    about = path / "dehydrated.json"
    before = about.read_bytes() if about.is_file() else b""
    try:
        document = parse_json(before)
        for split in document["files"]:
            if entry := entry_of(path / f"{split}.jsonl"):
                document["files"][split] = entry.model_dump()
        about.write_text(json.dumps(document))
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        pass  # it is damaged itself
    try:
        read_dehydrated(path)
    finally:
        if before:
            about.write_bytes(before)


def _read_archive(name: str) -> Callable[[Path], object]:
    def read(folder: Path) -> None:
        archive = open_archive(folder / name, on_problem=lambda problem: None)
        for answer in archive.posts([POST_ID, KEPT, "5"]):
            for image in answer.post.images if isinstance(answer, Found) else ():
                with suppress(MediaFailure):
                    archive.picture(image)

    return read


def _read_picture(folder: Path) -> None:
    path = folder / "twitter2017" / "1.jpg"
    thumbnail(path, 100)
    with suppress(OSError):
        content = read_picture(path)
        with suppress(PictureFault):
            verify(content)
        with suppress(PictureFault), decoded(content) as picture:
            assert picture.size
        with suppress(MetadataFault):
            strip(content)


def _read_corpus(folder: Path) -> None:
    with Corpus.open(folder / "corpus") as corpus:
        list(read_suggestions(corpus.folder))
        suggestion_outcomes(read_suggestions(corpus.folder), corpus.annotations())
        assert corpus.settings
        released_agreement(corpus.folder)


def _in_corpus(read: Callable[[Corpus, Path], object]) -> Callable[[Path], object]:
    def with_corpus(folder: Path) -> None:
        with Corpus.open(folder / "corpus") as corpus:
            read(corpus, folder)

    return with_corpus


def _answer_of(folder: Path) -> None:
    body = parse_json_file(folder / "syndication.json")
    if isinstance(body, dict):
        answer_in(POST_ID, body)


def parse_json_file(path: Path) -> Any:
    try:
        return parse_json(read_whole(path))
    except (OSError, NotJson):
        return None


def _reply(folder: Path) -> None:
    try:
        text = read_whole(folder / "reply.json").decode("utf-8", "replace")
    except OSError:
        return
    if reply := reply_of(text, is_structured=True):
        parse_reply(reply)


def _token(folder: Path) -> None:
    from mnerctl.collector.network import token

    try:
        token.FILE, before = str(folder / ".env"), token.FILE  # type: ignore[misc]
        token_of_environment({})
    finally:
        token.FILE = before  # type: ignore[misc]


def _splits_of(folder: Path) -> None:
    releases_beside(folder / "releases" / "new", "corpus")
    earlier_splits([folder / "releases" / "1.0.0"])


READERS: Final = (
    Reader("release", ("releases/1.0.0/*.json*",), _read_release("releases/1.0.0")),
    Reader(
        "withdrawn release",
        ("releases/1.0.0-withdrawn/withdrawn.json",),
        _read_release("releases/1.0.0-withdrawn"),
    ),
    Reader("mner-mi", ("exports/mner-mi/text/*.txt",), _read_release("exports/mner-mi")),
    Reader("twitter", ("twitter2017/*.txt", "twitter2017/LICENSE"), _read_release("twitter2017")),
    Reader("earlier splits", ("releases/1.0.0/*.json*",), _splits_of),
    Reader("dehydrated", ("dehydrated/1.0.0/*.json*",), _read_dehydrated),
    Reader("settings", ("corpus/mnerctl.toml",), lambda folder: read_settings(folder / "corpus")),
    Reader("training settings", ("train.toml",), lambda folder: read_config(folder / "train.toml")),
    Reader("corpus files", ("corpus/*.json*", "corpus/*.toml"), _read_corpus),
    Reader(
        "urls",
        ("urls.txt", "releases/1.0.0/train.jsonl"),
        lambda folder: list(
            read_inputs(
                input_files([folder / "urls.txt", folder / "releases" / "1.0.0"]), folder / "corpus"
            )
        ),
    ),
    *(
        Reader(f"archive {name}", (name,), _read_archive(name))
        for name in ("post.jsonl", "flattened.jsonl", "v1.jsonl", "post.jsonl.gz")
    ),
    Reader("archive gallery-dl", ("sidecars/*.json",), _read_archive("sidecars")),
    Reader("archive corpus", ("corpus/mnerctl.toml",), _read_archive("corpus")),
    Reader("syndication", ("syndication.json",), _answer_of),
    Reader("chat answer", ("reply.json",), _reply),
    Reader("token", (".env",), _token),
    Reader(
        "compliance",
        ("result.jsonl",),
        _in_corpus(lambda corpus, folder: read_result(folder / "result.jsonl", corpus)),
    ),
    *(
        Reader(
            name,
            (name,),
            _in_corpus(
                lambda corpus, folder, name=name: import_spans(  # type: ignore[misc]
                    corpus, folder / name, annotator="ada"
                )
            ),
        )
        for name in ("spans.jsonl", "spans.conll")
    ),
    Reader(
        "predictions",
        ("predictions/bert-crf.jsonl",),
        _in_corpus(
            lambda corpus, folder: list(
                read_predictions(corpus, folder / "predictions" / "bert-crf.jsonl", "m", [])
            )
        ),
    ),
    Reader(
        "suspects",
        ("suspects/suspects.jsonl",),
        _in_corpus(
            lambda corpus, folder: read_suspects(corpus, folder / "suspects" / "suspects.jsonl", [])
        ),
    ),
    Reader("splits", ("splits.json",), lambda folder: read_splits(folder / "splits.json")),
    Reader(
        "gallery",
        ("gallery/data/*.js",),
        lambda folder: withdraw_from_gallery(folder / "gallery", {KEPT}, dry_run=True),
    ),
    Reader(
        "export record",
        (f"exported/{RECORD}",),
        lambda folder: withdraw_from_export(
            folder / "exported", [folder / "releases" / "1.0.0"], {KEPT}, dry_run=True
        ),
    ),
    Reader(
        "reports",
        ("reports/*/*.jsonl", "reports/*/*.html"),
        lambda folder: withdraw_from_reports(folder / "reports", {KEPT}, dry_run=True),
    ),
    Reader(
        "word vectors",
        ("glove.txt",),
        lambda folder: read_vectors(folder / "glove.txt", ["word1", "word19"]),
    ),
    Reader("picture", ("twitter2017/1.jpg",), _read_picture),
)
