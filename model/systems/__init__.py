"""The list of systems that can be trained: one module for each, imported when it is first needed.

Importing this package loads no torch, so a command can list the names in its `--help`. To add a
system, write a module in `text/` or `multi_image/` and add a line to `SYSTEMS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from .system import System


class LazySystems(Mapping[str, "System"]):
    """Systems by name; the module `multi_image.tpm_mi` holds the system `tpm-mi` as `SYSTEM`.

    Names and their order are known from the start. A lookup imports the module.
    """

    def __init__(self, *modules: str) -> None:
        self._modules = {module.rpartition(".")[2].replace("_", "-"): module for module in modules}

    def __getitem__(self, name: str) -> System:
        module = import_module(f".{self._modules[name]}", __name__)
        return cast("System", module.SYSTEM)

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


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
