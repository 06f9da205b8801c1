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
    from .phases import Phases

    require_posix("mnerctl demo")
    if out.exists():
        raise UsageError(
            f"{out}: already exists", f"rm -r {out}    # or: mnerctl demo --out another"
        )
    corpus, release, report = (
        shlex.quote(str(out / name)) for name in ("corpus", "release", "report")
    )
    command = typer.main.get_command(app)
    lines = {
        "posts": f"fetch --source made --max-posts {posts} --corpus {corpus}",
        "spans": f"label import {corpus}/made/spans.jsonl --annotator {ANNOTATOR} --corpus {corpus}",
        "release": f"release build --version 1.0.0 --from-annotator {ANNOTATOR}"
        f" --splits {corpus}/made/splits.json --corpus {corpus} --out {release}",
        "train-check": f"train-check {release} --epochs {EPOCHS} --out {report}",
    }
    phases = Phases()
    try:
        for phase, line in lines.items():
            say("")
            say(f"$ mnerctl {line}")
            try:
                command.main(shlex.split(line), prog_name="mnerctl", standalone_mode=False)
            finally:
                phases.reached(phase)
    finally:
        say("")
        say(str(phases))
