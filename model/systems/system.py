"""The definition of a system: its name, what it reads, and how it is built and loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...schema import Record
from .preset import Preset

if TYPE_CHECKING:  # importing a system loads no torch
    from ..inputs.image_encoder import ImageEncoder
    from ..inputs.picture_features import Pictures
    from ..networks.tagger import BuiltSystem

Modality = Literal["text", "text + one image", "text + images"]


@dataclass(frozen=True, kw_only=True)
class BuildInputs:
    """The inputs of `System.build`.

    Attributes:
        train: the training records. A system may learn words, types and picture statistics from
            these records only.
        preset: the settings, as `System.adapt` returns them.
        seed: the seed of random weights.
        image_encoder: the image encoder, or None for a system that reads no images.
        pictures: the pictures of all records, or None for a system that reads no images.
        words: the words of all splits. A system may look them up in a file of word vectors, and use
            them for nothing else.
    """

    train: Sequence[Record]
    preset: Preset
    seed: int
    image_encoder: ImageEncoder | None = None
    pictures: Pictures | None = None
    words: Collection[str] = ()


def unchanged(preset: Preset) -> Preset:
    """Return the preset unchanged."""
    return preset


@dataclass(frozen=True, slots=True)
class System:
    """A system that can be trained.

    Attributes:
        name: the name on the command line: the name of its module, with hyphens.
        modality: what it reads.
        build: builds a fresh system.
        load: loads a system from a folder that `save_model` has written, given the preset it was
            trained with and the pictures to read.
        adapt: returns the settings that this system is trained with for a preset. Raises DataError
            if an encoder or a file that they name does not exist; this runs before pictures are read.
    """

    name: str
    modality: Modality
    build: Callable[[BuildInputs], BuiltSystem]
    load: Callable[[Path, Preset, Pictures | None], BuiltSystem]
    adapt: Callable[[Preset], Preset] = unchanged

    @property
    def uses_images(self) -> bool:
        """Whether the system reads images."""
        return self.modality != "text"
