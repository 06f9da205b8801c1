"""`mnerctl ask`: its output, its files, and a run that is killed and continued."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from mnerctl.schema import Release
from mnerctl.schema.metadata.strip import strip
from support.chat_server import (
    KEY,
    REFUSALS,
    ChatServer,
    answer_with,
    completion,
    error,
    post_of,
    running_chat,
)
from support.checkout import ROOT
from support.command import Ended, interrupted, run, started
from support.made_text import NAMES
from support.metadata import CAMERA_FILES, SECRETS, shown
from support.sound_release import make_manifest_right, sound_release

pytestmark = pytest.mark.e2e
MODEL = ("--model", "made-1", "--allow-external")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with running_chat() as world:
        world.names = {" ".join(name): kind for kind, names in NAMES.items() for name in names[:60]}
        monkeypatch.setenv("MNERCTL_CHAT_URL", world.url)
        monkeypatch.setenv("MNERCTL_CHAT_KEY", KEY)
        yield world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sound_release(tmp_path)
    (tmp_path / "work").mkdir()
    (tmp_path / "sound").rename(tmp_path / "work" / "sound")
    return tmp_path / "work"


def asked(folder: Path, *words: str, options: tuple[str, ...] = MODEL) -> Ended:
    """Run `mnerctl ask sound ...`, and drop the progress of reading."""
    ended = run("ask", "sound", *options, *words, folder=folder)
    lines = [line for line in ended.err.splitlines() if not line.startswith("reading: ")]
    return replace(ended, err="".join(f"{line}\n" for line in lines))


def test_the_output(server: ChatServer, folder: Path) -> None:
    ended = asked(folder, "--parallel", "1", "--price-in", "2.5", "--price-out", "10", "-o", "out")
    assert ended.code == 0, ended.err
    assert ended.out == GOOD_OUT
    first, *middle, last = ended.err.splitlines()
    assert first.startswith(
        "8 posts, 0 answers in the cache: 8 requests to made-1, about 3,"
    ) and first.endswith(" tokens in and 480 out, about $0.01")
    assert middle == [f"asking: {done} of 8" for done in range(1, 9)]
    assert last == (
        "8 posts, 8 requests now; all answers took 800 tokens in and 80 out, $0.00; see out/report.md"
    )
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "predictions.test.jsonl", "report.json", "report.md",
    ]  # fmt: skip


def test_no_metadata_of_a_picture_is_sent(server: ChatServer, folder: Path) -> None:
    """Every kind of picture is in the release as it was built before metadata were dropped."""
    split = (folder / "sound" / "test.jsonl").read_text(encoding="utf-8")
    names = [name for line in split.splitlines() for name in json.loads(line)["images"]]
    for name, content in zip(names, cycle(CAMERA_FILES.values()), strict=False):
        (folder / "sound" / "images" / name).write_bytes(content)
    make_manifest_right(folder / "sound")
    assert asked(folder, "--system", "minigpt4", "--all-images", "-o", "out").code == 0
    sent = [
        base64.b64decode(part["image_url"]["url"].partition(",")[2])
        for body in server.requests
        for part in body["messages"][-1]["content"]
        if part["type"] == "image_url"
    ]
    assert len(sent) == len(names) >= len(CAMERA_FILES)
    assert not [secret for content in sent for secret in SECRETS if secret in content]
    assert all(strip(content).kinds == () for content in sent)
    shown_before = [shown(content) for content in CAMERA_FILES.values()]
    assert all(shown(content) in shown_before for content in sent)


GOOD_OUT = """\
sound: gpt4, made-1, test

               P        R       F1   gold   predicted
 ─────────────────────────────────────────────────────
  micro   100.00   100.00   100.00     32          32
  PER     100.00   100.00   100.00      8           8
  LOC     100.00   100.00   100.00      8           8
  ORG     100.00   100.00   100.00      8           8
  MISC    100.00   100.00   100.00      8           8

answers

                 count
 ──────────────────────
  posts              8
  answered           8
  refused            0
  cut                0
  broken             0
  rejected           0
  fenced             0
  entities          32
  placed            32
  invented           0
  surplus            0
  repeated           0
  unknown type       0

