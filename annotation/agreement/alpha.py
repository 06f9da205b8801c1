"""Krippendorff's alpha, 1 less observed over expected disagreement: nominal on items, unitizing on spans.

Both read a table of coincidences: `coincidences[c][k]` is the sum over items of the ordered pairs of
annotators of whom one says c and the other k, each divided by (annotators of the item - 1). So an item
weighs as much as it has annotators, and an item of one annotator weighs nothing. What it does not do:
count (`counts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from .kappa import Table


def nominal_alpha(coincidences: Table) -> float | None:
    """`1 - (n - 1) * sum(o_ck, c != k) / sum(n_c * n_k, c != k)`; None where there is one label or none.

    Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C.
    """
    n = sum(map(sum, coincidences))
    expected = n**2 - sum(sum(row) ** 2 for row in coincidences)
    return 1 - (n - 1) * _disagreed(coincidences) / expected if expected else None


def unitizing_alpha(coincidences: Table, squares: Sequence[float]) -> float | None:
    """Alpha of spans on a line, `u-alpha`; None where all is gap, or all is of one value.

    coincidences: lengths on the line; value 0 is the gap between spans. squares[v]: the sum of squared
    lengths of the spans of value v, over all annotators; squares[0] is not read.

    Krippendorff, Mathet, Bouvry and Widlöcher 2016, "On the reliability of unitizing textual continua",
    formulas 1, 4 and 5. A span coincides by chance with any other but not with itself; a gap has no
    structure, so only its single positions do not coincide with themselves. With
    `E = l * (l_c^2 - own_c) / (l^2 - sum(own))` expected on the diagonal, where l is the sum of all
    coincidences and l_c that of value c, `1 - (l - sum(o_cc)) / (l - sum(E_cc))` comes to what is below.
    """
    total = sum(map(sum, coincidences))
    expected = total**2 - sum(sum(row) ** 2 for row in coincidences)
    if not expected:
        return None
    own = sum(coincidences[0]) + sum(squares[1:])
    return 1 - _disagreed(coincidences) * (total**2 - own) / (total * expected)


def _disagreed(coincidences: Table) -> float:
    return sum(sum(row) - row[c] for c, row in enumerate(coincidences))
