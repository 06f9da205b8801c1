"""`release rehydrate`: a dehydrated release and the posts that still exist make the release again.

Posts come from a corpus that `fetch` filled from any source, and records that X never had (Twitter-2017)
from other releases. Where all is there the release is the original, byte for byte; else it lacks what is
gone or changed, and every such record is named.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ...schema import (
    SPLITS,
    Corpus,
    DataError,
    PostFate,
    Record,
    Release,
    Source,
    Split,
    write_release,
)
from ...schema.post_url import post_of_url
from ...schema.progress import OnCount, ignore_count
from ...schema.release.dehydrated import Dehydrated, DryRecord
from ..assemble.merge_plus import PUBLISHED_TOKENS
from ..leaks.leaks import id_prefix
from .rehydrate_record import Absent, Found, Outcome, record_again

WITHDRAWN: Final = ("gone", "protected", "withheld")
PARTIAL: Final = "+partial"
"""What the version of a release says that lacks something of the original."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record."""

    split: Split
    id: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """The release, and the fate of every record of the original, in its order."""

    release: Release
    fates: tuple[Fate, ...]

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(fate.outcome for fate in self.fates)

    @property
    def is_whole(self) -> bool:
        return all(fate.outcome == "same" for fate in self.fates)


class Posts:
    """Where records are looked for: a corpus by post id, then releases by record id."""

    def __init__(self, corpus: Corpus | None, releases: Sequence[Release]) -> None:
        self._corpus = corpus
        self._fates = {row.post_id: row for row in corpus.with_fate()} if corpus else {}
        self._records = {
            record.id: (record, release)
            for release in reversed(releases)
            for record in release.records()
        }

    def find(self, dry: DryRecord) -> Found | Absent:
        """What there is of a record."""
        for id in (dry.id, dry.id.removeprefix(id_prefix(dry.origin or ""))):
            if id in self._records:
                return _in_release(*self._records[id])
        post_id = post_of_url(dry.url)
        if not post_id:
            return Absent("no_url", "look for it with --from RELEASE")
        if self._corpus is None:
            return Absent("not_fetched", "no corpus given")
        return _in_corpus(self._corpus, self._fates, post_id)


def rehydrate(
    about: Dehydrated,
    splits: dict[Split, tuple[DryRecord, ...]],
    posts: Posts,
    *,
    out: Path,
    today: date,
    on_file: OnCount = ignore_count,
) -> Rehydrated:
    """Freezes what is there into `out`. Raises DataError where it exists already.

    today: the day of freezing, for a release whose original had no manifest, or that is not whole.
    """
    fates: list[Fate] = []
    images: dict[str, Path] = {}
    again: dict[Split, list[Record]] = {split: [] for split in SPLITS}
    for split in SPLITS:
        for dry in splits[split]:
            found = posts.find(dry)
            if isinstance(found, Absent):
                fates.append(Fate(split, dry.id, found.outcome, found.detail))
                continue
            record, outcome, detail = record_again(dry, found)
            fates.append(Fate(split, dry.id, outcome, detail))
            if record:
                again[split].append(record)
                images |= {
                    image.name: found.images[image.sha256]
                    for image in dry.images
                    if image.sha256 and image.sha256 in found.images
                }
    if not any(again.values()):
        raise DataError(
            f"{about.name}: none of {len(fates)} records is there; the first:"
            f" {fates[0].id}: {fates[0].outcome}, {fates[0].detail}"
            if fates
            else f"{about.name}: empty",
            "mnerctl fetch DEHYDRATED --corpus corpus    # then rehydrate with this corpus",
        )
    release = _freeze(about, again, fates, images, out=out, today=today, on_file=on_file)
    return Rehydrated(release, tuple(fates))


def _freeze(
    about: Dehydrated,
    again: dict[Split, list[Record]],
    fates: Sequence[Fate],
    images: dict[str, Path],
    *,
    out: Path,
    today: date,
    on_file: OnCount,
) -> Release:
    """The release as it was, or, where something is lost, one that says so."""
    manifest = about.manifest
    lost = sum(fate.outcome != "same" for fate in fates)
    version = manifest.version if manifest else ""
    sources = manifest.sources if manifest else ()
    if lost or manifest is None:
        note = f"rehydrated: {lost} of {len(fates)} records are not as they were"
        sources = (Source(name=about.name, version=version, records=len(fates), note=note),)
    return write_release(
        out,
        again,
        name=about.name,
        version=f"{version}{PARTIAL}" if lost and version else version,
        tokenizer=manifest.tokenizer if manifest else PUBLISHED_TOKENS,
        image_source=lambda name: images.get(name, out / name),  # which is not there yet
        created=manifest.created if manifest and not lost else today,
        seed=manifest.seed if manifest else None,
        gold=manifest.gold if manifest else "",
        sources=sources,
        withdrawn=manifest.withdrawn if manifest else (),
        agreement=manifest.agreement if manifest else None,
        on_file=on_file,
    )


def _in_corpus(corpus: Corpus, fates: Mapping[str, PostFate], post_id: str) -> Found | Absent:
    meant = corpus.resolved_id(post_id) or post_id
    if post := corpus.post(meant):
        files = {
            image.sha256: corpus.image_path(image.sha256, image.extension)
            for image in post.images
            if image.sha256 and image.media_type
        }
        there = {sha256: path for sha256, path in files.items() if path.is_file()}
        return Found(post.text, there, image_count=len(there))
    settled = fates.get(meant)
    if settled is None:
        return Absent("not_fetched", "never asked for")
    detail = f"{settled.fate}: {settled.reason}".removesuffix(": ")
    return Absent("gone" if settled.fate in WITHDRAWN else "not_fetched", detail)


def _in_release(record: Record, release: Release) -> Found:
    images = {}
    for path in map(release.image_path, record.images):
        if path.is_file():
            with path.open("rb") as file:
                images[hashlib.file_digest(file, "sha256").hexdigest()] = path
    return Found(record.raw, images, record.text, len(images))
