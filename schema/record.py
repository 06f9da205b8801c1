"""A record: one released example, in the format of the published MNER-MI (Huang et al., LREC-COLING 2024).

Every reader of that format knows the fields `id`, `text`, `images`, `label` and `url`. The optional
fields after them are ours; other readers ignore them.
"""

from __future__ import annotations

from typing import LiteralString, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from .files.file_name import is_base_name
from .labels import LABELS
from .problem import Problem
from .span import Span
from .tags import orphans, spans_from_tags


class Record(BaseModel):
    """One released example.

    Attributes:
        id: unique in the release.
        text: the tokens.
        images: file names in the order of the post.
        label: one BIO tag for each token.
        url: address of the post, empty if it is not known (Twitter-2017).
        raw: the clean text.
        offsets: `[start, end)` of each token in `raw`, in code points.
        evidence: for each entity, in order, the positions of the images that helped the annotators.
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
                wanted = "ranges of raw that contain the tokens"
                raise broken_rule("offsets", "offsets", wanted)
        return self

    @property
    def spans(self) -> list[Span]:
        """The entities; positions are tokens."""
        return spans_from_tags(self.label)

    def to_json(self) -> str:
        """Return one line of a release: the published fields, then those of ours that are set."""
        return self.model_dump_json(exclude_none=True)


def broken_rule(rule: LiteralString, found: str, wanted: str) -> PydanticCustomError:
    """Return the error that a validator raises to report a rule by its id (see `validation_problems`)."""
    return PydanticCustomError(rule, "{found}: wanted {wanted}", {"found": found, "wanted": wanted})


def validation_problems(
    error: ValidationError, where: str, *, of: LiteralString = "record"
) -> list[Problem]:
    """Return one row for each fault of a pydantic error, with the field, the value and the rule.

    Args:
        error: the error.
        where: place for the rows.
        of: the kind of thing that was read; the rule id of a field is `<of>-<field>`.
    """
    rows = []
    for fault in error.errors(include_url=False):
        field = ".".join(str(part) for part in fault["loc"]) or of
        part = fault["loc"][0] if fault["loc"] else of
        rule = "json" if fault["type"] == "json_invalid" else f"{of}-{part}"
        if "wanted" in (context := fault.get("ctx", {})):  # from `broken_rule`
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
