"""Read the records of one split file of a release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from ..formats.text_lines import read_lines
from ..problem import Problem
from ..record import Record, validation_problems


def read_records(
    path: Path, problems: list[Problem], seen: dict[str, str], line_numbers: list[int]
) -> Iterator[Record]:
    """Yield the valid records of a file; faults and repeated ids become problems.

    Args:
        path: the file, one record per line.
        problems: problems are added to it.
        seen: place of each id, in this file or an earlier one; new ids are added.
        line_numbers: the line number of each record is added to it.
    """
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        try:
            record = Record.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        first = seen.setdefault(record.id, where)
        if first != where:
            problems.append(
                Problem(
                    "error",
                    "id-unique",
                    where,
                    f"id {record.id} again",
                    "each id once",
                    f"at {first}",
                )
            )
        line_numbers.append(number)
        yield record
