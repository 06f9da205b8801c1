"""The systems that can be trained, one file each; a new one is a file here and a line in `SYSTEMS`."""

from __future__ import annotations

from typing import Final

from . import bert, bert_crf, tpm_mi
from .system import Material, System

SYSTEMS: Final[dict[str, System]] = {
    system.name: system for system in (tpm_mi.SYSTEM, bert_crf.SYSTEM, bert.SYSTEM)
}

__all__ = ["SYSTEMS", "Material", "System"]
