"""One example of somebody else's corpus, made into a Record: aliases resolved, faults reported.

Both published layouts (`mner_mi.py`, `conll.py`) end here, so that they are held to the same rules.
Nothing is repaired silently: every change is a row.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from ..labels import OUTSIDE
from ..problem import Problem
from ..record import Record, validation_problems
from ..tags import Scheme, as_bio
from .label_names import LabelNames
from .repeated_notes import RepeatedNotes

MAX_IMAGES = 4


def our_labels(
    tags: Sequence[str],
    *,
    names: LabelNames,
    line: int,
    repeated: RepeatedNotes,
    where: str,
    problems: list[Problem],
) -> list[str] | None:
    """The tags with our four types, in the scheme they came in; None where a tag names no known type."""
    labels: list[str] = []
    for tag in tags:
        prefix, dash, name = tag.partition("-")
        kind = names.type_of(name)
        if tag == OUTSIDE:
            labels.append(tag)
        elif dash and prefix in {"B", "I", "E", "S"} and kind:
            if name != kind:
                repeated.add(line, "label-alias", name, kind)
            labels.append(f"{prefix}-{kind}")
        else:
            problems.append(
                Problem("error", "label", where, tag, "O, or B- or I- and PER, LOC, ORG, MISC")
            )
            return None
    names.count(list(tags))
    return labels


def published_record(
    *,
    id: str,
    text: Sequence[str],
    labels: Sequence[str],
    scheme: Scheme,
    images: Sequence[str],
    url: str,
    where: str,
    problems: list[Problem],
    token_where: Sequence[str] = (),
) -> Record | None:
    """The record for one published example, or None where it cannot be one; rows go to `problems`.

    token_where: the place of each token, for a format that has a line for each.
    """
    bio, broken = as_bio(labels, scheme)
    for position in broken:
        place = token_where[position] if token_where else f"{where} token {position}"
        problems.append(
            Problem(
                "warning",
                "bio",
                place,
                labels[position],
                f"valid {scheme}",
                f"read as {bio[position]}",
            )
        )
    for position, token in enumerate(text):
        if not token.strip() or any(char.isspace() for char in token):
            place = token_where[position] if token_where else f"{where} token {position}"
            problems.append(
                Problem("warning", "token", place, repr(token), "a token without white space")
            )
    if not 1 <= len(images) <= MAX_IMAGES:
        problems.append(Problem("warning", "image-count", where, f"{len(images)} images", "1 to 4"))
    if len(set(images)) < len(images):
        problems.append(
            Problem("warning", "image-twice", where, " ".join(images), "each image once")
        )
    try:
        return Record(id=id, text=tuple(text), images=tuple(images), label=tuple(bio), url=url)
    except ValidationError as error:
        problems.extend(validation_problems(error, where))
        return None


def repeated_ids(seen: dict[str, str], record: Record, where: str) -> list[Problem]:
    """A row where another record already has this id; `seen` (id to place) is brought up to date."""
    first = seen.setdefault(record.id, where)
    if first == where:
        return []
    return [
        Problem(
            "warning",
            "id-unique",
            where,
            f"id {record.id} again",
            "each id once",
            f"first at {first}",
        )
    ]
