"""Kappa, agreement beyond chance on one label an item: Cohen's for two annotators, Fleiss' for many.

Both read a table of counts and know nothing of posts; `counts.py` makes the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

Table = Sequence[Sequence[float]]


def cohen_kappa(confusion: Table) -> float | None:
    """`(p_o - p_e) / (1 - p_e)`; None where chance alone explains all (one label, or no item).

    confusion[c][k]: the items that the first annotator labels c and the second k. p_e comes from each
    annotator's own habits: the sum of the products of the margins (Cohen 1960, formula 1).
    """
    total = sum(map(sum, confusion))
    if not total:
        return None
    agreed = sum(row[c] for c, row in enumerate(confusion)) / total
    columns = map(sum, zip(*confusion, strict=True))
    chance = sum(sum(row) * column for row, column in zip(confusion, columns, strict=True))
    return _beyond_chance(agreed, chance / total**2)


def fleiss_kappa(coincidences: Table) -> float | None:
    """`(P - P_e) / (1 - P_e)`; None where chance alone explains all (one label, or no item).

    coincidences: as in `alpha.py`. Where every item has the same number of annotators, P is the mean
    agreement of pairs and P_e the sum of squared shares of the labels (Fleiss 1971, formulas 1 to 7).
    Where the numbers differ, an item counts as often as it was labelled.
    """
    total = sum(map(sum, coincidences))
    if not total:
        return None
    agreed = sum(row[c] for c, row in enumerate(coincidences)) / total
    return _beyond_chance(agreed, sum((sum(row) / total) ** 2 for row in coincidences))


def _beyond_chance(agreed: float, chance: float) -> float | None:
    return (agreed - chance) / (1 - chance) if chance < 1 else None
