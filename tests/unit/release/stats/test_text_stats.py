"""Lengths, unseen names and ambiguity: counted by hand, and on corpora with known figures."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from mnerctl.release import (
    ambiguity_table,
    as_latex,
    as_markdown,
    statistics,
    text_statistics,
    write_plots,
)
from mnerctl.schema import DataError, Record, Release, Split
from support.twitter2017 import SHARED

PAPER = SHARED / "data" / "paper" / "statistics.json"


def record(id: str, text: str, *labels: str, images: int = 2) -> Record:
    """Return a record; tokens without a label get O."""
    tokens = text.split(" ")
    tags = [*labels, *["O"] * (len(tokens) - len(labels))]
    names = tuple(f"{id}_{position}.jpg" for position in range(images))
    return Record(id=id, text=tuple(tokens), label=tuple(tags), images=names)


SPLITS: dict[Split, tuple[Record, ...]] = {
    "train": (
        record("1", "Ada Byron in Rome", "B-PER", "I-PER", "O", "B-LOC"),
        record("2", "Jordan dunks", "B-PER"),
        record("3", "nothing", images=4),
    ),
    "dev": (record("4", "Jordan is hot", "B-LOC"),),
    "test": (record("5", "Ada Byron & 50 % Rome", "B-PER", "I-PER", "O", "O", "O", "B-LOC"),),
}


def made(folder: Path) -> Release:
    return Release("made", folder, SPLITS, lambda name: folder / name)


def test_a_small_release_counted_by_hand(tmp_path: Path) -> None:
    text = text_statistics(made(tmp_path))
    assert text.as_dict(most_forms=5) == {
        "splits": {
            "train": {
                "tokens": 7,
                "tokens_per_tweet": {"mean": 2.333, "median": 2, "longest": 4},
                "tokens_per_entity": {"mean": 1.333, "median": 1, "longest": 2},
                "entities_per_tweet": {"mean": 1.0, "median": 1, "longest": 2},
                "tweets_without_entities": 1,
                "forms": 3,
                "unseen": {"PER": 0, "LOC": 0, "ORG": 0, "MISC": 0},
                "unseen_entities": 0.0,
            },
            "dev": {
                "tokens": 3,
                "tokens_per_tweet": {"mean": 3.0, "median": 3, "longest": 3},
                "tokens_per_entity": {"mean": 1.0, "median": 1, "longest": 1},
                "entities_per_tweet": {"mean": 1.0, "median": 1, "longest": 1},
                "tweets_without_entities": 0,
                "forms": 1,
                "unseen": {"PER": 0, "LOC": 1, "ORG": 0, "MISC": 0},
                "unseen_entities": 1.0,
            },
            "test": {
                "tokens": 6,
                "tokens_per_tweet": {"mean": 6.0, "median": 6, "longest": 6},
                "tokens_per_entity": {"mean": 1.5, "median": 1.5, "longest": 2},
                "entities_per_tweet": {"mean": 2.0, "median": 2, "longest": 2},
                "tweets_without_entities": 0,
                "forms": 2,
                "unseen": {"PER": 0, "LOC": 0, "ORG": 0, "MISC": 0},
                "unseen_entities": 0.0,
            },
        },
        "forms": 3,
        "ambiguous_forms": 1,
        "ambiguous_entities": 0.3333,
        "most_ambiguous": {"Jordan": {"PER": 1, "LOC": 1}},
    }


def test_an_empty_release_can_be_measured(tmp_path: Path) -> None:
    empty = Release("empty", tmp_path, {}, lambda name: tmp_path / name)
    text = text_statistics(empty)
    assert (text.forms, text.ambiguous_share) == (0, 0.0)
    write_plots(tmp_path / "plots", statistics(empty), text)


def test_tables_for_papers(tmp_path: Path) -> None:
    release = made(tmp_path)
    table = ambiguity_table(text_statistics(release))
    assert as_markdown([table]) == (
        "**1 of 3 names have several types; they are 33.3 % of the entities**\n\n"
        "| name | PER | LOC | ORG | MISC |\n"
        "| --- | --: | --: | --: | --: |\n"
        "| Jordan | 1 | 1 | 0 | 0 |\n"
    )
    assert as_latex([table]) == (
        "\\begin{table}\n\\centering\n\\begin{tabular}{lrrrr}\n\\toprule\n"
        "name & PER & LOC & ORG & MISC \\\\\n\\midrule\nJordan & 1 & 1 & 0 & 0 \\\\\n"
        "\\bottomrule\n\\end{tabular}\n"
        "\\caption{1 of 3 names have several types; they are 33.3 \\% of the entities}\n\\end{table}\n"
    )


def test_special_characters_are_escaped(tmp_path: Path) -> None:
    name = r"\a_{b}|&%$#~^"
    splits: dict[Split, tuple[Record, ...]] = {
        "train": (record("1", name, "B-PER"), record("2", name, "B-ORG")),
        "dev": (),
        "test": (),
    }
    release = Release("made", tmp_path, splits, lambda name: tmp_path / name)
    table = ambiguity_table(text_statistics(release))
    assert r"| \\a_{b}\|&%$#~^ | 1 |" in as_markdown([table])
    assert (
        r"\textbackslash{}a\_\{b\}|\&\%\$\#\textasciitilde{}\textasciicircum{} & 1 &"
        in as_latex([table])
    )


def test_plots_are_svg_with_a_bar_for_every_figure(tmp_path: Path) -> None:
    release = made(tmp_path)
    counts, text = statistics(release), text_statistics(release)
    names = write_plots(tmp_path / "plots", counts, text)
    assert sorted(names) == sorted(path.name for path in (tmp_path / "plots").iterdir())
    titles = {}
    for name in names:
        root = ElementTree.parse(tmp_path / "plots" / name).getroot()
        bars = root.findall("{*}rect/{*}title")
        titles[name] = [bar.text for bar in bars]
        assert all(float(rect.attrib["height"]) >= 0 for rect in root.findall("{*}rect"))
    assert len(titles["types.svg"]) == 3 * 4
    assert titles["unseen.svg"][1] == "test, PER: 0.0 %"
    assert titles["images.svg"][3:6] == ["train, 2: 66.7 %", "dev, 2: 100.0 %", "test, 2: 100.0 %"]
    with pytest.raises(DataError) as caught:
        write_plots(tmp_path / "plots", counts, text)
    assert caught.value.message == (
        f"{tmp_path}/plots: exists already; a folder of plots is never overwritten"
    )
