"""Every fault of a release that the audit must report, by name.

A fault gets the folder of a sound release and a seeded Random, breaks one thing, and returns the place where
the audit must see it. Tests correct the manifest afterwards, except after faults of the manifest itself.
"""

from __future__ import annotations

from .fault import Kind
from .files import FILES
from .ids import IDS
from .images import IMAGES
from .labels import LABELS
from .splits import SPLITS
from .text import TEXT

__all__ = ["FAULTS", "Kind"]

FAULTS: dict[str, Kind] = TEXT | LABELS | IDS | IMAGES | SPLITS | FILES
