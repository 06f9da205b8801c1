"""Which post goes into which split: from a file that says so, or by a seed.

By seed, posts that hang together (`groups.py`) stay together, a post that was in test or dev of an earlier
release stays there, and everything else is dealt out so that posts with as many images and the same types
of entities fall into the splits by their shares (`stratify.py`). The same posts always fall the same way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema import SPLITS, DataError, Gold, Post, Problem, Split
from ...schema.record import validation_problems
from .groups import kin
from .stratify import Shares, Stratum


class _SplitsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    train: list[str]
    dev: list[str]
    test: list[str]


def read_splits(path: Path) -> dict[str, Split]:
    """Post id to split, of a JSON object with a list of ids for each. Raises DataError."""
    try:
        lists = _SplitsFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", "give an existing file to --splits") from error
    except ValidationError as error:
        raise DataError(
            f"{path}: no splits file; wanted {json.dumps({split: ['ID'] for split in SPLITS})}",
            "mend the file, or leave --splits out for a seeded split",
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
            "take the id out of one list",
            problems=problems,
        )
    return split_of


@dataclass(frozen=True, slots=True)
class Splits:
    """Post id to split, and what became of the posts.

    together: posts in groups of two or more. kept: posts that stay where an earlier release has them.
    moved: posts that cannot, because a post of their group was in test (or in dev).
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
    """The split of each post that has gold. `ratios` are those of train, dev and test, and sum to 1.

    earlier: where posts stood in releases before.
    """
    earlier = earlier or {}
    ordered = sorted((post for post in posts if post.id in gold), key=lambda post: int(post.id))
    groups = kin(ordered, by_author=by_author)
    strata = {post.id: _stratum(post, gold[post.id]) for post in ordered}
    shares = Shares(ratios)
    split_of: dict[str, Split] = {}
    left_over = []
    for group in groups:
        if split := _inherited(group, earlier):
            split_of |= dict.fromkeys((post.id for post in group), split)
            shares.count(split, [strata[post.id] for post in group])
        else:
            left_over.append(group)

    def in_turn(group: list[Post]) -> tuple[object, ...]:
        """The large first, so that the small can even out; chance decides within a stratum."""
        chance = hashlib.sha256(f"{seed}:{group[0].id}".encode()).digest()
        return -len(group), strata[group[0].id], chance

    for group in sorted(left_over, key=in_turn):
        of_group = [strata[post.id] for post in group]
        split = shares.most_due(of_group)
        shares.count(split, of_group)
        split_of |= dict.fromkeys((post.id for post in group), split)
    known = [post.id for post in ordered if post.id in earlier]
    kept = sum(split_of[id] == earlier[id] for id in known)
    together = sum(len(group) for group in groups if len(group) > 1)
    return Splits(split_of, together, kept, len(known) - kept)


def _stratum(post: Post, gold: Gold) -> Stratum:
    return len(post.images), tuple(sorted({span.type for span in gold.spans}))


def _inherited(group: list[Post], earlier: Mapping[str, Split]) -> Split | None:
    """Where the group has to stand: whoever was judged by stays so, and takes its kin along."""
    stood = {earlier.get(id) for post in group for id in (post.id, *post.edit_ids)}
    return next((split for split in reversed(SPLITS) if split in stood), None)
