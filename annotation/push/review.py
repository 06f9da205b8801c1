"""Push undecided posts to a review project, where each annotator's spans are shown as a suggestion.

`mnerctl label pull` stores what the adjudicator submits there as gold. Posts that have been decided stay as
they are. This module does not choose the posts (`agreement/adjudicate.py`).
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
    """Add the posts that the review project does not have yet, and update every annotator's spans."""
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
    """Return the title of the review project, cut to the length that Label Studio allows."""
    return title[: LONGEST_TITLE - len(SUFFIX)].rstrip() + SUFFIX


def _missing(studio: Studio, task: StudioTask, dispute: Dispute) -> list[NewPrediction]:
    """Return the suggestions that the task does not have, and delete those that are out of date."""
    wanted = {
        f"{one.annotator} (skipped)" if one.status == "skipped" else one.annotator: (
            # without the ratings of pictures: the server accepts no suggestion inside <Repeater>
            result_from_annotation(one.model_copy(update={"relevance": ()}), dispute.post)
        )
        for one in dispute.annotations
    }
    for prediction in task.predictions:
        name = prediction.model_version
        if name in wanted and prediction.result == wanted[name]:
            del wanted[name]
        else:
            studio.drop_prediction(prediction.id)
    return [NewPrediction(task.id, name, result) for name, result in wanted.items()]
