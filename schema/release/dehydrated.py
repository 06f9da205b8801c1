"""The format of a dehydrated release: ids, URLs, labels, token offsets and hashes, without text or pictures.

It is a folder with `dehydrated.json` and one line per record in `train.jsonl`, `dev.jsonl` and `test.jsonl`.
The release wing dehydrates and rehydrates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import DataError
from ..files.file_name import is_base_name
from ..files.given_file import read_whole
from ..files.links import links_in, refuse_links
from ..formats.text_lines import read_lines
from ..labels import LABELS, SPLITS, Split
from ..problem import Problem, errors_in
from ..record import broken_rule, validation_problems
from ..tags import orphans
from .manifest import FileEntry, Manifest, entry_of

DEHYDRATED: Final = "dehydrated.json"
FORMAT: Final = "mnerctl-dehydrated-1"
_SHA256: Final = r"^[0-9a-f]{64}$"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DryImage(_Frozen):
    """An image of a dehydrated record.

    Attributes:
        name: its name in the release.
        sha256: hash of its bytes, None if the release did not have the image.
    """

    name: str
    sha256: str | None = Field(default=None, pattern=_SHA256)


class DryRecord(_Frozen):
    """A record without its text.

    Attributes:
        id: as in the record.
        url: the address of the post, without the name of its author; otherwise as in the record.
        label: as in the record.
        images: in the order of the post.
        tokens_sha256: `tokens_hash` of the tokens.
        raw_sha256: `text_hash` of the raw text, None if the record had none.
        offsets: as in the record, None if it had none.
        lengths: code points of each token, only if there are no offsets.
        evidence: as in the record.
        origin: as in the record.
    """

    id: str = Field(min_length=1)
    url: str
    label: tuple[str, ...] = Field(min_length=1)
    images: tuple[DryImage, ...]
    tokens_sha256: str = Field(pattern=_SHA256)
    raw_sha256: str | None = Field(default=None, pattern=_SHA256)
    offsets: tuple[tuple[int, int], ...] | None = None
    lengths: tuple[int, ...] | None = None
    evidence: tuple[tuple[int, ...], ...] | None = None
    origin: str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if unknown := [label for label in self.label if label not in LABELS]:
            raise broken_rule("label", f"label {unknown[0]!r}", f"one of {', '.join(LABELS)}")
        if orphans(self.label):
            raise broken_rule("bio", "a label that continues no entity", "BIO")
        for image in self.images:
            if not is_base_name(image.name):
                raise broken_rule("image-name", f"image {image.name!r}", "a plain file name")
        cuts = self.lengths if self.offsets is None else self.offsets
        if cuts is None or len(cuts) != len(self.label):
            raise broken_rule("offsets", "offsets", "offsets or lengths, one for each label")
        return self


class Dehydrated(_Frozen):
    """The content of `dehydrated.json`.

    Attributes:
        format: version of the format.
        name: name of the release.
        manifest: manifest of the release; None for a published corpus, which has none.
        files: size and checksum of each split file.
    """

    format: Literal["mnerctl-dehydrated-1"] = FORMAT
    name: str
    manifest: Manifest | None = None
    files: dict[Split, FileEntry]


def tokens_hash(tokens: Sequence[str]) -> str:
    """Return the SHA-256 of the tokens as a JSON list without spaces, in UTF-8."""
    return text_hash(json.dumps(list(tokens), ensure_ascii=False, separators=(",", ":")))


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_dehydrated(folder: Path) -> tuple[Dehydrated, dict[Split, tuple[DryRecord, ...]]]:
    """Read a dehydrated release: its `dehydrated.json`, and its records by split.

    Raises:
        DataError: a file is a link, missing, changed or has another format; contains all rows.
    """
    path = folder / DEHYDRATED
    refuse_links(folder, links_in(folder))
    try:
        about = Dehydrated.model_validate_json(read_whole(path))
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}; wanted a dehydrated release",
            f"mnerctl release dehydrate RELEASE -o {folder}",
        ) from error
    except ValidationError as error:
        rows = validation_problems(error, str(path), of="dehydrated")
        raise _broken(path, rows) from error
    problems: list[Problem] = []
    splits: dict[Split, tuple[DryRecord, ...]] = {}
    for split in SPLITS:
        file = folder / f"{split}.jsonl"
        wanted, found = about.files.get(split), entry_of(file)
        if wanted is None or found != wanted:
            actual = "no file" if found is None else f"sha256 {found.sha256[:12]}…"
            problems.append(
                Problem("error", "checksum", str(file), actual, f"the file in {DEHYDRATED}")
            )
        else:
            splits[split] = _records(file, problems)
    if errors_in(problems):
        raise _broken(folder, problems)
    return about, splits


def _records(path: Path, problems: list[Problem]) -> tuple[DryRecord, ...]:
    records = []
    for number, line in read_lines(path, problems):
        try:
            records.append(DryRecord.model_validate_json(line))
        except ValidationError as error:
            problems += validation_problems(error, f"{path}:{number}")
    return tuple(records)


def _broken(path: Path, problems: list[Problem]) -> DataError:
    first = errors_in(problems)[0]
    return DataError(
        f"{path}: not a valid dehydrated release: {first.where}: {first.found}; wanted {first.wanted}",
        "download it again from its source",
        problems=problems,
    )
