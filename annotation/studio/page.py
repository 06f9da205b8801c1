"""The labelling page: `page.xml`, and the names in it that tasks and answers refer to.

The page shows all pictures of a post beside its text. Limits of Label Studio explain how it is written:

- `<Repeater>` is the only layout that shows several pictures at once, and only the first `{{idx}}` of an
  attribute becomes a number.
- A `>` in `<Style>` is escaped, so the style has no child selectors.
- Scripts are removed, so pictures and guideline open by `<details>`.
- `<Markdown>` needs Label Studio 1.23.
- `<Image>` fails with an error while suggestions are shown; the style then shows the picture of `<details>`.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from ...schema import DataError
from ...schema.files.given_file import read_whole

TEXT: Final = "text"
SPANS: Final = "ner"
EVIDENCE: Final = "evidence"
IMAGE: Final = "img_"
RELEVANCE: Final = "rel_"
MAX_IMAGES: Final = 4
GUIDELINE: Final = "guideline.md"
MAX_BYTES: Final = 2**20

_PLACE: Final = "GUIDELINE"


def labelling_page(folder: Path) -> str:
    """Return the page for the corpus in `folder`, as Label Studio returns it: without white space around it.

    Its guideline is `guideline.md` of that folder if it exists, else our own short one.

    Raises:
        DataError: the guideline is not UTF-8.
    """
    own = folder / GUIDELINE
    try:
        guideline = read_whole(own, most=MAX_BYTES).decode() if own.is_file() else _ours(GUIDELINE)
    except OSError as error:
        raise DataError(f"{own}: {error.strerror}", f"ls -l {own}") from error
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8, then: mnerctl label push"
        raise DataError(f"{own}: not UTF-8 text", hint) from error
    return _ours("page.xml").strip().replace(_PLACE, _as_markdown(guideline))


def evidence_choice(number: int) -> str:
    """Return the page's name of picture `number` of those shown, from 0: the first is `img1`."""
    return f"img{number + 1}"


def _ours(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _as_markdown(text: str) -> str:
    """Escape Markdown that would end the section of the page or name a field of the task (`$text`)."""
    return text.strip().replace("]]>", "]]&gt;").replace("$", "&#36;")
