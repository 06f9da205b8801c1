"""Show suggested spans to annotators, in tasks without an answer (`mnerctl label suggest`).

Annotators see the least certain posts first. A suggestion never becomes gold by itself. The corpus records
what was shown and when. This module does not make suggestions (`predictions_file.py`, `dictionary.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...schema import Annotation, Corpus, Post, UsageError
from ..studio.client import Studio
from ..studio.own_projects import own_projects
from ..studio.shapes import NewPrediction, Project, StudioTask
from ..studio.tasks import Region, result_from_annotation
from .suggestion import Suggestion, save_suggestions


@dataclass(frozen=True, slots=True)
class SuggestResult:
    """The result for one project; the four counts add up to the number of suggestions.

    added: suggestions that were added.
    present: suggestions that the task already had.
    answered: suggestions whose task has an answer.
    absent: suggestions whose post has no task in the project.
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
    """Add suggestions to tasks without an answer.

    Args:
        title: of the project; None means all projects that push has filled, except the review.

    Raises:
        UsageError: there is no such project.
    """
    now = studio.now()  # the clock that also dates the answers
    by_post = {one.post_id: one.model_copy(update={"at": now}) for one in suggestions}
    shown: dict[str, Suggestion] = {}
    results = []
    for project in _projects(corpus, studio, title):
        new: list[NewPrediction] = []
        counts = {"present": 0, "answered": 0}
        found: set[str] = set()
        for task in studio.tasks(project, with_annotations=True):
            one = by_post.get(str(task.data.get("post_id")))
            if one is None or one.post_id in found:
                continue
            found.add(one.post_id)
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
        if found:
            studio.show_predictions(project, source)
        link = studio.project_link(project)
        absent = len(by_post) - len(found)
        results.append(SuggestResult(project.title, link, len(new), **counts, absent=absent))
    return results


def _projects(corpus: Corpus, studio: Studio, title: str | None) -> list[Project]:
    projects = [
        project
        for label, project in own_projects(corpus, studio).values()
        if not label.is_review and title in (None, label.title, project.title)
    ]
    if not projects:
        raise UsageError(
            f"{studio.url}: no project {f'{title!r} ' if title else ''}of this corpus to add suggestions to",
            f"mnerctl label push --corpus {corpus.folder} --url {studio.url}",
        )
    return projects


def _region_list(post: Post, suggestion: Suggestion) -> list[Region]:
    """Return the regions that the page draws, each with its score."""
    annotation = Annotation(
        post_id=post.id, annotator=suggestion.source, text=post.text, spans=suggestion.spans
    )
    regions = result_from_annotation(annotation, post)
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
    """Return whether the task has this prediction; other predictions of the same source are deleted."""
    is_shown = False
    for prediction in task.predictions:
        if prediction.model_version == source:
            if not is_shown and (prediction.result, prediction.score) == (result, score):
                is_shown = True
            else:
                studio.drop_prediction(prediction.id)
    return is_shown
