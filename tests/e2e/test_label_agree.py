"""`mnerctl label agree` on the command line: whole outputs and exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.annotation.suggest.suggestion import Suggestion, save_suggestions
from mnerctl.schema import Annotation, Corpus, Span
from support.command import Ended, run
from support.corpora import corpus_of, made_post

pytestmark = pytest.mark.e2e

TEXT = "LeBron James 🇫🇷 <b>in</b> Paris"
LEBRON, PARIS = Span(0, 12, "PER"), Span(26, 31, "LOC")

TABLES = """\
annotators

      name   done   skipped   compared   s/post
 ───────────────────────────────────────────────
  1   ada       2         0          2        -
  2   ben       2         0          2        -

agreement on 2 posts, 6 spans

  measure                         value            95 %
 ───────────────────────────────────────────────────────
  exact span F1                   0.667    0.000..1.000
    any type                      0.667    0.000..1.000
  Fleiss' kappa, tokens           0.619   -0.091..1.000
  Krippendorff's alpha, tokens    0.627   -0.068..1.000
  Krippendorff's u-alpha, spans   0.619   -0.083..1.000

by type and by number of images

             posts   spans      F1           95 %    kappa    alpha   u-alpha
 ─────────────────────────────────────────────────────────────────────────────
  PER            2       3   0.667   0.000..1.000    0.632    0.640     0.628
  LOC            2       3   0.667   0.000..1.000    0.644    0.652     0.652
  ORG            2       0       -              -        -        -         -
  MISC           2       0       -              -        -        -         -
  2 images       1       4   1.000   1.000..1.000    1.000    1.000     1.000
  4 images       1       2   0.000   0.000..0.000   -0.091   -0.045    -0.058

by pair: precision and recall of the second, with the first as gold

          posts       P       R      F1           95 %   Cohen   u-alpha
 ────────────────────────────────────────────────────────────────────────
  1 - 2       2   0.667   0.667   0.667   0.000..1.000   0.621     0.619

where one annotator marked ..., the other marked

         PER   LOC   ORG   MISC   other edges   unmarked
 ────────────────────────────────────────────────────────
  PER      2     0     0      0             0          1
  LOC      0     2     0      0             0          1
  ORG      0     0     0      0             0          0
  MISC     0     0     0      0             0          0


post 12: 2.0 unmatched spans
  ada:
    PER  'LeBron James'
  ben:
    LOC  'Paris'
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with corpus_of(tmp_path / "corpus", [made_post("11", TEXT), made_post("12", TEXT, images=4)]):
        return tmp_path


def annotate(folder: Path, post_id: str, annotator: str, *spans: Span) -> None:
    with Corpus.open(folder / "corpus") as corpus:
        corpus.put_annotation(
            Annotation(post_id=post_id, annotator=annotator, text=TEXT, spans=spans)
        )


def annotate_all(folder: Path, *annotators: str) -> None:
    for annotator in annotators:
        annotate(folder, "11", annotator, LEBRON, PARIS)
    annotate(folder, "12", annotators[0], LEBRON)
    annotate(folder, "12", annotators[1], PARIS)


def agree(folder: Path, *words: str) -> Ended:
    return run("label", "agree", *words, folder=folder)


def test_tables_the_kept_result_and_a_second_run(folder: Path) -> None:
    annotate_all(folder, "ada", "ben")
    ended = agree(folder)
    assert ended.code == 0
    assert ended.err.splitlines()[-1] == (
        "2 annotated posts: 2 compared, 0 skipped, 0 done by one annotator, 0 outdated, 0 not kept;"
        " kept in corpus/agreement.json"
    )
    assert ended.out == TABLES
    assert agree(folder) == ended


def test_json_equals_the_kept_document_and_the_page_is_written(folder: Path) -> None:
    annotate_all(folder, "ada", "ben")
    ended = agree(folder, "--json", "--html", "page.html")
    assert ended.code == 0
    assert ended.out == (folder / "corpus" / "agreement.json").read_text(encoding="utf-8")
    document = json.loads(ended.out)
    assert document["posts"]["compared"] == 2
    assert document["by_type"]["ORG"]["u_alpha"] == {"value": None, "low": None, "high": None}
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;in&lt;/b&gt;" in page and "<b>in" not in page


