"""Decide whose an answer is, by the login that submitted it and the project in which it was.

Everybody who is logged in at Label Studio can open and answer in every project.
"""

from __future__ import annotations

import json

from ...schema import Problem
from ...schema.corpus.people import People
from ...schema.corpus.studio_rounds import LabelProject


def annotator_of(people: People, project: LabelProject, login: str) -> str | None:
    """Return the annotator for whom an answer by this login counts; None if that is not clear.

    In an annotator's own project, only answers by that annotator count. In a project for everybody, a login
    is an annotator itself if the corpus has no others.
    """
    if project.is_review:
        return people.person(login)
    if project.annotator:
        return project.annotator if people.is_login_of(project.annotator, login) else None
    persons = people.persons(login)
    if len(persons) == 1:
        return next(iter(persons))
    return None if persons or people.are_named else login


def unclear_answer(people: People, project: LabelProject, login: str, where: str) -> Problem:
    """Return the row for an answer that counts for nobody until the members are known."""
    persons = sorted(people.persons(login))
    if project.annotator:
        whose, wanted = f"the project of {project.annotator}", f"a login of {project.annotator}"
    else:
        whose, wanted = "a project for everybody", "a login of one annotator"
    found = f"an answer by {login} in {whose}"
    if persons:
        found += f"; this login is of {' and '.join(persons)}"
    member = (
        f"{json.dumps(project.annotator or 'NAME', ensure_ascii=False)} = [{json.dumps(login)}]"
    )
    detail = f"not stored; if it is theirs, put into [members] of mnerctl.toml: {member}"
    return Problem("error", "login", where, found, wanted, detail)
