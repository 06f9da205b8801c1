"""Suggested spans, and the file `suggestions.jsonl` in the corpus folder that records them.

A suggestion is no annotator's work and never becomes gold. The file records what was shown and when, so that
`outcome.py` can count what annotators did with it. It contains no text of a post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ...schema import DataError, Span
from ...schema.files.atomic_write import open_file
from ...schema.formats.text_lines import sound_lines

SUGGESTIONS: Final = "suggestions.jsonl"


class Suggestion(BaseModel):
    """The spans suggested for a post.

    source: name of the model, or `dictionary`.
    spans: in code points of the clean text, in its order.
    scores: certainty of each span, 0 to 1, or () if there are none.
    score: certainty of the whole, 0 to 1; annotators see the least certain posts first.
    at: when it was first shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post_id: str
    source: str = Field(min_length=1)
    spans: tuple[Span, ...]
    scores: tuple[float, ...] = ()
    score: float | None = Field(default=None, ge=0, le=1)
    at: datetime | None = None

    @model_validator(mode="after")
    def _has_a_score_each(self) -> Self:
        if self.scores and len(self.scores) != len(self.spans):
            raise ValueError("scores: wanted one for each span")
        return self


def read_suggestions(folder: Path) -> Iterator[Suggestion]:
    """Yield the suggestions recorded in a corpus folder.

    Raises:
        DataError: a line of the file is not a suggestion.
    """
    path = folder / SUGGESTIONS
    if not path.is_file():
        return
    hint = f"fix the line, or move {path} away"
    for number, line in sound_lines(path, hint=hint):
        try:
            yield Suggestion.model_validate_json(line)
        except ValidationError as error:
            raise DataError(
                f"{path}:{number}: not a suggestion as mnerctl writes them", hint
            ) from error


def save_suggestions(folder: Path, new: Iterable[Suggestion]) -> None:
    """Record suggestions, all or none; new spans of the same source replace the earlier ones of a post.

    Raises:
        DataError: the file cannot be written.
    """
    kept = {(one.post_id, one.source): one for one in read_suggestions(folder)}
    for one in new:
        before = kept.get((one.post_id, one.source))
        if before is None or before.spans != one.spans:
            kept[one.post_id, one.source] = one
    with open_file(folder / SUGGESTIONS) as out:
        for _, one in sorted(kept.items()):
            out.write(one.model_dump_json() + "\n")
