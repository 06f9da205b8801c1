"""Assign posts to splits: from a file, or by a seed.

The seeded split keeps related posts together (`groups`), keeps a post that was in test or dev of an
earlier release there (`earlier_splits`), and spreads the other posts so that each split gets its share of
every number of images and combination of entity types (`stratify`). The same posts and seed always give the
same splits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema import SPLITS, DataError, Gold, Post, Problem, Split
from ...schema.files.given_file import read_whole
from ...schema.record import validation_problems
from .groups import related_groups
from .stratify import Shares, Stratum


class _SplitsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    train: list[str]
    dev: list[str]
    test: list[str]


def read_splits(path: Path) -> dict[str, Split]:
    """Read post id to split from a JSON file `{"train": [ids], "dev": [ids], "test": [ids]}`.

    Raises:
        DataError: the file cannot be read, has another form, or has an id twice.
    """
    try:
        lists = _SplitsFile.model_validate_json(read_whole(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", "give an existing file to --splits") from error
    except ValidationError as error:
        raise DataError(
            f"{path}: not a splits file; wanted {json.dumps({split: ['ID'] for split in SPLITS})}",
            "fix the file, or leave --splits out for a seeded split",
            problems=validation_problems(error, str(path)),
        ) from error
    split_of: dict[str, Split] = {}
    problems = []
    for split in SPLITS:
        for post_id in getattr(lists, split):
            if post_id in split_of:
                found = f"{post_id} in {split_of[post_id]} and {split}"
                problems.append(Problem("error", "split-once", str(path), found, "one split"))
            split_of[post_id] = split
    if problems:
        raise DataError(
            f"{path}: {problems[0].found}; wanted each id once",
            "remove the id from one list",
            problems=problems,
        )
    return split_of


@dataclass(frozen=True, slots=True)
class Splits:
    """The split of each post, and how the assignment was constrained.

    Attributes:
        split_of: post id to split.
        together: number of posts in groups of two or more.
        kept: number of posts that keep their split of an earlier release.
        moved: number of posts that cannot keep it, because a related post was in test (or dev).
    """

    split_of: dict[str, Split]
    together: int = 0
    kept: int = 0
    moved: int = 0


def seeded_splits(
    posts: Iterable[Post],
    gold: Mapping[str, Gold],
    *,
    ratios: Sequence[float],
    seed: int,
    by_author: bool = False,
    earlier: Mapping[str, Split] | None = None,
) -> Splits:
    """Assign each post that has gold to a split.

    Args:
        posts: posts with numeric ids; those without gold are ignored.
        gold: post id to gold.
        ratios: shares of train, dev and test, which sum to 1.
        seed: decides the order of groups that are equal in size and stratum.
        by_author: whether all posts of one author stay together.
        earlier: post id to its split in earlier releases.
    """
    earlier = earlier or {}
    ordered = sorted((post for post in posts if post.id in gold), key=lambda post: int(post.id))
    groups = related_groups(ordered, by_author=by_author)
    strata = {post.id: _stratum(post, gold[post.id]) for post in ordered}
    shares = Shares(ratios)
    split_of: dict[str, Split] = {}
    new_groups = []
    for group in groups:
        if split := _inherited_split(group, earlier):
            split_of |= dict.fromkeys((post.id for post in group), split)
            shares.assign(split, [strata[post.id] for post in group])
        else:
            new_groups.append(group)

    def order(group: list[Post]) -> tuple[object, ...]:
        """Put large groups first, so that small ones can even out; the seed decides within a stratum."""
        chance = hashlib.sha256(f"{seed}:{group[0].id}".encode()).digest()
        return -len(group), strata[group[0].id], chance

    for group in sorted(new_groups, key=order):
        group_strata = [strata[post.id] for post in group]
        split = shares.neediest(group_strata)
        shares.assign(split, group_strata)
        split_of |= dict.fromkeys((post.id for post in group), split)
    known = [post.id for post in ordered if post.id in earlier]
    kept = sum(split_of[id] == earlier[id] for id in known)
    together = sum(len(group) for group in groups if len(group) > 1)
    return Splits(split_of, together, kept, len(known) - kept)


def _stratum(post: Post, gold: Gold) -> Stratum:
    return len(post.images), tuple(sorted({span.type for span in gold.spans}))


def _inherited_split(group: list[Post], earlier: Mapping[str, Split]) -> Split | None:
    """Return the split that earlier releases force on a group: test before dev before train."""
    before = {earlier.get(id) for post in group for id in (post.id, *post.edit_ids)}
    return next((split for split in reversed(SPLITS) if split in before), None)
