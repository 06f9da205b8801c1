"""What readers, rules and measures find in the published Twitter-2017 text, whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mnerctl.annotation.spans.guideline_rules import guideline_problems
from mnerctl.model.chat.align import Aligned, align
from mnerctl.model.chat.prompt import perfect_answer
from mnerctl.model.chat.reply import Reply, parse_reply
from mnerctl.release import audit_release, split_leaks, text_statistics
from mnerctl.schema import Annotation, Release, Span, spans_from_tags
from mnerctl.schema.formats.conll import read_twitter, write_twitter
from mnerctl.schema.formats.label_names import LabelNames
from support.twitter2017 import FILES, FOLDER, MISSING, is_available, read_posts, reglue

pytestmark = pytest.mark.skipif(not is_available(), reason=MISSING)


def test_it_is_read_and_written_unchanged(tmp_path: Path) -> None:
    """Its counts are those of the paper (MNER-MI-Plus without MNER-MI), and it has no problems."""
    read, problems = read_twitter(FOLDER)
    assert problems == []
    assert {split: len(records) for split, records in read.items()} == {
        "train": 3373,
        "dev": 723,
        "test": 723,
    }
    assert sum(len(r.spans) for records in read.values() for r in records) == 6049 + 1324 + 1351
    write_twitter(tmp_path, read)
    for name in ("train.txt", "valid.txt", "test.txt"):
        written = (tmp_path / name).read_text(encoding="utf-8").rstrip()
        assert written == (FOLDER / name).read_text(encoding="utf-8").rstrip()
    assert read_twitter(tmp_path) == (read, [])


def test_the_counts_of_label_names_add_up() -> None:
    names = LabelNames()
    release = Release.load(FOLDER, names=names)
    by_type: Counter[str] = Counter()
    for (_, kind), times in names.counts.items():
        by_type[kind] += times
    assert by_type == Counter(span.type for record in release.records() for span in record.spans)


def test_its_names_break_few_rules_of_the_guideline() -> None:
    found: Counter[str] = Counter()
    entities = 0
    for file in FILES:
        for tokens, tags in read_posts(file):
            text, offsets = reglue(tokens)
            spans = tuple(
                Span(offsets[span.start][0], offsets[span.end - 1][1], span.type)
                for span in spans_from_tags(tags)
            )
            entities += len(spans)
            annotation = Annotation(post_id="1", annotator="twitter-2017", text=text, spans=spans)
            found.update(row.rule for row in guideline_problems(annotation, file))
    assert entities == 8724
    assert found == {"possessive": 5, "title": 1}


def test_its_leaks() -> None:
    """One identical text is in train and dev; three texts differ only in case in train and test."""
    leaks = split_leaks(Release.load(FOLDER), {})
    flagged = {(leak.flagged.where, leak.kind, leak.left.split, leak.right.split) for leak in leaks}
    assert Counter(row[1:] for row in flagged) == {
        ("text", "train", "dev"): 1,
        ("normal-text", "train", "test"): 3,
        ("near-text", "train", "dev"): 12,
        ("near-text", "train", "test"): 5,
        ("near-text", "dev", "test"): 3,
    }


def test_its_statistics() -> None:
    """Token counts agree with a direct count of lines with a tab."""
    text = text_statistics(Release.load(FOLDER))
    files = {"train": "train.txt", "dev": "valid.txt", "test": "test.txt"}
    for split, name in files.items():
        lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
        assert text.splits[split].tokens.total == sum("\t" in line for line in lines)  # type: ignore[index]
    numbers = {split: measured.names.number for split, measured in text.splits.items()}
    assert numbers == {"train": 6049, "dev": 1324, "test": 1351}
    assert (len(text.ambiguous), text.ambiguous[0].form) == (85, "NBA")


def test_aligning_the_answers_of_a_chat_model_loses_nothing() -> None:
    """A perfect answer to each post gives its gold entities: asking for strings costs no score."""
    for record in Release.load(FOLDER).records():
        answer = parse_reply(Reply(outcome="answered", content=perfect_answer(record)))
        assert align(record, answer.entities) == Aligned(tuple(record.spans)), record.id


def test_its_audit() -> None:
    """Two tweets are twice in train, and 14 names have another type elsewhere; there are no pictures."""
    done = audit_release(FOLDER)
    assert (done.is_fit, done.records, done.pictures) == (True, 4_819, 0)
    assert Counter((row.level, row.rule) for row in done.problems) == {
        ("warning", "images-absent"): 1,
        ("warning", "label-odd"): 14,
        ("warning", "text-stray"): 2,
        ("warning", "text-twice"): 2,
        ("note", "text-html"): 16,
    }
