"""Push kept posts to Label Studio projects (`mnerctl label push`): each time only the posts that are missing.

There is one project for all annotators, or one for each annotator and round: every user of Label Studio sees
all answers in a project, so only separate projects are blind. The corpus remembers the projects, and pull
reads them. This module does not choose who gets which post (`assignment.py`) or add tasks (`project.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ...schema import Corpus, Post, UsageError
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import LONGEST_TITLE, Studio
from .assignment import assign_posts
from .project import PushResult, fill_project

LONGEST_NAME: Final = 24


def push(
    corpus: Corpus,
    studio: Studio,
    *,
    title: str,
    round: int = 1,
    only: Mapping[str, str] | None = None,
    is_uploaded: bool = False,
    on_count: OnCount = ignore_count,
) -> PushResult:
    """Add the missing kept posts to one project; its answers are stored under the annotators' logins.

    Args:
        only: ids of the posts to push instead of all, each with a note for the project's list.
        is_uploaded, on_count: as in `fill_project`.
    """
    project = LabelProject("", studio.url, 0, title, round=round)
    posts = _posts(corpus, only)
    return fill_project(
        corpus, studio, project, posts, notes=only or {}, is_uploaded=is_uploaded, on_count=on_count
    )


def push_round(
    corpus: Corpus,
    studio: Studio,
    *,
    title: str,
    annotators: Sequence[str],
    round: int = 1,
    overlap: float | None = None,
    only: Mapping[str, str] | None = None,
    is_uploaded: bool = False,
    on_count: OnCount = ignore_count,
) -> list[PushResult]:
    """Add to each annotator's own project of a round the missing posts that are assigned to them.

    Args:
        overlap: share of the posts that everybody gets, 0 to 1. A round keeps its share; None means that
            share, or 1.0 in a new round.
        only, is_uploaded, on_count: as in `push`.
    """
    posts = _posts(corpus, only)
    assigned = _assign(corpus, list(posts), annotators, round=round, overlap=overlap)
    pushed = []
    for name in annotators:
        project = LabelProject("", studio.url, 0, blind_title(title, name, round), name, round)
        pushed.append(
            fill_project(
                corpus,
                studio,
                project,
                {post_id: post for post_id, post in posts.items() if post_id in assigned[name]},
                notes=only or {},
                is_uploaded=is_uploaded,
                on_count=on_count,
            )
        )
    return pushed


def _posts(corpus: Corpus, only: Mapping[str, str] | None) -> dict[str, Post]:
    """Return all kept posts, or those named in `only`, in its order."""
    posts = {post.id: post for post in corpus.kept_posts()}
    return posts if only is None else {post_id: posts[post_id] for post_id in only}


def _assign(
    corpus: Corpus,
    posts: Sequence[str],
    annotators: Sequence[str],
    *,
    round: int,
    overlap: float | None,
) -> dict[str, set[str]]:
    """Return each annotator's post ids; they are stored first, so that an interrupted push can go on."""
    rounds = Rounds.of(corpus)
    with corpus.transaction():
        kept = rounds.overlap(round)
        if kept is not None and overlap not in (None, kept):
            raise UsageError(
                f"--overlap {overlap}: round {round} was started with {kept}; wanted the same",
                f"mnerctl label push --annotators NAMES --round {round + 1}"
                "    # a new round; or this one without --overlap",
            )
        share = kept if kept is not None else 1.0 if overlap is None else overlap
        rounds.begin_round(round, share)
        new = assign_posts(
            posts, annotators, assigned=rounds.assigned(round), overlap=share, round=round
        )
        rounds.assign(round, new)
        rows = rounds.assigned(round)
    return {name: {row.post_id for row in rows if row.annotator == name} for name in annotators}


def blind_title(title: str, annotator: str, round: int) -> str:
    """Return the title of an annotator's project, cut to the length that Label Studio allows."""
    end = f" r{round} {annotator}"
    return title[: LONGEST_TITLE - len(end)].rstrip() + end


def suspects_title(title: str, round: int) -> str:
    """Return the title of a project of suspects, cut to the length that Label Studio allows."""
    end = f" suspects r{round}"
    return title[: LONGEST_TITLE - len(end)].rstrip() + end


def annotator_names(text: str) -> list[str]:
    """Return the names in a list such as `ada,ben,cho`.

    Raises:
        UsageError: a name is empty, too long or given twice.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
            raise UsageError(
                f"--annotators: name {name!r}; wanted 1 to {LONGEST_NAME} printable characters",
                "mnerctl label push --annotators ada,ben,cho",
            )
        if sum(other.casefold() == name.casefold() for other in names) > 1:
            raise UsageError(
                f"--annotators: {name!r} is given twice; wanted each name once",
                "mnerctl label push --annotators ada,ben,cho",
            )
    return names
