"""What a rule of the audit is, and what rules look at: a release with its pictures.

A rule is a pure function of these that yields findings; the level of a finding is the rule's, and is
milder where a published corpus has it, which nobody can mend any more. The rules are in `audit_*.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, get_args

from ...schema import SPLITS, Level, Problem, Record, Release, Span, Split
from ...schema.problem import errors_in
from .pictures import Picture

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""The worst first."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record where it stands: its split, file and line, and its entities (in tokens)."""

    split: Split
    file: Path
    line: int
    record: Record
    spans: list[Span]

    @property
    def where(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"

    def surface(self, span: Span) -> str:
        """The tokens of an entity."""
        return " ".join(self.record.text[span.start : span.end])


@dataclass(frozen=True)
class Inspected:
    """A release, its examples split after split, and its pictures by the name that records have."""

    release: Release
    examples: tuple[Example, ...]
    pictures: Mapping[str, Picture]

    @property
    def is_ours(self) -> bool:
        """Whether mnerctl made it: it has a manifest."""
        return self.release.manifest is not None

    @cached_property
    def is_whole(self) -> bool:
        """Whether every record could be read: otherwise nobody knows which images are named."""
        files = tuple(map(str, self.release.files.values()))
        return not any(row.where.startswith(files) for row in errors_in(self.release.problems))

    @cached_property
    def first_named(self) -> dict[str, Example]:
        """Image name to the first example that has it."""
        first: dict[str, Example] = {}
        for example in self.examples:
            for name in example.record.images:
                first.setdefault(name, example)
        return first

    @cached_property
    def folders(self) -> dict[Path, dict[str, str]]:
        """Folder to the files that should be in it: file name to the name that records have."""
        folders: dict[Path, dict[str, str]] = defaultdict(dict)
        for name in self.first_named:
            path = self.release.image_path(name)
            folders[path.parent][path.name] = name
        return folders

    def of(self, split: Split) -> list[Example]:
        """The examples of one split."""
        return self._by_split[split]

    @cached_property
    def _by_split(self) -> dict[Split, list[Example]]:
        return {s: [e for e in self.examples if e.split == s] for s in SPLITS}


class Finding(NamedTuple):
    """A problem before its rule has given it a name and a level. where: an example, a file or a folder."""

    where: Example | str
    found: str
    wanted: str
    detail: str = ""


def examples_of(release: Release) -> tuple[Example, ...]:
    """All examples of a release that was read from disk."""
    return tuple(
        Example(split, release.files[split], line, record, record.spans)
        for split in SPLITS
        for line, record in zip(release.lines[split], release.splits[split], strict=True)
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a release should be.

    id: as in problem rows. about: one sentence for the reference. ours, published: the level of a finding in
    a release of ours and in a published corpus; None where it is not asked there. check: None where
    reading finds it.
    """

    id: str
    about: str
    ours: Level | None
    published: Level | None
    check: Callable[[Inspected], Iterator[Finding]] | None = None

    def problems(self, inspected: Inspected) -> Iterator[Problem]:
        """A row for each finding."""
        level = self.ours if inspected.is_ours else self.published
        if self.check is None or level is None:
            return
        for where, *words in self.check(inspected):
            if isinstance(where, str):
                yield Problem(level, self.id, where, *words)
            else:
                is_merged = where.record.origin is not None
                yield Problem(self._milder() if is_merged else level, self.id, where.where, *words)

    def _milder(self) -> Level:
        """Of the levels: what a merge took over from a published corpus, it could not mend either."""
        return max(filter(None, (self.ours, self.published)), key=LEVELS.index)
