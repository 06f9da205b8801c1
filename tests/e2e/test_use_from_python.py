"""docs/how-to/use-from-python.md: its blocks are run one after the other, and print what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.made_mner_mi import small_table, write_made_twitter

pytestmark = pytest.mark.e2e

PAGE = (ROOT / "docs" / "how-to" / "use-from-python.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(sh|python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_page_is_true(tmp_path: Path) -> None:
    blocks = FENCE.findall(PAGE)
    write_made_twitter(
        tmp_path / "twitter2017", statistics=small_table(train=6, dev=2, test=2), seed=1, pictures=4
    )
    shell = "".join(text for kind, text in blocks if kind == "sh")
    script = "".join(text for kind, text in blocks if kind == "python")
    (tmp_path / "page.py").write_text(script, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "MNERCTL_CACHE": str(tmp_path / "cache")}
    printed = ""
    for words in (["bash", "-ec", shell], [sys.executable, "-P", "page.py"]):
        ended = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        printed = ended.stdout
    shown = "".join(text for kind, text in blocks if kind == "text")
    assert printed == shown
    assert (tmp_path / "plus" / "manifest.json").is_file()
