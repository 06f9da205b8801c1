"""Choose a split for each group of posts so that all strata stay close to the wanted ratios.

A group goes to the split that lacks most posts, summed over the group's strata and the whole release, given
what is already assigned (after the iterative stratification of Sechidis et al., ECML PKDD 2011). This module
uses no randomness; `split` chooses the order of the groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...schema import SPLITS, Split

Stratum = tuple[int, tuple[str, ...]]
"""The number of images of a post and its entity types."""


class Shares:
    """The posts assigned so far, by split and stratum.

    Args:
        ratios: shares of train, dev and test, which sum to 1; a split with share 0 gets no post.
    """

    def __init__(self, ratios: Sequence[float]) -> None:
        self._ratios = {split: share for split, share in zip(SPLITS, ratios, strict=True) if share}
        self._assigned: Counter[tuple[Split, Stratum]] = Counter()
        self._totals: Counter[Split] = Counter()

    def assign(self, split: Split, strata: Sequence[Stratum]) -> None:
        """Count one post of each of these strata in `split`."""
        self._assigned.update((split, stratum) for stratum in strata)
        self._totals[split] += len(strata)

    def neediest(self, strata: Sequence[Stratum]) -> Split:
        """Return the split that lacks most posts if these are added; the first where two are equal."""
        return max(self._ratios, key=lambda split: self._lack(split, strata))

    def _lack(self, split: Split, strata: Sequence[Stratum]) -> float:
        share = self._ratios[split]
        lack = share * (self._totals.total() + len(strata)) - self._totals[split]
        for stratum, added in Counter(strata).items():
            assigned = sum(self._assigned[other, stratum] for other in SPLITS)
            lack += share * (assigned + added) - self._assigned[split, stratum]
        return lack
