"""Who is who: names and logins, shared ones, and strangers."""

from __future__ import annotations

import pytest

from mnerctl.schema.corpus.people import People

PEOPLE = People({"Ada": ["ada@x.org", "us@x.org"], "ben": ["us@x.org"]}, names=["cho", "ada"])


@pytest.mark.parametrize(
    ("name", "persons", "person"),
    [
        ("ada@x.org", {"Ada"}, "Ada"),
        ("ADA@X.ORG", {"Ada"}, "Ada"),
        ("ada", {"Ada"}, "Ada"),
        ("cho", {"cho"}, "cho"),
        ("us@x.org", {"Ada", "ben"}, "us@x.org"),
        ("cho@x.org", set(), "cho@x.org"),
    ],
)
def test_a_name_belongs_to_whom_the_members_say(name: str, persons: set[str], person: str) -> None:
    assert (PEOPLE.persons(name), PEOPLE.person(name)) == (persons, person)


@pytest.mark.parametrize(
    ("annotator", "login", "is_theirs"),
    [
        ("ada", "ada@x.org", True),
        ("ada", "us@x.org", True),
        ("ben", "us@x.org", True),
        ("ben", "ada@x.org", False),
        ("cho", "cho@x.org", False),
        ("cho", "cho", True),
    ],
)
def test_a_login_is_somebodys_only_if_it_is_listed(
    annotator: str, login: str, is_theirs: bool
) -> None:
    assert PEOPLE.is_login_of(annotator, login) is is_theirs
