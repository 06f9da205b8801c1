"""Files that an earlier mnerctl wrote are still read in the same way: `tests/data/written_before`.

Its folder `expected/` has the output of that mnerctl for the same commands. A later version may print more,
but every value from then must still be the same.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mnerctl.annotation import read_predictions, read_suspects
from mnerctl.schema import Corpus, Problem
from mnerctl.schema.post_url import authorless
from mnerctl.schema.release.export_record import RECORD
from support.checkout import ROOT
from support.command import NOT_INHERITED, run
from support.published import tree

pytestmark = pytest.mark.e2e

BEFORE = ROOT / "tests" / "data" / "written_before"
WITHDRAWN = "1763359134712856575"
IN_TEST = "1763357893207261183"

COMMANDS = {
    "status": "status --json",
    "kept": "status --list kept --json",
    "fetch": "fetch urls.txt --source archive --archive corpus --corpus again --json",
    "agree": "label agree --json",
    "adjudicate": "label adjudicate --majority --json",
    "build": "release build --version 1.0.0 --splits splits.json --out built --json",
    "build-next": "release build --version 1.1.0 --from-annotator ben --json",
    "audit": "release audit releases/1.0.0 --json",
    "audit-withdrawn": "release audit releases/1.0.0-withdrawn --json",
    "audit-plus": "release audit releases/plus-1.0.0 --json",
    "audit-published": "release audit exports/mner-mi --json",
    "stats": "release stats releases/1.0.0 --json",
    "diff": "release diff releases/1.0.0 releases/1.0.0-withdrawn --json",
    "export": "release export releases/1.0.0 --to mner-mi --out exported --json",
    "dehydrate": "release dehydrate releases/1.0.0 --out dry --json",
    "rehydrate": "release rehydrate dehydrated/1.0.0 --corpus corpus --out back --json",
    "build-plus": "build-plus --mner-mi releases/1.0.0 --twitter-2017 twitter2017 --out plus --json",
    "ask": "ask releases/1.0.0 --model made-1 --out asked --json",
    "withdraw": f"release withdraw releases/1.0.0-withdrawn {IN_TEST} --reason asked --corpus corpus"
    " --gallery gallery --reports reports --dry-run --json",
}
EQUAL_FOLDERS = {
    "build": ("built", "releases/1.0.0"),
    "export": ("exported", "exports/mner-mi"),
    "dehydrate": ("dry", "dehydrated/1.0.0"),
    "rehydrate": ("back", "releases/1.0.0"),
    "build-plus": ("plus", "releases/plus-1.0.0"),
}
"""The folder that a command writes, and the folder written then that it must equal."""
CHANGED = {"withdraw": {"vectors": 5}, "adjudicate": {"review": []}}
"""What commands say otherwise now: vectors of the post withdrawn then count too, until they are deleted, and
there is a review project for each round."""

MODELS = ("tpm-mi", "tpm-mi-gated", "tpm-mi-legacy", "bert-crf", "bilstm-crf")
SMOKE = "--preset smoke --seed 7"
TRAINED = [
    *(f"predict reports/{name} corpus --out {name}.jsonl" for name in MODELS),
    f"train-check releases/1.0.0 {SMOKE} --system bert-crf --against reports/bert-crf --out checked",
    f"compare releases/1.0.0 {SMOKE} --systems tpm-mi,bert-crf,bilstm-crf"
    " --asked reports/gpt4-made-1 --out compare",
]
RUN_IN_TURN = """
import sys
import traceback
from importlib.metadata import entry_points

(command,) = entry_points(group="console_scripts", name="mnerctl")
main = command.load()
for line in sys.argv[1:]:
    sys.argv = ["mnerctl", *line.split()]
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except Exception:
        traceback.print_exc()
        code = 1
    print(f"exit code {code}", file=sys.stderr)
