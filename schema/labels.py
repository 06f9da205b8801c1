"""The entity types, labels and splits, and other spellings that are read as one of them.

There are four entity types (MNER-MI, section 3; earlier Twitter-2015 and Twitter-2017), tagged in BIO. The
published MNER-MI writes `MIS` for MISC, and older Twitter files write `OTHER`.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

EntityType = Literal["PER", "LOC", "ORG", "MISC"]

TYPES: Final[tuple[EntityType, ...]] = get_args(EntityType)
OUTSIDE: Final = "O"
LABELS: Final[tuple[str, ...]] = (OUTSIDE, *(f"{prefix}-{t}" for t in TYPES for prefix in "BI"))

Split = Literal["train", "dev", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)

TYPE_ALIASES: Final[dict[str, EntityType]] = {
    "PER": "PER",
    "PERSON": "PER",
    "LOC": "LOC",
    "LOCATION": "LOC",
    "ORG": "ORG",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "MISC": "MISC",
    "MIS": "MISC",
    "MISCELLANEOUS": "MISC",
    "OTHER": "MISC",
}
SPLIT_ALIASES: Final[dict[str, Split]] = {
    "train": "train",
    "dev": "dev",
    "val": "dev",
    "valid": "dev",
    "test": "test",
}


def entity_type(name: str) -> EntityType | None:
    """Return the type for a name in any case, or None: `entity_type("mis") == "MISC"`."""
    return TYPE_ALIASES.get(name.upper())
