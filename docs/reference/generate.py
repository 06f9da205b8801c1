"""Writes docs/reference/commands.md from the commands' own help; `make reference` runs it.

A test compares the page with what this gives, so that it cannot grow stale.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path

os.environ["COLUMNS"] = "100"  # the help is wrapped by the width of the terminal

import typer

from mnerctl.cli.app import app

PAGE = Path(__file__).with_name("commands.md")


def page() -> str:
    """Every command with its help, in the order of `mnerctl --help`."""
    root = typer.main.get_command(app)
    parts = ["# Commands", "", "Made from `--help` by `make reference`; do not edit.", ""]
    for name, command in commands(root, "mnerctl"):
        with command.make_context(name, [], resilient_parsing=True) as context:
            parts += [
                f"## {name}",
                "",
                "```text",
                inspect.cleandoc(command.get_help(context)),
                "```",
                "",
            ]
    return "\n".join(parts)


def commands(group: typer.core.TyperGroup, path: str) -> list[tuple[str, typer.core.TyperCommand]]:
    """The commands below a group by their whole name, groups left out."""
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, f"{path} {name}")
        else:
            found.append((f"{path} {name}", command))
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
