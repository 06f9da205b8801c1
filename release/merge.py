"""MNER-MI-Plus: an MNER-MI release and Twitter-2017 in one (Huang et al., LREC-COLING 2024, MNER-MI-Plus).

Twitter-2017 records get the id and image prefix `twitter2017-` and an empty url, as published. Splits
join split by split, MNER-MI first. What this does not do: look for leaks between the two.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ..schema import (
    SPLITS,
    DataError,
    Problem,
    Record,
    Release,
    Source,
    Split,
    write_release,
)
from ..schema.manifest import OnFile
from ..schema.mner_mi import TWITTER_2017_PREFIX

NAME: Final = "MNER-MI-Plus"
PUBLISHED_TOKENS: Final = "as published"


def merge_plus(
    mner_mi: Release,
    twitter_2017: Release,
    *,
    out: Path,
    version: str,
    created: date,
    twitter_2017_images: Path | None = None,
    on_file: OnFile = lambda done, total: None,
) -> Release:
    """Writes the merged release to `out` and gives it back.

    twitter_2017_images: the folder of its pictures, if it is not that of its text. Raises DataError
    where an id or an image name would stand for two things, or that folder is not there.
    """
    if twitter_2017_images and not twitter_2017_images.is_dir():
        raise DataError(
            f"{twitter_2017_images}: no such folder; wanted the folder of <IMGID>.jpg files",
            "give another --twitter-2017-images, or leave it out to merge without its images",
        )
    splits: dict[Split, list[Record]] = {
        split: [
            *(_with_origin(record, "MNER-MI") for record in mner_mi.splits[split]),
            *(_prefixed(record) for record in twitter_2017.splits[split]),
        ]
        for split in SPLITS
    }
    _refuse_collisions(splits, out)

    def image_source(name: str) -> Path:
        if name.startswith(TWITTER_2017_PREFIX):
            original = name.removeprefix(TWITTER_2017_PREFIX)
            if twitter_2017_images:
                return twitter_2017_images / original
            return twitter_2017.image_path(original)
        return mner_mi.image_path(name)

    return write_release(
        out,
        splits,
        name=NAME,
        version=version,
        tokenizer=mner_mi.manifest.tokenizer if mner_mi.manifest else PUBLISHED_TOKENS,
        image_source=image_source,
        created=created,
        sources=(_source(mner_mi), _source(twitter_2017)),
        on_file=on_file,
    )


def _source(release: Release) -> Source:
    version = release.manifest.version if release.manifest else ""
    return Source(name=release.name, version=version, records=sum(1 for _ in release.records()))


def _with_origin(record: Record, origin: str) -> Record:
    return record.model_copy(update={"origin": origin})


def _prefixed(record: Record) -> Record:
    return record.model_copy(
        update={
            "id": TWITTER_2017_PREFIX + record.id,
            "images": tuple(TWITTER_2017_PREFIX + image for image in record.images),
            "url": "",
            "origin": "Twitter-2017",
        }
    )


def _refuse_collisions(splits: dict[Split, list[Record]], out: Path) -> None:
    """An id names one record, and an image file one picture of one dataset."""
    ids: dict[str, str] = {}
    images: dict[str, str | None] = {}
    problems: list[Problem] = []
    for split, records in splits.items():
        for record in records:
            place = f"{split} record {record.id}"
            first = ids.setdefault(record.id, place)
            if first is not place:
                problems.append(
                    Problem("error", "id-unique", place, record.id, "each id once", first)
                )
            for image in record.images:
                if images.setdefault(image, record.origin) != record.origin:
                    wanted = f"an image of {images[image]} alone"
                    problems.append(Problem("error", "image-unique", place, image, wanted))
    if problems:
        raise DataError(
            f"{out}: {len(problems)} ids or images would stand for two things; the first:"
            f" {problems[0].found} in {problems[0].where}",
            "give --mner-mi a release without Twitter-2017 in it, and each record its own id",
            problems=problems,
        )
