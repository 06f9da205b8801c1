"""A trained system as a folder: weights, the reader's files, and `mnerctl.json`, which describes it.

The folder holds JSON and safetensors only. Loading it unpickles nothing and runs no code from it
(`inputs/model_folder.py`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from ...schema import DataError, MnerctlError
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import parse_json
from ...schema.files.links import links_below, refuse_links
from ..inputs.encoder_names import loading_fault
from ..inputs.model_size import MAX_CONFIG_BYTES
from . import SYSTEMS
from .preset import Preset
from .system import System

if TYPE_CHECKING:  # a folder without a model is refused before torch is loaded
    from ..inputs.image_encoder import ImageEncoder
    from ..inputs.picture_features import Pictures
    from ..networks.tagger import BuiltSystem

DESCRIPTION: Final = "mnerctl.json"
PRESET: Final = TypeAdapter(Preset)
HINT: Final = "give the report folder of mnerctl train-check"


def save_model(
    built: BuiltSystem,
    system: System,
    preset: Preset,
    folder: Path,
    *,
    image: ImageEncoder | None = None,
) -> None:
    """Write the folder of a trained system.

    Args:
        built: the trained system.
        system: its definition.
        preset: the settings it was trained with.
        folder: the folder to write.
        image: the image encoder it was trained with; its fingerprint is stored if it was frozen.

    Raises:
        DataError: a weight is not finite.
    """
    from ..networks.finite import refuse_weights

    refuse_weights(built.model, str(folder))
    built.model.save_pretrained(folder)
    built.reader.save(folder)
    description = {"system": system.name, "preset": asdict(_with_absolute_paths(preset))}
    if image is not None and not preset.train_image_encoder:
        description["image_fingerprint"] = image.fingerprint
    write_file(folder / DESCRIPTION, json.dumps(description, indent=1) + "\n")


def _with_absolute_paths(preset: Preset) -> Preset:
    """Make the paths of local encoders absolute, so that the model works from any working folder."""

    def absolute(name: str) -> str:
        return str(Path(name).expanduser().resolve()) if Path(name).expanduser().is_dir() else name

    return replace(
        preset,
        text_encoder=absolute(preset.text_encoder),
        image_encoder=absolute(preset.image_encoder),
        init_from=absolute(preset.init_from) if preset.init_from else None,
    )


class SavedModel:
    """A folder that `save_model` has written. Opening it reads the description and no weights.

    Attributes:
        folder: the folder of the model.
        system: the system that was trained.
        preset: the settings it was trained with.
    """

    def __init__(self, folder: Path) -> None:
        """Open a model's folder, or the report folder that holds one.

        Raises:
            DataError: there is no trained system, or the folder has a link.
        """
        refuse_links(folder, links_below(folder))
        inner = folder / "model"
        self.folder = inner if (inner / DESCRIPTION).is_file() else folder
        description = _read_description(self.folder / DESCRIPTION, folder)
        self.system = SYSTEMS[description["system"]]
        self.preset: Preset = description["preset"]
        self._fingerprint: str | None = description.get("image_fingerprint")

    def image_encoder(self) -> ImageEncoder | None:
        """Load the image encoder it was trained with; None for a system that reads no images.

        Raises:
            DataError: the encoder of this name has changed since.
        """
        if not self.system.uses_images:
            return None
        from ..inputs.pretrained import load_image_encoder

        encoder = load_image_encoder(self.preset.image_encoder, size=self.preset.image_size)
        self.refuse_other_encoder(encoder)
        return encoder

    def refuse_other_encoder(self, encoder: ImageEncoder) -> None:
        """Check that an image encoder is the one that the system was trained with, if that was frozen.

        Raises:
            DataError: it has changed since.
        """
        if self._fingerprint not in (None, encoder.fingerprint):
            raise DataError(
                f"image encoder {self.preset.image_encoder!r}: {encoder.fingerprint}, but"
                f" {self.folder} was trained with {self._fingerprint}",
                "restore the encoder it was trained with, or train again with mnerctl train-check",
            )

    def load(self, pictures: Pictures | None, *, preset: Preset | None = None) -> BuiltSystem:
        """Load the system.

        Args:
            pictures: the pictures it will read.
            preset: other settings, to train it further; None for those it was trained with.

        Raises:
            DataError: its files are damaged.
        """
        try:
            return self.system.load(self.folder, preset or self.preset, pictures)
        except MnerctlError:
            raise
        except Exception as error:  # a damaged file can fail anywhere in a library
            raise DataError(
                f"{self.folder}: {self.system.name} cannot be loaded: {loading_fault(error)}", HINT
            ) from error


def _preset(settings: Any) -> Preset:
    """Return the settings if all names and types are right."""
    try:
        return PRESET.validate_json(json.dumps(asdict(Preset(**settings))), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"preset: {where} is {first['input']!r}; {first['msg']}") from error


def _read_description(path: Path, given: Path) -> dict[str, Any]:
    """Read and check `mnerctl.json`; `given` is the folder that the user named."""
    try:
        description = parse_json(read_whole(path, most=MAX_CONFIG_BYTES))
        name = description["system"]
        if name not in SYSTEMS:
            raise ValueError(f"system {name!r}; wanted one of {', '.join(SYSTEMS)}")
        description["preset"] = _preset(description["preset"])
    except OSError as error:
        raise DataError(
            f"{given}: no trained system here ({DESCRIPTION} is missing)", HINT
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {error}", HINT) from error
    return dict(description)
