"""Word vectors from a text file in the format of GloVe or of word2vec: only those that are asked for.

A line is a word and its numbers, parted by spaces (GloVe: Pennington et al. 2014); word2vec and
fastText begin with a line of two counts. The file is streamed, never held; nothing is trained here.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import DataError

LONGEST_LINE: Final = 1 << 20  # bytes; what goes on without a line end is no text
HINT: Final = "give a whole text file of GloVe or word2vec with --embeddings FILE"


@dataclass(frozen=True, slots=True)
class WordVectors:
    """width: numbers a vector. rows: the vectors that were found, by the word as the file spells it."""

    width: int
    rows: dict[str, list[float]]

    def spelling(self, word: str) -> str | None:
        """How the file spells the word: as it is, or in lower case; None where it has neither."""
        return next((one for one in (word, word.lower()) if one in self.rows), None)


def read_vectors(path: Path, words: Collection[str]) -> WordVectors:
    """The vectors of these words and of their lower-case forms; of a word that stands twice, the first.

    Raises DataError with the number of the line that is not as the first, or after which lines are
    missing.
    """
    wanted = {form.encode(): form for word in words for form in (word, word.lower())}
    rows: dict[str, list[float]] = {}
    width = said = number = first = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
                line = line.rstrip(b"\r\n ")
                if number == 1 and (counts := _header(line)):
                    said, width = counts
                    continue
                width, first = width or line.count(b" "), first or number
                where = f"{path}:{number}"
                _check_width(line, width, where)
                word, _, numbers = line.partition(b" ")
                if number == first or (word in wanted and wanted[word] not in rows):
                    vector = _vector(numbers, where)
                    if word in wanted:
                        rows[wanted[word]] = vector
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", HINT) from error
    if not first:
        raise _broken(f"{path}:{number + 1}", "the end", "a word and its numbers")
    if said and number - 1 != said:
        raise _broken(
            f"{path}:{number}", f"the end after {number - 1} vectors", f"{said}, as line 1 says"
        )
    return WordVectors(width, rows)


def _header(line: bytes) -> tuple[int, int] | None:
    """The counts of words and of numbers where the line is nothing else."""
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields):
        return None
    return int(fields[0]), int(fields[1])


def _check_width(line: bytes, width: int, where: str) -> None:
    """A word of a file may have spaces in it, but it does not end with a number then."""
    found = line.count(b" ")
    if width and found == width:
        return
    surplus = line.rsplit(b" ", width)[0].split(b" ") if found > width else []
    if not width or found < width or _is_number(surplus[-1]):
        raise _broken(where, f"a word and {found} numbers", f"{width or 'some'} numbers")


def _vector(numbers: bytes, where: str) -> list[float]:
    vector = []
    for number in numbers.split(b" "):
        if not _is_number(number):
            raise _broken(where, ascii(number.decode(errors="replace")[:20]), "a number")
        vector.append(float(number))
    return vector


def _is_number(field: bytes) -> bool:
    """Whether it is a finite one."""
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


def _broken(where: str, found: str, wanted: str) -> DataError:
    return DataError(f"{where}: {found}; wanted {wanted}", HINT)
