"""The systems that can be trained, one file each; a new one is a file here and a line in `SYSTEMS`."""

from __future__ import annotations

from typing import Final

from .multi_image import tpm_mi, tpm_mi_gated, tpm_mi_legacy
from .system import Material, System
from .text import bert, bert_crf, bilstm_crf, cnn_bilstm_crf, hbilstm_crf

SYSTEMS: Final[dict[str, System]] = {
    system.name: system
    for system in (
        tpm_mi.SYSTEM,
        tpm_mi_gated.SYSTEM,
        tpm_mi_legacy.SYSTEM,
        bert_crf.SYSTEM,
        bert.SYSTEM,
        hbilstm_crf.SYSTEM,
        cnn_bilstm_crf.SYSTEM,
        bilstm_crf.SYSTEM,
    )
}

__all__ = ["SYSTEMS", "Material", "System"]
