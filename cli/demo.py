"""`mnerctl demo`: the whole chain on made posts, offline, as the commands that a user would type."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ANNOTATOR = "truth"
POSTS = {"train": 1200, "dev": 200, "test": 300}


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder to make; it must not exist yet.")
    ] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Of the made posts.")] = 1,
) -> None:
    """Run the whole chain offline on made posts: fetch, label, release, train, report.

    Example: mnerctl demo --out demo
    """
    from ..collector import make_posts
    from ..schema import UsageError
    from .app import app
    from .console import progress, say

    if out.exists():
        raise UsageError(f"{out}: exists already", f"rm -r {out}    # or: mnerctl demo --out another")
    made, corpus, release, report = (out / name for name in ("made", "corpus", "release", "report"))
    say(f"made posts: drawing their pictures into {made}")
    with progress("made posts") as on_count:
        make_posts(made, **POSTS, seed=seed, on_post=on_count)
    chain = (
        f"fetch {made}/urls.txt --source archive --archive {made}/posts.jsonl --corpus {corpus}",
        f"label import {made}/spans.jsonl --annotator {ANNOTATOR} --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator {ANNOTATOR} --splits {made}/splits.json"
        f" --corpus {corpus} --out {release}",
        f"train-check {release} --out {report}",
    )
    command = typer.main.get_command(app)
    for line in chain:
        say(f"\n$ mnerctl {line}")
        command.main(line.split(), prog_name="mnerctl", standalone_mode=False)
    say(f"\nlook at {report}/report.html")
