"""The forms in which archives hold posts: of each line, file or kept payload the first that knows it.

Another form is a file with a function like these, and its name in `FORMS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from ..x_json.gallery_dl import read_sidecars
from ..x_json.reading import Reading
from ..x_json.v1 import read_v1
from ..x_json.v2 import read_v2

FORMS: Final[tuple[Callable[[object], Reading | None], ...]] = (read_v2, read_v1, read_sidecars)


def read_json(text: bytes) -> Reading | None:
    """What the JSON tells of; None where it is no JSON, or in no form that we know."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return next((reading for form in FORMS if (reading := form(value)) is not None), None)
