"""What a merge of corpora would be: which records, under which ids, with which pictures, less which leaks.

Records of all parts but MNER-MI get the name of their corpus as a prefix of ids and image names
(`twitter2017-`) and an empty url, as published. Splits join split by split, MNER-MI first. What this
does not do: write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Final

from ...schema import (
    SPLITS,
    DataError,
    Problem,
    Record,
    Release,
    Split,
)
from ..leaks.leak import Leak
from ..leaks.leaks import Pictures, corpus_leaks, id_prefix

NAME: Final = "MNER-MI-Plus"
FIRST: Final = "MNER-MI"
TWITTER_2017: Final = "Twitter-2017"


@dataclass(frozen=True)
class Part:
    """One corpus that goes in. images: the folder of its pictures, if it is not that of its text."""

    name: str
    release: Release
    images: Path | None = None

    @cached_property
    def prefix(self) -> str:
        """Of its ids and image names; MNER-MI has none."""
        return "" if self.name == FIRST else id_prefix(self.name)

    def image_path(self, name: str) -> Path:
        """Where the picture is that records of the merged release name so."""
        original = name.removeprefix(self.prefix)
        return self.images / original if self.images else self.release.image_path(original)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would be.

    leaks: what stands in two of the parts. dropped: the ids of train records left out for that, by part.
    """

    parts: tuple[Part, ...]
    splits: dict[Split, tuple[Record, ...]]
    leaks: tuple[Leak, ...]
    dropped: dict[str, frozenset[str]]

    @property
    def name(self) -> str:
        """As published, where the parts are those of the paper."""
        names = [part.name for part in self.parts]
        return NAME if names == [FIRST, TWITTER_2017] else "+".join(names)

    def image_source(self, name: str) -> Path:
        """Where the picture is that a record names."""
        prefixed = (part for part in self.parts if part.prefix and name.startswith(part.prefix))
        return next(prefixed, self.parts[0]).image_path(name)

    def left_out(self, part: Part) -> Release:
        """The train records of a part that are not in the merge, for counting."""
        dropped = self.dropped.get(part.name, frozenset())
        train = part.release.splits["train"]
        left_out: dict[Split, tuple[Record, ...]] = {split: () for split in SPLITS}
        left_out["train"] = tuple(record for record in train if record.id in dropped)
        return replace(part.release, splits=left_out)

    def as_release(self) -> Release:
        """The merge in memory, for counting."""
        return Release(self.name, Path(), self.splits, self.image_source)


def plan_plus(
    mner_mi: Release,
    others: Sequence[Part],
    *,
    drop_leaks: bool = False,
    pictures: Callable[[Release], Pictures] = lambda release: {},
) -> Plan:
    """Decides what goes in.

    drop_leaks: leave out the train records that share something with dev or test of another part.
    pictures: those of a corpus, where images are to be compared. Raises DataError where an id or a picture
    would stand for two things, or a folder of pictures is not there.
    """
    parts = (Part(FIRST, mner_mi), *others)
    for part in parts:
        if part.images and not part.images.is_dir():
            raise DataError(
                f"{part.images}: no such folder; wanted the folder of <IMGID>.jpg files",
                "give another folder, or leave the option out to merge without its images",
            )
    read = [_as_part(part) for part in parts]
    shown = {release.name: pictures(release) for release in read}
    leaks = [
        leak
        for one, other in combinations(read, 2)
        for leak in corpus_leaks(one, other, shown[one.name], shown[other.name])
    ]
    dropped = _train_side(leaks if drop_leaks else ())
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
    """The release under the name of the part, and with its pictures, which may lie elsewhere."""
    return replace(
        part.release,
        name=part.name,
        image_path=lambda name: part.image_path(part.prefix + name),
    )


def _train_side(leaks: Iterable[Leak]) -> dict[str, frozenset[str]]:
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
    """An id names one record, and an image file one picture of one dataset."""
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
                    wanted = f"an image of {images[image]} alone"
                    problems.append(Problem("error", "image-unique", place, image, wanted))
    if problems:
        raise DataError(
            f"{plan.name}: {len(problems)} ids or images would stand for two things; the first:"
            f" {problems[0].found} in {problems[0].where}",
            "give a corpus that holds none of the others, and each record its own id",
            problems=problems,
        )
