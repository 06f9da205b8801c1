"""The pictures of posts as parts of a request: as they are in the release, or not at all.

A picture that is missing or broken is left out of the request and told of, as it is masked for trained
systems. What it does not do: make pictures smaller; endpoints do, each in its own way.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from ...schema import Problem, Record, Release
from ...schema.picture import PictureFault, verify
from .settings import ChatSettings

LONGEST: Final = 2048
SHORT: Final = 768
TILE: Final = 512
TILE_TOKENS: Final = 170
PICTURE_TOKENS: Final = 85


@dataclass(frozen=True, slots=True)
class _Known:
    media_type: str
    tokens: int


class Pictures:
    """Each picture is looked at once; then only its bytes are read."""

    def __init__(self, release: Release, settings: ChatSettings) -> None:
        self._path = release.image_path
        self._most = {"none": 0, "first": 1, "all": None}[settings.images]
        self._known: dict[str, _Known | Problem] = {}

    @property
    def problems(self) -> list[Problem]:
        """Of the pictures that were asked for so far."""
        return [known for known in self._known.values() if isinstance(known, Problem)]

    @property
    def named(self) -> int:
        """How many pictures were asked for so far, good or not."""
        return len(self._known)

    def addresses(self, record: Record) -> tuple[list[str], int]:
        """The good ones that the system looks at, as data addresses, and about how many tokens they cost."""
        addresses, tokens = [], 0
        for name in record.images[: self._most]:
            known = self._known.get(name) or self._look(name)
            if isinstance(known, _Known):
                content = base64.b64encode(self._path(name).read_bytes()).decode("ascii")
                addresses.append(f"data:{known.media_type};base64,{content}")
                tokens += known.tokens
        return addresses, tokens

    def _look(self, name: str) -> _Known | Problem:
        path = self._path(name)
        try:
            picture = verify(path.read_bytes())
            self._known[name] = _Known(picture.media_type, tokens_of(picture.width, picture.height))
        except FileNotFoundError:
            self._known[name] = _left_out("image-missing", path, "no file", "the image")
        except OSError as error:
            self._known[name] = _left_out("image-unreadable", path, str(error), "a whole picture")
        except PictureFault as fault:
            self._known[name] = _left_out(
                "image-unreadable", path, f"{fault.status}: {fault.detail}", "a whole picture"
            )
        return self._known[name]


def _left_out(rule: str, path: Path, found: str, wanted: str) -> Problem:
    return Problem("warning", rule, str(path), found[:80], wanted, "left out of the request")


def tokens_of(width: int, height: int) -> int:
    """What OpenAI's models of the GPT-4o line count for a picture: tiles of 512, after shrinking."""
    shrunk = min(1.0, LONGEST / max(width, height))
    shrunk = min(shrunk, SHORT / min(width, height))
    tiles = ceil(width * shrunk / TILE) * ceil(height * shrunk / TILE)
    return PICTURE_TOKENS + TILE_TOKENS * tiles
