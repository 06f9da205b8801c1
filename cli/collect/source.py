"""The sources that `mnerctl fetch --source` offers, and what asking them costs.

To add a source, write a module in `collector/sources/` with a `SOURCE`, and add its line to `SOURCES`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

if TYPE_CHECKING:
    from ...collector import Source, SourceKind, SourceOptions


class SourceEntry(NamedTuple):
    """A line in the list of sources.

    module: its module in `collector/sources/`, which is imported only when the source is used.
    help: what `--help` says about it.
    """

    module: str
    help: str


SOURCES: Final = {
    "x-api": SourceEntry("x_api", "X, paid per post"),
    "syndication": SourceEntry("syndication", "X's endpoint for embedding, free and slow"),
    "archive": SourceEntry("archive", "posts collected before"),
    "made": SourceEntry("made", "drawn posts, for trials"),
}
DEFAULT_SOURCE: Final = next(iter(SOURCES))


def _known(name: str) -> str:
    if name not in SOURCES:
        raise typer.BadParameter(f"{name!r}: wanted one of {', '.join(SOURCES)}")
    return name


SourceName = Annotated[
    str,
    typer.Option(
        callback=_known,
        metavar=f"[{'|'.join(SOURCES)}]",
        help="Where posts come from: "
        + ", ".join(f"{name} ({entry.help})" for name, entry in SOURCES.items())
        + ".",
    ),
]


def source_kind(name: str) -> SourceKind:
    """Import the module of a source and return its `SOURCE`."""
    module = import_module(f"...collector.sources.{SOURCES[name].module}", __package__)
    kind: SourceKind = module.SOURCE
    return kind


def input_files_of(name: str, urls: list[Path], options: SourceOptions) -> list[Path]:
    """Return the files of URLs to read: those that the user names, else those of the source.

    Raises:
        UsageError: `--archive` is missing, or the source does not read an archive.
        DataError: a file cannot be read.
    """
    from ...collector import input_files
    from ...schema import UsageError
    from ..console import progress

    kind = source_kind(name)
    if kind.reads_archive and options.archive is None:
        raise UsageError(
            f"--source {name} needs --archive PATH",
            f"mnerctl fetch urls.txt --source {name} --archive posts.jsonl",
        )
    if options.archive is not None and not kind.reads_archive:
        raise UsageError(
            f"--archive {options.archive}: --source {name} does not read an archive",
            f"mnerctl fetch urls.txt --source archive --archive {options.archive}",
        )
    with progress("preparing posts") as on_count:
        own = kind.input_files(options, on_count)
    return input_files(urls or own)


def open_source(name: str, options: SourceOptions) -> Source:
    """Return a source, ready to be asked.

    Raises:
        UsageError, DataError: it cannot be opened with these options.
    """
    return source_kind(name).open(options)


def print_cost(name: str, posts: int, *, note: str = "") -> None:
    """Print what asking for a number of posts costs, before anything is spent.

    Args:
        note: what else to say about the price of one post.
    """
    from ..console import say

    kind = source_kind(name)
    if (price := kind.dollars_per_post) is not None:
        say(
            f"{name}: {posts:,} posts to ask for, about ${posts * price:,.2f} (${price} each{note})"
        )
    if (seconds := kind.seconds_per_post) is not None:
        say(f"{name}: {posts:,} posts to ask for, at least {posts * seconds / 60:,.0f} min")
