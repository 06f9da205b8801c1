"""Read the posts to annotate again from JSON lines, such as `suspects.jsonl` of a search for label errors.

A line is `{"id", "reason"?}`; other fields are ignored. In a release of mnerctl the id of a record is the id
of its post. This module does not push the posts (`push.py`).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from ...schema import Corpus, DataError, Problem
from ...schema.formats.text_lines import read_lines
from ...schema.record import validation_problems


class SuspectLine(BaseModel):
    """A post that may have a wrong label, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int = Field(validation_alias=AliasChoices("post_id", "id"))
    reason: str = ""


def read_suspects(corpus: Corpus, path: Path, problems: list[Problem]) -> dict[str, str]:
    """Return the reasons for each kept post, in the order of the file; add a row for each line without one.

    Raises:
        DataError: the file names no kept post.
    """
    kept = {row.post_id for row in corpus.with_fate("kept")}
    reasons: dict[str, dict[str, None]] = {}
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            suspect = SuspectLine.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        post_id = str(suspect.id)
        if post_id not in kept:
            found, wanted = f"post {post_id}", f"a post kept in {corpus.folder}"
            problems.append(Problem("warning", "post", where, found, wanted, "left out"))
            continue
        reasons.setdefault(post_id, {}).update({suspect.reason: None} if suspect.reason else {})
    if not reasons:
        raise DataError(
            f"{path}: no kept post of {corpus.folder}; wanted lines such as "
            '{"id": "1554138525414526977", "reason": "why"}',
            "mnerctl suspects RELEASE    # writes suspects.jsonl",
            problems=problems,
        )
    return {post_id: "; ".join(why) for post_id, why in reasons.items()}
