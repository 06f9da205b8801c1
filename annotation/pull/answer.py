"""One person's answer at Label Studio, as our Annotation or as the reasons why it cannot be one."""

from __future__ import annotations

from dataclasses import dataclass

from ...schema import Annotation, Corpus, Problem
from ...schema.problem import errors_in
from ..spans.guideline_rules import guideline_problems
from ..spans.validate import annotation_or_problems, short_repr
from ..studio.shapes import StudioAnnotation, StudioTask
from ..studio.tasks import spans_from_annotation, task_problems


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said about a task. where: the task's link and who it was, for problem rows."""

    task: StudioTask
    said: StudioAnnotation
    annotator: str
    round: int
    where: str

    @property
    def post_id(self) -> str:
        """The post as the task names it, which may be anything."""
        given = self.task.data.get("post_id")
        return given if isinstance(given, str) else f"not an id: {short_repr(given)}"


def annotation_of(
    corpus: Corpus, kept: set[str], answer: Answer
) -> tuple[Annotation | None, list[Problem]]:
    """The annotation with its notes and warnings, or None with at least one error."""
    post = corpus.post(answer.post_id) if answer.post_id in kept else None
    if post is None:
        found, wanted = (
            f"post {short_repr(answer.task.data.get('post_id'))}",
            f"a post kept in {corpus.folder}",
        )
        return None, [Problem("error", "post", answer.where, found, wanted)]
    result = answer.said.result
    if not isinstance(result, list):
        found = f"result {short_repr(result)}"
        return None, [Problem("error", "region", answer.where, found, "a list of regions")]
    raw, rows = spans_from_annotation(
        post,
        result,
        where=answer.where,
        is_skipped=answer.said.was_cancelled,
        at=answer.said.updated_at,
    )
    problems = [*task_problems(post, answer.task.data, answer.where), *rows]
    annotation, rows = annotation_or_problems(post, raw, annotator=answer.annotator)
    problems.extend(rows)
    if annotation is None or errors_in(problems):
        return None, problems
    problems.extend(guideline_problems(annotation, answer.where))
    ours = {"round": answer.round, "seconds": answer.said.seconds}
    return annotation.model_copy(update=ours), problems
