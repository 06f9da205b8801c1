"""The group `mnerctl label`, its commands in the order of an annotation round."""

from __future__ import annotations

import typer

from .adjudicate import adjudicate
from .agree import agree
from .import_spans import import_spans
from .pull import pull
from .push import push
from .serve import serve
from .suggest import suggest

label = typer.Typer(
    name="label",
    help="Annotate posts and decide their gold spans.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
label.command()(serve)
label.command()(push)
label.command()(suggest)
label.command()(pull)
label.command("import")(import_spans)
label.command()(agree)
label.command()(adjudicate)
