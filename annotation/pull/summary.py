"""What a pull has done, and how far each annotator is: counts, and nothing of what anybody said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...schema import Problem
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from .intake import Intake


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A project that was read. open: tasks without any answer. drafts: begun and not submitted."""

    label: LabelProject
    link: str
    tasks: int
    open: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One annotator's answers in one project; spans are those of the done ones.

    open, drafts: of the project, where it is this annotator's own, else None.
    """

    annotator: str
    project: str
    round: int
    done: int
    skipped: int
    refused: int
    superseded: int
    spans: int
    open: int | None
    drafts: int | None


@dataclass(frozen=True, slots=True)
class PullResult:
    """What became of the answers: `stored + unchanged + refused + superseded` is all of them.

    changed: how many of the stored ones replaced an earlier state. withdrawn: what was stored and has been
    deleted at the server. decided: how many of the good ones are decisions of the review project. skipped:
    how many good ones say "skip". spans: those of all good ones. open, drafts: as in ProjectState, of all.
    """

    links: tuple[str, ...]
    stored: int
    changed: int
    unchanged: int
    refused: int
    superseded: int
    withdrawn: int
    decided: int
    skipped: int
    spans: int
    open: int
    drafts: int
    tallies: tuple[Tally, ...]
    problems: tuple[Problem, ...]


def pulled(rounds: Rounds, url: str, states: Sequence[ProjectState], intake: Intake) -> PullResult:
    """The sum over the projects that were read."""
    tallies = _tallies(rounds, url, states)
    good = sum(tally.done + tally.skipped for tally in tallies)
    decisions = [tally for tally in tallies if _is_review(tally, states)]
    return PullResult(
        links=tuple(state.link for state in states),
        stored=len(intake.stored),
        changed=sum(intake.stored.values()),
        unchanged=good - len(intake.stored),
        refused=sum(tally.refused for tally in tallies),
        superseded=sum(tally.superseded for tally in tallies),
        withdrawn=intake.withdrawn,
        decided=sum(tally.done + tally.skipped for tally in decisions),
        skipped=sum(tally.skipped for tally in tallies),
        spans=sum(tally.spans for tally in tallies),
        open=sum(state.open for state in states),
        drafts=sum(state.drafts for state in states),
        tallies=tuple(tallies),
        problems=tuple(intake.problems),
    )


def _tallies(rounds: Rounds, url: str, states: Sequence[ProjectState]) -> list[Tally]:
    """One row for each annotator of each project; an annotator's own project has one even when empty."""
    numbers: dict[tuple[int, str], Counter[str]] = {}
    for state in states:
        if state.label.annotator:
            numbers[state.label.id, state.label.annotator] = Counter()
    projects = {state.label.id: state for state in states}
    for row in rounds.answer_counts(url):
        if row.project in projects:
            count = numbers.setdefault((row.project, row.annotator), Counter())
            count[row.state] += row.answers
            count["spans"] += row.spans
    tallies = []
    for (project, annotator), count in numbers.items():
        state = projects[project]
        own = state if state.label.annotator else None
        tallies.append(
            Tally(
                annotator=annotator,
                project=state.label.title,
                round=state.label.round,
                done=count["done"],
                skipped=count["skipped"],
                refused=count["refused"],
                superseded=count["replaced"],
                spans=count["spans"],
                open=own.open if own else None,
                drafts=own.drafts if own else None,
            )
        )
    return tallies


def _is_review(tally: Tally, states: Sequence[ProjectState]) -> bool:
    return any(state.label.is_review and state.label.title == tally.project for state in states)
