"""Links inside a folder are found without following them, and refused with a row for each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.files.links import (
    is_special,
    link_problems,
    links_below,
    links_in,
    refuse_links,
    unlinked,
)


def linked_tree(folder: Path) -> Path:
    """Write a folder with 3 links: a file, a folder, and a file two folders down."""
    outside = folder / "outside"
    outside.mkdir(parents=True)
    (outside / "key").write_text("secret")
    (outside / "inner").symlink_to(folder)  # inside what a link points to
    inside = folder / "inside"
    (inside / "a" / "b").mkdir(parents=True)
    (inside / "a" / "b" / "deep").symlink_to(outside / "key")
    (inside / "file").symlink_to("no such file")
    (inside / "images").symlink_to(outside)
    return inside


def test_links_are_found_and_not_followed(tmp_path: Path) -> None:
    inside = linked_tree(tmp_path)
    top = [inside / "file", inside / "images"]
    assert links_in(inside) == links_in(inside, "images") == links_in(inside, "no folder") == top
    assert links_in(inside, "a/b") == [inside / "a" / "b" / "deep", *top]
    assert links_below(inside) == [inside / "a" / "b" / "deep", *top]
    assert links_in(tmp_path / "nothing") == links_below(tmp_path / "nothing") == []


def test_each_link_is_a_row_with_its_target(tmp_path: Path) -> None:
    inside = linked_tree(tmp_path)
    rows = link_problems(links_in(inside))
    assert [(row.level, row.rule, row.where, row.found, row.wanted) for row in rows] == [
        (
            "error",
            "file-link",
            f"{inside}/file",
            "a link to 'no such file'",
            "a file or folder itself",
        ),
        (
            *("error", "file-link", f"{inside}/images"),
            *(f"a link to {str(tmp_path / 'outside')!r}", "a file or folder itself"),
        ),
    ]
    with pytest.raises(DataError) as caught:
        refuse_links(inside, links_in(inside))
    assert caught.value.message == (
        f"{inside}/file: a link to 'no such file'; wanted a file or folder itself,"
        " because links are not followed"
    )
    assert list(caught.value.problems) == rows
    refuse_links(inside, [])


def test_a_picture_that_is_a_link_has_no_file(tmp_path: Path) -> None:
    inside = linked_tree(tmp_path)
    assert not unlinked(inside / "a" / "b" / "deep").exists()
    assert unlinked(inside / "a") == inside / "a"


def test_links_pipes_and_devices_are_special(tmp_path: Path) -> None:
    inside = linked_tree(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert all(is_special(path) for path in (inside / "file", tmp_path / "pipe", Path(os.devnull)))
    assert not any(is_special(path) for path in (inside, tmp_path / "none", inside / "a" / "none"))
