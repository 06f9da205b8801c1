"""`release export` and `release card`: files, output, and what is not published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.release import FORMATS
from support.command import run
from support.exports import from_datasets
from support.published import tree
from support.sound_release import sound_release

pytestmark = pytest.mark.e2e
TERMS = (
    "X's developer terms let you give third parties the ids of posts, not their text or pictures;"
    " ask the authors of the posts, or X, before you publish more.\n"
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with the release `sound` and a corpus with half of the facts for the card."""
    folder = tmp_path / "work"
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / "mnerctl.toml").write_text(
        'name = "sound"\n[card]\ntitle = "Sound posts"\ncontact = "a@example.org"\n'
        'licence = "cc-by-4.0"\nlanguages = ["en"]\nauthors = ["Ada"]\nhomepage = "https://e.org"\n'
    )
    sound_release(folder)
    return folder


def test_an_export_reports_what_it_wrote(work: Path) -> None:
    ended = run("release", "export", "sound", "--to", "conll", "-o", "out", "--json", folder=work)
    assert ended.code == 0
    size = sum(path.stat().st_size for path in (work / "out").rglob("*.*") if path.name[0] != ".")
    assert json.loads(ended.out) == {
        "out": "out",
        "format": "conll",
        "files": 123,
        "bytes": size,
        "missing_images": 0,
    }
    summary = f"out: 40 records as conll, 123 files, {size / 1e6:.1f} MB; 0 images are missing\n"
    assert ended.err.endswith(summary)
    stats = run("release", "stats", "out", folder=work)
    assert stats.err == "out: 40 tweets, 160 entities, 120 images\n"


def test_the_hub_gets_only_ids(work: Path) -> None:
    datasets = pytest.importorskip("datasets")
    words = ("release", "export", "sound", "--to", "hub", "--corpus", "corpus")
    ended = run(*words, "-o", "out", folder=work)
    assert (ended.code, ended.out) == (0, "")
    assert TERMS not in ended.err
    assert set(tree(work / "out")) == {
        *(
            ".mnerctl-export.json",
            "README.md",
            "dehydrated.json",
            "dev.jsonl",
            "test.jsonl",
            "train.jsonl",
        ),
    }
    content = b"".join(filter(None, tree(work / "out").values()))
    assert b"Carla" not in content
    loaded = datasets.load_dataset(str(work / "out"), cache_dir=str(work / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == {
        "train": 24,
        "validation": 8,
        "test": 8,
    }
    back = run("release", "rehydrate", "out", "--from", "sound", "-o", "back", folder=work)
    assert back.code == 0
    assert tree(work / "back") == tree(work / "sound")


def test_with_content_the_terms_are_printed_first(work: Path) -> None:
    pytest.importorskip("datasets")
    words = ("release", "export", "sound", "--to", "hub", "--with-content", "--corpus", "corpus")
    ended = run(*words, "-o", "out", folder=work)
    assert ended.code == 0
    assert ended.err.startswith(TERMS)
    assert set(tree(work / "out")) == {
        *(".mnerctl-export.json", "README.md", "croissant.json", "data"),
        *(f"data/{split}-00000.parquet" for split in ("train", "validation", "test")),
    }
    splits, _ = from_datasets(work / "out", work / "cache")
    assert {split: len(records) for split, records in splits.items()} == {
        "train": 24,
        "dev": 8,
        "test": 8,
    }


def test_with_content_is_only_for_the_hub(work: Path) -> None:
    words = ("release", "export", "sound", "--to", "jsonl", "--with-content", "-o", "out")
    ended = run(*words, folder=work)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "error: --with-content: only for hub; jsonl always has text and pictures\n"
        "  try: mnerctl release export sound --to jsonl -o out\n"
    )


def test_an_unknown_format_is_refused(work: Path) -> None:
    ended = run("release", "export", "sound", "--to", "csv", "-o", "out", folder=work)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.endswith(
        "Error: Invalid value for '--to': 'csv' is not a format; choose from"
        f" {', '.join(FORMATS)}\n"
    )
    helped = run("release", "export", "--help", folder=work)
    assert f"--to <{'|'.join(FORMATS)}>" in helped.out


def test_the_card_is_printed_or_written(work: Path) -> None:
    printed = run("release", "card", "sound", "--corpus", "corpus", folder=work)
    assert printed.code == 0
    assert printed.err == (
        "not known: citation, motivation, collection, annotators, limits"
        " (the table [card] of corpus/mnerctl.toml)\n"
    )
    assert printed.out.startswith('---\npretty_name: "Sound posts"\nlicense: "cc-by-4.0"\n')
    assert "- Contact for withdrawing a post: a@example.org\n" in printed.out
    words = ("release", "card", "sound", "--corpus", "corpus", "-o", "README.md", "--json")
    written = run(*words, folder=work)
    document = json.loads(written.out)
    assert (work / "README.md").read_text(encoding="utf-8") == document["card"]
    assert document["blank"] == ["citation", "motivation", "collection", "annotators", "limits"]
    foreign = run("release", "card", "sound", folder=work)
    assert "a@example.org" not in foreign.out
    assert foreign.err.endswith("(no --corpus was given)\n")
