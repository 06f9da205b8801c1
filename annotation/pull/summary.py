"""Count what a pull has done and how far each annotator is. It reads counts only, no spans or texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...schema import Problem
from ...schema.corpus.studio_answers import AnswerCount
from ...schema.corpus.studio_rounds import LabelProject


@dataclass(frozen=True, slots=True)
class ProjectState:
    """The progress of a project that was read.

    label: the project as the corpus knows it.
    link: its address.
    open: tasks without any answer.
    drafts: tasks with an answer that is begun and not submitted.
    """

    label: LabelProject
    link: str
    open: int
    drafts: int


@dataclass(frozen=True, slots=True)
class AnnotatorTally:
    """One annotator's answers in one project.

    annotator: "" for the review project.
    project: its title.
    done, skipped, refused, superseded, unclear: answers in each state.
    spans: spans of the answers that are done.
    open, drafts: of the project, if it belongs to this annotator alone, else None.
    """

    annotator: str
    project: str
    round: int
    done: int
    skipped: int
    refused: int
    superseded: int
    unclear: int
    spans: int
    open: int | None
    drafts: int | None


@dataclass(frozen=True, slots=True)
class PullResult:
    """Counts of all answers: `stored + unchanged + refused + superseded + unclear` is their total.

    links: addresses of the projects that were read.
    stored: good answers that are new or changed.
    changed: stored answers that replaced an earlier state.
    unchanged: good answers that the corpus already had.
    refused: answers with an error, which were not stored.
    superseded: answers that a later answer of the same person replaces.
    unclear: answers of which it is not clear whose they are; they were not stored.
    withdrawn: stored answers that were deleted at the server.
    decided: good answers that are decisions of the review project.
    skipped: good answers that skip their post.
    spans: spans of all good answers.
    open: tasks without any answer.
    drafts: tasks with an answer that is begun and not submitted.
    tallies: the counts of each annotator in each project.
    problems: rows about answers, tasks and projects.
    """

    links: tuple[str, ...]
    stored: int
    changed: int
    unchanged: int
    refused: int
    superseded: int
    unclear: int
    withdrawn: int
    decided: int
    skipped: int
    spans: int
    open: int
    drafts: int
    tallies: tuple[AnnotatorTally, ...]
    problems: tuple[Problem, ...]


def summarize(
    counts: Iterable[AnswerCount],
    states: Sequence[ProjectState],
    *,
    stored: Mapping[tuple[str, str, int], bool],
    withdrawn: int,
    problems: Sequence[Problem],
) -> PullResult:
    """Return the sums over the projects that were read.

    Args:
        counts: the answers that the corpus knows, counted by project, annotator and state.
        states: the projects that were read.
        stored: the answers that this pull stored, by (post, annotator, round), and whether each
            replaced an earlier one.
        withdrawn: stored answers that were deleted at the server.
        problems: all rows of this pull.
    """
    projects = {state.label.key: state for state in states}
    tallies = _tallies(counts, projects)
    good = sum(tally.done + tally.skipped for tally in tallies.values())
    return PullResult(
        links=tuple(state.link for state in states),
        stored=len(stored),
        changed=sum(stored.values()),
        unchanged=good - len(stored),
        refused=sum(tally.refused for tally in tallies.values()),
        superseded=sum(tally.superseded for tally in tallies.values()),
        unclear=sum(tally.unclear for tally in tallies.values()),
        withdrawn=withdrawn,
        decided=sum(
            tally.done + tally.skipped
            for (project, _), tally in tallies.items()
            if projects[project].label.is_review
        ),
        skipped=sum(tally.skipped for tally in tallies.values()),
        spans=sum(tally.spans for tally in tallies.values()),
        open=sum(state.open for state in states),
        drafts=sum(state.drafts for state in states),
        tallies=tuple(tallies.values()),
        problems=tuple(problems),
    )


def _tallies(
    counts: Iterable[AnswerCount], projects: Mapping[str, ProjectState]
) -> dict[tuple[str, str], AnnotatorTally]:
    """Return one tally per project and annotator, with an empty one for an annotator's own project."""
    numbers: dict[tuple[str, str], Counter[str]] = {
        (key, state.label.annotator): Counter()
        for key, state in projects.items()
        if state.label.annotator
    }
    for row in counts:
        if row.project in projects:
            number = numbers.setdefault((row.project, row.annotator), Counter())
            number[row.state] += row.answers
            number["spans"] += row.spans
    tallies = {}
    for (project, annotator), number in numbers.items():
        state = projects[project]
        is_own = state.label.annotator == annotator
        tallies[project, annotator] = AnnotatorTally(
            annotator=annotator,
            project=state.label.title,
            round=state.label.round,
            done=number["done"],
            skipped=number["skipped"],
            refused=number["refused"],
            superseded=number["replaced"],
            unclear=number["unclear"],
            spans=number["spans"],
            open=state.open if is_own else None,
            drafts=state.drafts if is_own else None,
        )
    return tallies
