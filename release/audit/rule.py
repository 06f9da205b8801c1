"""The rule of an audit, and the input of its check: a release with its pictures.

A check is a pure function that yields findings. The rule gives a finding its level, which is milder in a
published corpus, because nobody can fix that any more. The rules are in the other modules of this package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, get_args

from ...schema import SPLITS, Level, Problem, Record, Release, Span, Split
from ...schema.files.links import NOWHERE
from ...schema.problem import errors_in
from .pictures import Picture

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record and its position.

    Attributes:
        split: split of the record.
        file: file that holds it.
        line: line in the file, from 1.
        record: the record.
        spans: its entities, in tokens.
    """

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
        """Return the tokens of an entity, joined by spaces."""
        return " ".join(self.record.text[span.start : span.end])


@dataclass(frozen=True)
class Inspected:
    """The input of all checks.

    Attributes:
        release: the release.
        examples: its records, split by split.
        pictures: image name to picture, for images that have a file.
        today: the date in UTC.
    """

    release: Release
    examples: tuple[Example, ...]
    pictures: Mapping[str, Picture]
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def is_ours(self) -> bool:
        """Whether mnerctl made the release, which then has a manifest."""
        return self.release.manifest is not None

    @cached_property
    def is_whole(self) -> bool:
        """Whether every record could be read; otherwise it is unknown which images are named."""
        files = tuple(map(str, self.release.files.values()))
        return not any(row.where.startswith(files) for row in errors_in(self.release.problems))

    @cached_property
    def first_named(self) -> dict[str, Example]:
        """Image name to the first example that names it."""
        first: dict[str, Example] = {}
        for example in self.examples:
            for name in example.record.images:
                first.setdefault(name, example)
        return first

    @cached_property
    def folders(self) -> dict[Path, dict[str, str]]:
        """Folder to the files that should be in it, as file name to image name."""
        folders: dict[Path, dict[str, str]] = defaultdict(dict)
        for name in self.first_named:
            path = self.release.image_path(name)
            if path.parent == NOWHERE:
                continue  # a link, which the reader reported
            folders[path.parent][path.name] = name
        return folders

    def of(self, split: Split) -> list[Example]:
        """Return the examples of one split."""
        return self._by_split[split]

    @cached_property
    def _by_split(self) -> dict[Split, list[Example]]:
        return {s: [e for e in self.examples if e.split == s] for s in SPLITS}


class Finding(NamedTuple):
    """What a check found; its rule adds id and level.

    Attributes:
        where: an example, or the path of a file or folder.
        found: the value that breaks the rule.
        wanted: what the rule wants instead.
        detail: anything else that helps.
    """

    where: Example | str
    found: str
    wanted: str
    detail: str = ""


def examples_of(release: Release) -> tuple[Example, ...]:
    """Return all examples of a release that was read from files."""
    return tuple(
        Example(split, release.files[split], line, record, record.spans)
        for split in SPLITS
        for line, record in zip(release.lines[split], release.splits[split], strict=True)
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the audit.

    Attributes:
        id: id in problem rows.
        about: what holds in a sound release, as one sentence for docs/reference/rules.md.
        ours: level of a finding in a release that mnerctl made; None where the rule does not apply.
        published: level of a finding in a published corpus; None where the rule does not apply.
        check: finds violations; None where the reader reports them.
    """

    id: str
    about: str
    ours: Level | None
    published: Level | None
    check: Callable[[Inspected], Iterator[Finding]] | None = None

    def problems(self, inspected: Inspected) -> Iterator[Problem]:
        """Yield a row for each finding."""
        level = self.ours if inspected.is_ours else self.published
        if self.check is None or level is None:
            return
        for where, *texts in self.check(inspected):
            if isinstance(where, str):
                yield Problem(level, self.id, where, *texts)
            else:
                is_merged = where.record.origin is not None
                yield Problem(self._milder() if is_merged else level, self.id, where.where, *texts)

    def _milder(self) -> Level:
        """Return the milder level, for records that a merge took from a published corpus unchanged."""
        return max(filter(None, (self.ours, self.published)), key=LEVELS.index)
