"""Dealing out by shares: each stratum, and all of it, as near to the wanted ratios as whole groups allow.

A group goes where most is due, in its strata and overall, counting what stands there already (after the
iterative stratification of Sechidis et al., ECML PKDD 2011). What this does not do: draw lots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...schema import SPLITS, Split

Stratum = tuple[int, tuple[str, ...]]
"""How many images a post has, and which types of entities."""


class Shares:
    """What has been dealt so far, to which split."""

    def __init__(self, ratios: Sequence[float]) -> None:
        self._ratios = {split: share for split, share in zip(SPLITS, ratios, strict=True) if share}
        self._dealt: Counter[tuple[Split, Stratum]] = Counter()
        self._all: Counter[Split] = Counter()

    def count(self, split: Split, strata: Sequence[Stratum]) -> None:
        """Posts of these strata stand in `split`."""
        self._dealt.update((split, stratum) for stratum in strata)
        self._all[split] += len(strata)

    def most_due(self, strata: Sequence[Stratum]) -> Split:
        """The split that lacks most, were posts of these strata dealt; the first of equals."""
        return max(self._ratios, key=lambda split: self._due(split, strata))

    def _due(self, split: Split, strata: Sequence[Stratum]) -> float:
        share = self._ratios[split]
        due = share * (self._all.total() + len(strata)) - self._all[split]
        for stratum, added in Counter(strata).items():
            here = sum(self._dealt[other, stratum] for other in SPLITS)
            due += share * (here + added) - self._dealt[split, stratum]
        return due
