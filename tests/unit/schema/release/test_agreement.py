"""agreement.json: written and read again, and without the spans of removed posts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.release.agreement import AGREEMENT as FILE
from mnerctl.schema.release.agreement import Agreement, drop_divided, write_agreement
from support.made_agreement import AGREEMENT


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = write_agreement(tmp_path, AGREEMENT)
    assert path == tmp_path / FILE
    assert Agreement.model_validate_json(path.read_bytes()) == AGREEMENT
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_only_the_named_posts_are_removed(tmp_path: Path) -> None:
    other = AGREEMENT.divided[0].model_copy(update={"post_id": "8"})
    both = AGREEMENT.model_copy(update={"divided": (*AGREEMENT.divided, other)})
    path = write_agreement(tmp_path, both)
    drop_divided(tmp_path, {"7", "9"})
    assert Agreement.model_validate_json(path.read_bytes()).divided == (other,)


@pytest.mark.parametrize("content", [None, b"{}"])
def test_a_missing_or_unreadable_file_stays_as_it_is(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    drop_divided(tmp_path, {"7"})
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([content] if content else [])


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_agreement(tmp_path / "gone", AGREEMENT)
    assert caught.value.message == f"{tmp_path}/gone/{FILE}: No such file or directory"
