"""The JSON forms in which archives store posts. A line, file or payload is read in the first that matches.

To support another form, add a module with a function like those listed in `FORMS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...schema.files.json_text import NotJson, parse_json
from ..x_json.gallery_dl import read_sidecars
from ..x_json.lazy_posts import LazyPosts
from ..x_json.v1 import read_v1
from ..x_json.v2 import read_v2

FORMS: Final[tuple[Callable[[object], LazyPosts | None], ...]] = (read_v2, read_v1, read_sidecars)


def read_json(text: bytes) -> LazyPosts | None:
    """Return the posts in a JSON text, or None if it is not JSON or in no known form."""
    try:
        value = parse_json(text)
    except NotJson:
        return None
    return next((posts for form in FORMS if (posts := form(value)) is not None), None)
