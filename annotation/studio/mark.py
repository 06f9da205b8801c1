"""The mark of a project: a line in its description that says to which corpus it belongs, and what it is for.

Titles and addresses change and repeat, so mnerctl finds a project by its mark alone. The server stores the
description and does not use it.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...schema.corpus.studio_rounds import LabelProject

_BEGINS: Final = "mnerctl finds this project by the next line; please leave it as it is.\nmnerctl "

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Mark(BaseModel):
    """The corpus of a project, and its purpose.

    corpus: identity of the corpus.
    key: key of the project.
    kind: answers of annotators, decisions of the review, or uploaded pictures.
    title, annotator, round: as in `LabelProject`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    corpus: Key
    key: Key = Field(default_factory=lambda: secrets.token_hex(16))
    kind: Literal["answers", "review", "pictures"] = "answers"
    title: str
    annotator: str | None = None
    round: int = Field(default=1, ge=1)

    @classmethod
    def of(cls, corpus: str, project: LabelProject) -> Self:
        """Return the mark of a project of a corpus, with a new key if the project has none yet."""
        mark = cls(
            corpus=corpus,
            kind="review" if project.is_review else "answers",
            title=project.title,
            annotator=project.annotator,
            round=project.round,
        )
        has_key = project.key and not project.is_known_by_address
        return mark.model_copy(update={"key": project.key}) if has_key else mark

    @classmethod
    def read(cls, description: str | None) -> Self | None:
        """Return the mark in a description, or None."""
        _, found, rest = (description or "").replace("\r", "").partition(_BEGINS)
        try:
            return cls.model_validate_json(rest.partition("\n")[0]) if found else None
        except ValidationError:
            return None

    def text(self) -> str:
        """Return the description that holds the mark."""
        return f"{_BEGINS}{self.model_dump_json()}"

    def project(self, url: str, id: int) -> LabelProject:
        """Return the project as a corpus remembers it that has not seen it before."""
        return LabelProject(
            key=self.key,
            url=url,
            id=id,
            title=self.title,
            annotator=self.annotator,
            round=self.round,
            is_review=self.kind == "review",
        )
