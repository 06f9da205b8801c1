"""A post that is withdrawn while a command runs for hours is in nothing that the command then writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.chat import AskResults, ChatSettings
from mnerctl.model.chat import report as asked
from mnerctl.model.chat.reply import Reply
from mnerctl.model.chat.results import RecordResult
from mnerctl.model.gate.earlier_report import read_earlier_report
from mnerctl.model.gate.report import SuspectsFound
from mnerctl.model.gate.report_files import write_report
from mnerctl.model.gate.task import Results
from mnerctl.model.suspects.find import Suspect, Suspects
from mnerctl.model.suspects.page import write_suspects
from mnerctl.model.suspects.rank import Doubt
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.tagging.predict import Predictions, read_source, write_predictions
from mnerctl.model.tagging.predictions_file import prediction_line
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.schema import Corpus, DataError, InputLine, Post, Record, Release
from mnerctl.schema.pages.thumbnail import thumbnail
from mnerctl.schema.release.manifest import Withdrawn
from mnerctl.schema.removed_posts import RemovedPosts
from support.made_reports import made_release, made_report, made_results, made_task
from support.sound_release import sound_release

Write = Callable[[Release, Path], RemovedPosts]
FIRST = "1554138525414526977"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    sound_release(folder)
    return folder / "sound"


@pytest.fixture
def read(frozen: Path, tmp_path: Path) -> Release:
    """A release as a command has read it."""
    return Release.load(Path(shutil.copytree(frozen, tmp_path / "sound")))


def withdraw(release: Release, record: Record) -> None:
    gone = Withdrawn(id=record.id, fate="withheld", reason="asked", date=date(2026, 5, 20))
    assert withdraw_from_release(release.folder, [gone]).record_ids == (record.id,)


def one_wrong(record: Record) -> list[ScoredSpan]:
    """Return the entities of a record without the last one, so that the report shows it as a mistake."""
    return [ScoredSpan(span, 0.9) for span in record.spans[:-1]]


def searched(release: Release) -> Suspects:
    """Return a search that doubts the first entity of each record."""
    ranked = [
        Suspect(split, record, Doubt("spurious", record.spans[0], None, 0.05, 0.95))
        for split in ("test", "dev", "train")
        for record in release.splits[split]
    ]
    return Suspects(tuple(ranked), 40, 160, "tpm-mi", "quick", 1, (0.5,), 1.0)


def report(release: Release, out: Path) -> RemovedPosts:
    """Write a report of train-check with suspects; its figures are those of other posts."""
    model = out.with_name("weights")
    model.mkdir(exist_ok=True)
    task = replace(made_task(release, seeds=(1, 2)), out=out, model=model)
    other = made_task(made_release(out.parent))
    rows = {split: [one_wrong(one) for one in release.splits[split]] for split in ("dev", "test")}
    found = Results(predictions={split: [one, one] for split, one in rows.items()})  # type: ignore[misc]
    figures = made_report(other, made_results(other))
    figures = figures.model_copy(
        update={"suspects": SuspectsFound(doubted=40, entities=160, bound=0.9)}
    )
    return write_report(task, figures, found, searched(release))


def suspects(release: Release, out: Path) -> RemovedPosts:
    return write_suspects(out, searched(release), release, top=40).removed


def predictions(release: Release, out: Path) -> RemovedPosts:
    lines = [
        prediction_line(one, one_wrong(one), unit="tokens", weights=[0.5] * len(one.images))
        for one in release.records()
    ]
    source = replace(read_source(release.folder, on_file=lambda done, total: None), release=release)
    return write_predictions(out / "predictions.jsonl", source, Predictions(lines, 0, 0, 0))


def named(record: Record) -> Reply:
    """Return an answer that names the first entity."""
    first = record.spans[0]
    words = " ".join(record.text[first.start : first.end])
    entities = [{"text": words, "type": first.type}]
    return Reply(outcome="answered", content=json.dumps({"entities": entities}))


def answers(release: Release, out: Path) -> RemovedPosts:
    rows = [RecordResult.of(one, named(one)) for one in release.splits["test"]]
    results = AskResults({"test": rows})
    settings = ChatSettings(system="gpt4", model="made-1", address=None)
    of_run = asked.report_of(release, settings, results)
    return asked.write_report(out, of_run, results, release)


@pytest.mark.parametrize("write", [report, suspects, predictions, answers])
def test_a_withdrawn_post_is_left_out_and_counted(
    read: Release, tmp_path: Path, write: Write
) -> None:
    post, other = read.splits["test"][:2]
    small = thumbnail(read.image_path(post.images[0]), 168).data_url.encode()
    assert write(read, tmp_path / "before").ids == frozenset()
    before = bytes_of(tmp_path / "before")
    assert post.id.encode() in before
    withdraw(read, post)
    removed = write(read, tmp_path / "after")
    assert removed.ids == {post.id}
    (row,) = removed.problems()
    assert row.found == "1 post was removed while this command ran"
    after = bytes_of(tmp_path / "after")
    names = [" ".join(post.text[one.start : one.end]).encode() for one in post.spans]
    assert any(one in before for one in names) and other.id.encode() in after
    assert not [one for one in (post.id.encode(), small, *names) if one in after]


def test_posts_that_were_withdrawn_before_are_no_news(read: Release, tmp_path: Path) -> None:
    withdraw(read, read.splits["test"][0])
    again = Release.load(read.folder)
    assert suspects(again, tmp_path / "out").problems() == []


def test_a_report_without_a_post_can_be_compared_with(read: Release, tmp_path: Path) -> None:
    withdraw(read, read.splits["test"][0])
    report(read, tmp_path / "report")
    earlier = read_earlier_report(
        tmp_path / "report", system=SYSTEMS["tpm-mi"], preset=PRESETS["quick"]
    )
    assert set(earlier.counts) == {one.id for one in read.splits["test"][1:]}


def test_a_release_that_was_deleted_meanwhile(read: Release, tmp_path: Path) -> None:
    shutil.rmtree(read.folder)
    with pytest.raises(DataError, match="says whether a post was withdrawn meanwhile"):
        suspects(read, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_predictions_for_a_corpus_leave_out_what_was_removed_from_it(tmp_path: Path) -> None:
    ids = [str(int(FIRST) + number) for number in range(2)]
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        lines = [InputLine("urls.txt", n, id, id) for n, id in enumerate(ids, start=1)]
        corpus.enter_lines(lines, replacing=["urls.txt"])
        for id in ids:
            post = Post(id=id, url=f"https://x.com/ada/status/{id}", text_raw=f"Rome{id}",
                        text=f"Rome{id}", images=(), source="x-api")  # fmt: skip
            with corpus.transaction():
                corpus.put_post(post)
                corpus.settle(id, "kept")
    source = read_source(tmp_path / "corpus", on_file=lambda done, total: None)
    records = list(source.release.records())
    with Corpus.open(tmp_path / "corpus") as corpus, corpus.transaction():
        corpus.bury(ids[0], "gone", "deleted")
    lines = [prediction_line(one, [], unit="code_points") for one in records]
    found = Predictions(lines, 0, 0, 0)
    removed = write_predictions(tmp_path / "out.jsonl", source, found)
    assert removed.ids == {ids[0]}
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8").count("\n") == 1
    assert ids[0].encode() not in (tmp_path / "out.jsonl").read_bytes()


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
