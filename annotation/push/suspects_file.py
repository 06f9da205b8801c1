"""The posts to look at once more, from JSON lines such as the `suspects.jsonl` of a search for label errors.

A line is `{"id", "reason"?}`; other fields are not read. The id of a record of our releases is that of its
post. What it does not do: push anything (`push.py`) or believe the reason.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from ...schema import Corpus, DataError, Problem
from ...schema.formats.text_lines import read_lines
from ...schema.record import validation_problems


class SuspectLine(BaseModel):
    """A post in doubt, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int = Field(validation_alias=AliasChoices("post_id", "id"))
    reason: str = ""


def read_suspects(corpus: Corpus, path: Path, problems: list[Problem]) -> dict[str, str]:
    """The reasons for each kept post of the file, in its order; rows for lines that name none.

    Raises DataError where no kept post is left.
    """
    kept = {row.post_id for row in corpus.with_fate("kept")}
    reasons: dict[str, dict[str, None]] = {}
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            said = SuspectLine.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        post_id = str(said.id)
        if post_id not in kept:
            found, wanted = f"post {post_id}", f"a post kept in {corpus.folder}"
            problems.append(Problem("warning", "post", where, found, wanted, "left out"))
            continue
        reasons.setdefault(post_id, {}).update({said.reason: None} if said.reason else {})
    if not reasons:
        raise DataError(
            f"{path}: no post of {corpus.folder} in it; wanted lines such as "
            '{"id": "1554138525414526977", "reason": "why"}',
            "mnerctl suspects RELEASE    # writes suspects.jsonl",
            problems=problems,
        )
    return {post_id: "; ".join(why) for post_id, why in reasons.items()}
