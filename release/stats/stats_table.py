"""Build the tables of `release stats`, and write them as Markdown or LaTeX.

Tables for a terminal are printed by the command itself, through `cli.console`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ...schema import TYPES
from .stats import Statistics
from .text_stats import SplitText, TextStatistics

MAX_FORMS: Final = 10
JOINERS: Final = "\u200c\u200d\ufe0f"
_LATEX: Final = str.maketrans(
    {
        **{char: f"\\{char}" for char in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text.

    Attributes:
        title: caption of the table.
        columns: headings of the columns; the first one is often empty.
        rows: cells, as many per row as there are columns; the first cell names the row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def paper_table(title: str, counts: Statistics) -> Table:
    """Return the paper's table: one column per split."""
    columns = list(counts.splits.values())
    most = max(max(column.by_images) for column in columns)
    rows: list[tuple[object, ...]] = [(t, *(c.by_type[t] for c in columns)) for t in TYPES]
    rows.append(("entities", *(c.entities for c in columns)))
    for number in range(1, most + 1):
        name = "1 image" if number == 1 else f"{number} images"
        rows.append((name, *(c.by_images.get(number, 0) for c in columns)))
    rows.append(("images per tweet", *(f"{c.images_per_tweet:.3f}" for c in columns)))
    rows.append(("tweets", *(c.tweets for c in columns)))
    return Table(title, ("", *counts.splits), tuple(tuple(map(str, row)) for row in rows))


_TEXT_ROWS: Final[tuple[tuple[str, Callable[[SplitText], object]], ...]] = (
    ("tokens", lambda text: text.tokens.total),
    ("tokens per tweet", lambda text: f"{text.tokens.mean:.2f}"),
    ("median tokens per tweet", lambda text: f"{text.tokens.median:g}"),
    ("most tokens in a tweet", lambda text: text.tokens.longest),
    ("entities per tweet", lambda text: f"{text.by_record.mean:.2f}"),
    ("tweets without entities", lambda text: text.by_record.counts.get(0, 0)),
    ("tokens per entity", lambda text: f"{text.names.mean:.2f}"),
    ("most tokens in an entity", lambda text: text.names.longest),
    ("different names", lambda text: text.forms),
    ("entities unseen in train", lambda text: sum(text.unseen.values())),
    ("entities unseen in train, %", lambda text: f"{100 * text.unseen_share:.1f}"),
)


def text_table(text: TextStatistics) -> Table:
    """Return lengths and unseen names: one column per split."""
    splits = list(text.splits.values())
    rows = [(name, *(str(of(split)) for split in splits)) for name, of in _TEXT_ROWS]
    rows += [
        (f"{kind} unseen in train", *(str(split.unseen[kind]) for split in splits))
        for kind in TYPES
    ]
    return Table("text and names", ("", *text.splits), tuple(rows))


def ambiguity_table(text: TextStatistics) -> Table:
    """Return the most frequent names with several types, and how often they have each type."""
    title = (
        f"{len(text.ambiguous):,} of {text.forms:,} names have several types;"
        f" they are {100 * text.ambiguous_share:.1f} % of the entities"
    )
    rows = [
        (printable(form.form), *(str(form.types.get(kind, 0)) for kind in TYPES))
        for form in text.ambiguous[:MAX_FORMS]
    ]
    return Table(title, ("name", *TYPES), tuple(rows))


def printable(form: str) -> str:
    """Return a name with control characters as U+XXXX, because names come from tweets."""
    return "".join(
        char if char.isprintable() or char in JOINERS else f"U+{ord(char):04X}" for char in form
    )


def as_markdown(tables: Sequence[Table]) -> str:
    """Return the tables in Markdown, numbers aligned to the right."""
    return "\n".join(_markdown(table) for table in tables)


def _markdown(table: Table) -> str:
    rule = ["---", *["--:"] * (len(table.columns) - 1)]
    rows = [
        [cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row]
        for row in (table.columns, *table.rows)
    ]
    lines = [f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:])]
    return f"**{printable(table.title)}**\n\n" + "".join(f"{line}\n" for line in lines)


def as_latex(tables: Sequence[Table]) -> str:
    """Return the tables as LaTeX `table` environments, for `\\usepackage{booktabs}`."""
    return "\n".join(_latex(table) for table in tables)


def _latex(table: Table) -> str:
    columns = "l" + "r" * (len(table.columns) - 1)
    head, *rows = (
        " & ".join(cell.translate(_LATEX) for cell in row) + r" \\"
        for row in (table.columns, *table.rows)
    )
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\begin{{tabular}}{{{columns}}}",
        *(r"\toprule", head, r"\midrule", *rows, r"\bottomrule"),
        r"\end{tabular}",
        rf"\caption{{{printable(table.title).translate(_LATEX)}}}",
        r"\end{table}",
    ]
    return "".join(f"{line}\n" for line in lines)
