"""Remove posts that X's users have taken back from the corpus, found by lookups or in X's compliance result.

Only a clear answer removes a post: it is gone, protected or withheld. A missing answer, an error or an
answer that is not understood leaves the post in place, to be checked again. What was made from the corpus,
such as releases, is the task of `cli/removal.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final, Literal, get_args

from ..schema import Corpus, Fate, RemoteError
from ..schema.progress import OnCount, ignore_count
from ..schema.release.agreement import drop_divided
from .compliance_file import RemovalFate, Ruling
from .fetch import BATCH
from .quoted_text import without_quoted
from .source import Answer, Found, Missing, Source
from .spending import Meter

WITHDRAWN_FATE: Final = "withheld"
"""The fate of a post that someone asked to withdraw: X may still show it, the corpus no longer keeps it."""
REMOVAL_FATES: Final[tuple[Fate, ...]] = get_args(RemovalFate)
Outcome = RemovalFate | Literal["cleared", "nothing_held", "unknown"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    *("gone", "protected", "withheld"),
    *("cleared", "nothing_held", "unknown"),
)
"""What a ruling led to, besides the fate of a removed post.

cleared: only the answers of sources were deleted (a place, or a retweet of a post that stays).
nothing_held: the corpus keeps nothing of the post, or no longer does.
unknown: the id is not in this corpus.
"""


def check_posts(
    corpus: Corpus,
    source: Source,
    *,
    since: datetime,
    max_posts: int | None = None,
    on_count: OnCount = ignore_count,
) -> None:
    """Ask for each kept post that was not checked after `since`, and bury those that are no longer there.

    Each batch of answers is stored as it comes.

    Raises:
        RemoteError: the source stopped.
    """
    due = corpus.due(since)[:max_posts]
    meter = Meter(corpus, source)
    answers = source.posts(meter.counted(due))
    done = 0
    try:
        while batch := list(islice(answers, BATCH)):
            with corpus.transaction():
                for answer in batch:
                    meter.answered(answer.post_id)
                    _apply_answer(corpus, answer)
            done += len(batch)
            on_count(done, len(due))
    except RemoteError:
        meter.stopped()
        raise


def _apply_answer(corpus: Corpus, answer: Answer) -> None:
    fate = answer.fate if isinstance(answer, Found | Missing) else None
    if fate in REMOVAL_FATES and isinstance(answer, Found | Missing):
        corpus.bury(answer.post_id, fate, answer.reason)
    elif isinstance(answer, Found):
        corpus.mark_checked(answer.post_id)


def apply_rulings(corpus: Corpus, rulings: Iterable[Ruling]) -> dict[str, int]:
    """Carry out a compliance result, in the caller's transaction, and count the rulings by outcome."""
    counts: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    for ruling in rulings:
        counts[_apply_ruling(corpus, ruling)] += 1
    return counts


def _apply_ruling(corpus: Corpus, ruling: Ruling) -> Outcome:
    meant = corpus.resolved_id(ruling.post_id)
    if meant is None:
        return "unknown"
    post = corpus.post(meant)
    is_it = post is not None and ruling.post_id in (meant, *post.edit_ids)
    if ruling.fate is not None and is_it:
        corpus.bury(meant, ruling.fate, ruling.reason)
        return ruling.fate
    return "cleared" if corpus.drop_payloads(ruling.post_id) else "nothing_held"


def withdraw(corpus: Corpus, ids: Iterable[str], reason: str) -> list[str]:
    """Bury posts that someone asked to withdraw, in the caller's transaction.

    Ids that the corpus does not know are ignored. Call `finish_removal` afterwards.

    Returns:
        The ids that were not buried before.
    """
    buried = {stone.post_id for stone in corpus.tombstones()}
    meant = dict.fromkeys(post_id for id in ids if (post_id := corpus.resolved_id(id)))
    new = [post_id for post_id in meant if post_id not in buried]
    for post_id in new:
        corpus.bury(post_id, WITHDRAWN_FATE, reason)
    return new


def finish_removal(corpus: Corpus) -> int:
    """Remove what is left of buried posts: quotations in other posts, pictures, and deleted bytes on disk.

    This also completes a removal that an earlier run left unfinished, and looks in every table for rows that
    an earlier version of mnerctl left behind.

    Returns:
        The number of such rows.

    Raises:
        PartlyDone: another process is reading the corpus.
    """
    rows = corpus.purge_removed()
    buried = frozenset(corpus.unfinished_burials())
    if buried:
        for post_id, source, body in corpus.payloads():
            rest = without_quoted(body, buried)
            if rest is not None:
                corpus.put_payload(post_id, source, rest)
        drop_divided(corpus.folder, buried)
    corpus.finish_burials()
    return rows
