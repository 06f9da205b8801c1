"""The group `mnerctl release`, its commands in the order in which a release is made and used."""

from __future__ import annotations

import typer

from .audit import audit
from .build import build
from .card import card
from .diff import diff
from .export import export
from .gallery import gallery
from .hydrate import dehydrate, rehydrate
from .leaks import leaks
from .stats import stats
from .withdraw import withdraw

release = typer.Typer(
    name="release",
    help="Make, check, publish and withdraw releases.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
release.command()(build)
release.command()(audit)
release.command()(leaks)
release.command()(stats)
release.command()(gallery)
release.command()(diff)
release.command()(card)
release.command()(export)
release.command()(dehydrate)
release.command()(rehydrate)
release.command()(withdraw)
