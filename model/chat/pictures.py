"""The pictures of posts as parts of a request, without metadata and otherwise unchanged.

Every picture that is sent to a model comes from here, so no position, serial number or comment is sent. A
picture that is missing or broken is left out of the request and reported, as it is masked for trained
systems. Pictures are not made smaller here; endpoints do that, each in its own way.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from ...schema import Problem, Record, Release
from ...schema.metadata.layout import MetadataFault
from ...schema.metadata.strip import strip
from ...schema.picture import PictureFault, read_picture, verify
from .settings import ChatSettings

LONGEST: Final = 2048
SHORT: Final = 768
TILE: Final = 512
TILE_TOKENS: Final = 170
PICTURE_TOKENS: Final = 85


@dataclass(frozen=True, slots=True)
class _Usable:
    media_type: str
    tokens: int


class Pictures:
    """The pictures of a release; each is verified once, and later only its bytes are read."""

    def __init__(self, release: Release, settings: ChatSettings) -> None:
        self._path = release.image_path
        self._most = {"none": 0, "first": 1, "all": None}[settings.images]
        self._seen: dict[str, _Usable | Problem] = {}

    @property
    def problems(self) -> list[Problem]:
        """The problems of the pictures requested so far."""
        return [seen for seen in self._seen.values() if isinstance(seen, Problem)]

    @property
    def named(self) -> int:
        """The number of pictures requested so far, usable or not."""
        return len(self._seen)

    def addresses(self, record: Record) -> tuple[list[str], int]:
        """Return the usable pictures that the system looks at, as data addresses, and their tokens."""
        addresses, tokens = [], 0
        for name in record.images[: self._most]:
            seen = self._seen.get(name) or self._verify(name)
            if isinstance(seen, _Usable):
                bare = strip(read_picture(self._path(name))).content
                content = base64.b64encode(bare).decode("ascii")
                addresses.append(f"data:{seen.media_type};base64,{content}")
                tokens += seen.tokens
        return addresses, tokens

    def _verify(self, name: str) -> _Usable | Problem:
        path = self._path(name)
        try:
            content = read_picture(path)
            picture = verify(content)
            strip(content)
            self._seen[name] = _Usable(picture.media_type, tokens_of(picture.width, picture.height))
        except FileNotFoundError:
            self._seen[name] = _left_out("image-missing", path, "no file", "the image")
        except OSError as error:
            self._seen[name] = _left_out("image-unreadable", path, str(error), "a whole picture")
        except PictureFault as fault:
            self._seen[name] = _left_out(
                "image-unreadable", path, f"{fault.status}: {fault.detail}", "a whole picture"
            )
        except MetadataFault as fault:
            self._seen[name] = _left_out("image-unreadable", path, str(fault), "a whole picture")
        return self._seen[name]


def _left_out(rule: str, path: Path, found: str, wanted: str) -> Problem:
    return Problem(
        "warning",
        rule,
        str(path),
        found.partition("; wanted")[0][:80],
        wanted,
        "left out of the request",
    )


def tokens_of(width: int, height: int) -> int:
    """Return the tokens of a picture for models of the GPT-4o family: tiles of 512 px, after shrinking."""
    shrunk = min(1.0, LONGEST / max(width, height))
    shrunk = min(shrunk, SHORT / min(width, height))
    tiles = ceil(width * shrunk / TILE) * ceil(height * shrunk / TILE)
    return PICTURE_TOKENS + TILE_TOKENS * tiles
