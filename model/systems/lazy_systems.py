"""A mapping from the name of a system to the system, which imports its module when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from .system import System


class LazySystems(Mapping[str, "System"]):
    """Systems by name; the module `multi_image.tpm_mi` holds the system `tpm-mi` as `SYSTEM`.

    Names and their order are known from the start. A lookup imports the module.
    """

    def __init__(self, *modules: str) -> None:
        self._modules = {module.rpartition(".")[2].replace("_", "-"): module for module in modules}

    def __getitem__(self, name: str) -> System:
        module = import_module(f".{self._modules[name]}", __package__)
        return cast("System", module.SYSTEM)

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)
