"""A comparison as table rows, as Markdown and as LaTeX; in percent, with means and deviations over seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final

from ..measures.score import Measure, percent
from ..systems.config import config_text
from ..tagging.truncated import truncated_text
from .paper_rows import TWEETS
from .table import Comparison, Paper, Row

PAPER_TITLE: Final = "As reported in the paper"
LEAST_NEEDED: Final = ("MB", "seconds", "p", "P", "R", "±", "paper")
"""Columns that a narrow terminal leaves out, in this order; the files have all."""
GAP: Final = 3
"""Width between two columns."""
INDENT: Final = 2
"""Width before the name of a system."""
PAPER_COLUMNS: Final = ("", "P", "R", "F1")
LATEX: Final = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)
Cells = tuple[str, ...]
Group = tuple[str, list[Cells]]
"""A modality and its rows."""


def columns(comparison: Comparison, *, brief: bool = False) -> dict[str, Callable[[Row], str]]:
    """Return headings, each with the function that formats its cell.

    Args:
        comparison: the data.
        brief: leave out intervals, for a terminal.
    """
    paper = {"paper": lambda row: percent(row.paper.f1) if row.paper else ""}
    shown = mean if brief else measured
    return {
        "": lambda row: row.system,
        "P": lambda row: shown(row.precision),
        "R": lambda row: shown(row.recall),
        "F1": lambda row: shown(row.f1),
        **({"±": lambda row: deviation(row.f1)} if brief and len(comparison.seeds) > 1 else {}),
        **(paper if any(row.paper for row in comparison.rows) else {}),
        "behind": lambda row: f"{100 * row.behind.f1:+.2f}" if row.behind else "",
        **({} if brief else {"95 %": interval}),
        "p": lambda row: f"{row.behind.p:.3f}" if row.behind else "",
        "seconds": lambda row: "" if row.seconds is None else f"{row.seconds:.0f}",
        "MB": lambda row: "" if row.memory is None else f"{row.memory / 1e6:.0f}",
    }


def groups(comparison: Comparison, *, brief: bool = False) -> list[Group]:
    """Return one row per system, with the cells of `columns`."""
    cells = columns(comparison, brief=brief).values()
    return [
        (modality, [tuple(cell(row) for cell in cells) for row in rows])
        for modality, rows in groupby(comparison.rows, key=lambda row: row.modality)
    ]


def fitting(head: Sequence[str], rows: Sequence[Group], width: int) -> list[int]:
    """Return the places of the columns to show in a terminal, so that names and figures stay whole.

    Columns of `LEAST_NEEDED` are left out, one after the other, until the rest fits.
    """
    cells = [row for _, group in rows for row in group]
    widths = [max(len(row[place]) for row in [head, *cells]) for place in range(len(head))]
    widths[0] += INDENT
    kept = list(range(len(head)))
    for name in LEAST_NEEDED:
        if sum(widths[place] + GAP for place in kept) < width:
            break
        kept = [place for place in kept if head[place] != name]
    return kept


def paper_groups(paper: Paper) -> list[Group]:
    """Return the paper's rows, with the cells of `PAPER_COLUMNS`."""
    return [
        (modality, [(row.name, *map(percent, (row.precision, row.recall, row.f1))) for row in rows])
        for modality, rows in groupby(paper.rows, key=lambda row: row.modality)
    ]


def title(comparison: Comparison) -> str:
    """Return what was compared, and how."""
    seeds = ", ".join(str(seed) for seed in comparison.seeds)
    name = f"{comparison.release} {comparison.version}".rstrip()
    config = config_text(comparison.config)
    preset = f"{comparison.preset}{f' with {config}' if config else ''}"
    return f"{name}: test, preset {preset}, seed{'s' * (len(comparison.seeds) > 1)} {seeds}"


