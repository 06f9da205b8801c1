"""`mnerctl demo`: the whole chain on made posts, offline, as the commands that a user would type."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

ANNOTATOR = "truth"
POSTS = 1700


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder to make; it must not exist yet.")
    ] = Path("demo"),
) -> None:
    """Run the whole chain offline on made posts: fetch, label, release, train, report.

    Example: mnerctl demo --out demo
    """
    from ..schema import UsageError
    from .app import app
    from .console import say

    if out.exists():
        raise UsageError(
            f"{out}: exists already", f"rm -r {out}    # or: mnerctl demo --out another"
        )
    corpus, release, report = (out / name for name in ("corpus", "release", "report"))
    made = corpus / "made"
    command = typer.main.get_command(app)
    for words in (
        ["fetch", "--source", "made", "--max-posts", str(POSTS), "--corpus", str(corpus)],
        [
            "label",
            "import",
            f"{made}/spans.jsonl",
            "--annotator",
            ANNOTATOR,
            "--corpus",
            str(corpus),
        ],
        ["release", "build", "--version", "1.0.0", "--from-annotator", ANNOTATOR]
        + ["--splits", f"{made}/splits.json", "--corpus", str(corpus), "--out", str(release)],
        ["train-check", str(release), "--out", str(report)],
    ):
        say(f"\n$ mnerctl {shlex.join(words)}")
        command.main(words, prog_name="mnerctl", standalone_mode=False)
    say(f"\nlook at {report}/report.html")
