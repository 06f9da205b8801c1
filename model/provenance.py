"""What a result was made of and with: the records, the versions of what counted, and the machine."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from typing import Final

from ..schema import Release

VERSIONS_OF: Final = ("mnerctl", "torch", "transformers", "datasets", "accelerate", "safetensors")


def records_hash(release: Release) -> str:
    """SHA-256 over all records in order: two runs with the same hash saw the same text and labels."""
    digest = hashlib.sha256()
    for split, records in release.splits.items():
        digest.update(f"{split}\n".encode())
        for record in records:
            digest.update(record.to_json().encode() + b"\n")
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Of mnerctl and the libraries that train."""
    return {name: version(name) for name in VERSIONS_OF}


def hardware() -> str:
    """The GPU, or how many processors."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} CPU cores"
