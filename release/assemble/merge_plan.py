"""Plan a merge of corpora: which records go in, under which ids, with which images, without which leaks.

Every part except MNER-MI gets its name as a prefix of ids and image names (`twitter2017-`) and an empty
url, as published. Splits are joined one by one, MNER-MI first. This module writes nothing; `merge_plus` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Final

from ...schema import SPLITS, DataError, Problem, Record, Release, Split
from ..leaks.leak import Leak
from ..leaks.leaks import Pictures, corpus_leaks, id_prefix

NAME: Final = "MNER-MI-Plus"
FIRST: Final = "MNER-MI"
TWITTER_2017: Final = "Twitter-2017"


@dataclass(frozen=True)
class Part:
    """One corpus of a merge.

    Attributes:
        name: name of the corpus, such as Twitter-2017.
        release: its records.
        images: folder of its images; None where they are in the folder of `release`.
    """

    name: str
    release: Release
    images: Path | None = None

    @cached_property
    def prefix(self) -> str:
        """The prefix of its ids and image names in the merge; empty for MNER-MI."""
        return "" if self.name == FIRST else id_prefix(self.name)

    def image_path(self, name: str) -> Path:
        """Return the source file of an image, by its name in the merge."""
        original = name.removeprefix(self.prefix)
        return self.images / original if self.images else self.release.image_path(original)

    def original_of(self, name: str) -> str | None:
        """Return the SHA-256 of an image before its metadata were dropped, by its name in the merge."""
        manifest = None if self.images else self.release.manifest
        return manifest.original_of(name.removeprefix(self.prefix)) if manifest else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of a merge.

    Attributes:
        parts: the corpora, MNER-MI first.
        splits: the merged records.
        leaks: posts, texts and images that two parts share.
        dropped: name of a part to the ids of its train records that are left out because they leak.
    """

    parts: tuple[Part, ...]
    splits: dict[Split, tuple[Record, ...]]
    leaks: tuple[Leak, ...]
    dropped: dict[str, frozenset[str]]

    @property
    def name(self) -> str:
        """The published name for the two corpora of the paper, else the names joined by `+`."""
        names = [part.name for part in self.parts]
        return NAME if names == [FIRST, TWITTER_2017] else "+".join(names)

    def image_source(self, name: str) -> Path:
        """Return the source file of an image, by its name in the merge."""
        return self._part_of(name).image_path(name)

    def original_of(self, name: str) -> str | None:
        """Return the SHA-256 of an image before its metadata were dropped, by its name in the merge."""
        return self._part_of(name).original_of(name)

    def _part_of(self, name: str) -> Part:
        prefixed = (part for part in self.parts if part.prefix and name.startswith(part.prefix))
        return next(prefixed, self.parts[0])

    def left_out(self, part: Part) -> Release:
        """Return the train records of a part that are left out, as a release that can be counted."""
        dropped = self.dropped.get(part.name, frozenset())
        train = part.release.splits["train"]
        left_out: dict[Split, tuple[Record, ...]] = {split: () for split in SPLITS}
        left_out["train"] = tuple(record for record in train if record.id in dropped)
        return replace(part.release, splits=left_out)

    def as_release(self) -> Release:
        """Return the merge as a release in memory that can be counted."""
        return Release(self.name, Path(), self.splits, self.image_source)


def plan_plus(
    mner_mi: Release,
    others: Sequence[Part],
    *,
    drop_leaks: bool = False,
    pictures: Callable[[Release], Pictures] = lambda release: {},
) -> Plan:
    """Plan the merge of an MNER-MI release with other corpora.

    Args:
        mner_mi: the first part.
        others: the other parts, in order.
        drop_leaks: leave out train records that share a post, text or image with dev or test of another part.
        pictures: returns the read images of a corpus, so that leaks by image are found; by default none.

    Raises:
        DataError: two records or images would get the same name, or an image folder does not exist.
    """
    parts = (Part(FIRST, mner_mi), *others)
    for part in parts:
        if part.images and not part.images.is_dir():
            raise DataError(
                f"{part.images}: no such folder; wanted the folder of <IMGID>.jpg files",
                "give another folder, or leave the option out to merge without these images",
            )
    releases = [_as_part(part) for part in parts]
    pictures_of = {release.name: pictures(release) for release in releases}
    leaks = [
        leak
        for one, other in combinations(releases, 2)
        for leak in corpus_leaks(one, other, pictures_of[one.name], pictures_of[other.name])
    ]
    dropped = _leaking_train_ids(leaks if drop_leaks else ())
    splits: dict[Split, tuple[Record, ...]] = {
        split: tuple(
            _merged(record, part)
            for part in parts
            for record in part.release.splits[split]
            if split != "train" or record.id not in dropped.get(part.name, ())
        )
        for split in SPLITS
    }
    plan = Plan(parts, splits, tuple(leaks), dropped)
    _refuse_collisions(plan)
    return plan


def _as_part(part: Part) -> Release:
    """Return the release under the name of the part, with the image folder of the part."""
    return replace(
        part.release,
        name=part.name,
        image_path=lambda name: part.image_path(part.prefix + name),
    )


def _leaking_train_ids(leaks: Iterable[Leak]) -> dict[str, frozenset[str]]:
    """Return name of a part to the ids of its train records that leak into dev or test."""
    places = [
        leak.left if leak.left.split == "train" else leak.right for leak in leaks if leak.is_across
    ]
    return {
        name: frozenset(place.record.id for place in places if place.corpus == name)
        for name in {place.corpus for place in places}
    }


def _merged(record: Record, part: Part) -> Record:
    if not part.prefix:
        return record.model_copy(update={"origin": record.origin or part.name})
    return record.model_copy(
        update={
            "id": part.prefix + record.id,
            "images": tuple(part.prefix + image for image in record.images),
            "url": "",
            "origin": part.name,
        }
    )


def _refuse_collisions(plan: Plan) -> None:
    """Raise DataError where two records have one id, or records of two datasets one image name."""
    ids: dict[str, str] = {}
    images: dict[str, str | None] = {}
    problems: list[Problem] = []
    for split, records in plan.splits.items():
        for record in records:
            place = f"{split} record {record.id}"
            first = ids.setdefault(record.id, place)
            if first is not place:
                problems.append(
                    Problem("error", "id-unique", place, record.id, "each id once", first)
                )
            for image in record.images:
                if images.setdefault(image, record.origin) != record.origin:
                    wanted = f"an image of {images[image]} only"
                    problems.append(Problem("error", "image-unique", place, image, wanted))
    if problems:
        raise DataError(
            f"{plan.name}: {len(problems)} ids or image names would be used twice; the first:"
            f" {problems[0].found} in {problems[0].where}",
            "give each record its own id, and corpora that do not contain each other",
            problems=problems,
        )
