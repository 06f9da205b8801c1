"""Which post goes into which split: from a file that says so, or by a seed.

By seed, posts are ordered by a hash of seed and conversation and cut by ratio, so that the same posts
always fall the same way, on every machine, and a conversation never stands on both sides.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ..schema import SPLITS, DataError, Post, Problem, Split
from ..schema.record import validation_problems


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


def seeded_splits(posts: Iterable[Post], *, ratios: Sequence[float], seed: int) -> dict[str, Split]:
    """Post id to split. `ratios` are those of train, dev and test, and sum to 1."""
    groups: dict[str, list[str]] = defaultdict(list)
    for post in posts:
        groups[post.conversation_id or post.id].append(post.id)
    order = sorted(groups, key=lambda group: hashlib.sha256(f"{seed}:{group}".encode()).digest())
    total = sum(map(len, groups.values()))
    ends = {"train": ratios[0] * total, "dev": (ratios[0] + ratios[1]) * total}
    split_of: dict[str, Split] = {}
    for group in order:
        middle = len(split_of) + len(groups[group]) / 2
        split: Split = (
            "train" if middle <= ends["train"] else "dev" if middle <= ends["dev"] else "test"
        )
        split_of |= dict.fromkeys(groups[group], split)
    return split_of
