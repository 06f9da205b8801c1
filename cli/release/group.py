"""The group `mnerctl release`, its commands in the order in which a release is made and used."""

from __future__ import annotations

from ..help import TitledGroup
from ..values import CheckedTyper
from .audit import audit
from .build import build
from .card import card
from .diff import diff
from .export import ExportCommand, export
from .gallery import gallery
from .hydrate import dehydrate, rehydrate
from .leaks import leaks
from .stats import stats
from .withdraw import withdraw

MAKE, CHECK, LOOK, PUBLISH, WITHDRAW = (
    "Make",
    "Check",
    "Look and compare",
    "Publish",
    "Withdraw",
)


class _Commands(TitledGroup):
    titles = (MAKE, CHECK, LOOK, PUBLISH, WITHDRAW)


release = CheckedTyper(
    name="release",
    help="Make, check, publish and withdraw releases.",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)
release.command(rich_help_panel=MAKE)(build)
release.command(rich_help_panel=CHECK)(audit)
release.command(rich_help_panel=CHECK)(leaks)
release.command(rich_help_panel=LOOK)(stats)
release.command(rich_help_panel=LOOK)(gallery)
release.command(rich_help_panel=LOOK)(diff)
release.command(rich_help_panel=PUBLISH)(card)
release.command(rich_help_panel=PUBLISH, cls=ExportCommand)(export)
release.command(rich_help_panel=PUBLISH)(dehydrate)
release.command(rich_help_panel=PUBLISH)(rehydrate)
release.command(rich_help_panel=WITHDRAW)(withdraw)