def notes(comparison: Comparison) -> list[str]:
    """Return what a reader of the table must know."""
    vectors: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row.vectors:
            vectors.setdefault(row.vectors, []).append(row.system)
    found = [f"word vectors of {', '.join(names)}: {source}" for source, names in vectors.items()]
    found += [
        f"{row.system}: {row.images_masked} images cannot be used and were masked"
        for row in comparison.rows
        if row.images_masked
    ]
    found += [
        f"{row.system}: posts longer than it reads: {cut}; lost entities count as missed"
        for row in comparison.rows
        if (cut := truncated_text(row.truncated))
    ]
    if len(comparison.rows) > 1:
        found.append(
            f"behind: mean F1 minus that of {comparison.best}; 95 % interval and two-sided p by a paired"
            " bootstrap over test records"
        )
    if comparison.paper:
        found.append(f"the paper's figures: {comparison.paper.source}; not measured here")
    elif comparison.release in TWEETS:
        tweets = ", ".join(f"{split} {n:,}" for split, n in TWEETS[comparison.release].items())
        found.append(
            f"the paper's {comparison.release} has other records ({tweets}): its figures are not shown"
        )
    return found


def mean(measure: Measure) -> str:
    """Return the mean in percent."""
    return percent(measure.mean)


def deviation(measure: Measure) -> str:
    """Return the deviation in percent; empty for a single seed."""
    return "" if measure.deviation is None else percent(measure.deviation)


def measured(measure: Measure) -> str:
    """Return the mean, with the deviation if there are several seeds."""
    return " ± ".join(part for part in (mean(measure), deviation(measure)) if part)


def interval(row: Row) -> str:
    """Return the interval of the difference to the best system; empty for the best."""
    found = row.behind
    return f"{100 * found.low:+.2f} to {100 * found.high:+.2f}" if found else ""


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as a Markdown page."""
    lines = [
        f"# {title(comparison)}",
        "",
        *_markdown([*columns(comparison)], groups(comparison)),
        "",
    ]
    lines += [f"- {note}" for note in notes(comparison)]
    if comparison.paper:
        lines += ["", f"## {PAPER_TITLE}", ""]
        lines += _markdown(PAPER_COLUMNS, paper_groups(comparison.paper))
    lines += ["", "## Runs", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts(comparison)]
    return "\n".join(lines) + "\n"


def facts(comparison: Comparison) -> list[tuple[str, str]]:
    """Return what the runs were made with, by name."""
    return [
        ("records", ", ".join(f"{split} {count}" for split, count in comparison.records.items())),
        ("records sha256", comparison.records_sha256),
        ("hardware", ", ".join(comparison.hardware)),
        ("precision", ", ".join(comparison.precisions)),
        ("versions", ", ".join(f"{name} {one}" for name, one in comparison.versions.items())),
    ]


def _markdown(head: Sequence[str], rows: Iterable[Group]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    for modality, cells in rows:
        lines.append(f"| **{modality}** |{' |' * (len(head) - 1)}")
        lines += [f"| {' | '.join(row)} |" for row in cells]
    return lines


def as_latex(comparison: Comparison) -> str:
    """Return the comparison as a LaTeX table for the package booktabs."""
    caption = f"{title(comparison)}. Strict micro scores in percent."
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{_escaped(caption)}}}"]
    lines += _latex([*columns(comparison)], groups(comparison))
    if comparison.paper:
        lines += ["", rf"\medskip {PAPER_TITLE}", ""]
        lines += [r"\medskip", *_latex(PAPER_COLUMNS, paper_groups(comparison.paper))]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def _latex(head: Sequence[str], rows: Sequence[Group]) -> list[str]:
    lines = [rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}", r"\toprule"]
    lines.append(_latex_row(head))
    for modality, cells in rows:
        name = rf"\multicolumn{{{len(head)}}}{{l}}{{\textit{{{_escaped(modality)}}}}} \\"
        lines += [r"\midrule", name, *(_latex_row(row) for row in cells)]
    return [*lines, r"\bottomrule", r"\end{tabular}"]


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(_escaped(cell) for cell in cells) + r" \\"


def _escaped(text: str) -> str:
    return text.translate(LATEX).replace("±", r"$\pm$")
