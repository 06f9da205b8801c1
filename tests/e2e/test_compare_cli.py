"""`mnerctl compare`: its whole output and files, what a second run makes, and each way in which it fails."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from support.command import Ended, interrupted, left_in_tmp, run, started, without_figures
from support.made_release import made_plus
from support.published import tree

pytestmark = pytest.mark.e2e

SMOKE = ("--preset", "smoke", "--seed", "7", "--threads", "1")
FILES = ["compare.html", "compare.json", "compare.md", "compare.tex"]


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNER-MI-Plus of 60 made tweets with 108 pictures."""
    folder = tmp_path_factory.mktemp("plus")
    made_plus(folder, train=18, dev=6, test=6)
    return folder / "plus"


def compare(plus: Path, systems: str, *given: str, out: str) -> Ended:
    words = ("compare", "plus", "--systems", systems, *SMOKE, "--out", out, *given)
    return run(*words, folder=plus.parent)


@pytest.fixture(scope="module")
def whole(plus: Path) -> Ended:
    """Two systems with two seeds, without interruption."""
    return compare(plus, "tpm-mi,bilstm-crf", "--seeds", "2", out="whole")


def figures(path: Path) -> dict[str, Any]:
    """Return `compare.json` without what differs from run to run."""
    found: dict[str, Any] = json.loads(path.read_bytes())
    for row in found["rows"]:
        del row["seconds"], row["memory"]
    return found


def plain(text: str) -> str:
    """Replace figures, seconds and megabytes; drop the progress and how the machine computes."""
    progress = re.compile(r": \d+ of \d+$|^computing in ")
    lines = [line for line in text.splitlines() if not progress.search(line)]
    return re.sub(r"(?<![-\w.])\d+(?![-\w.])", "0", without_figures("\n".join(lines) + "\n"))


def test_the_whole_output(plus: Path, whole: Ended) -> None:
    assert whole.code == 0, whole.err
    best = json.loads((plus.parent / "whole" / "compare.json").read_bytes())["best"]
    score, first, other = "1.0 1.0 1.0 1.0", "", " 1.0 1.0"
    if best != "bilstm-crf":
        first, other = other, first
    assert re.sub("[-+]#", "#", plain(whole.out)) == plain(f"""\
MNER-MI-Plus 1.0.0: test, preset smoke, seeds 7, 8

 P R F1 ± behind p seconds MB
 ─
 text
 bilstm-crf {score}{first} 0 500
 text + images
 tpm-mi {score}{other} 0 500

""")
    assert plain(whole.err) == plain(f"""\
tpm-mi, seed 7: test F1 1.0, 0 s
tpm-mi, seed 8: test F1 1.0, 0 s
bilstm-crf, seed 7: test F1 1.0, 0 s
bilstm-crf, seed 8: test F1 1.0, 0 s
word vectors of bilstm-crf: random
behind: mean F1 minus that of {best}; 95 % interval and two-sided p by a paired bootstrap over test records
the paper's MNER-MI-Plus has other records (train 10,229, dev 1,583, test 1,583): its figures are not shown
4 runs of 2 systems; see whole/compare.html
""")
    files = [name for name, content in tree(plus.parent / "whole").items() if content is not None]
    runs = [f"runs/{n}-{seed}/outcome.json" for n in ("bilstm-crf", "tpm-mi") for seed in (7, 8)]
    assert sorted(re.sub(r"-[0-9a-f]{12}/", "/", name) for name in files) == [*FILES, *runs]
    assert left_in_tmp(plus.parent) == []


