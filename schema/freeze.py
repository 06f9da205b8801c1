"""Freezing a release: it appears whole under its name or not at all, and never replaces another."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from .errors import DataError
from .labels import SPLITS, Split
from .manifest import IMAGES, MANIFEST, FileEntry, Manifest, OnFile, Source
from .record import Record
from .release import Release


def write_release(
    out: Path,
    splits: Mapping[Split, Iterable[Record]],
    *,
    name: str,
    version: str,
    tokenizer: str,
    image_source: Callable[[str], Path],
    created: date,
    seed: int | None = None,
    gold: str = "",
    sources: tuple[Source, ...] = (),
    on_file: OnFile = lambda done, total: None,
) -> Release:
    """Freezes records and the images that `image_source` (image name to path) has into `out`.

    The folder is made beside `out` under a hidden name and renamed when it is whole. Images that are
    not there are counted in the manifest and never replaced. Raises DataError where `out` exists.
    """
    if out.exists():
        raise DataError(
            f"{out}: exists already; a release is never overwritten",
            "give another --out, or a new version",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        files: dict[str, FileEntry] = {}
        counts: dict[Split, int] = {}
        images: dict[str, None] = {}
        for split in SPLITS:
            records = list(splits.get(split, ()))
            counts[split] = len(records)
            images.update(dict.fromkeys(image for record in records for image in record.images))
            content = "".join(record.to_json() + "\n" for record in records).encode()
            files[f"{split}.jsonl"] = _write(partial / f"{split}.jsonl", content)
        files |= _copy_images(list(images), image_source, partial / IMAGES, on_file)
        manifest = Manifest(
            name=name,
            version=version,
            created=created,
            tokenizer=tokenizer,
            seed=seed,
            gold=gold,
            sources=sources,
            records=counts,
            missing_images=len(images) - (len(files) - len(SPLITS)),
            files=files,
        )
        _write(partial / MANIFEST, manifest.model_dump_json(indent=1).encode() + b"\n")
        partial.chmod(0o755)
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    frozen = {split: tuple(splits.get(split, ())) for split in SPLITS}
    return Release(name, out, frozen, lambda image: out / IMAGES / image, manifest)


def _copy_images(
    names: list[str], source: Callable[[str], Path], folder: Path, on_file: OnFile
) -> dict[str, FileEntry]:
    folder.mkdir()
    entries: dict[str, FileEntry] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        copies = pool.map(lambda name: _copy(source(name), folder / name), names)
        for done, (name, entry) in enumerate(zip(names, copies, strict=True), start=1):
            if entry:
                entries[f"{IMAGES}/{name}"] = entry
            on_file(done, len(names))
    return entries


def _copy(source: Path, target: Path) -> FileEntry | None:
    try:
        content = source.read_bytes()
    except FileNotFoundError:
        return None
    return _write(target, content)


def _write(path: Path, content: bytes) -> FileEntry:
    with path.open("xb") as file:
        file.write(content)
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
