"""Options and arguments that several commands share, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
RELEASES: Final = Path("releases")
"""Where `release build` writes unless --out names another place."""
OUT_HELP: Final = "The folder to make; it must not exist yet."
Out = Annotated[Path, typer.Option("--out", "-o", help=OUT_HELP)]
ReleasePath = Annotated[
    Path,
    typer.Argument(
        metavar="RELEASE",
        help="A release, or a published corpus: MNER-MI, MNER-MI-Plus, Twitter-2015 or Twitter-2017.",
    ),
]
CorpusDir = Annotated[Path, typer.Option("--corpus", help="The corpus folder.")]
