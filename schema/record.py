"""Record: one released example, in the format of the published MNER-MI (Huang et al., LREC-COLING 2024).

`{"id", "text", "images", "label", "url"}` is what every reader of that format knows; the optional
fields after it are ours and are ignored by old readers.
"""

from __future__ import annotations

from typing import LiteralString, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from .labels import LABELS
from .problem import Problem
from .span import Span
from .tags import orphans, spans_from_tags


def is_base_name(name: str) -> bool:
    """Whether `name` is a plain file name: no folder in it, no way out, nothing unprintable."""
    return (
        bool(name)
        and not name.startswith(".")
        and not any(char in "/\\:" or not char.isprintable() for char in name)
    )


class Record(BaseModel):
    """One released example.

    text: the tokens. label: one BIO tag a token. images: file names in the order of the post.
    url: the post's address, empty where it is not known (Twitter-2017).
    raw: the clean text. offsets: `[start, end)` of each token in it, in code points.
    evidence: for each entity, in order, the positions of the images that told the annotators.
    origin: the dataset that a merged record comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    text: tuple[str, ...] = Field(min_length=1)
    images: tuple[str, ...]
    label: tuple[str, ...]
    url: str = ""
    raw: str | None = None
    offsets: tuple[tuple[int, int], ...] | None = None
    evidence: tuple[tuple[int, ...], ...] | None = None
    origin: str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if len(self.label) != len(self.text):
            wanted = f"one for each of {len(self.text)} tokens"
            raise broken_rule("label-count", f"{len(self.label)} labels", wanted)
        for label in self.label:
            if label not in LABELS:
                raise broken_rule("label", f"label {label!r}", f"one of {', '.join(LABELS)}")
        if broken := orphans(self.label):
            at = broken[0]
            found = f"label {self.label[at]!r} of token {at} continues no entity"
            raise broken_rule("bio", found, "BIO")
        for image in self.images:
            if not is_base_name(image):
                wanted = "a plain file name, without a folder"
                raise broken_rule("image-name", f"image {image!r}", wanted)
        for piece in (self.id, self.url, self.raw or "", *self.text):
            if any("\ud800" <= char <= "\udfff" for char in piece):
                wanted = "text without half a surrogate pair"
                raise broken_rule("surrogate", f"{piece!a}", wanted)
        if self.offsets is not None and self.raw is not None:
            pieces = tuple(self.raw[start:end] for start, end in self.offsets)
            if pieces != self.text:
                wanted = "the stretches of raw that are the tokens"
                raise broken_rule("offsets", "offsets", wanted)
        return self

    @property
    def spans(self) -> list[Span]:
        """The entities, in tokens."""
        return spans_from_tags(self.label)

    def to_json(self) -> str:
        """One line of a release: the published fields, then ours where they are set."""
        return self.model_dump_json(exclude_none=True)


def broken_rule(rule: LiteralString, found: str, wanted: str) -> PydanticCustomError:
    """What a validator raises, so that the row for it has the id of its rule."""
    return PydanticCustomError(rule, "{found}: wanted {wanted}", {"found": found, "wanted": wanted})


def validation_problems(
    error: ValidationError, where: str, *, of: LiteralString = "record"
) -> list[Problem]:
    """A pydantic failure as rows: one for each fault, naming the field, the value and the rule.

    of: what was read; the rule of a field is `<of>-<field>`.
    """
    rows = []
    for fault in error.errors(include_url=False):
        field = ".".join(str(part) for part in fault["loc"]) or of
        part = fault["loc"][0] if fault["loc"] else of
        rule = "json" if fault["type"] == "json_invalid" else f"{of}-{part}"
        if "wanted" in (context := fault.get("ctx", {})):  # of `broken_rule`
            rule, found, wanted = fault["type"], context["found"], context["wanted"]
            rows.append(Problem("error", rule, where, found, wanted))
            continue
        message = fault["msg"].removeprefix("Value error, ")
        found, _, wanted = message.partition(": wanted ")
        if not wanted:
            value = repr(fault["input"])
            found = f"{field} = {value if len(value) <= 60 else value[:57] + '...'}"
            wanted = message
        rows.append(Problem("error", rule, where, found, wanted))
    return rows
