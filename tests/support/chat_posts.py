"""Made posts to ask a language model about, and settings to ask the server of `chat_server.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from mnerctl.model.chat import AskResults, ChatSettings
from mnerctl.schema import Record, Release, tags_from_spans
from mnerctl.schema.span import Span
from support.chat_server import ChatServer

NAMES: Final = {"Ada": "PER", "Paris": "LOC", "NASA": "ORG", "Dune": "MISC"}


def record_of(number: int, text: str, images: tuple[str, ...] = ()) -> Record:
    """Return a post whose gold entities are all its words from `NAMES`."""
    words = tuple(text.split())
    spans = [Span(at, at + 1, NAMES[word]) for at, word in enumerate(words) if word in NAMES]  # type: ignore[arg-type]
    return Record(
        id=f"id{number}",
        text=words,
        images=images,
        label=tuple(tags_from_spans(spans, len(words))),
    )


def release_of(folder: Path, *texts: str, pictures: tuple[bytes, ...] = ()) -> Release:
    """Return a release with these posts as test, each with these pictures, and three posts as train."""
    folder.mkdir(exist_ok=True)
    names = tuple(f"{number}.jpg" for number in range(len(pictures)))
    for name, content in zip(names, pictures, strict=True):
        (folder / name).write_bytes(content)
    test = tuple(record_of(number, text, names) for number, text in enumerate(texts))
    train = tuple(record_of(100 + n, f"train {n} loves Ada") for n in range(3))
    splits: Any = {"train": train, "dev": train[:1], "test": test}
    return Release("made", folder, splits, lambda name: folder / name)


def settings_for(server: ChatServer, **changes: Any) -> ChatSettings:
    return ChatSettings(
        **{
            "system": "gpt4",
            "model": "made-1",
            "address": server.url,
            "allow_external": True,
            "parallel": 1,
            "back_off": 0.01,
            **changes,
        }
    )


def found(results: AskResults) -> list[list[tuple[int, int, str]]]:
    """Return the entities of each test record."""
    return [
        [(one.span.start, one.span.end, one.span.type) for one in row]
        for row in results.predictions["test"]
    ]


BOTH = [(3, 4, "PER"), (5, 6, "LOC")]
