"""A trained system as a folder: weights, what its reader needs, and `mnerctl.json`, which says what it is.

Nothing in it is unpickled or run: JSON and safetensors.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ..schema import DataError
from .encoders import ImageEncoder, load_image_encoder
from .features import Pictures
from .preset import Preset
from .systems import SYSTEMS, System
from .tagger import Built

SAVED: Final = "mnerctl.json"


def save(built: Built, system: System, preset: Preset, folder: Path) -> None:
    """Writes the folder."""
    built.model.save_pretrained(folder)
    built.reader.save(folder)
    described = {"system": system.name, "preset": asdict(preset)}
    (folder / SAVED).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


class Saved:
    """A folder that `save` has written: what it holds, before any weight is read."""

    def __init__(self, folder: Path) -> None:
        """Raises DataError where it is none. `folder` may be that of a report too."""
        inner = folder / "model"
        self.folder = inner if (inner / SAVED).is_file() else folder
        described = _read(self.folder / SAVED, folder)
        self.system = SYSTEMS[described["system"]]
        self.preset = Preset(**described["preset"])

    def image_encoder(self) -> ImageEncoder | None:
        """The image encoder whose vectors it was trained on, or None where it looks at no images."""
        if not self.system.uses_images:
            return None
        return load_image_encoder(self.preset.image_encoder, size=self.preset.image_size)

    def load(self, pictures: Pictures | None) -> Built:
        """The system, to look at these pictures."""
        return self.system.load(self.folder, self.preset, pictures)


def _read(path: Path, asked: Path) -> dict[str, Any]:
    hint = "give the report folder of mnerctl train-check"
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        if described["system"] not in SYSTEMS:
            raise ValueError(f"system {described['system']!r}: wanted one of {', '.join(SYSTEMS)}")
        Preset(**described["preset"])
    except OSError as error:
        raise DataError(f"{asked}: no trained system here ({SAVED} is missing)", hint) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {error}", hint) from error
    return dict(described)
