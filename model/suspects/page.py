"""Write `suspects.jsonl`, and `suspects.html`, a page with the worst suspects first and their pictures.

The page contains everything (pictures as small JPEGs), runs no script, and escapes the text of posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, StrictUndefined

from ...schema import Release
from ...schema.files.atomic_write import add_file, open_added, whole_folder
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import thumbnail
from ...schema.release.unchanged import removed_since
from ...schema.removed_posts import RemovedPosts
from ..systems.config import config_text
from ..tagging.marked_text import Piece, pieces
from .file import Line, Summary, summary_of, suspect_line
from .find import Suspect, Suspects

THUMBNAIL: Final = 168


@dataclass(frozen=True, slots=True)
class Card:
    """One suspect on the page.

    Attributes:
        line: the suspect.
        pieces: the text with its gold entities; only the entity of this suspect is marked as predicted.
        pictures: the pictures of the post, as data addresses.
    """

    line: Line
    pieces: list[Piece]
    pictures: list[str]


class Written(NamedTuple):
    """What `write_suspects` wrote.

    Attributes:
        summary: the search in figures.
        worst: the suspects in the files.
        removed: posts that were withdrawn since the release was read, and are left out.
    """

    summary: Summary
    worst: tuple[Suspect, ...]
    removed: RemovedPosts


def write_suspects(out: Path, suspects: Suspects, release: Release, *, top: int) -> Written:
    """Make the folder `out` with the worst `top` suspects, complete or not at all.

    Raises:
        DataError: a file cannot be written.
    """
    with removed_since(release) as removed, whole_folder(out) as partial:
        left = suspects.without(removed)
        summary = write_into(partial, left, release, top=top)
    return Written(summary, left.ranked[:top], removed)


def write_into(folder: Path, suspects: Suspects, release: Release, *, top: int) -> Summary:
    """Write both files with the worst `top` suspects into an existing folder."""
    worst = suspects.ranked[:top]
    lines = [suspect_line(suspect) for suspect in worst]
    cards = [_card(release, *pair) for pair in zip(worst, lines, strict=True)]
    summary = summary_of(suspects, release, written=len(worst))
    with open_added(folder / "suspects.jsonl") as file:
        file.writelines(line.model_dump_json() + "\n" for line in lines)
    add_file(folder / "suspects.html", as_html(summary, cards))
    return summary


def as_html(summary: Summary, cards: Sequence[Card]) -> str:
    """Return the page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files(__package__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    config = config_text(summary.config)
    return template.render(palette=palette_css(), summary=summary, config=config, cards=cards)


def _card(release: Release, suspect: Suspect, line: Line) -> Card:
    marked = suspect.doubt.suggested or suspect.doubt.gold
    pictures = [
        thumbnail(release.image_path(name), THUMBNAIL).data_url for name in suspect.record.images
    ]
    return Card(
        line,
        pieces(suspect.record, [marked] if marked else []),
        [picture for picture in pictures if picture],
    )
