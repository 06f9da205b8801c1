"""Label rounds: projects, shares and assignments of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.schema import Corpus
from mnerctl.schema.corpus.studio_rounds import AssignedPost, LabelProject, Rounds

URL = "http://localhost:8080"


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield Rounds.of(corpus)


def test_projects_are_returned_in_the_order_of_address_and_number(rounds: Rounds) -> None:
    review = LabelProject("k9", URL, 9, "review", round=2, is_review=True, pulled_to="2024-05-20")
    first = LabelProject("k3", URL, 3, "ada", annotator="ada")
    other = LabelProject("http://a 1", "http://a", 1, "other")
    for project in (review, first, other):
        rounds.put_project(project)
    assert rounds.projects() == [other, first, review]
    assert [project.is_known_by_address for project in rounds.projects()] == [True, False, False]
    rounds.put_project(first._replace(title="new"))
    assert [project.title for project in rounds.projects()] == ["other", "new", "review"]
    rounds.forget_project(review)
    assert [project.id for project in rounds.projects()] == [1, 3]
    rounds.assign(1, [AssignedPost("1", "bob", True)])
    assert rounds.annotators() == ["ada", "bob"]


def test_the_identity_and_the_rule_are_kept(rounds: Rounds) -> None:
    identity = rounds.identity()
    assert (len(identity), rounds.identity(), rounds.majority()) == (32, identity, None)
    rounds.put_majority(majority=True)
    assert rounds.majority() is True


def test_a_round_that_has_begun_keeps_its_share(rounds: Rounds) -> None:
    assert rounds.overlap(1) is None
    rounds.begin_round(1, 0.25)
    rounds.begin_round(1, 0.5)
    assert (rounds.overlap(1), rounds.overlap(2)) == (0.25, None)


def test_assignments_are_added_to_those_of_their_round(rounds: Rounds) -> None:
    shared, alone = AssignedPost("1", "bob", True), AssignedPost("1", "ada", True)
    rounds.assign(1, [shared, alone])
    rounds.assign(1, [shared, AssignedPost("0", "bob", False)])
    rounds.assign(2, [AssignedPost("5", "bob", False)])
    assert rounds.assigned(1) == [AssignedPost("0", "bob", False), alone, shared]


def test_a_sole_annotator_is_the_only_one_in_all_rounds(rounds: Rounds) -> None:
    rounds.assign(1, [AssignedPost(post, "ada", False) for post in ("1", "2", "3")])
    rounds.assign(1, [AssignedPost("4", "ada", True)])
    rounds.assign(2, [AssignedPost("2", "bob", False), AssignedPost("3", "ada", False)])
    assert rounds.sole_annotators() == {"1": "ada", "3": "ada"}
