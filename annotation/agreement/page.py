"""Write the agreement as one HTML file, with the posts on which annotators differ most and what each marked.

The page runs no script and loads nothing. All text is escaped, because posts and names come from strangers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from ...schema import Span
from ...schema.files.atomic_write import write_file
from ...schema.pages.marked_text import stretches
from ...schema.pages.palette import palette_css
from ...schema.release.agreement import Agreement, DividedPost
from .shared_post import SharedPost


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    type: the type of its span, or "" if it is not marked.
    is_agreed: whether all annotators have this span.
    """

    text: str
    type: str = ""
    is_agreed: bool = True


def write_agreement_page(path: Path, agreement: Agreement, posts: Sequence[SharedPost]) -> None:
    """Write the page in one step, so that no half-written file is left.

    Raises:
        DataError: the file cannot be written.
    """
    write_file(path, as_html(agreement, posts))


def as_html(agreement: Agreement, posts: Sequence[SharedPost]) -> str:
    """Return the page.

    Args:
        posts: the compared posts; the texts of the divided ones are taken from them.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files(__package__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    texts = {post.id: post.text for post in posts}
    return template.render(
        palette=palette_css(),
        agreement=agreement,
        divided=[(post, _readings(post, texts[post.post_id])) for post in agreement.divided],
        most=max(max(row.values()) for row in agreement.confusions.values()) or 1,
    )


def _readings(post: DividedPost, text: str) -> list[tuple[str, list[Piece]]]:
    agreed = set.intersection(*(set(reading.spans) for reading in post.readings))
    return [
        (", ".join(reading.annotators), list(pieces(text, reading.spans, agreed)))
        for reading in post.readings
    ]


def pieces(text: str, spans: Sequence[Span], agreed: set[Span]) -> Iterator[Piece]:
    """Yield the whole text, cut at the edges of one reading's spans."""
    by_start = {span.start: span for span in spans}
    for start, end in stretches(len(text), ((span.start, span.end) for span in spans)):
        span = by_start.get(start)
        marks = (span.type, span in agreed) if span else ()
        yield Piece(text[start:end], *marks)