TIMES_AND_RULES = """\
annotators

      name   done   skipped   compared   s/post
 ───────────────────────────────────────────────
  1   ada       2         0          2     21.5
  2   ben       2         0          2        -

spans that break a guideline rule

  rule of docs/guidelines.md   1   2
 ────────────────────────────────────
  emoji                        1   1

"""
SUGGESTED = """\
what annotators did with suggested spans

  from         kept   changed   deleted   added
 ───────────────────────────────────────────────
  dictionary      1         1         0       2
"""


def test_times_broken_rules_and_outcomes_of_suggestions(folder: Path) -> None:
    emoji = Span(0, 15, "PER")
    annotations = (
        ("11", "ada", (LEBRON, PARIS), 12.5),
        ("12", "ada", (emoji, PARIS), 30.5),
        ("11", "ben", (emoji,), None),
        ("12", "ben", (), None),
    )
    with Corpus.open(folder / "corpus") as corpus:
        for post_id, name, spans, seconds in annotations:
            row = Annotation(
                post_id=post_id,
                annotator=name,
                text=TEXT,
                spans=spans,
                seconds=seconds,
                at=datetime(2026, 11, 23, 9, tzinfo=UTC) if name == "ada" else None,
            )
            corpus.put_annotation(row)
    shown = datetime(2026, 11, 23, 8, tzinfo=UTC)
    save_suggestions(
        folder / "corpus",
        [
            Suggestion(post_id="11", source="dictionary", spans=(LEBRON,), at=shown),
            Suggestion(post_id="12", source="dictionary", spans=(LEBRON,), at=shown),
        ],
    )
    ended = agree(folder, "--html", "page.html")
    assert ended.out[: len(TIMES_AND_RULES)] == TIMES_AND_RULES
    assert SUGGESTED in ended.out
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert '<td class="n">21.5</td><td>emoji 1</td>' in page
    assert '<tr><td>dictionary</td><td class="n">1</td><td class="n">1</td>' in page
    document = json.loads((folder / "corpus" / "agreement.json").read_text(encoding="utf-8"))
    assert document["suggestions"] == {
        "dictionary": {"kept": 1, "changed": 1, "deleted": 0, "added": 2}
    }


def test_long_names_fit_80_columns(folder: Path) -> None:
    annotate_all(folder, *(f"{name}.of.a.long.family@example.org" for name in ("ada", "ben")))
    out = agree(folder).out
    assert max(map(len, out.splitlines())) <= 80
    assert "  2   ben.of.a.long.family@example.org      2 " in out


def test_control_characters_in_names_are_not_printed(folder: Path) -> None:
    hostile = "\x1b[31mada"
    annotate(folder, "11", hostile, LEBRON)
    annotate(folder, "11", "ben", PARIS)
    out = agree(folder).out
    assert "\x1b" not in out
    assert f"  {hostile!r}:\n    PER  'LeBron James'\n" in out


@pytest.mark.parametrize(("annotators", "done"), [((), "none"), (("ada",), "ada 1")])
def test_without_two_annotators(folder: Path, annotators: tuple[str, ...], done: str) -> None:
    for annotator in annotators:
        annotate(folder, "11", annotator)
    assert agree(folder) == Ended(
        3,
        "",
        f"error: corpus: no post was done by two annotators (done: {done})\n"
        "  try: mnerctl label import FILE --annotator NAME --corpus corpus    # or label pull\n",
    )
    assert not (folder / "corpus" / "agreement.json").exists()


def test_without_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    assert agree(tmp_path / "work") == Ended(
        3,
        "",
        "error: corpus: no corpus (corpus.db is not there)\n"
        "  try: mnerctl fetch urls.txt --corpus corpus\n",
    )
