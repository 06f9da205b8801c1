"""Kappa, agreement beyond chance on one label per item: Cohen's for two annotators, Fleiss' for more.

Both functions take a table of counts; `counts.py` makes the tables from posts.
"""

from __future__ import annotations

from collections.abc import Sequence

Table = Sequence[Sequence[float]]


def cohen_kappa(confusion: Table) -> float | None:
    """Return `(p_o - p_e) / (1 - p_e)`; None if only one label occurs, or there is no item.

    p_e is the agreement expected from each annotator's own label frequencies: the sum of the products of the
    margins (Cohen 1960, formula 1).

    Args:
        confusion: `confusion[c][k]` is the number of items that the first annotator labels c and the
            second k.
    """
    total = sum(map(sum, confusion))
    if not total:
        return None
    agreed = sum(row[c] for c, row in enumerate(confusion)) / total
    columns = map(sum, zip(*confusion, strict=True))
    chance = sum(sum(row) * column for row, column in zip(confusion, columns, strict=True))
    return _beyond_chance(agreed, chance / total**2)


def fleiss_kappa(coincidences: Table) -> float | None:
    """Return `(P - P_e) / (1 - P_e)`; None if only one label occurs, or there is no item.

    If every item has the same number of annotators, P is the mean agreement of pairs and P_e the sum of the
    squared shares of the labels (Fleiss 1971, formulas 1 to 7). If the numbers differ, an item counts as
    often as it was labelled.

    Args:
        coincidences: as in `alpha.py`.
    """
    total = sum(map(sum, coincidences))
    if not total:
        return None
    agreed = sum(row[c] for c, row in enumerate(coincidences)) / total
    return _beyond_chance(agreed, sum((sum(row) / total) ** 2 for row in coincidences))


def _beyond_chance(agreed: float, chance: float) -> float | None:
    return (agreed - chance) / (1 - chance) if chance < 1 else None
