"""How a training computes on this machine: its number format and its CPU threads.

It is chosen once, and stored in the checkpoints and in the report. A training that continues, also on another
machine, computes as it began. Threads matter because two round differently from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .precision import Precision
from .threads import Threads


@dataclass(frozen=True, slots=True)
class Machine:
    """How a training computes.

    Attributes:
        precision: its number format.
        threads: its CPU threads.
    """

    precision: Precision
    threads: Threads

    def __str__(self) -> str:
        precision = f"{self.precision.name} ({self.precision.reason})"
        return f"computing in {precision}, with {self.threads}"

    def stored(self) -> dict[str, Any]:
        """Return the fields for a checkpoint."""
        return asdict(self)


_STORED = TypeAdapter(Machine)


def read_machine(stored: Mapping[str, Any] | None) -> Machine | None:
    """Return what `Machine.stored` gave; None if a checkpoint of an earlier version has nothing."""
    try:
        return None if stored is None else _STORED.validate_python(stored)
    except ValidationError:
        return None
