"""`mnerctl demo` beside a folder of that name; `tests/release/test_wheel.py` runs the whole chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import run

pytestmark = pytest.mark.e2e


def test_demo_does_not_touch_an_existing_folder(tmp_path: Path) -> None:
    (tmp_path / "work" / "demo").mkdir(parents=True)
    done = run("demo", folder=tmp_path / "work")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "error: demo: already exists\n  try: rm -r demo    # or: mnerctl demo --out another\n",
    )
    assert list((tmp_path / "work" / "demo").iterdir()) == []
