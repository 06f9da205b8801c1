"""What a leak is: two records that share something, how bad that is, and the row that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from ...schema import Level, Problem, Record, Split

Kind = Literal["post", "text", "normal-text", "near-text", "image", "near-image"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
EXACT: Final = frozenset({"post", "text", "image"})


@dataclass(frozen=True, slots=True)
class Place:
    """A record where it stands. where: file and line, or split and id where there is no file."""

    corpus: str
    split: Split
    where: str
    record: Record


@dataclass(frozen=True, slots=True)
class Leak:
    """Two records that share something; `left` is of the earlier split or the first corpus.

    what: the id, or the names of both images. measure: of near texts the share of word pairs that both
    have, of near images the bits of 64 in which their hashes differ.
    """

    kind: Kind
    left: Place
    right: Place
    what: str = ""
    measure: float | None = None

    @property
    def is_across(self) -> bool:
        """Whether one is for training and the other for judging what was trained."""
        return (self.left.split == "train") != (self.right.split == "train")

    @property
    def level(self) -> Level:
        """An error where a model would be asked what it was told; a note between two training sets."""
        if self.is_across:
            return "error" if self.kind in EXACT else "warning"
        return "note" if self.left.split == self.right.split else "warning"

    @property
    def rule(self) -> str:
        """Its name in problem rows."""
        return f"leak-{self.kind}"

    @property
    def judged(self) -> Place:
        """The one of the two that a model is judged by; the later, where both are or none is."""
        return self.left if self.right.split == "train" != self.left.split else self.right

    def problem(self) -> Problem:
        """The row of it, at the record that is judged."""
        at = self.judged
        other = self.left if at is self.right else self.right
        found = f"{self.what or _quoted(at.record)} in {at.split}, and in {other.split}"
        found += f" of {other.corpus}" if other.corpus != at.corpus else ""
        detail = f"at {other.where}"
        if self.measure is not None:
            is_text = self.kind == "near-text"
            detail += (
                f", {self.measure:.2f} alike" if is_text else f", {self.measure} of 64 bits differ"
            )
        return Problem(self.level, self.rule, at.where, found, "one of them", detail)


def _quoted(record: Record) -> str:
    text = " ".join(record.text)
    return repr(text if len(text) <= 60 else text[:57] + "...")
