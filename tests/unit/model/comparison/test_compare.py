"""A comparison: the bootstrap, the table, its formats, and which runs count as the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

import numpy as np

from mnerctl.model.comparison.outcome import OUTCOME
from mnerctl.model.comparison.page import as_html
from mnerctl.model.comparison.paper_rows import TWEETS, corpus_of, paper_rows
from mnerctl.model.comparison.run import plan_runs
from mnerctl.model.comparison.table import Comparison, comparison
from mnerctl.model.comparison.text import as_latex, as_markdown, columns, fitting, groups, notes
from mnerctl.model.measures.bootstrap import f1_difference
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.config import NOTHING_GIVEN, TrainingConfig
from mnerctl.model.systems.preset import PRESETS, Preset
from mnerctl.model.tagging.truncated import Truncated
from mnerctl.schema import DataError, Record, Release
from support.made_outcomes import outcome

SYSTEMS_COMPARED = ("tpm-mi", "bilstm-crf", "bert-crf")
RATES = {"tpm-mi": 0.9, "bilstm-crf": 0.5, "bert-crf": 0.75}


def made(name: str, texts: int = 120) -> Release:
    """Return a release of texts with two entities each."""
    labels = ("B-PER", "I-PER", "O", "B-LOC", "O")
    records = tuple(
        Record(id=str(n), text=("a", "b", "c", "d", "e"), label=labels, images=())
        for n in range(texts)
    )
    return Release(name, Path("made"), dict.fromkeys(("train", "dev", "test"), records), Path)


def compared(name: str = "MNER-MI", seeds: tuple[int, ...] = (1, 2)) -> Comparison:
    release = made(name)
    runs = [
        outcome(n, release, right=RATES[n], seed=seed) for n in SYSTEMS_COMPARED for seed in seeds
    ]
    systems = [SYSTEMS[n] for n in SYSTEMS_COMPARED]
    return comparison(release, systems, PRESETS["quick"], seeds=seeds, outcomes=runs)


def test_no_difference() -> None:
    matches = np.array([[2, 2, 1], [1, 2, 1], [0, 1, 0]] * 30)
    found = f1_difference(matches[None], matches[None])
    assert (found.f1, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_certain_difference_and_an_uncertain_one() -> None:
    better = np.array([[1, 1, 1]] * 80 + [[1, 1, 0]] * 20)
    worse = np.array([[1, 1, 1]] * 60 + [[1, 1, 0]] * 40)
    sure = f1_difference(worse[None], better[None])
    assert sure.f1 == pytest.approx(-0.2)
    # 20 of 100 differ, all one way: the deviation of their share is .04
    assert (sure.low, sure.high) == pytest.approx((-0.28, -0.12), abs=0.015)
    assert sure.p <= 0.001
    mixed = np.array([[1, 1, n % 2] for n in range(100)])
    assert f1_difference(mixed[None], mixed[None, ::-1]).p > 0.5


def test_texts_without_any_entity() -> None:
    nothing = np.zeros((5, 3), dtype=np.int64)
    assert f1_difference(nothing[None], nothing[None]).p == 1


def test_rows_are_in_the_papers_groups_and_the_best_is_named() -> None:
    found = compared()
    assert [(row.modality, row.system) for row in found.rows] == [
        ("text", "bilstm-crf"),
        ("text", "bert-crf"),
        ("text + images", "tpm-mi"),
    ]
    assert found.best == "tpm-mi"
    behind = {row.system: row.behind for row in found.rows}
    assert behind["tpm-mi"] is None
    assert behind["bilstm-crf"] is not None and behind["bilstm-crf"].f1 < -0.2
    f1 = [one.scores["test"]["micro"].f1 for one in runs_of("bert-crf")]
    row = next(row for row in found.rows if row.system == "bert-crf")
    assert row.f1.mean == pytest.approx(sum(f1) / 2)
    assert row.f1.deviation == pytest.approx(abs(f1[0] - f1[1]) / 2**0.5)
    assert (row.seconds, row.memory) == (pytest.approx(62.9), 10**9 + 2)


def runs_of(system: str) -> list:
    return [outcome(system, made("MNER-MI"), right=RATES[system], seed=seed) for seed in (1, 2)]


def test_one_seed_has_no_deviation() -> None:
    found = compared(seeds=(1,))
    assert all(row.f1.deviation is None for row in found.rows)
    assert "±" not in as_markdown(found) + as_latex(found)


def test_the_papers_figures_appear_only_for_its_corpora(monkeypatch: pytest.MonkeyPatch) -> None:
    other = compared("MNER-MI")
    assert other.paper is None and all(row.paper is None for row in other.rows)
    assert notes(other)[-1] == (
        "the paper's MNER-MI has other records (train 6,856, dev 860, test 860): its figures are not"
        " shown"
    )
    for corpus in TWEETS:
        monkeypatch.setitem(TWEETS, corpus, dict.fromkeys(("train", "dev", "test"), 120))
    assert {row.system: row.paper and row.paper.f1 for row in compared("MNER-MI").rows} == {
        "tpm-mi": 0.7732,
        "bert-crf": None,
        "bilstm-crf": 0.6496,
    }
    plus = compared("MNER-MI-Plus")
    assert [row.paper.f1 for row in plus.rows if row.paper] == [0.7217, 0.8342]
    ours = compared("my-dataset")
    assert ours.paper is None and all(row.paper is None for row in ours.rows)
    assert "paper" not in as_markdown(ours)


def test_posts_that_a_system_cuts_are_noted() -> None:
    cut = {"dev": Truncated(posts=0, entities=0), "test": Truncated(posts=2, entities=3)}
    release = made("x")
    runs = [
        outcome("bert-crf", release, right=0.5).model_copy(update={"truncated": cut}),
        outcome("bilstm-crf", release, right=0.5),
    ]
    systems = [SYSTEMS["bert-crf"], SYSTEMS["bilstm-crf"]]
    found = comparison(release, systems, PRESETS["quick"], seeds=(1,), outcomes=runs)
    note = "bert-crf: posts longer than it reads: test 2 posts (3 entities lost); lost entities"
    assert [one for one in notes(found) if "longer" in one] == [f"{note} count as missed"]
    assert note in as_markdown(found) and note in as_html(found)


def test_what_the_user_gave_is_in_the_title() -> None:
    release = made("x")
    given = TrainingConfig(batch_size=8, threads=1)
    runs = [outcome("bert-crf", release, right=0.5)]
    found = comparison(
        release, [SYSTEMS["bert-crf"]], PRESETS["quick"], config=given, seeds=(1,), outcomes=runs
    )
    assert "x: test, preset quick with batch_size 8, seed 1" in as_markdown(found)
    assert found.config == {"batch_size": 8, "threads": 1}


def test_a_difference_is_that_of_the_scores_beside_it() -> None:
    found = compared()
    f1 = {row.system: row.f1.mean for row in found.rows}
    for row in found.rows:
        if row.behind:
            assert row.behind.f1 == pytest.approx(f1[row.system] - f1[found.best])


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_a_narrow_terminal_shows_names_and_f1_whole(width: int) -> None:
    found = compared()
    head, rows = [*columns(found, brief=True)], groups(found, brief=True)
    kept = fitting(head, rows, width)
    names = [head[place] for place in kept]
    assert {"", "F1", "behind"} <= set(names)
    cells = [row for _, group in rows for row in group]
    assert sum(max(len(row[place]) for row in [head, *cells]) + 3 for place in kept) + 3 <= width
    if width == 200:
        assert names == head


@pytest.mark.parametrize("corpus", TWEETS)
def test_the_papers_rows_are_consistent(corpus: str) -> None:
    rows = paper_rows(corpus)  # type: ignore[arg-type]
    assert len(rows) == 17
    for row in rows:
        f1 = 2 * row.precision * row.recall / (row.precision + row.recall)
        assert row.f1 == pytest.approx(f1, abs=0.0002), row.name


def test_a_release_of_the_papers_sizes() -> None:
    release = made("MNER-MI", texts=1)
    record = release.splits["train"][0]
    sizes = {split: (record,) * size for split, size in TWEETS["MNER-MI"].items()}
    assert corpus_of(replace(release, splits=sizes)) == "MNER-MI"
    assert corpus_of(release) is corpus_of(replace(release, name="x", splits=sizes)) is None


def test_every_format_has_every_figure() -> None:
    found = compared()
    html = as_html(found)
    assert "<script" not in html and not re.search(r"(src|href)=", html)
    for form in (as_markdown(found), as_latex(found), html):
        plain = form.replace(r"$\pm$", "±")
        for _, rows in groups(found):
            assert all(cell in plain for row in rows for cell in row)
    assert Comparison.model_validate_json(found.model_dump_json()) == found


def test_latex_is_escaped() -> None:
    latex = as_latex(compared("a_b & 50 % {#}"))
    assert r"\caption{a\_b \& 50 \% \{\#\}: test" in latex


def folders(out: Path, preset: Preset, release: Release, **given: object) -> list[str]:
    options = {"config": NOTHING_GIVEN, "seeds": (1,), **given}
    planned = plan_runs(release, [SYSTEMS["bilstm-crf"]], preset, out=out, **options)  # type: ignore[arg-type]
    return [one.folder.name for one in planned]


def test_which_runs_are_different(tmp_path: Path) -> None:
    quick, release = PRESETS["quick"], made("x")
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("a 1 2\n", encoding="utf-8")
    with_vectors = TrainingConfig(embeddings=str(vectors))
    found = [
        *folders(tmp_path, quick, release, seeds=(1, 2)),
        *folders(tmp_path, quick, release, config=TrainingConfig(epochs=3)),
        *folders(tmp_path, PRESETS["smoke"], release),
        *folders(tmp_path, quick, made("x", texts=7)),
        *folders(tmp_path, quick, release, config=with_vectors),
    ]
    vectors.write_text("a 1 3\n", encoding="utf-8")
    found += folders(tmp_path, quick, release, config=with_vectors)
    assert len(set(found)) == len(found) == 7
    assert folders(tmp_path, quick, release) == found[:1]


def test_an_invalid_outcome_is_named(tmp_path: Path) -> None:
    (planned,) = plan_runs(
        made("x"),
        [SYSTEMS["bert"]],
        PRESETS["smoke"],
        config=NOTHING_GIVEN,
        seeds=(1,),
        out=tmp_path,
    )
    assert planned.read_outcome() is None
    planned.folder.mkdir(parents=True)
    (planned.folder / OUTCOME).write_text('{"system": "bert"}', encoding="utf-8")
    with pytest.raises(DataError) as error:
        planned.read_outcome()
    assert error.value.message == f"{planned.folder / OUTCOME}: not as mnerctl compare wrote it"


def test_a_missing_file_of_vectors_is_reported_before_training(tmp_path: Path) -> None:
    config = TrainingConfig(embeddings=str(tmp_path / "none.txt"))
    with pytest.raises(DataError, match=r"none\.txt: no such file"):
        folders(tmp_path, PRESETS["quick"], made("x"), config=config)


def test_a_language_model_is_a_row_without_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    release = made("MNER-MI")
    run = outcome("gpt4 (made-1)", release, right=0.99).model_copy(
        update={"seconds": None, "memory": None, "precision": None, "hardware": None}
    )
    monkeypatch.setitem(TWEETS, "MNER-MI", dict.fromkeys(("train", "dev", "test"), 120))
    found = comparison(
        release,
        [SYSTEMS["bert-crf"]],
        PRESETS["quick"],
        seeds=(1,),
        outcomes=[outcome("bert-crf", release, right=RATES["bert-crf"])],
        ask_rows=[("text + one image", run)],
    )
    assert [(row.modality, row.system) for row in found.rows] == [
        ("text", "bert-crf"),
        ("text + one image", "gpt4 (made-1)"),
    ]
    assert found.best == "gpt4 (made-1)"
    assert found.rows[1].paper is not None and found.rows[1].paper.f1 == 0.6605
    assert (found.rows[1].seconds, found.hardware) == (None, ("2 CPU cores",))
    assert "gpt4 (made-1)" in as_markdown(found) and "None" not in as_markdown(found)
