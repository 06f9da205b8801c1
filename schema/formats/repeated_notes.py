"""Report an oddity that recurs in a file, such as a spelling, as one row with a count."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ..problem import Problem


class RepeatedNotes:
    """Count recurring oddities of one file, with the line where each was first seen."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._first: dict[tuple[str, str, str], int] = {}

    def add(self, line: int, rule: str, found: str, wanted: str) -> None:
        """Count one occurrence; `rule`, `found` and `wanted` are as in `Problem`."""
        key = (rule, found, wanted)
        self._counts[key] += 1
        self._first.setdefault(key, line)

    def problems(self) -> list[Problem]:
        """Return one note for each oddity, at the line where it was first seen."""
        return [
            Problem(
                "note", rule, f"{self._path}:{self._first[key]}", found, wanted, f"{times} times"
            )
            for key, times in self._counts.items()
            for rule, found, wanted in [key]
        ]
