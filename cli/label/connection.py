"""How the commands of `mnerctl label` find Label Studio and its project: options, title and token."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from ...annotation import Studio

LOCAL: Final = "http://127.0.0.1:8090"
"""Where `mnerctl label serve` listens by default."""

Url = Annotated[str, typer.Option(help="Address of Label Studio.")]
OnlyProject = Annotated[
    str | None,
    typer.Option(
        help="Use only the project with this title.", show_default="all that push has filled"
    ),
]


def default_title(corpus: Path) -> str:
    """Return the project title for a corpus; Label Studio allows 3 to 50 characters."""
    return f"mnerctl {corpus.resolve().name}"[:50].strip()


def studio_at(url: str) -> Studio:
    """Log in to the Label Studio at an address, with the token of the environment."""
    from ...annotation import TOKEN_VARIABLE, Studio

    return Studio.connect(url, os.environ.get(TOKEN_VARIABLE))
