"""The result of X's batch compliance: a line of JSON for each post that must go, or lose its place.

Only affected posts are listed, so that a file which was cut looks clean: every line must be whole, the
length can be held to the one that X gave, and a file of some other dataset is refused. What it does
not do: speak to X, or change anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from ..schema import Corpus, DataError, Problem
from ..schema.formats.text_lines import read_lines
from ..schema.problem import errors_in
from ..schema.record import validation_problems
from .x_json.fields import Door

MustGo = Literal["gone", "protected", "withheld"]
FATES: Final[dict[str, MustGo | None]] = {
    "deleted": "gone",
    "bounced": "gone",
    "protected": "protected",
    "suspended": "protected",
    "scrub_geo": None,  # the post stays, without its place
}
AGAIN: Final = "download the result again, then: mnerctl comply --file RESULT --file-bytes LENGTH"


class Ruling(NamedTuple):
    """What is to be done with a post: its last fate and why; no fate where only its place must go."""

    post_id: str
    fate: MustGo | None
    reason: str


class _Line(Door):
    id: str = Field(pattern=r"^[0-9]{1,19}$")
    action: str = ""
    reason: str
    redacted_at: str = ""


def read_result(path: Path, corpus: Corpus, *, length: int | None = None) -> list[Ruling]:
    """All rulings, in order. length: of the file in bytes, as X gave it (`Content-Length`).

    Raises DataError, with a row for each line that is not whole or not understood.
    """
    _refuse_length(path, length)
    problems: list[Problem] = []
    rulings: list[Ruling] = []
    for number, line in read_lines(path, problems):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            told = _Line.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        if told.reason not in FATES:
            wanted = f"one of {', '.join(FATES)}"
            problems.append(Problem("error", "reason", where, told.reason[:60], wanted))
            continue
        reason = f"X's compliance result: {told.reason}"
        when = f" {told.redacted_at[:10]}" if told.redacted_at else ""
        rulings.append(Ruling(told.id, FATES[told.reason], reason + when))
    if errors_in(problems):
        raise DataError(
            f"{path}: not all of it is a whole compliance result; nothing was done", AGAIN,
            problems=problems,
        )  # fmt: skip
    if rulings and all(corpus.resolved_id(ruling.post_id) is None for ruling in rulings):
        raise DataError(
            f"{path}: none of its {len(rulings)} ids is in {corpus.folder};"
            " wanted the result of a job of type tweets for this corpus",
            f"mnerctl status --corpus {corpus.folder} --list kept --json    # the ids to give X",
        )
    return rulings


def _refuse_length(path: Path, length: int | None) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", f"ls {path.parent}") from error
    if length is not None and found != length:
        raise DataError(
            f"{path}: {found:,} bytes; wanted {length:,}, as X gave it; nothing was done", AGAIN
        )
