"""Posts that X's users have taken back leave the corpus: found by lookups, or in X's compliance result.

Only a clear answer buries a post: one that is gone, protected or withheld. Silence, a fault or an
answer that is not understood leaves it as it is, to be checked again. What it does not do: reach
what has left the corpus, such as releases (`cli/removal.py`) and the tasks in Label Studio.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final, Literal, get_args

from ..schema import Corpus, Fate, RemoteError
from ..schema.progress import OnCount, ignore_count
from ..schema.release.agreement import drop_divided
from .compliance_file import MustGo, Ruling
from .fetch import BATCH
from .quoted_text import without_quoted
from .source import Answer, Found, Missing, Source
from .spending import Meter

WITHDRAWN_IS: Final = "withheld"
"""The fate of a post that somebody asked to have withdrawn: others may see it still, we keep it no more."""
MUST_GO: Final[tuple[Fate, ...]] = get_args(MustGo)
Outcome = MustGo | Literal["cleared", "nothing_held", "unknown"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    *("gone", "protected", "withheld"),
    *("cleared", "nothing_held", "unknown"),
)
"""Of a ruling. cleared: only what a source answered went (a place, a retweet of a post that stays).
nothing_held: nothing of the post is kept, or no longer. unknown: no id of this corpus."""


def check_posts(
    corpus: Corpus,
    source: Source,
    *,
    since: datetime,
    max_posts: int | None = None,
    on_count: OnCount = ignore_count,
) -> None:
    """Asks for each kept post that was not checked after `since`, and buries those that must go.

    Each batch of answers is stored as it comes. Raises RemoteError where the source stops.
    """
    due = corpus.due(since)[:max_posts]
    meter = Meter(corpus, source.name)
    answers = source.posts(meter.through(due))
    done = 0
    try:
        while batch := list(islice(answers, BATCH)):
            with corpus.transaction():
                for answer in batch:
                    meter.answered(answer.post_id)
                    _obey_answer(corpus, answer)
            done += len(batch)
            on_count(done, len(due))
    except RemoteError:
        meter.refused()
        raise


def _obey_answer(corpus: Corpus, answer: Answer) -> None:
    fate = answer.fate if isinstance(answer, Found | Missing) else None
    if fate in MUST_GO and isinstance(answer, Found | Missing):
        corpus.bury(answer.post_id, fate, answer.reason)
    elif isinstance(answer, Found):
        corpus.mark_checked(answer.post_id)


def obey(corpus: Corpus, rulings: Iterable[Ruling]) -> dict[str, int]:
    """Does what the lines of a compliance result ask for; how many came to what. In a transaction."""
    counts: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    for ruling in rulings:
        counts[_outcome(corpus, ruling)] += 1
    return counts


def _outcome(corpus: Corpus, ruling: Ruling) -> Outcome:
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
    """Buries posts that somebody asked to have withdrawn; those of them that were not buried yet.

    An id that the corpus does not know is let be. In a transaction; `finish` does the rest.
    """
    buried = {stone.post_id for stone in corpus.tombstones()}
    meant = dict.fromkeys(post_id for id in ids if (post_id := corpus.resolved_id(id)))
    new = [post_id for post_id in meant if post_id not in buried]
    for post_id in new:
        corpus.bury(post_id, WITHDRAWN_IS, reason)
    return new


def finish(corpus: Corpus) -> None:
    """Removes the last of what is buried: quotations of it, pictures, and deleted bytes.

    It also ends what an earlier run was stopped in. Raises PartlyDone where another process reads.
    """
    buried = frozenset(corpus.unfinished_burials())
    if buried:
        for post_id, source, body in corpus.payloads():
            rest = without_quoted(body, buried)
            if rest is not None:
                corpus.put_payload(post_id, source, rest)
        drop_divided(corpus.folder, buried)
        corpus.finish_burials()
