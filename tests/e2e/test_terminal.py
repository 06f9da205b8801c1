"""No command lets texts of strangers steer the terminal: real commands over a hostile release and archive."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mnerctl.cli.visible import visible
from mnerctl.schema import Annotation, Corpus, Span
from support.command import MNERCTL, environment
from support.corpora import made_post
from support.hostile import STEERING
from support.sound_release import make_manifest_right, read_split, sound_release, write_split

pytestmark = pytest.mark.e2e

COLOUR_OR_ERASE = re.compile(r"\x1b\[[\d;]*[mKA]|\x1b\[\?25[hl]")
"""What rich draws a progress bar with."""
FILE_NAME = STEERING.replace("\0", "").replace("/", "|")
MARK = "52;c;cm0gLXJm"
KEPT = "1790000000000000001"


def output(folder: Path, *arguments: str | Path, codes: tuple[int, ...] = (0,)) -> str:
    """Run a command, check both of its streams, and return stdout."""
    ended = subprocess.run(
        [MNERCTL, *arguments], cwd=folder, env=environment(folder), capture_output=True, check=False
    )
    out, err = ended.stdout.decode(), ended.stderr.decode()
    assert ended.returncode in codes, err
    for stream in (out, err):
        assert visible(stream) == stream, arguments
    assert "Traceback" not in err
    assert "\nerror: forged" not in f"\n{err}"
    return out


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: `sound`, `odd` (it loads, and its texts are hostile) and `broken`."""
    work = tmp_path_factory.mktemp("releases") / "work"
    work.mkdir()
    sound_release(work)
    for name in ("odd", "broken"):
        shutil.copytree(work / "sound", work / name)
        train, test = read_split(work / name, "train"), read_split(work / name, "test")
        for number, text in enumerate(([STEERING] * 2, [f"{STEERING}{n}" for n in range(4)])):
            for line in (train[number], test[number]):
                line["text"], line["label"] = text, ["B-PER", *["O"] * (len(text) - 1)]
                for field in ("raw", "offsets", "evidence"):
                    line.pop(field)
        train[2]["id"] = STEERING
        train[4]["url"] = f"https://x.com/ada/status/{STEERING}"
        if name == "broken":
            train[3]["raw"] = STEERING
            train[5]["label"][0] = f"B-{STEERING}"
            train[6]["images"][0] = f"{STEERING}.png"
        write_split(work / name, "train", train)
        write_split(work / name, "test", test)
        make_manifest_right(work / name)
        manifest = json.loads((work / name / "manifest.json").read_bytes())
        manifest["name"] = STEERING
        (work / name / "manifest.json").write_text(json.dumps(manifest))
        for folder in (work / name, work / name / "images"):
            (folder / FILE_NAME).write_bytes(b"not in the manifest")
    return work


@pytest.mark.parametrize("name", ["odd", "broken"])
def test_audit(name: str, releases: Path) -> None:
    output(releases, "release", "audit", name, codes=(5,))
    document = json.loads(output(releases, "release", "audit", name, "--json", codes=(5,)))
    found = {(row["rule"], MARK in str(row)) for row in document["problems"]}
    rules = {rule for rule, is_hostile in found if is_hostile}
    assert len(rules) > 2
    for rule in sorted(rules)[:2]:
        listed = output(releases, "release", "audit", name, "--list", rule, codes=(5,))
        assert len(listed.splitlines()) == sum(row["rule"] == rule for row in document["problems"])


@pytest.mark.parametrize("options", [(), ("--json",), ("--markdown",), ("--latex",)])
def test_stats(options: tuple[str, ...], releases: Path) -> None:
    out = output(releases, "release", "stats", "odd", *options)
    assert MARK in out or "--json" in options


@pytest.mark.parametrize("options", [(), ("--json",), ("--list", "leak-text")])
def test_leaks(options: tuple[str, ...], releases: Path) -> None:
    output(releases, "release", "leaks", "odd", *options, codes=(5,))


