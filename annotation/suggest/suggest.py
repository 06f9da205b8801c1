"""`label suggest`: shows suggestions to annotators, with the tasks that they have not answered yet.

The least certain posts come first. A suggestion never becomes gold by itself; what was shown, and when, is
kept in the corpus. What it does not do: make suggestions (`predictions_file.py`, `dictionary.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ...schema import Annotation, Corpus, Post, UsageError
from ...schema.corpus.studio_rounds import Rounds
from ..studio.client import Studio, find_project
from ..studio.shapes import NewPrediction, Project, StudioTask
from ..studio.tasks import Region, result_from_annotation
from .suggestion import Suggestion, save_suggestions


@dataclass(frozen=True, slots=True)
class SuggestResult:
    """What became of the suggestions in one project: the four numbers sum to them.

    answered: the post has an answer there already. absent: it has no task there.
    """

    title: str
    link: str
    added: int
    present: int
    answered: int
    absent: int


def suggest(
    corpus: Corpus,
    studio: Studio,
    suggestions: Sequence[Suggestion],
    *,
    source: str,
    title: str | None,
) -> list[SuggestResult]:
    """Shows them in the project with this title, or in all that push has filled (title None).

    Raises UsageError where there is no project.
    """
    now = datetime.now(UTC)
    by_post = {one.post_id: one.model_copy(update={"at": now}) for one in suggestions}
    shown: dict[str, Suggestion] = {}
    results = []
    for project in _projects(corpus, studio, title):
        new: list[NewPrediction] = []
        counts = {"present": 0, "answered": 0}
        met: set[str] = set()
        for task in studio.tasks(project, with_annotations=True):
            one = by_post.get(str(task.data.get("post_id")))
            if one is None or one.post_id in met:
                continue
            met.add(one.post_id)
            post = corpus.post(one.post_id)
            if task.annotations or post is None:
                counts["answered"] += 1
            elif _is_shown(studio, task, source, _region_list(post, one), one.score):
                counts["present"] += 1
            else:
                new.append(NewPrediction(task.id, source, _region_list(post, one), one.score))
                shown[one.post_id] = one
        save_suggestions(corpus.folder, shown.values())
        studio.add_predictions(project, new)
        if met:
            studio.show_predictions(project, source)
        link = studio.project_link(project)
        absent = len(by_post) - len(met)
        results.append(SuggestResult(project.title, link, len(new), **counts, absent=absent))
    return results


def _projects(corpus: Corpus, studio: Studio, title: str | None) -> list[Project]:
    there = studio.projects()
    if title is not None:
        found = find_project(there, title, studio.url)
        projects = [found] if found else []
    else:
        known = Rounds.of(corpus).projects(studio.url)
        ours = {one.id for one in known if not one.is_review}
        projects = [project for project in there if project.id in ours]
    if not projects:
        raise UsageError(
            f"{studio.url}: no project {title or 'of this corpus'} to suggest in",
            f"mnerctl label push --corpus {corpus.folder} --url {studio.url}",
        )
    return projects


def _region_list(post: Post, suggestion: Suggestion) -> list[Region]:
    """What the page draws, each span with its score."""
    drawn = Annotation(
        post_id=post.id, annotator=suggestion.source, text=post.text, spans=suggestion.spans
    )
    regions = result_from_annotation(drawn, post)
    for region, score in zip(regions, suggestion.scores, strict=False):
        region["score"] = score
    return regions


def _is_shown(
    studio: Studio,
    task: StudioTask,
    source: str,
    result: Sequence[Mapping[str, object]],
    score: float | None,
) -> bool:
    """Whether the task has it; an older one of the same source is deleted."""
    is_shown = False
    for prediction in task.predictions:
        if prediction.model_version == source:
            if not is_shown and (prediction.result, prediction.score) == (result, score):
                is_shown = True
            else:
                studio.drop_prediction(prediction.id)
    return is_shown
