"""`release export`: a release in the formats of other tools. The table of formats; each has its own file.

What this does not do: read them back. The published layouts and our CoNLL are read wherever a release is;
JSON lines, Parquet and Croissant by whatever reads these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ...schema import DataError, Release
from ...schema.atomic_folder import whole_folder
from ...schema.corpus.card_facts import CardFacts
from ...schema.progress import OnCount, ignore_count
from .conll import to_conll
from .croissant import to_croissant
from .hub import to_hub
from .job import Job
from .jsonl import to_jsonl
from .mner_mi import to_mner_mi
from .parquet import to_parquet

Format = Literal["mner-mi", "conll", "jsonl", "parquet", "croissant", "hub"]

FORMATS: Final[dict[Format, Callable[[Job], None]]] = {
    "mner-mi": to_mner_mi,
    "conll": to_conll,
    "jsonl": to_jsonl,
    "parquet": to_parquet,
    "croissant": to_croissant,
    "hub": to_hub,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. bytes: of all files. missing_images: named by records, and nobody has them."""

    folder: Path
    format: Format
    files: int
    bytes: int
    missing_images: int


def export_release(
    release: Release,
    out: Path,
    *,
    format: Format,
    facts: CardFacts | None = None,
    with_content: bool = False,
    on_file: OnCount = ignore_count,
) -> Exported:
    """Writes `out`, whole or not at all.

    facts: for cards. with_content: text and pictures in the Hub's folder. Raises DataError where `out`
    exists, or the format cannot hold a record.
    """
    if out.exists():
        raise DataError(
            f"{out}: exists already; an export never overwrites", "give another --out, or delete it"
        )
    with whole_folder(out) as partial:
        FORMATS[format](Job(release, partial, facts or CardFacts(), with_content, on_file))
        sizes = [path.stat().st_size for path in partial.rglob("*") if path.is_file()]
    return Exported(out, format, len(sizes), sum(sizes), len(release.missing_images()))