@pytest.mark.parametrize("options", [(), ("--json",), ("--format", "markdown")])
def test_diff(options: tuple[str, ...], releases: Path) -> None:
    assert MARK in output(releases, "release", "diff", "sound", "odd", *options)


def test_card(releases: Path) -> None:
    output(releases, "release", "card", "odd")


def test_fetch_and_status(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "urls.txt").write_text(f"{KEPT}\n" + "".join(f"{x}\n" for x in STEERING.split("\n")))
    archive = [
        {
            "id_str": KEPT,
            "full_text": STEERING,
            "user": {"screen_name": STEERING},
            "lang": STEERING,
        },
        {"id_str": STEERING, "full_text": STEERING},
        {STEERING: STEERING},
    ]
    lines = [*map(json.dumps, archive), STEERING.replace("\n", "")]
    (work / "posts.jsonl").write_text("\n".join(lines))
    given = ("--source", "archive", "--archive", "posts.jsonl")
    output(work, "fetch", "urls.txt", *given, codes=(0, 3, 6))
    output(work, "status")
    assert "\\x1b" in output(work, "status", "--list", "refused")
    shown = output(work, "status", "--list", "refused", "--json")
    assert any("\x1b]52" in line["text"] for line in json.loads(shown))
    output(work, "status", "--list", FILE_NAME, codes=(2,))
    output(work, FILE_NAME, codes=(2,))


def test_import_and_agree(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    text = f"{STEERING} Ada"
    with Corpus.open(work / "corpus", create=True) as corpus:
        for number in range(3):
            post = made_post(str(int(KEPT) + number), text)
            corpus.put_post(post)
            corpus.settle(post.id, "kept")
            for name, spans in ((f"ada {STEERING}", (Span(0, 9, "PER"),)), ("ben", ())):
                corpus.put_annotation(
                    Annotation(post_id=post.id, annotator=name, text=post.text, spans=spans)
                )
    output(work, "label", "agree")
    json.loads(output(work, "label", "agree", "--json"))
    rows = [
        {"post_id": STEERING, "spans": []},
        {"post_id": KEPT, "spans": [{"start": 0, "end": 2, "type": STEERING}]},
        {"post_id": KEPT, "spans": [{"start": 1, "end": 9, "type": "PER", "text": STEERING}]},
    ]
    (work / "spans.jsonl").write_text("\n".join([*map(json.dumps, rows), STEERING]))
    output(work, "label", "import", "spans.jsonl", "--annotator", "eve", codes=(3,))
    output(work, "label", "import", "spans.jsonl", "--annotator", FILE_NAME, codes=(2, 3))


def test_a_path_is_a_text_of_strangers_too(tmp_path: Path) -> None:
    (tmp_path / "work" / FILE_NAME).mkdir(parents=True)
    for command in ("audit", "card"):
        output(tmp_path / "work", "release", command, FILE_NAME, codes=(3,))
    odd = os.fsdecode(b"\xff\x1b[2J")
    output(tmp_path / "work", "release", "audit", odd, codes=(3,))


@pytest.mark.parametrize("arguments", [("audit", "broken"), ("leaks", "odd")])
def test_a_real_terminal(arguments: tuple[str, str], releases: Path) -> None:
    shown = "".join(_terminal(releases, "release", *arguments))
    assert "\x1b[" in shown, "colours and bars are still drawn"
    left = COLOUR_OR_ERASE.sub("", shown).replace("\r\n", "\n").replace("\r", "")
    assert visible(left) == left
    assert "\\x1b]52;c;" in left


def _terminal(folder: Path, *arguments: str) -> Iterator[str]:
    """Run a command in a terminal of its own and yield what it shows."""
    ours, its = pty.openpty()
    variables = environment(folder) | {"TERM": "xterm-256color"}
    with subprocess.Popen(
        [MNERCTL, *arguments], cwd=folder, env=variables, stdin=its, stdout=its, stderr=its
    ):
        os.close(its)
        content = b""
        with suppress(OSError):  # the terminal is closed
            while more := os.read(ours, 65536):
                content += more
    os.close(ours)
    yield content.decode()
