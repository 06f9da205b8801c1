"""Brings annotations back from Label Studio (`mnerctl label pull`), from every project that push has filled.

Only tasks that have changed since the last pull are read (`reader.py`); `intake.py` judges and stores the
answers. One with an error is refused as a whole, and is looked at again at each pull until it is mended.
Pulling twice changes nothing.
"""

from __future__ import annotations

from ...schema import Corpus, UsageError
from ...schema.corpus.studio_rounds import Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import Studio
from .intake import Intake
from .reader import Reader
from .summary import ProjectState, PullResult, pulled


def pull(
    corpus: Corpus,
    studio: Studio,
    *,
    title: str,
    only: bool = True,
    on_count: OnCount = ignore_count,
) -> PullResult:
    """Stores every good answer; rows of level `error` belong to refused ones.

    only: of the project with this title. Otherwise of all that push has filled at this server, and of this
    one where push has filled none. Raises UsageError where there is no project.
    """
    rounds = Rounds.of(corpus)
    kept = {row.post_id for row in corpus.with_fate("kept")}
    reader = Reader(studio, rounds, Intake(corpus, rounds, users=studio.users(), kept=kept))
    wanted = ([] if only else rounds.projects(studio.url)) or [reader.named(title)]
    wanted = [project for project in wanted if reader.is_there(project)]
    if not wanted:
        raise UsageError(
            f"{studio.url}: the projects of {corpus.folder} are gone; what was pulled from them stays",
            f"mnerctl label push --corpus {corpus.folder} --url {studio.url}",
        )
    total = sum(reader.there[project.id].task_number for project in wanted)
    done = 0
    for project in wanted:
        for _ in reader.read(project):
            done += 1
            on_count(min(done, total), total)
    reader.read_again()
    on_count(total, total)
    states: list[ProjectState] = [reader.state(project) for project in wanted]
    return pulled(rounds, studio.url, states, reader.intake)
