"""Puts kept posts into Label Studio projects (`mnerctl label push`): only what is missing, ever again.

One project for all, or a blind one for each annotator and round, because whoever may enter Label Studio
sees all answers in a project. What was pushed where is remembered in the corpus, so that pull finds it.
What it does not do: choose who gets which post (`assignment.py`), or fill a project (`project.py`).
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
    """Brings one project up to date with all kept posts; its answers are under the annotators' logins.

    only: these posts, each with a note for the project's list. is_uploaded, on_count: as in `fill`.
    """
    project = LabelProject(studio.url, 0, title, round=round)
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
    """Brings each annotator's own project of a round up to date with the posts that are theirs.

    overlap: the share of posts that everybody gets; the round keeps it (None: that, or all of them). only,
    is_uploaded, on_count: as in `push`.
    """
    posts = _posts(corpus, only)
    given = _deal_out(corpus, list(posts), annotators, round=round, overlap=overlap)
    pushed = []
    for name in annotators:
        project = LabelProject(studio.url, 0, blind_title(title, name, round), name, round)
        pushed.append(
            fill_project(
                corpus,
                studio,
                project,
                {post_id: post for post_id, post in posts.items() if post_id in given[name]},
                notes=only or {},
                is_uploaded=is_uploaded,
                on_count=on_count,
            )
        )
    return pushed


def _posts(corpus: Corpus, only: Mapping[str, str] | None) -> dict[str, Post]:
    """All kept posts, or these of them in this order."""
    posts = {post.id: post for post in corpus.kept_posts()}
    return posts if only is None else {post_id: posts[post_id] for post_id in only}


def _deal_out(
    corpus: Corpus,
    posts: Sequence[str],
    annotators: Sequence[str],
    *,
    round: int,
    overlap: float | None,
) -> dict[str, set[str]]:
    """The posts of each annotator, remembered before anything is pushed: a cut-off push goes on with it."""
    rounds = Rounds.of(corpus)
    with corpus.transaction():
        kept = rounds.overlap(round)
        if kept is not None and overlap not in (None, kept):
            raise UsageError(
                f"--overlap {overlap}: round {round} was begun with {kept}; wanted the same",
                f"leave --overlap away, or begin another round: --round {round + 1}",
            )
        share = kept if kept is not None else 1.0 if overlap is None else overlap
        rounds.begin_round(round, share)
        dealt = assign_posts(
            posts, annotators, given=rounds.assigned(round), overlap=share, round=round
        )
        rounds.assign(round, dealt)
        given = rounds.assigned(round)
    return {name: {row.post_id for row in given if row.annotator == name} for name in annotators}


def blind_title(title: str, annotator: str, round: int) -> str:
    """The title of an annotator's project, within what Label Studio takes."""
    end = f" r{round} {annotator}"
    return title[: LONGEST_TITLE - len(end)].rstrip() + end


def suspects_title(title: str, round: int) -> str:
    """The title of a project of posts to look at once more."""
    end = f" suspects r{round}"
    return title[: LONGEST_TITLE - len(end)].rstrip() + end


def annotator_names(given: str) -> list[str]:
    """The names in `ada,ben,cho`. Raises UsageError for one that is empty, twice there, or too long."""
    names = [name.strip() for name in given.split(",")]
    for name in names:
        if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
            raise UsageError(
                f"--annotators: name {name!r}; wanted 1 to {LONGEST_NAME} printable characters",
                "mnerctl label push --annotators ada,ben,cho",
            )
        if sum(other.casefold() == name.casefold() for other in names) > 1:
            raise UsageError(
                f"--annotators: {name!r} is there twice; wanted each once",
                "mnerctl label push --annotators ada,ben,cho",
            )
    return names
