"""`mnerctl.toml` in the corpus folder: what belongs to the dataset and not to a run. Never a secret."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import DataError
from .record import validation_problems

SETTINGS: Final = "mnerctl.toml"
_TEMPLATE: Final = """\
# What belongs to this dataset. Options of a command override it. No secrets here.

name = {name}           # the name of its releases
min_images = 2          # a post with fewer is not kept
max_images = 4          # a post with more is not kept
"""


class Settings(BaseModel):
    """The settings, with their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    min_images: int = Field(default=2, ge=1)
    max_images: int = Field(default=4, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_images > self.max_images:
            raise ValueError(f"min_images {self.min_images}: wanted at most max_images")
        return self


def write_settings(folder: Path) -> None:
    """Makes the file with its defaults, named after the folder, where there is none."""
    path = folder / SETTINGS
    if not path.exists():
        name = "".join(char if char.isprintable() else "_" for char in folder.resolve().name)
        quoted = (name or "corpus").replace("\\", "\\\\").replace('"', '\\"')
        partial = path.with_name(f".{SETTINGS}.{os.getpid()}")
        partial.write_text(_TEMPLATE.format(name=f'"{quoted}"'), encoding="utf-8")
        partial.replace(path)


def read_settings(folder: Path) -> Settings:
    """Raises DataError where the file is missing or says something it must not."""
    path = folder / SETTINGS
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", "mnerctl fetch    # makes it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}", "mend the file: NAME = VALUE lines") from error
    except ValidationError as error:
        problems = validation_problems(error, str(path))
        raise DataError(
            f"{path}: {problems[0].found}; wanted {problems[0].wanted}",
            "mend the file, or delete it and run mnerctl fetch",
            problems=problems,
        ) from error
