"""Write the files of a comparison; the HTML page needs no other file and runs no script.

Each file replaces an earlier one in one step.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from ...schema.files.atomic_write import write_file
from ...schema.pages.palette import palette_css
from . import text as compare_text
from .table import Comparison


def write_comparison(out: Path, comparison: Comparison) -> None:
    """Write `compare.json`, `.md`, `.tex` and `.html` in `out`."""
    contents = {
        "compare.json": comparison.model_dump_json(indent=1) + "\n",
        "compare.md": compare_text.as_markdown(comparison),
        "compare.tex": compare_text.as_latex(comparison),
        "compare.html": as_html(comparison),
    }
    for name, content in contents.items():
        write_file(out / name, content)


def as_html(comparison: Comparison) -> str:
    """Return the page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(
        files(__package__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    rows = groupby(comparison.rows, key=lambda row: row.modality)
    groups = [(modality, list(found)) for modality, found in rows]
    columns = compare_text.columns(comparison)
    return template.render(
        palette=palette_css(),
        comparison=comparison,
        groups=groups,
        columns=columns,
        text=compare_text,
    )
