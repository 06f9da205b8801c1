"""Brings annotations back from Label Studio (`mnerctl label pull`), each span through `validate.py`.

An annotation with an error is refused as a whole and named with annotator, task and link; all others are
stored. What was stored before for a refused one stays as it was. Pulling twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..schema import Annotation, Corpus, Problem, UsageError
from ..schema.problem import errors_in
from .studio import Project, Studio, StudioAnnotation, StudioTask
from .tasks import spans_from_annotation, task_problems
from .validate import annotation_or_problems, shown

OnCount = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of the answers: `stored + unchanged + refused + superseded` is all of them.

    open: tasks without any answer. drafts: tasks on which somebody has begun and not submitted.
    skipped: how many of the stored and unchanged ones say "skip". spans: those of all good answers.
    """

    link: str
    stored: int
    unchanged: int
    refused: int
    superseded: int
    skipped: int
    spans: int
    open: int
    drafts: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """One person's answer, with the place that a problem row names."""

    task: StudioTask
    said: StudioAnnotation
    annotator: str
    link: str

    @property
    def where(self) -> str:
        return f"{self.link} {self.annotator}"


def pull(
    corpus: Corpus, studio: Studio, *, title: str, on_count: OnCount = lambda done, total: None
) -> Pulled:
    """Stores every good answer of the project; rows of level `error` belong to refused ones."""
    project = studio.project(title)
    if project is None:
        raise UsageError(
            f"{studio.url}: no project is called {title!r}",
            f"mnerctl label push --project {title!r}",
        )
    tasks = list(studio.tasks(project, with_annotations=True))
    problems: list[Problem] = []
    newest, superseded = _newest(_answers(studio, project, tasks), problems)
    kept = {row.post_id for row in corpus.with_fate("kept")}
    before = {(known.post_id, known.annotator): known for known in corpus.annotations()}
    good: list[Annotation] = []
    for number, answer in enumerate(newest, start=1):
        annotation, rows = _annotation(corpus, kept, answer)
        problems.extend(rows)
        if annotation:
            good.append(annotation)
        on_count(number, len(newest))
    new = [a for a in good if before.get((a.post_id, a.annotator)) != a]
    with corpus.transaction():
        for annotation in new:
            corpus.put_annotation(annotation)
    return Pulled(
        link=studio.project_link(project),
        stored=len(new),
        unchanged=len(good) - len(new),
        refused=len(newest) - len(good),
        superseded=superseded,
        skipped=sum(annotation.status == "skipped" for annotation in good),
        spans=sum(len(annotation.spans) for annotation in good),
        open=sum(not task.annotations for task in tasks),
        drafts=sum(bool(task.drafts) for task in tasks),
        problems=tuple(problems),
    )


def _answers(studio: Studio, project: Project, tasks: list[StudioTask]) -> list[_Answer]:
    users = studio.users()
    answers = [
        _Answer(
            task,
            said,
            users.get(said.completed_by or 0, f"user-{said.completed_by}"),
            studio.task_link(project, task.id),
        )
        for task in tasks
        for said in task.annotations
    ]
    return sorted(answers, key=lambda answer: (answer.task.id, answer.said.id))


def _newest(answers: list[_Answer], problems: list[Problem]) -> tuple[list[_Answer], int]:
    """Each annotator's latest answer about each post, and how many were replaced by a later one."""
    latest: dict[tuple[str, str], _Answer] = {}
    superseded = 0
    for answer in answers:
        key = (shown(answer.task.data.get("post_id")), answer.annotator)
        other = latest.setdefault(key, answer)
        if other is not answer:
            superseded += 1
            if answer.said.updated_at > other.said.updated_at:
                latest[key], other = answer, other
            else:
                other = answer
            found = f"a second answer about post {key[0]}, older"
            wanted = "one answer a person"
            detail = f"the later one counts: {latest[key].link}"
            problems.append(Problem("warning", "answer-twice", other.where, found, wanted, detail))
    return list(latest.values()), superseded


def _annotation(
    corpus: Corpus, kept: set[str], answer: _Answer
) -> tuple[Annotation | None, list[Problem]]:
    post_id = answer.task.data.get("post_id")
    post = corpus.post(post_id) if isinstance(post_id, str) and post_id in kept else None
    if post is None:
        found, wanted = f"post {shown(post_id)}", f"a post kept in {corpus.folder}"
        return None, [Problem("error", "post", answer.where, found, wanted)]
    result = answer.said.result
    if not isinstance(result, list):
        found = f"result {shown(result)}"
        return None, [Problem("error", "region", answer.where, found, "a list of regions")]
    raw, problems = spans_from_annotation(
        post,
        result,
        where=answer.where,
        is_skipped=answer.said.was_cancelled,
        at=answer.said.updated_at,
    )
    problems = [*task_problems(post, answer.task.data, answer.where), *problems]
    annotation, rows = annotation_or_problems(post, raw, annotator=answer.annotator)
    problems.extend(rows)
    return (None if errors_in(problems) else annotation), problems
