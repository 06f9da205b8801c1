"""The checks of labels, by systems that were not trained on them: how many are wrong?"""

from __future__ import annotations

from typing import Final

from ..tagging.surest import Surest
from .advice import check
from .check import PERCENT, Check, Verdict, count_text

MAX_NOISE: Final = 5.0
"""Percent of the entities that the system is surest of; of right labels about 1 % were found."""
MIN_CONFIDENCE: Final = 85.0
"""Percent; a system that is less sure of its surest entities has not learned enough to judge labels."""
MIN_SUREST: Final = 50
"""Surest entities per training; with fewer, chance can double or hide the share."""
MAX_SUSPECTS: Final = 3.0
"""Percent of the gold entities."""


def label_noise(found: Surest, *, is_required: bool = False) -> Check:
    """Warn if gold contradicts the system too often where it is surest.

    Undecided with too few entities, and if gold contradicts a system that is sure of nothing.

    Args:
        found: the predicted entities of dev and test that it is surest of.
        is_required: whether any other answer than `pass` fails.
    """
    share = PERCENT * found.contradicted / found.entities if found.entities else 0.0
    each, sure = found.entities // found.seeds, f"{PERCENT * found.confidence:.1f} %"
    is_noisy, is_unsure = share > MAX_NOISE, PERCENT * found.confidence < MIN_CONFIDENCE
    is_undecided = each < MIN_SUREST or (is_noisy and is_unsure)
    level: Verdict = "warn" if is_undecided or is_noisy else "pass"
    reason = (
        f"gold contradicts {found.contradicted} of the {found.entities} entities of dev and test that"
        f" the system is surest of (mean probability {sure})"
    )
    if each < MIN_SUREST:
        reason = f"undecided: only {count_text(each, 'entity')} of dev and test to judge by"
    elif is_undecided:
        reason = f"undecided: the system is not sure enough of any entity to judge labels; {reason}"
    return check(
        "label-noise",
        "fail" if is_required and level == "warn" else level,
        share,
        threshold=MAX_NOISE,
        reason=reason,
        is_undecided=is_undecided,
    )


def label_suspects(doubted: int, entities: int) -> Check:
    """Warn if systems that were trained without them doubt too many gold entities."""
    share = PERCENT * doubted / entities if entities else 0.0
    level: Verdict = "warn" if share > MAX_SUSPECTS else "pass"
    reason = f"{doubted} of {entities} gold entities are doubted; the figure is in percent"
    return check("label-suspects", level, share, threshold=MAX_SUSPECTS, reason=reason)
