"""The group `mnerctl label`, with its commands in the order of an annotation round."""

from __future__ import annotations

from ..help import TitledGroup
from ..values import CheckedTyper
from .adjudicate import adjudicate
from .agree import agree
from .import_spans import import_spans
from .pull import pull
from .push import push
from .serve import serve
from .suggest import suggest

MARK, DECIDE = "Mark entities", "Compare and decide"


class _Commands(TitledGroup):
    titles = (MARK, DECIDE)


label = CheckedTyper(
    name="label",
    help="Annotate posts and decide their gold spans.",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)
label.command(rich_help_panel=MARK)(serve)
label.command(rich_help_panel=MARK)(push)
label.command(rich_help_panel=MARK)(suggest)
label.command(rich_help_panel=MARK)(pull)
label.command("import", rich_help_panel=MARK)(import_spans)
label.command(rich_help_panel=DECIDE)(agree)
label.command(rich_help_panel=DECIDE)(adjudicate)
