"""Hashes of the inputs of a training: records, images, and encoders or word vectors that are files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ...schema import Release
from ...schema.files.given_file import open_given
from ...schema.release.manifest import IMAGES

if TYPE_CHECKING:  # the hash of records alone needs no torch
    from ..systems.preset import Preset
    from ..systems.system import System


def records_hash(release: Release) -> str:
    """Return a SHA-256 of all records in order; the same hash means the same texts and labels."""
    digest = hashlib.sha256()
    for split, records in release.splits.items():
        digest.update(f"{split}\n".encode())
        for record in records:
            digest.update(record.to_json().encode() + b"\n")
    return digest.hexdigest()


def images_hash(release: Release) -> str:
    """Return a SHA-256 of the names and bytes of all images; the manifest, if any, has the bytes' hashes."""
    known = release.manifest.files if release.manifest else {}
    digest = hashlib.sha256()
    for name in sorted({name for record in release.records() for name in record.images}):
        entry = known.get(f"{IMAGES}/{name}")
        content = entry.sha256 if entry else content_hash(release.image_path(name))
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def inputs_hash(release: Release, system: System, preset: Preset) -> str:
    """Return a SHA-256 of all that a training reads: records, images, encoders, vectors, a saved model."""
    names = [preset.text_encoder, preset.embeddings]
    names += [preset.image_encoder] if system.uses_images else []
    hashes = [
        records_hash(release),
        images_hash(release) if system.uses_images else "",
        *(content_hash(Path(name)) if name else "" for name in names),
        *([content_hash(Path(preset.init_from))] if preset.init_from else []),
    ]
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()


def content_hash(path: Path) -> str:
    """Return a SHA-256 of a file or of all files of a folder; "" if the path does not exist."""
    if path.is_file():
        with open_given(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(inner for inner in path.rglob("*") if inner.is_file()) if path.is_dir() else []
    rows = [f"{inner.relative_to(path)} {content_hash(inner)}\n" for inner in files]
    return hashlib.sha256("".join(rows).encode()).hexdigest() if rows else ""
