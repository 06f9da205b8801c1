"""Seeded rounds of annotation at a server, compared with an oracle of the rules (`round_oracle.py`).

A world has a corpus or two of one folder name, people of known quality with one or more logins, and a server
at several addresses. Each step is one thing that people or the lead do. After a pull and an adjudication, the
answers, the gold and the rows of problems must be what the oracle finds in the answers that the server has.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from mnerctl.annotation import Studio, adjudicate, pull, push, push_review, push_round
from mnerctl.annotation.studio.mark import Mark
from mnerctl.schema import Corpus
from mnerctl.schema.corpus.studio_rounds import Rounds
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.round_oracle import (
    EVE,
    LOGINS,
    PEOPLE,
    POSTS,
    STRANGER,
    TEXT,
    WORDS,
    Answer,
    Oracle,
    Reading,
)


class Server(Protocol):
    """What people do at a server, in the real one or in its stand-in."""

    def submit(
        self, login: str, task: int, result: list[Any], *, is_skipped: bool = False
    ) -> int: ...
    def change(self, answer: int, result: list[Any], *, is_skipped: bool = False) -> None: ...
    def delete(self, answer: int) -> None: ...


@dataclass
class World:
    """One corpus or two, and a server.

    tasks_of: the tasks of a project at the server, by post.
    show: lets the server show the pictures of a corpus.
    is_uploaded: upload the pictures instead.
    """

    seed: int
    folder: Path
    server: Server
    studios: Sequence[Studio]
    tasks_of: Callable[[int], dict[str, int]]
    show: Callable[[Path], None]
    is_uploaded: bool = False
    answers: dict[int, Answer] = field(default_factory=dict)
    projects: dict[int, tuple[int, str | None, int, bool]] = field(default_factory=dict)
    clock: int = 0
    rows: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.numbers = (0, 1) if self.random.random() < 0.35 else (0,)
        self.oracles = [Oracle(number) for number in self.numbers]
        self.corpora = [self._corpus(number) for number in self.numbers]
        self.truth = {post: self._reading() for post in ("11", "12", "13", "14")}

    def _corpus(self, number: int) -> Corpus:
        corpus = corpus_of(self.folder / "ab"[number] / "corpus", [])
        image = drawn_image(corpus, 0, size=(4, 4), colour="teal")
        for post in POSTS[number]:
            corpus.put_post(made_post(post, TEXT, images=(image,)))
            corpus.settle(post, "kept")
        with (corpus.folder / "mnerctl.toml").open("a") as file:
            file.writelines(f"{name} = {logins!r}\n" for name, logins in LOGINS.items())
        return corpus

    def _reading(self) -> Reading:
        first = [one for one in WORDS[:2] if self.random.random() < 0.6]
        if len(first) == 2 or ("Ben", "PER") in first:
            return frozenset([*first, self.random.choice(WORDS[2:4])])
        return frozenset([*first, self.random.choice(WORDS[2:])])

    def run(self, steps: int) -> None:
        """Begin a round, do a number of random steps, and pull and adjudicate both corpora at the end."""
        self._push(0, 1)
        if 1 in self.numbers:
            self._push_for_all(1, 1, POSTS[1])
        for begin in (*24 * [self._answer], self._check, *4 * [self._decide], self._suspects):
            begin()
        actions = {
            self._answer: 8,
            self._change: 3,
            self._delete: 3,
            self._decide: 3,
            self._suspects: 0.3,
            self._check: 0.7,
            self._rename: 0.3,
        }
        for _ in range(steps):
            self.random.choices(list(actions), list(actions.values()))[0]()
        for number in self.numbers:
            self._check(number)
        for corpus in self.corpora:
            corpus.__exit__(None, None, None)

    def _studio(self, number: int) -> Studio:
        self.show(self.corpora[number].folder)
        return self.random.choice(self.studios)

    def _push(self, number: int, round: int) -> None:
        for one in push_round(
            self.corpora[number],
            self._studio(number),
            title="mnerctl corpus",
            annotators=list(PEOPLE),
            round=round,
            is_uploaded=self.is_uploaded,
        ):
            self._pushed(number, one.project, one.annotator, round, False)
            assert (one.problems, one.added + one.present) == ((), 3)

    def _pushed(
        self, number: int, project: int, annotator: str | None, round: int, is_review: bool
    ) -> None:
        row = (number, annotator, round, is_review)
        assert self.projects.setdefault(project, row) == row  # no corpus takes another's project

    def _suspects(self) -> None:
        number, round = self.random.choice(self.numbers), self.random.choice((2, 3))
        if self.random.random() < 0.3:
            self._push(number, round)
        else:
            self._push_for_all(number, round, self.random.sample(POSTS[number], 2))

    def _push_for_all(self, number: int, round: int, posts: Sequence[str]) -> None:
        pushed = push(
            self.corpora[number],
            self._studio(number),
            title=f"mnerctl corpus r{round}",
            round=round,
            only=dict.fromkeys(posts, ""),
            is_uploaded=self.is_uploaded,
        )
        self._pushed(number, pushed.project, None, round, False)

    def _says(self, post: str, quality: float) -> tuple[Reading | None, list[Any]]:
        if self.random.random() < 0.12:
            return None, []
        reading = self.truth[post] if self.random.random() < quality else self._reading()
        return reading, [region(TEXT, *one) for one in sorted(reading)]

    def _submit(self, project: int, login: str, quality: float) -> None:
        tasks = self.tasks_of(project)
        post = self.random.choice(sorted(tasks))
        reading, result = self._says(post, quality)
        id = self.server.submit(login, tasks[post], result, is_skipped=reading is None)
        number, annotator, round, is_review = self.projects[project]
        self.clock += 1
        self.answers[id] = Answer(
            number, project, annotator, round, is_review, post, login, reading, self.clock
        )

    def _answer(self) -> None:
        project, (_, annotator, _, _) = self.random.choice(
            [one for one in self.projects.items() if not one[1][3]]
        )
        name = annotator or self.random.choice(sorted(PEOPLE))
        if self.random.random() < 0.12:  # somebody else, or a stranger
            name = self.random.choice(sorted(PEOPLE))
        login = STRANGER if self.random.random() < 0.05 else self.random.choice(LOGINS[name])
        self._submit(project, login, PEOPLE[name])

    def _decide(self) -> None:
        if reviews := [project for project, row in self.projects.items() if row[3]]:
            self._submit(self.random.choice(reviews), EVE, 1.0)

    def _change(self) -> None:
        if self.answers:
            id = self.random.choice(sorted(self.answers))
            one = self.answers[id]
            one.reading, result = self._says(one.post, 0.8)
            self.server.change(id, result, is_skipped=one.reading is None)
            self.clock += 1
            one.at = self.clock

    def _delete(self) -> None:
        if self.answers:
            id = self.random.choice(sorted(self.answers))
            self.server.delete(id)
            del self.answers[id]

    def _rename(self) -> None:
        for studio in self.studios[:1]:
            found = studio.projects()
            one = self.random.choice(found)
            studio._client.projects.update(one.id, title=self.random.choice(found).title)

    def _check(self, number: int | None = None) -> None:
        """Pull and adjudicate a corpus, and compare it with the oracle."""
        number = self.random.choice(self.numbers) if number is None else number
        corpus, oracle, studio = self.corpora[number], self.oracles[number], self._studio(number)
        before = set(golds(corpus))
        pulled = pull(corpus, studio)
        oracle.pulled(self.answers)
        unclear = oracle.unclear()
        assert pulled.unclear == len(unclear)
        rules = [row.rule for row in pulled.problems]
        assert rules.count("login") == len(set(unclear))  # one row for a login's answers to a task
        own = sum(one.corpus == number for one in self.answers.values())
        assert (
            own
            == pulled.stored
            + pulled.unchanged
            + pulled.refused
            + pulled.superseded
            + pulled.unclear
        )
        assert stored(corpus) == oracle.stored()
        decided = set(golds(corpus))
        majority = self.random.choice((None, None, None, True, True, False))
        result = adjudicate(corpus, majority=majority)
        wanted, reopened = oracle.adjudicated(majority)
        assert golds(corpus) == wanted, (self.seed, number, oracle.latest)
        rows = {(row.rule, row.where) for row in result.problems}
        assert {where for rule, where in rows if rule == "decision-reopened"} == {
            f"post {post}" for post in reopened
        }
        for post in decided - set(wanted):
            assert rows & {
                ("gold-withdrawn", f"post {post}"),
                ("decision-reopened", f"post {post}"),
            }
        for post in before - decided:
            is_skipped = any(
                one.is_review and one.post == post and one.reading is None
                for one in self.answers.values()
            )
            assert is_skipped or "answer-deleted" in rules
        self.rows += len(pulled.problems) + len(result.problems)
        for one in push_review(corpus, studio, result.disputes, title="mnerctl corpus"):
            round = next(
                label.round for label in Rounds.of(corpus).projects() if label.id == one.project
            )
            self._pushed(number, one.project, None, round, True)
        mine = Rounds.of(corpus).identity()
        marks = {project.id: Mark.read(project.description) for project in studio.projects()}
        assert {
            id
            for id, mark in marks.items()
            if mark and mark.corpus == mine and mark.kind != "pictures"
        } == {id for id, row in self.projects.items() if row[0] == number}


def stored(corpus: Corpus) -> dict[tuple[str, str, int], Reading | None]:
    """Return all annotations of a corpus as words and types; None for a skipped post."""
    return {
        (one.post_id, one.annotator, one.round): (
            frozenset((TEXT[span.start : span.end], span.type) for span in one.spans)
            if one.status == "done"
            else None
        )
        for one in corpus.annotations()
    }


def golds(corpus: Corpus) -> dict[str, Reading]:
    """Return the gold of a corpus as words and types."""
    return {
        gold.post_id: frozenset((TEXT[span.start : span.end], span.type) for span in gold.spans)
        for gold in corpus.gold()
    }
