"""The environment of a run: versions of the libraries that train, and the hardware.

Importing this module loads no torch.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Final

PACKAGES: Final = ("mnerctl", "torch", "transformers", "datasets", "accelerate", "safetensors")


def versions() -> dict[str, str]:
    """Return the version of mnerctl and of each library that takes part in training."""
    return {name: version(name) for name in PACKAGES}


def hardware() -> str:
    """Return the name of the GPU, or else the number of CPU cores."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} CPU cores"
