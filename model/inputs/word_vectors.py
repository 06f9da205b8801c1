"""Read the vectors of some words from a text file in the format of GloVe or word2vec.

A line is a word and its numbers, separated by spaces (GloVe: Pennington et al. 2014). Files of
word2vec and fastText start with a line of two counts: words, and numbers per word. The file is
streamed, never held in memory.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import DataError
from ...schema.files.given_file import open_given

LONGEST_LINE: Final = 1 << 20  # bytes; a longer line means that the file is not text
HINT: Final = "give a complete text file of GloVe or word2vec vectors with --embeddings FILE"


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Word vectors of a file.

    Attributes:
        width: numbers per vector.
        rows: the vectors that were found, by the word as the file spells it.
    """

    width: int
    rows: dict[str, list[float]]

    def spelling(self, word: str) -> str | None:
        """Return how the file spells the word: unchanged or in lower case; None if it has neither."""
        return next((form for form in (word, word.lower()) if form in self.rows), None)


def read_vectors(path: Path, words: Collection[str]) -> WordVectors:
    """Return the vectors of these words and of their lower-case forms.

    If a word occurs twice in the file, the first vector counts.

    Raises:
        DataError: a line differs in form from the first one, lines are missing at the end, or the file
            cannot be read.
    """
    wanted = {form.encode(): form for word in words for form in (word, word.lower())}
    rows: dict[str, list[float]] = {}
    width = announced = number = first = 0
    try:
        with open_given(path) as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
                line = line.rstrip(b"\r\n ")
                if number == 1 and (counts := _header(line)):
                    announced, width = counts
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
        raise _broken(f"{path}:{number + 1}", "end of file", "a word and its numbers")
    if announced and number - 1 != announced:
        raise _broken(
            f"{path}:{number}",
            f"end of file after {number - 1} vectors",
            f"{announced}, as in line 1",
        )
    return WordVectors(width, rows)


def _header(line: bytes) -> tuple[int, int] | None:
    """Return the counts of words and of numbers if the line holds nothing else."""
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields):
        return None
    return int(fields[0]), int(fields[1])


def _check_width(line: bytes, width: int, where: str) -> None:
    """Check that a line has `width` numbers after its word.

    A word may contain spaces, but then its last part is not a number.
    """
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
    """Return whether the field is a finite number."""
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


def _broken(where: str, found: str, wanted: str) -> DataError:
    return DataError(f"{where}: {found}; wanted {wanted}", HINT)