def test_finished_runs_are_not_made_again(plus: Path, whole: Ended) -> None:
    before = tree(plus.parent / "whole")
    systems = "tpm-mi,bilstm-crf,hbilstm-crf"
    ended = compare(plus, systems, "--seeds", "2", "--json", out="whole")
    assert ended.code == 0, ended.err
    scored = [line for line in ended.err.splitlines() if "test F1" in line]
    assert [line.endswith("finished before") for line in scored] == [True] * 4 + [False] * 2
    found = json.loads(ended.out)
    assert found == json.loads((plus.parent / "whole" / "compare.json").read_bytes())
    assert [row["system"] for row in found["rows"]] == ["bilstm-crf", "hbilstm-crf", "tpm-mi"]
    after = tree(plus.parent / "whole")
    assert {name: after[name] for name in before if name.startswith("runs/")} == {
        name: content for name, content in before.items() if name.startswith("runs/")
    }


def test_a_killed_comparison_continues(plus: Path, whole: Ended) -> None:
    words = ("compare", "plus", "--systems", "tpm-mi,bilstm-crf", *SMOKE, "--seeds", "2")
    for moment in ("tpm-mi, seed 7: 1 of 2", "tpm-mi, seed 7: test F1"):
        with started(*words, "--out", "killed", folder=plus.parent) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith(moment):
                    process.send_signal(signal.SIGKILL)
                    break
        assert process.returncode == -signal.SIGKILL
    (finished,) = (plus.parent / "killed" / "runs").glob("*/outcome.json")
    written = finished.stat().st_mtime_ns
    ended = compare(plus, "tpm-mi,bilstm-crf", "--seeds", "2", out="killed")
    assert ended.code == 0, ended.err
    scored = [line for line in ended.err.splitlines() if "test F1" in line]
    assert [line.endswith("finished before") for line in scored] == [True, False, False, False]
    assert finished.stat().st_mtime_ns == written
    killed, never = (plus.parent / name / "runs" for name in ("killed", "whole"))
    for folder in killed.iterdir():
        one, other = (
            json.loads((runs / folder.name / "outcome.json").read_bytes())
            for runs in (killed, never)
        )
        assert {**one, "seconds": 0, "memory": 0} == {**other, "seconds": 0, "memory": 0}
    assert not (plus.parent / "killed" / "unfinished").exists()


def test_ctrl_c_says_how_to_continue(plus: Path) -> None:
    words = ("compare", "plus", "--systems", "bilstm-crf", *SMOKE, "--seeds", "9", "--out", "stop")
    ended = interrupted(*words, folder=plus.parent, after="bilstm-crf, seed 8: test F1")
    assert ended.code == 130
    assert ended.err.endswith("interrupted: finished work is kept; run the same command to go on\n")


def test_word_vectors_of_a_file(plus: Path) -> None:
    vectors = plus.parent / "vectors.txt"
    vectors.write_text("".join(f"{word} 1 0 0\n" for word in ("in", "with", "zzz")))
    given = ("--embeddings", "vectors.txt")
    ended = compare(plus, "cnn-bilstm-crf", *given, out="vectors")
    assert ended.code == 0, ended.err
    (scored,) = [line for line in ended.err.splitlines() if line.startswith("word vectors")]
    assert re.fullmatch(
        r"word vectors of cnn-bilstm-crf: vectors\.txt, \d+ of \d+ words of train", scored
    )
    with vectors.open("a") as file:
        file.write("at 1 0\n")
    broken = compare(plus, "cnn-bilstm-crf", *given, out="vectors")
    assert (broken.code, broken.out) == (3, "")
    assert broken.err.endswith(
        "error: vectors.txt:4: a word and 2 numbers; wanted 3 numbers\n"
        "  try: give a complete text file of GloVe or word2vec vectors with --embeddings FILE\n"
    )


def test_an_unknown_system(plus: Path) -> None:
    ended = compare(plus, "tpm-mi,no-such", out="none")
    assert (ended.code, ended.out) == (2, "")
    assert (
        "Error: Invalid value for '--systems': 'no-such' is not a system; choose from tpm-mi,"
        in ended.err
    )
    assert not (plus.parent / "none").exists()


def test_a_folder_that_is_something_else(plus: Path) -> None:
    ended = compare(plus, "bilstm-crf", out="plus")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        "error: plus: not a folder of mnerctl compare (it has no runs/)\n  try: give another --out\n"
    )
