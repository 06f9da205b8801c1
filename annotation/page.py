"""The labelling page: `page.xml`, and the names in it that tasks and answers refer to.

All pictures of a post stand beside its text. `<Repeater>` is the only layout of Label Studio that shows
them at once; a `>` in `<Style>` is escaped by it, so the style does without child selectors.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

TEXT: Final = "text"
SPANS: Final = "ner"
EVIDENCE: Final = "evidence"
IMAGE: Final = "img_"
RELEVANCE: Final = "rel_"
MOST_IMAGES: Final = 4


def labelling_page() -> str:
    """The configuration of a project, as Label Studio gives it back: without white space around it."""
    return files(__package__).joinpath("page.xml").read_text(encoding="utf-8").strip()


def evidence_choice(number: int) -> str:
    """What the page calls picture `number` (from 0, as shown): `img1` is the first."""
    return f"img{number + 1}"
