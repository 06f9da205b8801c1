"""How a training computes on this machine: its number format.

It is chosen once, and stored in the checkpoints and in the report. A training that continues, also on another
machine, computes as it began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..systems.preset import Preset
from .precision import Precision, choose_precision


@dataclass(frozen=True, slots=True)
class Machine:
    """How a training computes.

    Attributes:
        precision: its number format.
    """

    precision: Precision

    def __str__(self) -> str:
        return f"computing in {self.precision.name} ({self.precision.reason})"

    def stored(self) -> dict[str, Any]:
        """Return the fields for a checkpoint."""
        return asdict(self)


_STORED = TypeAdapter(Machine)


def choose_machine(preset: Preset) -> Machine:
    """Choose how to compute on this machine."""
    return Machine(choose_precision(preset.precision))


def read_machine(stored: Mapping[str, Any] | None) -> Machine | None:
    """Return what `Machine.stored` gave; None if a checkpoint of an earlier version has nothing."""
    try:
        return None if stored is None else _STORED.validate_python(stored)
    except ValidationError:
        return None
