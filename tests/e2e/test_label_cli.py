"""`mnerctl label` on the command line: whole outputs and exit codes, mainly of the usual errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.corpora import corpus_of, made_post

pytestmark = pytest.mark.e2e


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with corpus_of(
        tmp_path / "corpus", [made_post("11", "LeBron James 🇫🇷"), made_post("12", "Hi")]
    ):
        return tmp_path


def mnerctl(folder: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    clean = {key: text for key, text in os.environ.items() if not key.startswith("LABEL_STUDIO_")}
    run = subprocess.run(
        [sys.executable, "-m", "mnerctl", "label", *words],
        cwd=folder,
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


def test_import_stores_counts_and_can_be_repeated(folder: Path) -> None:
    line = {"post_id": "11", "spans": [{"start": 0, "end": 12, "type": "PER"}]}
    (folder / "spans.jsonl").write_text(json.dumps(line))
    words = ("import", "spans.jsonl", "--annotator", "ada")
    assert mnerctl(folder, *words) == (
        0,
        "",
        "spans.jsonl: 1 posts: 1 stored, 0 unchanged (1 spans, 0 skipped)\n",
    )
    code, out, err = mnerctl(folder, *words, "--json")
    assert (code, err) == (0, "spans.jsonl: 1 posts: 0 stored, 1 unchanged (1 spans, 0 skipped)\n")
    assert json.loads(out) == {
        "posts": 1, "stored": 0, "unchanged": 1, "spans": 1, "skipped": 0, "problems": [],
    }  # fmt: skip


def test_import_of_a_bad_file_names_the_line_and_the_next_command(folder: Path) -> None:
    line = {"post_id": "11", "spans": [{"start": 0, "end": 99, "type": "PER"}]}
    (folder / "spans.jsonl").write_text(json.dumps(line))
    assert mnerctl(folder, "import", "spans.jsonl", "--annotator", "ada") == (
        3,
        "",
        "error bounds spans.jsonl:1: [0, 99); wanted inside the text of 15 code points\n"
        "error: spans.jsonl: 1 error on 1 line; nothing was stored (0 posts without an error)\n"
        "  try: fix the lines above, then: "
        "mnerctl label import spans.jsonl --annotator ada --corpus corpus\n",
    )


@pytest.mark.parametrize("command", ["push", "pull"])
def test_without_a_token(folder: Path, command: str) -> None:
    assert mnerctl(folder, command) == (
        2,
        "",
        "error: no token for Label Studio: the variable LABEL_STUDIO_API_KEY is not set\n"
        "  try: mnerctl label serve    # it prints the line that sets the variable\n",
    )


@pytest.mark.parametrize("command", ["push", "pull"])
def test_without_a_label_studio(folder: Path, command: str) -> None:
    pytest.importorskip("label_studio_sdk")
    words = (command, "--url", "http://127.0.0.1:9")
    assert mnerctl(folder, *words, LABEL_STUDIO_API_KEY="0" * 40) == (
        4,
        "",
        "error: http://127.0.0.1:9: no answer: [Errno 111] Connection refused\n"
        "  try: mnerctl label serve\n",
    )


@pytest.mark.parametrize("words", [("push",), ("pull",), ("serve",)])
def test_without_a_corpus(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert mnerctl(tmp_path, *words, LABEL_STUDIO_API_KEY="0" * 40) == (
        3,
        "",
        "error: corpus: no corpus (corpus.db is not there)\n"
        "  try: mnerctl fetch urls.txt --corpus corpus\n",
    )
