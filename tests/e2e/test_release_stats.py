"""`mnerctl release stats`: the same figures as tables, Markdown, LaTeX, JSON and plots."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command import run
from support.published import mner_mi_folder

pytestmark = pytest.mark.e2e

SUMMARY = "mi: 3 tweets, 6 entities, 6 images\n"
PAPER = """\
**MNER-MI**

|  | train | dev | test |
| --- | --: | --: | --: |
| PER | 1 | 1 | 1 |
| LOC | 1 | 1 | 1 |
| ORG | 0 | 0 | 0 |
| MISC | 0 | 0 | 0 |
| entities | 2 | 2 | 2 |
| 1 image | 0 | 0 | 0 |
| 2 images | 1 | 1 | 1 |
| 3 images | 0 | 0 | 0 |
| 4 images | 0 | 0 | 0 |
| images per tweet | 2.000 | 2.000 | 2.000 |
| tweets | 1 | 1 | 1 |
"""


def test_every_output_format(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path / "mi")
    table = run("release", "stats", "mi", folder=tmp_path)
    assert (table.code, table.err) == (0, SUMMARY)
    assert [line.split("  ")[1] for line in table.out.splitlines() if line.startswith("  t")] == [
        *("tweets", "tokens", "tokens per tweet", "tweets without entities", "tokens per entity"),
    ]
    markdown = run("release", "stats", "mi", "--markdown", folder=tmp_path)
    assert (markdown.code, markdown.err) == (0, SUMMARY)
    assert markdown.out.startswith(PAPER)
    latex = run("release", "stats", "mi", "--latex", folder=tmp_path)
    assert (latex.code, latex.err) == (0, SUMMARY)
    assert latex.out.count("\\begin{tabular}") == 2
    printed = run("release", "stats", "mi", "--json", "--plots", "plots", folder=tmp_path)
    assert (printed.code, printed.err) == (0, SUMMARY)
    document = json.loads(printed.out)
    assert document["statistics"]["test"]["entities"] == 2
    assert document["text"]["splits"]["test"]["tokens"] == 4
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        *("entities.svg", "images.svg", "tokens.svg", "types.svg", "unseen.svg"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("--markdown", "--latex"),
            2,
            "error: --json, --markdown and --latex: wanted at most one of them\n"
            "  try: mnerctl release stats mi --markdown\n",
        ),
        (
            ("--plots", "mi"),
            3,
            "error: mi: exists already; a folder of plots is never overwritten\n"
            "  try: give another folder to --plots\n",
        ),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    mner_mi_folder(tmp_path / "mi")
    ended = run("release", "stats", "mi", *arguments, folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (code, "", message)
