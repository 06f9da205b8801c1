"""Settings of the dataset, in `mnerctl.toml` in the corpus folder. The file never contains a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import DataError
from ..files.atomic_write import write_file
from ..files.given_file import read_whole
from ..files.toml_text import MAX_BYTES, parse_toml
from ..record import validation_problems
from .card_facts import CardFacts

SETTINGS: Final = "mnerctl.toml"
_TEMPLATE: Final = """\
# Settings of this dataset. The options of a command override them. Put no secrets here.

name = {name}           # name of the releases

min_images = 2          # a post with fewer is not kept
max_images = 4          # a post with more is not kept

image_variant = "large" # image size to download from X: large (at most 2048 pixels per side) or orig
x_vocabulary = "post"   # names of X's fields: post (since mid-2026) or tweet; the other is tried once

[card]                  # for `mnerctl release card`; empty values are shown as not known
title = ""
authors = []
contact = ""            # whom people ask to withdraw a post
homepage = ""
licence = ""            # an SPDX id, such as cc-by-4.0, or a sentence
languages = []          # codes, such as "en"
citation = ""
motivation = ""         # why the dataset was made
collection = ""         # how posts were chosen
annotators = ""         # who they were, how they were trained and paid
limits = ""             # what the data are not good for

[members]               # annotators, each with their logins and other names, such as
# ada = ["ada@example.org", "a.lovelace@example.org"]
"""


class Settings(BaseModel):
    """The settings, with their defaults; `members` are the logins and other names of each annotator."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    min_images: int = Field(default=2, ge=0)
    max_images: int = Field(default=4, ge=1)
    image_variant: Literal["large", "orig"] = "large"
    x_vocabulary: Literal["post", "tweet"] = "post"
    card: CardFacts = CardFacts()
    members: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_images > self.max_images:
            raise ValueError(f"min_images {self.min_images}: wanted at most {self.max_images}")
        return self


def write_settings(folder: Path) -> None:
    """Write the file with default settings and the name of the folder, if it does not exist."""
    path = folder / SETTINGS
    if not path.exists():
        name = json.dumps(_utf8(folder.resolve().name) or "corpus", ensure_ascii=False)
        write_file(path, _TEMPLATE.format(name=name))


def read_settings(folder: Path) -> Settings:
    """Read the settings of a corpus folder.

    Raises:
        DataError: the file is missing or a setting is not valid.
    """
    path = folder / SETTINGS
    try:
        return Settings.model_validate(parse_toml(read_whole(path, most=MAX_BYTES)))
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}",
            f"echo 'name = \"NAME\"' > {path}    # the other settings have defaults",
        ) from error
    except ValidationError as error:
        problems = validation_problems(error, str(path))
        raise DataError(
            f"{path}: {problems[0].found}; wanted {problems[0].wanted}",
            f"fix {path}, or delete it and run mnerctl fetch",
            problems=problems,
        ) from error
    except ValueError as error:
        raise DataError(
            f"{path}: {error}", f"fix {path}: it must be TOML, with lines NAME = VALUE"
        ) from error


def _utf8(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
