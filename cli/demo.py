"""`mnerctl demo`: run the whole chain on made posts, offline, through the commands that a user types."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .options import OUT_HELP

ANNOTATOR = "truth"
EPOCHS = 6
"""More than the preset's own: the demo has far fewer posts than a real release."""


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help=OUT_HELP)] = Path("demo"),
    posts: Annotated[int, typer.Option(min=60, help="Number of posts to make.")] = 1500,
) -> None:
    """Run the whole chain offline on made posts.

    Makes posts with pictures, imports their true spans, builds a release, trains TPM-MI and writes the
    report. Each command is printed before it runs, so that it can be repeated by hand.

    Example: mnerctl demo --out demo
    """
    from ..schema import UsageError
    from ..schema.files.system import require_posix
    from .app import app
    from .console import say

    require_posix("mnerctl demo")
    if out.exists():
        raise UsageError(
            f"{out}: already exists", f"rm -r {out}    # or: mnerctl demo --out another"
        )
    corpus, release, report = (
        shlex.quote(str(out / name)) for name in ("corpus", "release", "report")
    )
    command = typer.main.get_command(app)
    for line in (
        f"fetch --source made --max-posts {posts} --corpus {corpus}",
        f"label import {corpus}/made/spans.jsonl --annotator {ANNOTATOR} --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator {ANNOTATOR}"
        f" --splits {corpus}/made/splits.json --corpus {corpus} --out {release}",
        f"train-check {release} --epochs {EPOCHS} --out {report}",
    ):
        say("")
        say(f"$ mnerctl {line}")
        command.main(shlex.split(line), prog_name="mnerctl", standalone_mode=False)
