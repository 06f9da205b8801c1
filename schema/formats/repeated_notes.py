"""A thing that recurs in a file (a spelling, a format) as one problem row with a count, not thousands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ..problem import Problem


class RepeatedNotes:
    """Counts recurring oddities of one file and remembers the line where each was first seen."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._times: Counter[tuple[str, str, str]] = Counter()
        self._first: dict[tuple[str, str, str], int] = {}

    def add(self, line: int, rule: str, found: str, wanted: str) -> None:
        """Count one more `found` under `rule`."""
        key = (rule, found, wanted)
        self._times[key] += 1
        self._first.setdefault(key, line)

    def problems(self) -> list[Problem]:
        """One note for each oddity, at the line where it was first seen."""
        return [
            Problem(
                "note", rule, f"{self._path}:{self._first[key]}", found, wanted, f"{times} times"
            )
            for key, times in self._times.items()
            for rule, found, wanted in [key]
        ]
