"""Krippendorff's alpha, 1 - observed / expected disagreement: nominal for items, unitizing for spans.

Both functions take a table of coincidences: `coincidences[c][k]` is the number of ordered pairs of annotators
of one item where the first gives label c and the second label k, each pair divided by (annotators of the
item - 1), summed over items. An item therefore weighs as much as it has annotators, and an item of one
annotator weighs nothing. `counts.py` makes the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from .kappa import Table


def nominal_alpha(coincidences: Table) -> float | None:
    """Return `1 - (n - 1) * sum(o_ck, c != k) / sum(n_c * n_k, c != k)`; None if fewer than two labels occur.

    Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C.
    """
    n = sum(map(sum, coincidences))
    expected = n**2 - sum(sum(row) ** 2 for row in coincidences)
    return 1 - (n - 1) * _disagreed(coincidences) / expected if expected else None


def unitizing_alpha(coincidences: Table, squares: Sequence[float]) -> float | None:
    """Return the alpha of spans on a line, `u-alpha`; None if the whole line has one value, or is gap.

    Args:
        coincidences: lengths on the line; value 0 is the gap between spans.
        squares: for each value the sum of squared lengths of its spans, over all annotators;
            `squares[0]` is not used.

    Source: Krippendorff, Mathet, Bouvry and Widlöcher 2016, "On the reliability of unitizing textual
    continua", formulas 1, 4 and 5. By chance a span coincides with any other span but not with itself. A gap
    has no structure, so only its single positions do not coincide with themselves. With
    `E_cc = l * (l_c^2 - own_c) / (l^2 - sum(own))` expected on the diagonal, where l is the sum of all
    coincidences and l_c that of value c, `1 - (l - sum(o_cc)) / (l - sum(E_cc))` simplifies to the code.
    """
    total = sum(map(sum, coincidences))
    expected = total**2 - sum(sum(row) ** 2 for row in coincidences)
    if not expected:
        return None
    own = sum(coincidences[0]) + sum(squares[1:])
    return 1 - _disagreed(coincidences) * (total**2 - own) / (total * expected)


def _disagreed(coincidences: Table) -> float:
    return sum(sum(row) - row[c] for c, row in enumerate(coincidences))
