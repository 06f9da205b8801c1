"""How `--help` lists the commands of a group: under titles, in the order of the work, never cut."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class TitledGroup(TyperGroup):
    """A group whose commands are listed under the `rich_help_panel` that each was registered with.

    Titles appear in the order in which `titles` of a subclass names them. typer draws panels with rich only,
    which triples the time of `--help`; these are plain text.
    """

    titles: tuple[str, ...] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, sorted by title; under a title, subgroups come first."""
        place = {title: number for number, title in enumerate(self.titles)}

        def order(name: str) -> tuple[int, bool]:
            return place[self._title(name)], not isinstance(self.commands[name], TyperGroup)

        return sorted(self.commands, key=order)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one section per title, with the short help of every command in it."""
        names = self.list_commands(ctx)
        width = max(map(len, names))
        for title in self.titles:
            rows = [
                (name.ljust(width), self.commands[name].get_short_help_str(limit=formatter.width))
                for name in names
                if self._title(name) == title
            ]
            with formatter.section(title):
                formatter.write_dl(rows)

    def _title(self, name: str) -> str:
        command: Any = self.commands[name]
        return str(command.rich_help_panel)
