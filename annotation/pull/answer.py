"""One person's answer to a Label Studio task, turned into an Annotation or into the reasons why not."""

from __future__ import annotations

from dataclasses import dataclass

from ...schema import Annotation, Corpus, Problem
from ...schema.corpus.studio_answers import KnownAnswer
from ...schema.corpus.studio_rounds import LabelProject
from ...schema.problem import errors_in
from ..spans.guideline_rules import guideline_problems
from ..spans.validate import annotation_or_problems, short_repr
from ..studio.shapes import StudioAnnotation, StudioTask
from ..studio.tasks import spans_from_annotation, task_problems


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a task, and whose it is.

    task: the task as the server returned it.
    content: what the annotator submitted.
    login: who submitted it.
    annotator: the name under which the corpus stores the answer; None if it is not clear whose it is.
    round: the annotation round of the project.
    where: the link of the task and the annotator, for problem rows.
    """

    task: StudioTask
    content: StudioAnnotation
    login: str
    annotator: str | None
    round: int
    where: str

    @property
    def post_id(self) -> str:
        """The post id in the task's data, or a description of the value if it is no string."""
        post_id = self.task.data.get("post_id")
        return post_id if isinstance(post_id, str) else f"not an id: {short_repr(post_id)}"


def annotation_of(corpus: Corpus, answer: Answer) -> tuple[Annotation | None, list[Problem]]:
    """Return the annotation with its notes and warnings, or None with at least one error.

    The caller's transaction stores it, so a post that `comply` has just removed is not kept here.
    """
    post = corpus.kept_post(answer.post_id)
    if post is None:
        found = f"post {short_repr(answer.task.data.get('post_id'))}"
        wanted = f"a post kept in {corpus.folder}"
        return None, [Problem("error", "post", answer.where, found, wanted)]
    result = answer.content.result
    if not isinstance(result, list):
        found = f"result {short_repr(result)}"
        return None, [Problem("error", "region", answer.where, found, "a list of regions")]
    raw, rows = spans_from_annotation(
        post,
        result,
        where=answer.where,
        is_skipped=answer.content.was_cancelled,
        at=answer.content.updated_at,
    )
    problems = [*task_problems(post, answer.task.data, answer.where), *rows]
    annotation, rows = annotation_or_problems(post, raw, annotator=answer.annotator or answer.login)
    problems.extend(rows)
    if annotation is None or errors_in(problems):
        return None, problems
    problems.extend(guideline_problems(annotation, answer.where))
    from_task = {"round": answer.round, "seconds": answer.content.seconds}
    return annotation.model_copy(update=from_task), problems


def unjudged(project: LabelProject, answer: Answer) -> KnownAnswer:
    """Return the row of an answer that has not been judged yet; until then it does not count."""
    return KnownAnswer(
        project=project.key,
        id=answer.content.id,
        task=answer.task.id,
        post_id=answer.post_id,
        annotator="" if project.is_review else answer.annotator or answer.login,
        round=project.round,
        at=answer.content.updated_at,
        state="replaced" if answer.annotator else "unclear",
        spans=0,
        login=answer.login,
    )
