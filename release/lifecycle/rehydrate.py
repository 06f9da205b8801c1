"""Restore a dehydrated release from the posts that still exist.

Posts come from a corpus that `fetch` filled from any source; records that were never on X (Twitter-2017)
come from other releases. If every record is found unchanged, the result is the original, byte for byte.
Otherwise it lacks what is gone or changed, and the result lists every such record.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
from ...schema.release.unchanged import none_withdrawn
from ..assemble.merge_plus import PUBLISHED_TOKENS
from ..leaks.leaks import id_prefix
from .rehydrate_record import NotFound, Outcome, SourceContent, restore_record

GONE_FATES: Final = ("gone", "protected", "withheld")
PARTIAL: Final = "+partial"
"""Suffix of the version of a release that lacks something of the original."""


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What happened to one record of the original."""

    split: Split
    id: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class RehydrateResult:
    """The restored release, and the outcome of every record of the original, in its order."""

    release: Release
    outcomes: tuple[RecordOutcome, ...]

    @property
    def counts(self) -> Counter[Outcome]:
        """How many records have each outcome."""
        return Counter(record.outcome for record in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether every record is identical to the original."""
        return all(record.outcome == "same" for record in self.outcomes)


class RecordSources:
    """Where records are looked up: in releases by record id, then in a corpus by post id."""

    def __init__(self, corpus: Corpus | None, releases: Sequence[Release]) -> None:
        """Index the sources; of two releases with the same record, the first one counts."""
        self._corpus = corpus
        self._releases = releases
        self._fates = {row.post_id: row for row in corpus.with_fate()} if corpus else {}
        self._records = {
            record.id: (record, release)
            for release in reversed(releases)
            for record in release.records()
        }

    @contextmanager
    def none_removed(self, ids: Collection[str]) -> Iterator[None]:
        """Check that none of these posts and no record was removed since it was read; see `whole_folder`."""
        with ExitStack() as stack:
            if self._corpus:
                stack.enter_context(self._corpus.none_removed(ids))
            stack.enter_context(none_withdrawn(self._releases))
            yield

    def find(self, dry: DryRecord) -> SourceContent | NotFound:
        """Return what the first source that has the record knows of it."""
        for id in (dry.id, dry.id.removeprefix(id_prefix(dry.origin or ""))):
            if id in self._records:
                return _from_release(*self._records[id])
        post_id = post_of_url(dry.url)
        if not post_id:
            return NotFound("no_url", "give a release that has it with --from RELEASE")
        if self._corpus is None:
            return NotFound("not_fetched", "no corpus was given")
        return _from_corpus(self._corpus, self._fates, post_id)


def rehydrate(
    about: Dehydrated,
    splits: dict[Split, tuple[DryRecord, ...]],
    sources: RecordSources,
    *,
    out: Path,
    today: date,
    on_file: OnCount = ignore_count,
) -> RehydrateResult:
    """Freeze the records that are found as a release in `out`.

    Args:
        about: the content of `dehydrated.json`.
        splits: the dehydrated records of each split.
        sources: where to look for the records.
        out: folder to write; it must not exist.
        today: day of freezing, used if the original had no manifest or something is missing.
        on_file: called with the number of images written and their total.

    Raises:
        DataError: no record is found, or `out` exists.
    """
    outcomes: list[RecordOutcome] = []
    images: dict[str, Path] = {}
    originals: dict[str, str] = {}
    restored: dict[Split, list[Record]] = {split: [] for split in SPLITS}
    original_of = about.manifest.original_of if about.manifest else lambda image: None
    for split in SPLITS:
        for dry in splits[split]:
            content = sources.find(dry)
            if isinstance(content, NotFound):
                outcomes.append(RecordOutcome(split, dry.id, content.outcome, content.detail))
                continue
            found = restore_record(dry, content, original_of)
            outcomes.append(RecordOutcome(split, dry.id, found.outcome, found.detail))
            if found.record:
                restored[split].append(found.record)
                images |= found.images
                originals |= found.originals
    if not any(restored.values()):
        raise _nothing_found(about, outcomes)
    posts = {post_of_url(record.url) or "" for rows in restored.values() for record in rows}
    release = _freeze(
        about,
        restored,
        outcomes,
        images.get,
        lambda name: originals.get(name) or original_of(name),
        out=out,
        today=today,
        on_file=on_file,
        only_if=sources.none_removed(posts),
    )
    return RehydrateResult(release, tuple(outcomes))


def _nothing_found(about: Dehydrated, outcomes: Sequence[RecordOutcome]) -> DataError:
    if outcomes:
        first = outcomes[0]
        problem = f"none of its {len(outcomes)} records was found; the first one is"
        message = f"{about.name}: {problem} {first.id}: {first.outcome}, {first.detail}"
    else:
        message = f"{about.name}: it has no records"
    return DataError(
        message, "mnerctl fetch DEHYDRATED --corpus corpus    # then rehydrate with this corpus"
    )


def _freeze(
    about: Dehydrated,
    restored: dict[Split, list[Record]],
    outcomes: Sequence[RecordOutcome],
    file_of: Callable[[str], Path | None],
    original_of: Callable[[str], str | None],
    *,
    out: Path,
    today: date,
    on_file: OnCount,
    only_if: AbstractContextManager[None],
) -> Release:
    """Write the release with its original manifest data or, if something is lost, with a note about it."""
    manifest = about.manifest
    lost = sum(record.outcome != "same" for record in outcomes)
    version = manifest.version if manifest else ""
    sources = manifest.sources if manifest else ()
    if lost or manifest is None:
        note = f"rehydrated: {lost} of {len(outcomes)} records are missing or differ"
        sources = (Source(name=about.name, version=version, records=len(outcomes), note=note),)
    return write_release(
        out,
        restored,
        name=about.name,
        version=f"{version}{PARTIAL}" if lost and version else version,
        tokenizer=manifest.tokenizer if manifest else PUBLISHED_TOKENS,
        image_source=lambda name: file_of(name) or out / name,  # out/name does not exist: missing
        created=manifest.created if manifest and not lost else today,
        seed=manifest.seed if manifest else None,
        gold=manifest.gold if manifest else "",
        sources=sources,
        withdrawn=manifest.withdrawn if manifest else (),
        agreement=manifest.agreement if manifest else None,
        original_of=original_of,
        states_rule=manifest is None or manifest.stripped is not None or lost > 0,
        on_file=on_file,
        only_if=only_if,
    )


def _from_corpus(
    corpus: Corpus, fates: Mapping[str, PostFate], post_id: str
) -> SourceContent | NotFound:
    resolved = corpus.resolved_id(post_id) or post_id
    if post := corpus.post(resolved):
        paths = {
            image.sha256: corpus.stored_image(image.sha256, image.extension)
            for image in post.images
            if image.sha256 and image.media_type
        }
        existing = {sha256: path for sha256, path in paths.items() if path.is_file()}
        return SourceContent(post.text, existing, image_count=len(existing), url=post.url)
    row = fates.get(resolved)
    if row is None:
        return NotFound("not_fetched", "never fetched")
    detail = f"{row.fate}: {row.reason}".removesuffix(": ")
    return NotFound("gone" if row.fate in GONE_FATES else "not_fetched", detail)


def _from_release(record: Record, release: Release) -> SourceContent:
    images: dict[str, Path] = {}
    count = 0
    for name in record.images:
        path = release.image_path(name)
        if path.is_file():
            count += 1
            if original := release.manifest.original_of(name) if release.manifest else None:
                images[original] = path
            with path.open("rb") as file:
                images[hashlib.file_digest(file, "sha256").hexdigest()] = path
    return SourceContent(record.raw, images, record.text, count, record.url)
