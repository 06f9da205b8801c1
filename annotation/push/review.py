"""Push undecided posts to review projects, with each annotator's spans and where they differ.

There is one review project for each round: a decision made in it holds for the answers of that round and of
earlier ones. `mnerctl label pull` stores what the adjudicator submits there as gold. Posts that have been
decided stay as they are. This module does not choose the posts (`agreement/adjudicate.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ...schema import Annotation, Corpus
from ...schema.corpus.studio_rounds import LabelProject
from ...schema.progress import OnCount, ignore_count
from ..agreement.adjudicate import Dispute
from ..agreement.differences import differences
from ..agreement.vote import evidence_for, majority_spans
from ..studio.client import LONGEST_TITLE, Studio
from ..studio.page import labelling_page
from ..studio.shapes import NewPrediction, StudioTask
from ..studio.tasks import Region, result_from_annotation
from .project import PushResult, fill_project

DRAFT: Final = "~ majority"
"""The suggestion from which Label Studio begins the adjudicator's answer: the last, by name and by date."""
DIFFERENCES: Final = "differences"
_SHOWN: Final = (
    f'<View className="mner-differences"><Text name="{DIFFERENCES}" value="${DIFFERENCES}"/></View>'
)


def push_review(
    corpus: Corpus,
    studio: Studio,
    disputes: Sequence[Dispute],
    *,
    title: str,
    on_count: OnCount = ignore_count,
) -> list[PushResult]:
    """Add to the review of each round the posts that it does not have yet, and update all suggestions."""
    pushed = []
    for round in sorted({dispute.round for dispute in disputes}):
        of_round = [one for one in disputes if one.round == round]
        wanted = LabelProject(
            "", studio.url, 0, review_title(title, round), round=round, is_review=True
        )
        pushed.append(_push_round(corpus, studio, of_round, wanted, on_count=on_count))
    return pushed


def _push_round(
    corpus: Corpus,
    studio: Studio,
    disputes: Sequence[Dispute],
    wanted: LabelProject,
    *,
    on_count: OnCount,
) -> PushResult:
    by_post = {dispute.post.id: dispute for dispute in disputes}
    pushed = fill_project(
        corpus,
        studio,
        wanted,
        {post_id: dispute.post for post_id, dispute in by_post.items()},
        page=review_page(corpus.folder),
        more={
            post_id: {DIFFERENCES: differences(dispute.annotations)}
            for post_id, dispute in by_post.items()
        },
        on_count=on_count,
    )
    [project] = [one for one in studio.projects() if one.id == pushed.project]
    new: list[NewPrediction] = []
    for task in studio.tasks(project, with_annotations=True):
        dispute = by_post.pop(str(task.data.get("post_id")), None)
        if dispute and not task.annotations:
            new.extend(_missing(studio, task, dispute))
    studio.add_predictions(project, new)
    return pushed


def review_title(title: str, round: int) -> str:
    """Return the title of the review project of a round, cut to the length that Label Studio allows."""
    end = " review" if round == 1 else f" review r{round}"
    return title[: LONGEST_TITLE - len(end)].rstrip() + end


def review_page(folder: Path) -> str:
    """Return the labelling page with a list of the differences at its end."""
    page, end, _ = labelling_page(folder).rpartition("</View>")
    return f"{page}  {_SHOWN}\n{end}"


def _missing(studio: Studio, task: StudioTask, dispute: Dispute) -> list[NewPrediction]:
    """Return the suggestions that the task lacks; if any differs or is out of order, replace all."""
    wanted = _suggestions(dispute)
    present = sorted(task.predictions, key=lambda one: one.id)
    if [(one.model_version, one.result) for one in present] == wanted:
        return []
    for prediction in present:
        studio.drop_prediction(prediction.id)
    return [NewPrediction(task.id, name, result) for name, result in wanted]


def _suggestions(dispute: Dispute) -> list[tuple[str, list[Region]]]:
    """Return everybody's spans by name, and last what the majority marks, or nothing."""
    answers = dispute.annotations
    done = [one for one in answers if one.status == "done"]
    spans = majority_spans([one.spans for one in done], skips=len(answers) - len(done))
    draft = Annotation(
        post_id=dispute.post.id,
        annotator=DRAFT,
        text=dispute.post.text,
        spans=spans,
        evidence=evidence_for(spans, done),
    )
    return [
        (
            f"{one.annotator} (skipped)" if one.status == "skipped" else one.annotator,
            # without the ratings of pictures: the server accepts no suggestion inside <Repeater>
            result_from_annotation(one.model_copy(update={"relevance": ()}), dispute.post),
        )
        for one in (*answers, draft)
    ]
