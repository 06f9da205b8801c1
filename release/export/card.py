"""`release card`: write the dataset card, with the metadata of the Hugging Face Hub and a datasheet.

Numbers are counted or come from the manifest, and texts come from the table `[card]` of `mnerctl.toml`, so
that the card cannot contradict the release. The sections are those of a datasheet (Gebru et al., Datasheets
for Datasets, 2021). A missing fact is marked as not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from ...schema import Release
from ...schema.corpus.card_facts import CardFacts
from ...schema.files.atomic_write import write_file
from ..stats.stats import statistics
from ..stats.stats_table import as_markdown, paper_table, printable
from . import terms
from .croissant import time_frame

SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def card_of(
    release: Release,
    facts: CardFacts,
    *,
    data_files: Mapping[str, str] | None = None,
    is_whole: bool = True,
) -> str:
    """Return the card in Markdown.

    Args:
        release: the release to describe.
        facts: what the authors wrote about the dataset.
        data_files: split of the Hub to the pattern of its files, for a folder that goes to the Hub.
        is_whole: whether the folder of the card has texts and pictures; otherwise the release is dehydrated.
    """
    release = _on_one_line(release)
    first, last = time_frame(release)
    manifest = release.manifest
    head = "".join(
        f"{key}: {_yaml(value)}\n" for key, value in _head(release, facts, data_files or {})
    )
    body = _template().render(
        release=release,
        manifest=manifest,
        agreement=manifest.agreement if manifest else None,
        facts=facts,
        counts=as_markdown([paper_table("tweets, entities and images", statistics(release))]),
        first=first,
        last=last,
        is_whole=is_whole,
        terms=terms,
    )
    return f"---\n{head}---\n\n{body}"


def _on_one_line(release: Release) -> Release:
    """Return the release with names and reasons on one line: they may come from others."""
    manifest = release.manifest
    if manifest is None:
        return replace(release, name=printable(release.name))
    texts = {name: printable(getattr(manifest, name)) for name in ("version", "tokenizer", "gold")}
    rows = {
        field: tuple(
            row.model_copy(
                update={name: printable(value) for name, value in row if isinstance(value, str)}
            )
            for row in getattr(manifest, field)
        )
        for field in ("sources", "withdrawn")
    }
    return replace(
        release, name=printable(release.name), manifest=manifest.model_copy(update=texts | rows)
    )


def blanks(facts: CardFacts) -> list[str]:
    """Return the names of the facts that are empty."""
    return [name for name, value in facts if not value]


def write_card(path: Path, card: str) -> None:
    """Write a card completely or not at all. Raises DataError where it cannot be written."""
    write_file(path, card)


def _template() -> Template:
    environment = Environment(
        finalize=_without_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    source = files(__package__).joinpath("card.md.jinja").read_text(encoding="utf-8")
    return environment.from_string(source)


def _without_html(value: object) -> object:
    """Escape HTML tags in names and facts. Values of macros pass twice, which changes nothing more."""
    return value.replace("<", "&lt;") if isinstance(value, str) else value


def _head(
    release: Release, facts: CardFacts, data_files: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    """Yield keys and values of the Hub's metadata; an unknown fact has no key."""
    yield "pretty_name", facts.title or release.name
    if facts.licence:
        is_id = re.fullmatch(r"[A-Za-z0-9.-]+", facts.licence)
        yield "license", facts.licence.lower() if is_id else "other"
        if not is_id:
            yield "license_name", facts.licence
    if facts.languages:
        yield "language", list(facts.languages)
    yield "task_categories", ["token-classification"]
    yield "task_ids", ["named-entity-recognition"]
    yield "tags", ["multimodal", "social-media", "mner"]
    number = sum(1 for _ in release.records())
    yield "size_categories", [next((size for most, size in SIZES if number < most), "n>10M")]
    if data_files:
        paths = [{"split": split, "path": path} for split, path in data_files.items()]
        yield "configs", [{"config_name": "default", "data_files": paths}]


def _yaml(value: object) -> str:
    """Return a value as JSON, which is YAML, without unprintable characters, which could end a line."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char for char in text if char.isprintable())