"""


def laid_out(folder: Path) -> Path:
    """Copy all files to a folder to work in, with the caches where commands look for them."""
    shutil.copytree(BEFORE, folder)
    shutil.copytree(folder / "cache", folder.with_name(f"{folder.name}-home") / "cache")
    packed = folder / "reports" / "tpm-mi-legacy" / "model" / "model.safetensors.gz"
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return laid_out(tmp_path / "work")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return such a folder after the commands that load torch, run in one process to load it once.

    The file `stderr` has their messages.
    """
    if find_spec("torch") is None:
        pytest.skip("needs mnerctl[train]")
    folder = laid_out(tmp_path_factory.mktemp("trained") / "work")
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    cache = str(folder.with_name("work-home") / "cache")
    ended = subprocess.run(
        [sys.executable, "-P", "-c", RUN_IN_TURN, *TRAINED],
        cwd=folder,
        env=kept | {"HF_HUB_OFFLINE": "1", "MNERCTL_CACHE": cache, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    (folder / "stderr").write_text(ended.stderr, encoding="utf-8")
    return folder


def like(now: Any, then: Any) -> Any:
    """Return `now` without keys that `then` lacks, and with the numbers of `then` where they are equal."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {key: like(now[key], then[key]) for key in then if key in now}
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [like(*pair) for pair in zip(now, then, strict=True)]
    if isinstance(then, float) and isinstance(now, float):
        return then if now == pytest.approx(then, abs=1e-6) else now
    return now


def written(folder: Path) -> dict[str, Any]:
    """Return all files, the manifest without its date and without the statement that nothing was dropped.

    Since then, a dehydrated release has no names of authors, so its checksums are others too.
    """
    files: dict[str, Any] = dict(tree(folder))
    if about := files.pop("dehydrated.json", None):
        files = {
            name: [line | {"url": authorless(line["url"])} for line in lines(folder / name)]
            for name in files
        }
        files["dehydrated.json"] = json.loads(about) | {"files": "of that day"}
    if manifest := files.pop("manifest.json", None):
        files["manifest.json"] = {**json.loads(manifest), "created": "that day"}
        stripped = files["manifest.json"].pop("stripped", {"originals": {}})
        assert stripped["originals"] == {}, "these pictures have no metadata"
    return files


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_output_is_the_same_as_then(work: Path, name: str) -> None:
    ended = run(*COMMANDS[name].split(), folder=work)
    then = json.loads((BEFORE / "expected" / f"{name}.json").read_bytes())
    assert ended.code == then["code"], ended.err
    said = then["said"]
    if name in CHANGED:
        said |= CHANGED[name]
    assert like(json.loads(ended.out), said) == said
    if name in EQUAL_FOLDERS:
        made, before = EQUAL_FOLDERS[name]
        content = written(work / made)
        if name == "export":  # the record of an export came later
            record = json.loads(content.pop(RECORD))
            assert (record["format"], record["to"]) == ("mnerctl-export-1", "mner-mi")
        assert content == written(work / before)


def test_posts_stay_in_the_splits_of_the_earlier_release(work: Path) -> None:
    ended = run(*COMMANDS["build-next"].split(), folder=work)
    assert json.loads(ended.out)["split"]["kept"] == 19
    for split in ("train", "dev", "test"):
        then = {line["id"] for line in lines(work / "releases" / "1.0.0" / f"{split}.jsonl")}
        now = {line["id"] for line in lines(work / "releases" / "1.1.0" / f"{split}.jsonl")}
        assert then and then <= now


def test_withdrawing_a_withdrawn_post_changes_nothing(work: Path) -> None:
    words = ("release", "withdraw", "releases/1.0.0-withdrawn", WITHDRAWN, "--reason", "again")
    before = tree(work / "releases")
    ended = run(*words, "--json", folder=work)
    assert (ended.code, json.loads(ended.out)["release_records"]) == (0, 0)
    (work / "releases" / ".lock-1.0.0-withdrawn").unlink()
    assert tree(work / "releases") == before


def test_suspects_and_predictions_match_the_posts(work: Path) -> None:
    problems: list[Problem] = []
    with Corpus.open(work / "corpus") as corpus:
        reasons = read_suspects(corpus, work / "suspects" / "suspects.jsonl", problems)
        read = {
            name: list(
                read_predictions(corpus, work / "predictions" / f"{name}.jsonl", name, problems)
            )
            for name in MODELS
        }
    assert problems == []
    assert list(reasons) == list(
        dict.fromkeys(line["id"] for line in lines(work / "suspects" / "suspects.jsonl"))
    )
    for name, found in read.items():
        then = lines(work / "predictions" / f"{name}.jsonl")
        spans = [len(line["spans"]) for line in then if line["spans"]]
        assert [len(one.spans) for one in found] == spans


def test_push_reads_the_suspects_before_it_looks_for_a_server(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    words = ("label", "push", "--suspects")
    ended = run(*words, "suspects/suspects.jsonl", folder=work)
    assert (ended.code, ended.out) == (2, "")
    assert "LABEL_STUDIO_API_KEY" in ended.err
    other = run(*words, "urls.txt", folder=work)
    assert (other.code, other.out) == (3, "")


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_finds_the_same_entities(trained: Path, name: str) -> None:
    now, then = lines(trained / f"{name}.jsonl"), lines(trained / "predictions" / f"{name}.jsonl")
    scores = [
        [span.pop("score") for line in found for span in line["spans"]] for found in (now, then)
    ]
    assert now == then
    assert scores[0] == pytest.approx(scores[1], abs=2e-4)
    assert scores[1], "a model that finds nothing would prove nothing"


def test_a_release_is_compared_with_an_earlier_report(trained: Path) -> None:
    then = json.loads((trained / "reports" / "bert-crf" / "report.json").read_bytes())
    now = json.loads((trained / "checked" / "report.json").read_bytes())
    assert "regression" in [check["name"] for check in now["checks"]]
    assert {key: now["against"][key] for key in ("release", "version", "records_sha256")} == {
        key: then["run"][key] for key in ("release", "version", "records_sha256")
    }
    assert (now["against"]["posts"], now["against"]["changed"]) == (5, 0)
    assert now["run"]["records_sha256"] == then["run"]["records_sha256"]


def test_a_comparison_continues(trained: Path) -> None:
    outcome, *_ = (BEFORE / "compare" / "runs").glob("tpm-mi-*/outcome.json")
    versions = json.loads(outcome.read_bytes())["versions"]
    if versions != {name: version(name) for name in versions}:
        pytest.skip("runs made with other versions of the libraries do not match")
    before, after = (tree(folder / "compare" / "runs") for folder in (BEFORE, trained))
    assert {name: after[name] for name in before} == before
    assert {name.split("-7-")[0] for name in after.keys() - before.keys()} == {"bilstm-crf"}
    then, now = (
        {row["system"]: row for row in json.loads((folder / "compare.json").read_bytes())["rows"]}
        for folder in (BEFORE / "compare", trained / "compare")
    )
    assert set(now) == {"tpm-mi", "bert-crf", "bilstm-crf", "gpt4 (made-1)"}
    for name, row in then.items():
        scores = {key: row[key] for key in row.keys() - {"behind", "best"}}
        assert {key: now[name][key] for key in scores} == scores


def test_all_exit_codes_are_expected(trained: Path) -> None:
    messages = (trained / "stderr").read_text(encoding="utf-8")
    codes = [line for line in messages.splitlines() if line.startswith("exit code ")]
    assert codes == [*["exit code 0"] * 5, "exit code 5", "exit code 0"], messages
