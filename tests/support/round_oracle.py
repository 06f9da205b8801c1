"""An oracle of the rules of annotation rounds that knows nothing of mnerctl's code, and its small world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TEXT = "Ada meets Ben in Paris"
WORDS = (
    ("Ada", "PER"),
    ("Ben", "PER"),
    ("Paris", "LOC"),
    ("Paris", "ORG"),
    ("Ben in Paris", "MISC"),
)
PEOPLE = {"ada": 0.9, "ben": 0.7, "cho": 0.5}
LOGINS = {
    "ada": ["ada@x.org", "Ada.L@y.org"],
    "ben": ["ben@x.org"],
    "cho": ["cho@x.org", "cho@w.org"],
}
STRANGER = "ada@z.org"
EVE = "eve@x.org"
POSTS = (("11", "12", "13"), ("12", "13", "14"))

Reading = frozenset[tuple[str, str]]


@dataclass
class Answer:
    """An answer as the oracle knows it: who submitted what, where and when."""

    corpus: int
    project: int
    annotator: str | None
    round: int
    is_review: bool
    post: str
    login: str
    reading: Reading | None
    at: int


@dataclass
class Oracle:
    """What one corpus must have, by the rules of `docs/how-to/annotation-round.md`.

    number: of the corpus.
    seen: the answers that the last pull saw, by id.
    decisions: the decision about each post, with its round.
    newest: time and id of the newest decision that the last pull saw, by review project and post.
    reviews: round of each review project.
    reopened: posts that only a person decides again.
    majority: the rule.
    """

    number: int
    seen: dict[int, Answer] = field(default_factory=dict)
    decisions: dict[str, tuple[Reading, int]] = field(default_factory=dict)
    newest: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    reviews: dict[int, int] = field(default_factory=dict)
    reopened: set[str] = field(default_factory=set)
    majority: bool = False

    def pulled(self, answers: dict[int, Answer]) -> None:
        """See the server as a pull does."""
        self.seen = {
            id: Answer(**vars(one)) for id, one in answers.items() if one.corpus == self.number
        }
        self.reviews |= {one.project: one.round for one in self.seen.values() if one.is_review}
        for project, round in sorted(self.reviews.items()):
            for post in POSTS[self.number]:
                found = [
                    (one.at, id)
                    for id, one in self.seen.items()
                    if one.is_review and (one.project, one.post) == (project, post)
                ]
                before, now = self.newest.get((project, post)), max(found, default=None)
                if now == before:
                    continue
                if now is None:
                    del self.newest[project, post]
                    if self.decisions.get(post, (0, 0))[1] == round:
                        del self.decisions[post]
                    continue
                self.newest[project, post] = now
                reading = self.seen[now[1]].reading
                if reading is None:
                    if self.decisions.get(post, (0, round))[1] <= round:
                        self.decisions.pop(post, None)
                elif self.decisions.get(post, (0, 0))[1] <= round:
                    self.decisions[post] = (reading, round)

    def whose(self, one: Answer) -> str | None:
        """Return the person whose answer it is, or None."""
        names = [
            name
            for name, logins in LOGINS.items()
            if one.login.lower() in [name, *(login.lower() for login in logins)]
        ]
        if not names or one.annotator not in (None, names[0]):
            return None
        return names[0]

    def unclear(self) -> list[tuple[int, str, str]]:
        """Return the project, post and login of the answers that count for nobody."""
        return [
            (one.project, one.post, one.login)
            for one in self.seen.values()
            if not one.is_review and self.whose(one) is None
        ]

    def stored(self) -> dict[tuple[str, str, int], Reading | None]:
        """Return the newest reading of each person, by post, name and round."""
        ordered = sorted(self.seen.values(), key=lambda one: one.at)
        return {
            (one.post, name, one.round): one.reading
            for one in ordered
            if not one.is_review and (name := self.whose(one))
        }

    def latest(self, post: str) -> dict[str, tuple[int, Reading | None]]:
        """Return the round and the reading of each person's latest answer about a post."""
        found: dict[str, tuple[int, int, Reading | None]] = {}
        for one in self.seen.values():
            name = self.whose(one)
            if name is None or one.is_review or one.post != post:
                continue
            if name not in found or found[name][:2] < (one.round, one.at):
                found[name] = one.round, one.at, one.reading
        return {name: (round, reading) for name, (round, _, reading) in found.items()}

    def adjudicated(self, majority: bool | None) -> tuple[dict[str, Reading], set[str]]:
        """Return the gold of each post, and the posts whose decision is reopened."""
        self.majority = self.majority if majority is None else majority
        gold: dict[str, Reading] = {}
        reopened = set()
        for post in POSTS[self.number]:
            latest = self.latest(post)
            if post in self.decisions:
                reading, decided = self.decisions[post]
                if any(round > decided and said != reading for round, said in latest.values()):
                    del self.decisions[post]
                    reopened.add(post)
            if post in self.decisions:
                gold[post] = self.decisions[post][0]
            elif post not in self.reopened | reopened:
                found = by_rule([said for _, said in latest.values()], majority=self.majority)
                if found is not None:
                    gold[post] = found
        self.reopened |= reopened
        return gold, reopened


def by_rule(said: Sequence[Reading | None], *, majority: bool) -> Reading | None:
    """Return what people decide together: all, or more than half of those who answered or skipped."""
    done = [one for one in said if one is not None]
    if len(said) < 2 or not done:
        return None
    if len(done) == len(said) and len(set(done)) == 1:
        return done[0]
    if not majority or len(done) <= len(said) / 2:
        return None
    kept = frozenset(
        one for one in WORDS if sum(one in reading for reading in done) > len(said) / 2
    )
    for at in range(len(TEXT)):
        without = sum(not _covers(reading, at) for reading in done)
        if not _covers(kept, at) and without <= len(said) / 2:
            return None
    return kept


def _covers(reading: Reading, at: int) -> bool:
    return any(TEXT.index(words) <= at < TEXT.index(words) + len(words) for words, _ in reading)
