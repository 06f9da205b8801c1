"""Read what a corpus stores as JSON; a corpus that somebody sent, or a bad disk, may have something else."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import DataError

DATABASE: Final = "corpus.db"

M = TypeVar("M", bound=BaseModel)


def stored(kind: type[M], text: str | bytes, folder: Path) -> M:
    """Return the thing that a row of the database in `folder` stores.

    Raises:
        DataError: the row is damaged.
    """
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise DataError(
            f"{folder / DATABASE}: a damaged {kind.__name__.lower()}: {error.errors()[0]['msg']}",
            f"sqlite3 {folder / DATABASE} 'PRAGMA integrity_check'    # then restore a copy of the corpus",
        ) from error
