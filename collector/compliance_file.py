"""Read the result of X's batch compliance: one line of JSON for each post that must go or lose its place.

X lists only affected posts, so a file that was cut short looks like a good one. Therefore every line must
be complete, the length can be compared with the one that X gave, and a file of another dataset is refused.
Nothing is changed here and X is not asked; `compliance.py` applies the rulings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from ..schema import Corpus, DataError, Problem
from ..schema.formats.text_lines import read_lines
from ..schema.problem import errors_in
from ..schema.record import validation_problems
from .x_json.lenient_model import LenientModel

RemovalFate = Literal["gone", "protected", "withheld"]
FATES: Final[dict[str, RemovalFate | None]] = {
    "deleted": "gone",
    "bounced": "gone",
    "protected": "protected",
    "suspended": "protected",
    "scrub_geo": None,  # the post stays, without its place
}
DOWNLOAD_AGAIN: Final = (
    "download the result again, then: mnerctl comply --file RESULT --file-bytes LENGTH"
)


class Ruling(NamedTuple):
    """What X asks for.

    post_id: the affected post.
    fate: the new fate of the post, or None if only its place must be removed.
    reason: why, as it is stored in the tombstone.
    """

    post_id: str
    fate: RemovalFate | None
    reason: str


class _Line(LenientModel):
    id: str = Field(pattern=r"^[0-9]{1,19}$")
    action: str = ""
    reason: str
    redacted_at: str = ""


def read_result(path: Path, corpus: Corpus, *, length: int | None = None) -> list[Ruling]:
    """Return all rulings of a result file, in order.

    Args:
        length: length of the file in bytes as X gave it (`Content-Length`), or None if it is not known.

    Raises:
        DataError: the file is incomplete, or of another corpus. It has one problem row per bad line.
    """
    _check_length(path, length)
    problems: list[Problem] = []
    rulings: list[Ruling] = []
    for number, text in read_lines(path, problems):
        if not text.strip():
            continue
        where = f"{path}:{number}"
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        if line.reason not in FATES:
            wanted = f"one of {', '.join(FATES)}"
            problems.append(Problem("error", "reason", where, line.reason[:60], wanted))
            continue
        reason = f"X's compliance result: {line.reason}"
        when = f" {line.redacted_at[:10]}" if line.redacted_at else ""
        rulings.append(Ruling(line.id, FATES[line.reason], reason + when))
    if errors_in(problems):
        raise DataError(
            f"{path}: not a complete compliance result; nothing was changed", DOWNLOAD_AGAIN,
            problems=problems,
        )  # fmt: skip
    if rulings and all(corpus.resolved_id(ruling.post_id) is None for ruling in rulings):
        raise DataError(
            f"{path}: none of its {len(rulings)} ids is in {corpus.folder};"
            " wanted the result of a job of type tweets for this corpus",
            f"mnerctl status --corpus {corpus.folder} --list kept --json    # the ids to give X",
        )
    return rulings


def _check_length(path: Path, length: int | None) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", f"ls {path.parent}") from error
    if length is not None and found != length:
        raise DataError(
            f"{path}: {found:,} bytes; wanted {length:,}, as X gave it; nothing was changed",
            DOWNLOAD_AGAIN,
        )