"""


def test_a_reasoning_model(server: ChatServer, folder: Path) -> None:
    """What it does not take, and what reasoning cost, is printed and in the report."""
    server.refuses = {name: REFUSALS[name] for name in ("max_tokens", "temperature")}
    server.thinks = 200
    prices = ("--price-in", "2", "--price-cached", "0.5", "--price-out", "1000")
    ended = asked(folder, "--effort", "low", *prices, "-o", "out")
    assert ended.code == 0, ended.err
    first, *_, changes, last = ended.err.splitlines()
    assert " and 480 out without reasoning, about $0." in first
    assert changes == (
        "the endpoint does not take every parameter: max_tokens sent as max_completion_tokens,"
        " temperature left out"
    )
    assert last == (
        "8 posts, 8 requests now; all answers took 800 tokens in and 1,680 out (1,600 of reasoning),"
        " $1.68; see out/report.md"
    )
    page = (folder / "out" / "report.md").read_text()
    for row in (
        "| effort | low |",
        "| changes | max_tokens sent as max_completion_tokens, temperature left out |",
        "| max tokens | 1024 |",
        "| asked again | 0 |",
        "| tokens reasoning | 1600 |",
        "| price cached | 0.5 |",
    ):
        assert row in page
    assert {request["reasoning_effort"] for request in server.requests} == {"low"}


def test_every_command_of_the_page(
    server: ChatServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/how-to/ask-a-language-model.md: the lines run as they are, against a reasoning model."""
    page = (ROOT / "docs" / "how-to" / "ask-a-language-model.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    exports = [line for line in lines if line.startswith("export MNERCTL_CHAT_")]
    asks = [line for line in lines if line.startswith("mnerctl ask ")]
    assert (len(exports), len(asks), len(lines)) == (3, 3, 6)
    monkeypatch.setenv("MNERCTL_CHAT_MODEL", exports[1].partition("=")[2])
    server.refuses = {name: REFUSALS[name] for name in ("max_tokens", "temperature")}
    (folder / "releases").mkdir()
    (folder / "sound").rename(folder / "releases" / "1.0.0")
    shape = r"\d+ posts, 0 answers in the cache: \d+ requests to gpt-4o, about [\d,]+ tokens in"
    assert re.search(f"^{shape} and 900 out, about ", page, re.MULTILINE)
    for line in asks:
        ended = run(*line.split()[1:], folder=folder)
        assert ended.code == 0, f"{line}\n{ended.err}"
        if "--dry-run" in line:
            assert re.search(f"^{shape} and 480 out, about ", ended.err, re.MULTILINE)
            assert not server.requests
    assert {request["model"] for request in server.requests} == {"gpt-4o", "gpt-5"}


def test_a_model_that_rejects_everything(server: ChatServer, folder: Path) -> None:
    server.refuses = {"max_tokens": error(400, f"The model is for {KEY} no more.")}
    ended = asked(folder, "--system", "minigpt4", "-o", "out")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.splitlines()[-2:] == [
        f"error: {server.url}: the endpoint rejects every request, 8 of 8:"
        " HTTP 400 (The model is for [key] no more.)",
        "  try: check MNERCTL_CHAT_MODEL, and whether it takes pictures; then run the same command"
        " again; answered posts are kept",
    ]
    assert not (folder / "out").exists()


def test_the_files(server: ChatServer, folder: Path) -> None:
    release = Release.load(folder / "sound")
    one, two, three = release.splits["test"][:3]
    name = " ".join(one.text[one.spans[0].start : one.spans[0].end])
    server.by_post[one.raw or ""] = answer_with(
        (name, "person"), ("Nowhere", "LOC"), ("number", "VERB")
    )
    server.by_post[two.raw or ""] = completion(None, refusal="no")
    server.by_post[three.raw or ""] = completion("{", finish="length")
    ended = asked(folder, "--shots", "2", "--json", "-o", "out")
    assert ended.code == 0, ended.err
    report = json.loads((folder / "out" / "report.json").read_text())
    assert json.loads(ended.out) == report
    run_of_it = report["run"]
    assert (run_of_it["allow_external"], run_of_it["address"]) == (True, server.url)
    assert (run_of_it["system"], run_of_it["served"]) == ("gpt4", ["made-1-2024"])
    assert (run_of_it["shots"], run_of_it["images"], run_of_it["structured"]) == (2, "none", 8)
    assert report["answers"]["test"] == {
        "posts": 8, "answered": 6, "refused": 1, "cut": 1, "broken": 0, "rejected": 0, "fenced": 0,
        "entities": 23, "placed": 21, "invented": 1, "surplus": 0, "repeated": 0, "unknown_type": 1,
    }  # fmt: skip
    micro = report["scores"]["test"]["micro"]
    assert (micro["gold"], micro["predicted"], micro["correct"]) == (32, 22, 21)
    lines = [
        json.loads(line)
        for line in (folder / "out" / "predictions.test.jsonl").read_text().splitlines()
    ]
    assert [line["id"] for line in lines] == [record.id for record in release.splits["test"]]
    assert [line["answer"] for line in lines] == ["answered", "refused", "cut"] + ["answered"] * 5
    span = one.spans[0]
    assert lines[0]["spans"][0] == {
        "start": span.start, "end": span.end, "type": "PER", "score": 1.0, "text": name,
        "start_char": one.offsets[span.start][0], "end_char": one.offsets[span.end - 1][1],  # type: ignore[index]
    }  # fmt: skip
    assert lines[0]["unplaced"] == [
        {"text": "Nowhere", "type": "LOC", "why": "invented"},
        {"text": "number", "type": "VERB", "why": "unknown type"},
    ]
    assert (
        "| micro | 95.45 | 65.62 | 77.78 | 32 | 22 |" in (folder / "out" / "report.md").read_text()
    )


def test_a_dry_run_prints_the_cost_and_sends_nothing(server: ChatServer, folder: Path) -> None:
    ended = asked(folder, "--dry-run", "--system", "minigpt4", "--max-requests", "3")
    assert (ended.code, ended.out, server.requests) == (0, "", [])
    assert ended.err.startswith("8 posts, 0 answers in the cache: 3 requests to made-1, about 2,")
    assert ended.err.endswith(" tokens in and 180 out; 5 more are left for later\n")


def test_missing_pictures_are_reported_before_anything_is_sent(
    server: ChatServer, folder: Path
) -> None:
    """A published corpus without its pictures can be asked about, and the report counts them."""
    words = ("B-PER", "Ada"), ("O", "sings")
    post = "IMGID:1\n" + "".join(f"{word}\t{tag}\n" for tag, word in words) + "\n"
    (folder / "twitter").mkdir()
    for name in ("train", "valid", "test"):
        (folder / "twitter" / f"{name}.txt").write_text(post)
    ended = run(
        "ask", "twitter", *MODEL, "--system", "minigpt4", "-o", "out", "--json", folder=folder
    )
    assert ended.code == 0, ended.err
    warned = (
        "warning image-missing twitter/1.jpg: no file; wanted the image (left out of the request)"
    )
    assert ended.err.index(warned) < ended.err.index("1 posts, 0 answers in the cache: 1 requests")
    run_of_it = json.loads(ended.out)["run"]
    assert (run_of_it["images"], run_of_it["images_named"], run_of_it["images_masked"]) == (
        "first", 1, 1,
    )  # fmt: skip


def test_posts_are_not_sent_without_permission(server: ChatServer, folder: Path) -> None:
    ended = asked(folder, options=("--model", "made-1"))
    assert (ended.code, ended.out, server.requests) == (2, "", [])
    assert ended.err == (
        f"error: {server.url}: 8 posts would be sent there; wanted --allow-external\n"
        "  try: add --allow-external if the authors of the posts and your rules allow it\n"
    )


def test_a_key_that_is_refused(server: ChatServer, folder: Path) -> None:
    server.key = "sk-another-0123456789"
    ended = asked(folder)
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.splitlines()[-2:] == [
        f"error: {server.url}: HTTP 401 (Incorrect API key provided: Bearer [key].)",
        "  try: export MNERCTL_CHAT_KEY=...    # a key that this endpoint accepts for this model",
    ]
    assert not (folder / "reports").exists()


def test_a_report_is_never_overwritten(server: ChatServer, folder: Path) -> None:
    (folder / "reports" / "sound-1.0.0-gpt4-made-1").mkdir(parents=True)
    ended = asked(folder)
    assert (ended.code, ended.out, server.requests) == (3, "", [])
    assert ended.err == (
        "error: reports/sound-1.0.0-gpt4-made-1: exists already; a report is never overwritten\n"
        "  try: give another --out\n"
    )


def test_max_requests(server: ChatServer, folder: Path) -> None:
    ended = asked(folder, "--max-requests", "6", "-o", "out")
    assert (ended.code, ended.out) == (6, "")
    assert ended.err.splitlines()[-2:] == [
        "error: 6 of 8 requests are answered and kept; 2 are left because of --max-requests",
        "  try: run the same command again; answered posts are not sent or paid for again",
    ]
    assert asked(folder, "--max-requests", "6", "-o", "out").code == 0
    assert len(server.requests) == 8


def test_a_killed_run_continues(server: ChatServer, folder: Path) -> None:
    """Posts that were answered before the end are not sent again."""
    server.hold = 3
    process = started("ask", "sound", *MODEL, "--parallel", "1", "-o", "out", folder=folder)
    assert server.held.wait(30)
    process.kill()
    process.communicate()
    server.hold = None
    server.release.set()
    assert not (folder / "out").exists()
    ended = asked(folder, "-o", "out")
    assert ended.code == 0, ended.err
    assert ended.err.startswith("8 posts, 3 answers in the cache: 5 requests ")
    times = Counter(post_of(request) for request in server.requests)
    assert sorted(times.values()) == [1] * 7 + [2], "the unanswered one is sent again"


def test_ctrl_c(server: ChatServer, folder: Path) -> None:
    """Answers to requests already sent are stored: nothing is paid for twice."""
    server.delay = 0.2
    ended = interrupted(
        "ask",
        "sound",
        *MODEL,
        "--parallel",
        "2",
        "-o",
        "out",
        folder=folder,
        after="asking: 2 of 8",
    )
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.endswith("interrupted: finished work is kept; run the same command to go on\n")
    assert 2 <= len(server.requests) < 8
    assert asked(folder, "-o", "out").code == 0
    assert len(server.requests) == 8


def test_the_key_is_nowhere(server: ChatServer, folder: Path) -> None:
    server.next.append(error(500, f"failed for {KEY}"))
    release = Release.load(folder / "sound")
    server.by_post[release.splits["test"][0].raw or ""] = answer_with((KEY, "PER"))
    ended = asked(folder, "-o", "out", "--json")
    assert ended.code == 0, ended.err
    assert "waiting 1 s: HTTP 500 (failed for [key]); try 2 of 5\n" in ended.err
    files = [path for path in folder.parent.rglob("*") if path.is_file()]
    assert any(path.name == "answers.db" for path in files)
    written = b"".join(path.read_bytes() for path in files) + (ended.out + ended.err).encode()
    assert b"[key]" in written and KEY.encode() not in written


def test_answers_are_deleted_with_their_post(server: ChatServer, folder: Path) -> None:
    """The ids of removed posts stay in the notice and in the cache, which keeps their answers out."""
    assert asked(folder, "-o", "out").code == 0
    post = Release.load(folder / "sound").splits["test"][0].id
    words = ("release", "withdraw", "sound", post, "--reason", "asked by its author")
    ended = run(*words, "--reports", "out", folder=folder)
    assert (ended.code, ended.out) == (0, ""), ended.err
    assert "also removed: from releases 1, report lines 1, cached answers 1\n" in ended.err
    files = [path for path in folder.parent.rglob("*") if path.is_file()]
    left = [path.name for path in files if post.encode() in path.read_bytes()]
    assert set(left) == {"answers.db", "manifest.json", "withdrawn.json"}


def test_it_needs_no_torch() -> None:
    """A user who only asks a remote model needs no training packages."""
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", "import sys, mnerctl.model.chat.report; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "mnerctl.model.chat.ask" in loaded
    assert not {"torch", "transformers", "datasets", "numpy"} & set(loaded)


def test_a_report_is_a_row_of_a_comparison(server: ChatServer, folder: Path) -> None:
    assert asked(folder, "--effort", "low", "-o", "out").code == 0
    ended = run(
        *("compare", "sound", "--systems", "bilstm-crf", "--preset", "smoke"),
        *("--asked", "out", "--json", "-o", "table"),
        folder=folder,
    )
    assert ended.code == 0, ended.err
    trained, gpt4 = json.loads(ended.out)["rows"]
    report = json.loads((folder / "out" / "report.json").read_text())
    assert (trained["system"], gpt4["system"]) == ("bilstm-crf", "gpt4 (made-1, effort low)")
    assert gpt4["f1"] == {"mean": report["scores"]["test"]["micro"]["f1"], "deviation": None}
    assert ended.err.endswith("1 run of 1 system and 1 language model; see table/compare.html\n")
    page = (folder / "table" / "compare.html").read_text()
    assert "gpt4 (made-1, effort low)" in page and "None" not in page


def test_a_report_of_other_records(server: ChatServer, folder: Path) -> None:
    assert asked(folder, "-o", "out").code == 0
    report = json.loads((folder / "out" / "report.json").read_text())
    report["run"]["records_sha256"] = "0" * 64
    (folder / "out" / "report.json").write_text(json.dumps(report))
    ended = run(
        *("compare", "sound", "--systems", "bilstm-crf", "--preset", "smoke"),
        *("--asked", "out", "-o", "table"),
        folder=folder,
    )
    assert ended.code == 3
    assert ended.err.endswith(
        "error: out: a report about other records than those of sound\n"
        "  try: mnerctl ask sound --model NAME --allow-external    # makes a report\n"
    )
