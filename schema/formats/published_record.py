"""Make a record from an example of a published corpus: resolve aliases and report problems.

Both published layouts (`mner_mi.py`, `conll.py`) use this module, so the same rules apply to both. Nothing
is repaired silently: every change is a problem row.
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
    """Return the tags with our four types, in their own scheme, or None if a tag has an unknown type."""
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
                Problem("error", "label", where, tag, "O, or B- or I- with PER, LOC, ORG or MISC")
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
    """Return the record for one published example, or None if it is not valid.

    Args:
        id: id of the record.
        text: the tokens.
        labels: tags with our four types.
        scheme: tag scheme of the labels.
        images: names of the images.
        url: address of the post, empty if not known.
        where: place of the example.
        problems: problems are added to it.
        token_where: place of each token, for a format with one line per token.
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
    """Return a row if an earlier record has the same id; a new id is added to `seen` (id to place)."""
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
