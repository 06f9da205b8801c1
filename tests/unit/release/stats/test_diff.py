"""Diffs of two releases: a hand-made case for every kind of change, and properties of any two releases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.release.stats.diff import Diff, diff_releases
from mnerctl.release.stats.diff_text import as_changelog, as_document, rows, summary
from mnerctl.schema import SPLITS, Record, Release, Split, write_release
from mnerctl.schema.release.manifest import Withdrawn
from support.pictures import BEGIN
from support.record_strategies import file_ids, record_lists, records

LONG = "https://x.com/ada/status/1790000000000000007"
GONE = Withdrawn(id="7", fate="gone", reason="not found", date=date(2024, 5, 10))
OTHER = Withdrawn(id="1790000000000000007", fate="withheld", reason="", date=date(2024, 5, 11))


def record(id: str, text: str, *labels: str, images: str = "ab", **more: object) -> Record:
    """Return a record; tokens without a label get O, and each letter of `images` is one picture."""
    tokens = text.split(" ")
    return Record.model_validate(
        {
            "id": id,
            "text": tokens,
            "label": [*labels, *["O"] * (len(tokens) - len(labels))],
            "images": [f"{letter}.png" for letter in images],
            **more,
        }
    )


def released(
    folder: Path,
    *withdrawn: Withdrawn,
    train: tuple[Record, ...] = (),
    test: tuple[Record, ...] = (),
) -> Release:
    """Freeze a release; an image differs from others by the first letter of its name in lower case."""
    source = folder.with_name(f"{folder.name}-pictures")
    source.mkdir()
    for one in (*train, *test):
        for name in one.images:
            (source / name).write_bytes(BEGIN + name[0].lower().encode())
    splits: dict[Split, tuple[Record, ...]] = {"train": train, "dev": (), "test": test}
    return write_release(
        folder,
        splits,
        name="set",
        version="1.0.0" if folder.name == "a" else "1.1.0",
        tokenizer="tweet-1",
        image_source=lambda name: source / name,
        created=date(2024, 5, 20),
        withdrawn=withdrawn,
    )


def every_change(folder: Path) -> Diff:
    before = released(
        folder / "a",
        train=(
            record("1", "Ada in Rome", "B-PER", "O", "B-LOC"),
            record("2", "Paris Hilton", "B-LOC"),
            record("3", "Jordan *dunks*", "B-PER"),
            record("4", "one", images="abc"),
            record("5", "two"),
            record("6", "same"),
            record("7", "gone"),
        ),
        test=(record("8", "moved", url="https://x.com/a/status/8"), record("9", "left", url=LONG)),
    )
    after = released(
        folder / "b",
        GONE,
        OTHER,
        train=(
            record("1", "Ada in Rome", "B-PER", "O", "B-ORG"),
            record("2", "Paris Hilton", "B-PER", "I-PER"),
            record("3", "Jordan *dunks* again", "B-PER", "B-MISC"),
            record("4", "one", images="ab"),
            record("5", "two", images="ba"),
            record("6", "same", images="AB"),
            record("8", "moved"),
            record("10", "new"),
        ),
    )
    return diff_releases(before, after)


def test_every_kind_of_change(tmp_path: Path) -> None:
    found = every_change(tmp_path)
    assert list(rows(found)) == [
        ("withdrawn", "7", "train; gone since 2024-05-10: not found"),
        ("withdrawn", "9", "test; withheld since 2024-05-11: no reason given"),
        ("added", "10", "train"),
        ("changed", "1", '"Rome" LOC to ORG'),
        ("changed", "2", 'removed LOC "Paris"; added PER "Paris Hilton"'),
        ("changed", "3", 'text; added MISC "*dunks*"'),
        ("changed", "4", "3 to 2 images"),
        ("changed", "5", "images reordered"),
        ("changed", "6", "images renamed"),
        ("changed", "8", "test to train; url"),
    ]
    assert summary(found) == (
        "10 posts: 1 added, 2 removed (2 of them withdrawn), 7 changed"
        " (1 in text, 3 in labels, 3 in images, 1 in split, 1 in url), 0 unchanged"
    )
    sizes = found.sizes()
    assert sizes["train"] == (7, 8) and sizes["test"] == (2, 0) and sizes["images"] == (19, 16)
    assert sizes["LOC"] == (2, 0) and sizes["PER"] == (2, 3)


def test_the_changelog_escapes_markdown_in_texts(tmp_path: Path) -> None:
    assert as_changelog(every_change(tmp_path)) == (
        "## set 1.1.0\n\n"
        "Since set 1.0.0: 10 posts: 1 added, 2 removed (2 of them withdrawn), 7 changed"
        " (1 in text, 3 in labels, 3 in images, 1 in split, 1 in url), 0 unchanged.\n\n"
        "**set 1.0.0 to set 1.1.0**\n\n"
        "|  | before | after | change |\n| --- | --: | --: | --: |\n"
        "| train | 7 | 8 | +1 |\n| dev | 0 | 0 | 0 |\n| test | 2 | 0 | -2 |\n"
        "| PER | 2 | 3 | +1 |\n| LOC | 2 | 0 | -2 |\n| ORG | 0 | 1 | +1 |\n| MISC | 0 | 1 | +1 |\n"
        "| images | 19 | 16 | -3 |\n\n"
        "### Withdrawn: please delete your copies\n\n"
        "- 7: gone since 2024-05-10: not found\n"
        "- 1790000000000000007: withheld since 2024-05-11: no reason given\n\n"
        "### Added\n\n- 10: train\n\n"
        "### Changed\n\n"
        '- 1: "Rome" LOC to ORG\n'
        '- 2: removed LOC "Paris"; added PER "Paris Hilton"\n'
        '- 3: text; added MISC "\\*dunks\\*"\n'
        "- 4: 3 to 2 images\n- 5: images reordered\n- 6: images renamed\n"
        "- 8: test to train; url\n"
    )


def test_the_name_of_a_release_stays_on_one_line(tmp_path: Path) -> None:
    diff = every_change(tmp_path)
    after = replace(diff.after, name="a\n# heading\x1b")
    changelog = as_changelog(replace(diff, after=after))
    assert "\n# heading" not in changelog and "\x1b" not in changelog


def test_the_document_has_every_entity(tmp_path: Path) -> None:
    document = as_document(every_change(tmp_path))
    assert document["counts"]["changed_in"] == {
        "text": 1, "labels": 3, "images": 3, "split": 1, "evidence": 0, "url": 1,
    }  # fmt: skip
    first, _, third, *_ = document["changed"]
    assert first["entities"] == {
        "added": [],
        "removed": [],
        "retyped": [{"type": "ORG", "text": "Rome", "start": 2, "end": 3, "was": "LOC"}],
    }
    assert third["text"] == {"before": "Jordan *dunks*", "after": "Jordan *dunks* again"}
    assert document["removed"][0]["withdrawn"]["fate"] == "gone"


def test_fields_that_only_one_release_has_are_no_change(tmp_path: Path) -> None:
    """The published layout has neither raw text nor evidence."""
    rich = record("1", "a b", "B-PER", raw="a  b", offsets=[(0, 1), (3, 4)], evidence=[(0,)])
    other = record("1", "a b", "B-PER", raw="a b", offsets=[(0, 1), (2, 3)], evidence=[(1,)])
    plain = record("1", "a b", "B-PER")
    releases = [
        Release("r", tmp_path, {"train": (one,)}, lambda name: tmp_path / name)
        for one in (rich, other, plain)
    ]
    assert diff_releases(releases[0], releases[2]).unchanged == 1
    (change,) = diff_releases(releases[0], releases[1]).changed
    assert change.kinds == ["text", "evidence"]


def test_each_record_of_a_repeated_id_counts(tmp_path: Path) -> None:
    twice = Release(
        "r", tmp_path, {"train": (record("1", "a"), record("1", "b"))}, tmp_path.joinpath
    )
    once = Release("r", tmp_path, {"train": (record("1", "a"),)}, tmp_path.joinpath)
    found = diff_releases(twice, once)
    assert (found.unchanged, len(found.removed)) == (1, 1)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    every = draw(record_lists(records(file_ids)))
    splits: dict[Split, list[Record]] = {split: [] for split in SPLITS}
    for one in every:
        splits[draw(st.sampled_from(SPLITS))].append(one)
    frozen = {split: tuple(ones) for split, ones in splits.items()}
    return Release("any", Path("none"), frozen, lambda name: Path("none") / name)


@settings(max_examples=50)
@given(releases(), releases())
def test_the_reverse_diff_is_the_mirror_and_counts_sum(a: Release, b: Release) -> None:
    there, back = diff_releases(a, b), diff_releases(b, a)
    assert [one.id for one in there.added] == [one.id for one in back.removed]
    assert [one.id for one in there.removed] == [one.id for one in back.added]
    assert {one.id: one.kinds for one in there.changed} == {
        one.id: one.kinds for one in back.changed
    }
    both = len(there.changed) + there.unchanged
    assert both + len(there.removed) == sum(1 for _ in a.records())
    assert both + len(there.added) == sum(1 for _ in b.records())
    more = Counter(e.type for c in there.changed for e in c.entities_added)
    assert more == Counter(e.type for c in back.changed for e in c.entities_removed)


@settings(max_examples=50)
@given(releases())
def test_a_release_does_not_differ_from_itself(a: Release) -> None:
    found = diff_releases(a, a)
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert list(rows(found)) == []
