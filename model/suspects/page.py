"""`suspects.jsonl` and `suspects.html`: the lines, and a page to look at, worst first, with the pictures.

Everything is inside the page (pictures as small JPEGs); no script runs, and post text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined

from ...schema import Release
from ...schema.atomic_folder import whole_folder
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import thumbnail
from ..tagging.marked_text import Piece, pieces
from .file import Line, Summary, line_of, summary_of
from .find import Suspect, Suspects

SIDE: Final = 168


@dataclass(frozen=True, slots=True)
class Shown:
    """One suspect of the page. pieces: the text with the entities of gold; what was predicted of a piece
    is that of the suspect alone."""

    line: Line
    pieces: list[Piece]
    pictures: list[str]


def write_suspects(out: Path, suspects: Suspects, release: Release, *, top: int) -> Summary:
    """Makes the folder `out`, whole or not at all, of the worst `top` suspects.

    Raises DataError where the disk refuses.
    """
    with whole_folder(out) as partial:
        return write_into(partial, suspects, release, top=top)


def write_into(folder: Path, suspects: Suspects, release: Release, *, top: int) -> Summary:
    """Writes the two files of the worst `top` suspects into a folder that is there."""
    worst = suspects.ranked[:top]
    lines = [line_of(suspect) for suspect in worst]
    shown = [_shown(release, *pair) for pair in zip(worst, lines, strict=True)]
    summary = summary_of(suspects, release, written=len(worst))
    with (folder / "suspects.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(line.model_dump_json() + "\n" for line in lines)
    (folder / "suspects.html").write_text(as_html(summary, shown), encoding="utf-8")
    return summary


def as_html(summary: Summary, shown: Sequence[Shown]) -> str:
    """The page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files(__package__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    return template.render(palette=palette_css(), summary=summary, shown=shown)


def _shown(release: Release, suspect: Suspect, line: Line) -> Shown:
    doubt = suspect.doubt
    meant = doubt.suggested or doubt.gold
    pictures = [
        thumbnail(release.image_path(name), SIDE).data_url for name in suspect.record.images
    ]
    return Shown(
        line,
        pieces(suspect.record, [meant] if meant else []),
        [picture for picture in pictures if picture],
    )
