"""What a system is to the trainer: a name, what it looks at, and how it is built and loaded again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...schema import Record
from ..inputs.image_encoder import ImageEncoder
from ..inputs.picture_features import Pictures
from ..networks.tagger import BuiltSystem
from .preset import Preset

Modality = Literal["text", "text + one image", "text + images"]


@dataclass(frozen=True, kw_only=True)
class BuildInputs:
    """What a system is built of. image, pictures: None for a system that looks at none.

    train: the records that it may learn words, types and picture statistics from. words: of all splits,
    for which a file of word vectors may be asked and nothing else.
    """

    train: Sequence[Record]
    preset: Preset
    seed: int
    image_encoder: ImageEncoder | None = None
    pictures: Pictures | None = None
    words: Collection[str] = ()


def unchanged(preset: Preset) -> Preset:
    """The preset as it is."""
    return preset


@dataclass(frozen=True, slots=True)
class System:
    """One line of a table of systems.

    build: fresh, from what it needs. load: from a folder that `BuiltSystem.save` has written, with the preset
    it was trained with and the pictures it is to look at. adapt: from a preset to the settings of it that
    this system is trained with; raises DataError where what they name is not there, before any picture is
    read.
    """

    name: str
    summary: str
    modality: Modality
    build: Callable[[BuildInputs], BuiltSystem]
    load: Callable[[Path, Preset, Pictures | None], BuiltSystem]
    adapt: Callable[[Preset], Preset] = unchanged

    @property
    def uses_images(self) -> bool:
        """Whether it looks at any image."""
        return self.modality != "text"
