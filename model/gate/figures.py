"""All values that a check of train-check may look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from ...schema import Problem, Release, Split
from ...schema.problem import errors_in
from ..measures.image_views import Ablation
from ..measures.score import Predicted, Scores
from ..tagging.surest import Surest
from .report import Against, Run, SuspectsFound

IMAGE_RULES: Final = frozenset({"image-missing", "image-broken"})
"""Rules of the audit that --allow-missing-images skips; the check of usable images counts those images."""


class LeakCounts(NamedTuple):
    """Which posts of test and dev train has too; the command finds the leaks and passes the counts.

    Attributes:
        posts: test posts with entities.
        test: those that are also in train, each under the strongest kind that it leaks by.
        dev: the same for dev.
    """

    posts: int
    test: Mapping[str, int]
    dev: Mapping[str, int]

    @classmethod
    def of(cls, release: Release, by_split: Mapping[Split, Mapping[Any, int]]) -> Self:
        """Return the counts of a release, with its test posts counted."""
        posts = sum(bool(record.spans) for record in release.splits["test"])
        return cls(posts, by_split["test"], by_split["dev"])

    @property
    def leaked(self) -> int:
        """The number of test posts that are also in train."""
        return sum(self.test.values())


class AuditCounts(NamedTuple):
    """What the audit of the release found; the command runs it and passes the counts.

    Attributes:
        errors: number of errors.
        warnings: number of warnings.
        first: the rule of the first error, "" if there is none.
    """

    errors: int
    warnings: int
    first: str = ""

    @classmethod
    def of(cls, problems: Iterable[Problem], *, allow_missing_images: bool) -> Self:
        """Count problem rows; True leaves out the rules of `IMAGE_RULES`."""
        rows = [row for row in problems if not (allow_missing_images and row.rule in IMAGE_RULES)]
        errors = errors_in(rows)
        warnings = sum(row.level == "warning" for row in rows)
        return cls(len(errors), warnings, first=errors[0].rule if errors else "")


class Inspection(NamedTuple):
    """What the release wing knows about the data.

    Attributes:
        audit: counts of the audit.
        leaks: counts of leaks.
    """

    audit: AuditCounts
    leaks: LeakCounts


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The input of every check.

    Attributes:
        release: the release that was trained on.
        predicted: for each seed, the entities predicted for the test records.
        audit: counts of the audit.
        leaks: counts of posts that are also in train.
        micro: micro scores on test.
        baselines: F1 of each baseline on test, 0 to 1.
        ablations: results with views of the images; empty for a system that reads text only.
        against: comparison with an earlier report, None if none was given.
        surest: the predicted entities that the system is surest of.
        suspects: counts of label suspects, None if they were not searched.
        run: how the scores were produced.
        min_f1: smallest test F1 that was asked for, in percent, or None.
        require: `learnability`, `images`, `order` and `labels`, if they must be shown.
    """

    release: Release
    predicted: Sequence[Predicted]
    audit: AuditCounts
    leaks: LeakCounts
    micro: Scores
    baselines: Mapping[str, float]
    ablations: Sequence[Ablation]
    against: Against | None
    surest: Surest
    suspects: SuspectsFound | None
    run: Run
    min_f1: float | None = None
    require: Collection[str] = ()
