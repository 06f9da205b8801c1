"""Puts posts in dispute before an adjudicator: a project where each annotator's spans are a suggestion.

What the adjudicator submits there comes back as gold by `mnerctl label pull`. Posts that were decided there
already are left alone. What it does not do: decide which posts are in dispute (`agreement/adjudicate.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...schema import Corpus
from ...schema.corpus.studio_rounds import LabelProject
from ...schema.progress import OnCount, ignore_count
from ..agreement.adjudicate import Dispute
from ..studio.client import LONGEST_TITLE, Studio
from ..studio.shapes import NewPrediction, StudioTask
from ..studio.tasks import result_from_annotation
from .project import PushResult, fill_project

SUFFIX = " review"


def push_review(
    corpus: Corpus,
    studio: Studio,
    disputes: Sequence[Dispute],
    *,
    title: str,
    on_count: OnCount = ignore_count,
) -> PushResult:
    """Adds the posts that are not in the review project, and brings everybody's spans up to date."""
    wanted = LabelProject(studio.url, 0, review_title(title), is_review=True)
    posts = {dispute.post.id: dispute.post for dispute in disputes}
    pushed = fill_project(corpus, studio, wanted, posts, on_count=on_count)
    project = next(one for one in studio.projects() if one.id == pushed.project)
    by_post = {dispute.post.id: dispute for dispute in disputes}
    new: list[NewPrediction] = []
    for task in studio.tasks(project, with_annotations=True):
        dispute = by_post.pop(str(task.data.get("post_id")), None)
        if dispute and not task.annotations:
            new.extend(_missing(studio, task, dispute))
    studio.add_predictions(project, new)
    return pushed


def review_title(title: str) -> str:
    """The title of the review project, within what Label Studio takes."""
    return title[: LONGEST_TITLE - len(SUFFIX)].rstrip() + SUFFIX


def _missing(studio: Studio, task: StudioTask, dispute: Dispute) -> list[NewPrediction]:
    """The suggestions that the task has not; those of which somebody has thought better are deleted."""
    wanted = {
        f"{one.annotator} (skipped)" if one.status == "skipped" else one.annotator: (
            # without what was said of whole pictures: the server takes no suggestion inside <Repeater>
            result_from_annotation(one.model_copy(update={"relevance": ()}), dispute.post)
        )
        for one in dispute.annotations
    }
    for shown in task.predictions:
        if shown.model_version in wanted and shown.result == wanted[shown.model_version]:
            del wanted[shown.model_version]
        else:
            studio.drop_prediction(shown.id)
    return [NewPrediction(task.id, name, result) for name, result in wanted.items()]
