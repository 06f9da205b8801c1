"""A leak: two records that share something, its level, and its problem row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from ...schema import Level, Problem, Record, Split

Kind = Literal["post", "text", "normal-text", "near-text", "image", "near-image"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
EXACT: Final = frozenset({"post", "text", "image"})


@dataclass(frozen=True, slots=True)
class Place:
    """A record and its position.

    Attributes:
        corpus: name of the release or corpus.
        split: split of the record.
        where: `file:line`, or split and id of a record that is not read from a file.
        record: the record.
    """

    corpus: str
    split: Split
    where: str
    record: Record


@dataclass(frozen=True, slots=True)
class Leak:
    """Two records that share something.

    Attributes:
        kind: what they share.
        left: the record of the earlier split or the first corpus.
        right: the other record.
        what: the shared id, or the names of both images; empty for texts.
        measure: for near texts the similarity, 0.6 to 1 (Jaccard, of word pairs); for near images the number
            of bits, of 64, in which the hashes differ; else None.
        images: the name of the image of each record; empty for posts and texts.
    """

    kind: Kind
    left: Place
    right: Place
    what: str = ""
    measure: float | None = None
    images: tuple[str, str] = ("", "")

    @property
    def is_across(self) -> bool:
        """Whether exactly one of the records is in train: a model would be tested on training data."""
        return (self.left.split == "train") != (self.right.split == "train")

    @property
    def level(self) -> Level:
        """Error for an exact leak between train and dev or test; note within one split; else warning."""
        if self.is_across:
            return "error" if self.kind in EXACT else "warning"
        return "note" if self.left.split == self.right.split else "warning"

    @property
    def rule(self) -> str:
        """The rule id for problem rows."""
        return f"leak-{self.kind}"

    @property
    def flagged(self) -> Place:
        """The record that the problem row points at: the one outside train, else the right one."""
        return self.left if self.right.split == "train" != self.left.split else self.right

    def problem(self) -> Problem:
        """Return the problem row, at the flagged record."""
        at = self.flagged
        other = self.left if at is self.right else self.right
        found = f"{self.what or _quoted(at.record)} in {at.split} and in {other.split}"
        found += f" of {other.corpus}" if other.corpus != at.corpus else ""
        detail = f"at {other.where}"
        if self.measure is not None:
            is_text = self.kind == "near-text"
            detail += (
                f", similarity {self.measure:.2f}"
                if is_text
                else f", {self.measure} of 64 bits differ"
            )
        return Problem(self.level, self.rule, at.where, found, "only one of them", detail)


def _quoted(record: Record) -> str:
    text = " ".join(record.text)
    return repr(text if len(text) <= 60 else text[:57] + "...")
