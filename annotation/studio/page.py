"""The labelling page: `page.xml`, and the names in it that tasks and answers refer to.

All pictures of a post stand beside its text. `<Repeater>` is the only layout of Label Studio that shows
them at once; a `>` in `<Style>` is escaped by it, so the style does without child selectors, and only the
first `{{idx}}` of an attribute becomes a number. Pictures and guideline open by
`<details>`, because scripts are cut out. `<Markdown>` wants Label Studio 1.23. Where suggestions are shown,
Label Studio's `<Image>` fails with an error: the style then shows the picture of `<details>` in its place.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from ...schema import DataError

TEXT: Final = "text"
SPANS: Final = "ner"
EVIDENCE: Final = "evidence"
IMAGE: Final = "img_"
RELEVANCE: Final = "rel_"
MOST_IMAGES: Final = 4
GUIDELINE: Final = "guideline.md"

_PLACE: Final = "GUIDELINE"


def labelling_page(folder: Path) -> str:
    """The page for the corpus in `folder`, as Label Studio gives it back: without white space around it.

    Its guideline is `guideline.md` of that folder where there is one, else our own in short.
    """
    own = folder / GUIDELINE
    try:
        guideline = own.read_text(encoding="utf-8") if own.is_file() else _ours(GUIDELINE)
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8, then: mnerctl label push"
        raise DataError(f"{own}: not UTF-8 text", hint) from error
    return _ours("page.xml").strip().replace(_PLACE, _as_markdown(guideline))


def evidence_choice(number: int) -> str:
    """What the page calls picture `number` (from 0, as shown): `img1` is the first."""
    return f"img{number + 1}"


def _ours(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _as_markdown(text: str) -> str:
    """Markdown that neither ends the section of the page nor names a field of the task (`$text`)."""
    return text.strip().replace("]]>", "]]&gt;").replace("$", "&#36;")
