"""A diff of two releases for people: tables for a terminal, Markdown for a changelog, a document for JSON.

Texts are from strangers: what a terminal would obey and what Markdown would take for its own is not let
through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ...schema import Release
from ...schema.release.manifest import Withdrawn
from .diff import KINDS, Change, Diff, Entity, Picture, Standing
from .stats_table import Table, as_markdown, shown

MOST_IN_MARKDOWN: Final = 50
LONGEST: Final = 80
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|#&~!])")

Shown = Callable[[str], str]


def name_of(release: Release) -> str:
    """Name and version, where it has one."""
    return f"{release.name} {release.manifest.version}" if release.manifest else release.name


def size_table(diff: Diff) -> Table:
    """Splits, types and images: before, after, and how many more."""
    rows = [
        (name, f"{before:,}", f"{after:,}", f"{after - before:+,}" if after != before else "0")
        for name, (before, after) in diff.sizes().items()
    ]
    return Table(f"{name_of(diff.before)} to {name_of(diff.after)}", _HEADS, tuple(rows))


_HEADS: Final = ("", "before", "after", "change")


def summary(diff: Diff) -> str:
    """Counts that sum to the posts of both."""
    gone = sum(one.withdrawn is not None for one in diff.removed)
    kinds = ", ".join(f"{count:,} in {kind}" for kind in KINDS if (count := diff.count(kind)))
    total = len(diff.added) + len(diff.removed) + len(diff.changed) + diff.unchanged
    return (
        f"{total:,} posts: {len(diff.added):,} added, {len(diff.removed):,} removed"
        f" ({gone:,} of them withdrawn), {len(diff.changed):,} changed"
        f"{f' ({kinds})' if kinds else ''}, {diff.unchanged:,} the same"
    )


def rows(diff: Diff, escape: Shown = shown) -> Iterator[tuple[str, str, str]]:
    """(what, post id, how) of every post that is not the same."""
    for one in diff.removed:
        yield ("withdrawn" if one.withdrawn else "removed"), escape(one.id), _fate(one, escape)
    for one in diff.added:
        yield "added", escape(one.id), _fate(one, escape)
    for change in diff.changed:
        yield "changed", escape(change.id), "; ".join(_words(change, escape))


def _fate(one: Standing, escape: Shown) -> str:
    stone = one.withdrawn
    return one.split if stone is None else f"{one.split}; {_stone(stone, escape)}"


def _stone(stone: Withdrawn, escape: Shown) -> str:
    return f"{stone.fate} since {stone.date}: {escape(stone.reason) or 'no reason given'}"


def _words(change: Change, escape: Shown) -> Iterator[str]:
    def named(one: Entity) -> str:
        return f'"{escape(_short(one.text))}"'

    if change.split:
        yield f"{change.split[0]} to {change.split[1]}"
    if change.text:
        yield "text"
    for was, one in change.retyped:
        yield f"{named(one)} {was.type} to {one.type}"
    yield from (f"without {one.type} {named(one)}" for one in change.entities_removed)
    yield from (f"new {one.type} {named(one)}" for one in change.entities_added)
    if change.images:
        yield _images(*change.images)
    if change.evidence:
        yield "evidence"
    if change.url:
        yield "url"


def _images(before: Sequence[Picture], after: Sequence[Picture]) -> str:
    if len(before) != len(after):
        return f"{len(before)} to {len(after)} images"
    if [one.sha256 for one in before] == [one.sha256 for one in after]:
        return "images renamed"
    if sorted(map(str, before)) == sorted(map(str, after)):
        return "images in another order"
    places = [
        str(place)
        for place, pair in enumerate(zip(before, after, strict=True), start=1)
        if pair[0] != pair[1]
    ]
    return f"another image {', '.join(places)}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_changelog(diff: Diff) -> str:
    """Markdown to paste: the counts, then the first 50 posts of each kind."""
    parts = [f"## {_plain(name_of(diff.after))}\n", f"Since {_plain(name_of(diff.before))}: "]
    parts = [parts[0], f"{parts[1]}{summary(diff)}.\n", as_markdown([size_table(diff)])]
    if diff.withdrawn:
        stones = [f"- {_plain(one.id)}: {_stone(one, _plain)}" for one in diff.withdrawn]
        parts.append(_list("Withdrawn: please delete your copies", stones))
    kinds: dict[str, list[str]] = {"removed": [], "added": [], "changed": []}
    for what, id, how in rows(diff, _plain):
        if what in kinds:
            kinds[what].append(f"- {id}: {how}")
    parts += [_list(kind.capitalize(), lines) for kind, lines in kinds.items() if lines]
    return "\n".join(parts)


def _list(title: str, lines: Sequence[str]) -> str:
    more = len(lines) - MOST_IN_MARKDOWN
    last = [f"- and {more:,} more (`--json` has all)"] if more > 0 else []
    return "".join(f"{line}\n" for line in (f"### {title}\n", *lines[:MOST_IN_MARKDOWN], *last))


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", shown(text))


def as_document(diff: Diff) -> dict[str, Any]:
    """Everything, for a program; pairs are before and after."""
    return {
        "before": _release(diff.before),
        "after": _release(diff.after),
        "counts": {
            "added": len(diff.added),
            "removed": len(diff.removed),
            "removed_withdrawn": sum(one.withdrawn is not None for one in diff.removed),
            "changed": len(diff.changed),
            "unchanged": diff.unchanged,
            "changed_in": {kind: diff.count(kind) for kind in KINDS},
        },
        "sizes": {name: _pair(pair) for name, pair in diff.sizes().items()},
        "withdrawn": [one.model_dump(mode="json") for one in diff.withdrawn],
        "added": [_standing(one) for one in diff.added],
        "removed": [_standing(one) for one in diff.removed],
        "changed": [_change(one) for one in diff.changed],
    }


def _release(release: Release) -> dict[str, object]:
    version = release.manifest.version if release.manifest else None
    return {"release": str(release.folder), "name": release.name, "version": version}


def _standing(one: Standing) -> dict[str, object]:
    stone = one.withdrawn.model_dump(mode="json") if one.withdrawn else None
    return {"id": one.id, "url": one.url, "split": one.split, "withdrawn": stone}


def _change(change: Change) -> dict[str, object]:
    found: dict[str, object] = {"id": change.id, "differs_in": change.kinds}
    pairs = {"split": change.split, "text": change.text, "url": change.url}
    found |= {name: _pair(pair) for name, pair in pairs.items() if pair}
    if "labels" in change.kinds:
        found["entities"] = {
            "added": [one._asdict() for one in change.entities_added],
            "removed": [one._asdict() for one in change.entities_removed],
            "retyped": [{**one._asdict(), "was": was.type} for was, one in change.retyped],
        }
    if change.images:
        found["images"] = _pair([[one._asdict() for one in side] for side in change.images])
    return found


def _pair(pair: Sequence[object]) -> dict[str, object]:
    return {"before": pair[0], "after": pair[1]}
