"""A trained system as a folder: weights, what its reader needs, and `mnerctl.json`, which says what it is.

Nothing in it is unpickled or run: JSON and safetensors.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from ...schema import DataError
from ..inputs.image_encoder import ImageEncoder
from ..inputs.picture_features import Pictures
from ..inputs.pretrained import LOADING, load_image_encoder
from ..networks.tagger import BuiltSystem
from . import SYSTEMS
from .preset import Preset
from .system import System

SAVED: Final = "mnerctl.json"
HINT: Final = "give the report folder of mnerctl train-check"


def save_model(
    built: BuiltSystem,
    system: System,
    preset: Preset,
    folder: Path,
    *,
    image: ImageEncoder | None = None,
) -> None:
    """Writes the folder. image: the encoder that was looked through, to know it again."""
    built.model.save_pretrained(folder)
    built.reader.save(folder)
    described = {"system": system.name, "preset": asdict(_anywhere(preset))}
    if image is not None and not preset.train_image_encoder:
        described["image_fingerprint"] = image.fingerprint
    (folder / SAVED).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def _anywhere(preset: Preset) -> Preset:
    """Local folders of encoders as absolute paths: the model may be used from another folder."""

    def absolute(name: str) -> str:
        return str(Path(name).expanduser().resolve()) if Path(name).expanduser().is_dir() else name

    return replace(
        preset,
        text_encoder=absolute(preset.text_encoder),
        image_encoder=absolute(preset.image_encoder),
    )


class SavedModel:
    """A folder that `save` has written: what it holds, before any weight is read."""

    def __init__(self, folder: Path) -> None:
        """Raises DataError where it is none. `folder` may be that of a report too."""
        inner = folder / "model"
        self.folder = inner if (inner / SAVED).is_file() else folder
        described = _read(self.folder / SAVED, folder)
        self.system = SYSTEMS[described["system"]]
        self.preset = Preset(**described["preset"])
        self._fingerprint: str | None = described.get("image_fingerprint")

    def image_encoder(self) -> ImageEncoder | None:
        """The image encoder whose vectors it was trained on, or None where it looks at no images.

        Raises DataError where what has this name is another by now.
        """
        if not self.system.uses_images:
            return None
        encoder = load_image_encoder(self.preset.image_encoder, size=self.preset.image_size)
        if self._fingerprint not in (None, encoder.fingerprint):
            raise DataError(
                f"image encoder {self.preset.image_encoder!r}: {encoder.fingerprint}, but"
                f" {self.folder} was trained with {self._fingerprint}",
                "put the encoder back that it was trained with, or train again with mnerctl train-check",
            )
        return encoder

    def load(self, pictures: Pictures | None) -> BuiltSystem:
        """The system, to look at these pictures. Raises DataError where its files are damaged."""
        try:
            return self.system.load(self.folder, self.preset, pictures)
        except LOADING as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise DataError(
                f"{self.folder}: {self.system.name} cannot be loaded: {reason}", HINT
            ) from error


def _read(path: Path, asked: Path) -> dict[str, Any]:
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        if described["system"] not in SYSTEMS:
            raise ValueError(f"system {described['system']!r}: wanted one of {', '.join(SYSTEMS)}")
        Preset(**described["preset"])
    except OSError as error:
        raise DataError(f"{asked}: no trained system here ({SAVED} is missing)", HINT) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {error}", HINT) from error
    return dict(described)
