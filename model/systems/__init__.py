"""The systems that can be trained, one module each, imported when it is first needed.

Importing this package loads no torch, so that a command can list the names in its `--help`. To add a
system, write a module in `text/` or `multi_image/` and add a line to `SYSTEMS`.
"""

from typing import Final

from .lazy_systems import LazySystems

SYSTEMS: Final = LazySystems(
    "multi_image.tpm_mi",
    "multi_image.tpm_mi_gated",
    "multi_image.tpm_mi_legacy",
    "text.bert_crf",
    "text.bert",
    "text.hbilstm_crf",
    "text.cnn_bilstm_crf",
    "text.bilstm_crf",
)

__all__ = ["SYSTEMS"]
