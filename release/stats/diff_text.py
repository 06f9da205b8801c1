"""Write a diff of two releases as tables for a terminal, as a Markdown changelog, or as a JSON document.

Texts of posts come from strangers, so control characters and Markdown syntax in them are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ...schema import Release
from ...schema.release.manifest import Withdrawn
from .diff import Diff, UnmatchedPost
from .post_change import KINDS, Change, Entity, Picture
from .stats_table import Table, as_markdown, printable

MAX_IN_MARKDOWN: Final = 50
LONGEST: Final = 80
"""Characters of an entity's text that are shown."""
_MARKDOWN_SYNTAX: Final = re.compile(r"([\\`*_\[\]<>|#&~!])")

Escape = Callable[[str], str]


def name_of(release: Release) -> str:
    """Return the name of a release, with its version if it has one."""
    return f"{release.name} {release.manifest.version}" if release.manifest else release.name


def size_table(diff: Diff) -> Table:
    """Return the counts of posts, entities and images: before, after, and the change."""
    rows = [
        (name, f"{before:,}", f"{after:,}", f"{after - before:+,}" if after != before else "0")
        for name, (before, after) in diff.sizes().items()
    ]
    return Table(f"{name_of(diff.before)} to {name_of(diff.after)}", _HEADS, tuple(rows))


_HEADS: Final = ("", "before", "after", "change")


def summary(diff: Diff) -> str:
    """Return one sentence with counts that sum to the number of posts in both releases."""
    withdrawn = sum(one.withdrawn is not None for one in diff.removed)
    kinds = ", ".join(f"{count:,} in {kind}" for kind in KINDS if (count := diff.count(kind)))
    total = len(diff.added) + len(diff.removed) + len(diff.changed) + diff.unchanged
    return (
        f"{total:,} posts: {len(diff.added):,} added, {len(diff.removed):,} removed"
        f" ({withdrawn:,} of them withdrawn), {len(diff.changed):,} changed"
        f"{f' ({kinds})' if kinds else ''}, {diff.unchanged:,} unchanged"
    )


def rows(diff: Diff, escape: Escape = printable) -> Iterator[tuple[str, str, str]]:
    """Yield (what, post id, how) for every post that differs.

    Args:
        diff: the differences.
        escape: applied to ids, texts and reasons.
    """
    for one in diff.removed:
        yield ("withdrawn" if one.withdrawn else "removed"), escape(one.id), _where(one, escape)
    for one in diff.added:
        yield "added", escape(one.id), _where(one, escape)
    for change in diff.changed:
        yield "changed", escape(change.id), "; ".join(_parts(change, escape))


def _where(one: UnmatchedPost, escape: Escape) -> str:
    if one.withdrawn is None:
        return one.split
    return f"{one.split}; {_withdrawn(one.withdrawn, escape)}"


def _withdrawn(post: Withdrawn, escape: Escape) -> str:
    return f"{post.fate} since {post.date}: {escape(post.reason) or 'no reason given'}"


def _parts(change: Change, escape: Escape) -> Iterator[str]:
    def quoted(one: Entity) -> str:
        return f'"{escape(_short(one.text))}"'

    if change.split:
        yield f"{change.split[0]} to {change.split[1]}"
    if change.text:
        yield "text"
    for was, one in change.retyped:
        yield f"{quoted(one)} {was.type} to {one.type}"
    yield from (f"removed {one.type} {quoted(one)}" for one in change.entities_removed)
    yield from (f"added {one.type} {quoted(one)}" for one in change.entities_added)
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
        return "images reordered"
    numbers = [
        str(number)
        for number, pair in enumerate(zip(before, after, strict=True), start=1)
        if pair[0] != pair[1]
    ]
    return f"image{'s' if len(numbers) > 1 else ''} {', '.join(numbers)} replaced"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_changelog(diff: Diff) -> str:
    """Return Markdown for a changelog: the counts, then the first 50 posts of each kind."""
    parts = [
        f"## {_plain(name_of(diff.after))}\n",
        f"Since {_plain(name_of(diff.before))}: {summary(diff)}.\n",
        as_markdown([size_table(diff)]),
    ]
    if diff.withdrawn:
        posts = [f"- {_plain(one.id)}: {_withdrawn(one, _plain)}" for one in diff.withdrawn]
        parts.append(_list("Withdrawn: please delete your copies", posts))
    kinds: dict[str, list[str]] = {"removed": [], "added": [], "changed": []}
    for what, id, how in rows(diff, _plain):
        if what in kinds:
            kinds[what].append(f"- {id}: {how}")
    parts += [_list(kind.capitalize(), lines) for kind, lines in kinds.items() if lines]
    return "\n".join(parts)


def _list(title: str, lines: Sequence[str]) -> str:
    more = len(lines) - MAX_IN_MARKDOWN
    last = [f"- and {more:,} more (`--json` lists all)"] if more > 0 else []
    return "".join(f"{line}\n" for line in (f"### {title}\n", *lines[:MAX_IN_MARKDOWN], *last))


def _plain(text: str) -> str:
    """Escape Markdown syntax and control characters."""
    return _MARKDOWN_SYNTAX.sub(r"\\\1", printable(text))


def as_document(diff: Diff) -> dict[str, Any]:
    """Return everything as a JSON document; pairs have the keys `before` and `after`."""
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
        "added": [_unmatched(one) for one in diff.added],
        "removed": [_unmatched(one) for one in diff.removed],
        "changed": [_change(one) for one in diff.changed],
    }


def _release(release: Release) -> dict[str, object]:
    version = release.manifest.version if release.manifest else None
    return {"release": str(release.folder), "name": release.name, "version": version}


def _unmatched(one: UnmatchedPost) -> dict[str, object]:
    withdrawn = one.withdrawn.model_dump(mode="json") if one.withdrawn else None
    return {"id": one.id, "url": one.url, "split": one.split, "withdrawn": withdrawn}


def _change(change: Change) -> dict[str, object]:
    document: dict[str, object] = {"id": change.id, "differs_in": change.kinds}
    pairs = {"split": change.split, "text": change.text, "url": change.url}
    document |= {name: _pair(pair) for name, pair in pairs.items() if pair}
    if "labels" in change.kinds:
        document["entities"] = {
            "added": [one._asdict() for one in change.entities_added],
            "removed": [one._asdict() for one in change.entities_removed],
            "retyped": [{**one._asdict(), "was": was.type} for was, one in change.retyped],
        }
    if change.images:
        document["images"] = _pair([[one._asdict() for one in side] for side in change.images])
    return document


def _pair(pair: Sequence[object]) -> dict[str, object]:
    return {"before": pair[0], "after": pair[1]}
