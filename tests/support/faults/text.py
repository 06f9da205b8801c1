"""Faults of texts, tokens and offsets."""

from __future__ import annotations

from random import Random

from support.sound_release import Line

from .fault import Fault, Kind, kind, raw_line, record


def without_raw(line: Line) -> None:
    """Remove raw text and offsets, as in a published corpus, so that only the tokens are checked."""
    del line["raw"], line["offsets"]


def with_token(token: str) -> Fault:
    """Return a fault that replaces the last token, which is in no entity."""

    def change(line: Line, random: Random) -> None:
        without_raw(line)
        line["text"][-1] = token

    return record(change)


def with_many_tokens(line: Line, random: Random) -> None:
    without_raw(line)
    line["text"] += ["."] * 200
    line["label"] += ["O"] * 200


def with_reference(line: Line, random: Random) -> None:
    without_raw(line)
    line["text"] += ["&", "gt", ";"]
    line["label"] += ["O"] * 3


def with_other_raw(line: Line, random: Random) -> None:
    line["raw"] = "x" + line["raw"]


def with_glued_tokens(line: Line, random: Random) -> None:
    """Join the last two tokens, with the right offsets, as the tokenizer would not."""
    start, end = line["offsets"][-2][0], line["offsets"][-1][1]
    line["offsets"][-2:] = [[start, end]]
    line["text"][-2:] = [line["raw"][start:end]]
    line["label"].pop()


def with_swapped_tokens(line: Line, random: Random) -> None:
    """Replace the first token by the last one, with the offsets of the last one."""
    line["offsets"] = [line["offsets"][-1], *line["offsets"][1:]]
    line["text"] = [line["text"][-1], *line["text"][1:]]


TEXT: dict[str, Kind] = {
    "a blank token": kind(with_token(" "), "token"),
    "an empty token": kind(with_token(""), "token"),
    "a token of two words": kind(with_token("New York"), "token"),
    "a token of no-break spaces": kind(with_token("a\u00a0b"), "token"),
    "a token of 101 characters": kind(with_token("x" * 101), "token-long"),
    "a text of many tokens": kind(record(with_many_tokens), "text-long"),
    "a control character": kind(with_token("a\u0007"), "text-stray"),
    "a replacement character": kind(with_token("caf\ufffd"), "text-stray"),
    "a decomposed letter": kind(with_token("cafe\u0301"), "text-nfc"),
    "an HTML reference": kind(record(with_reference), "text-html"),
    "another raw text": kind(record(with_other_raw), "offsets"),
    "no raw text": kind(record(lambda line, random: line.pop("raw")), "offsets"),
    "offsets that are not in order": kind(record(with_swapped_tokens), "offsets", "tokens"),
    "tokens of another tokenizer": kind(record(with_glued_tokens), "tokens", "token"),
    "an unpaired surrogate": kind(
        raw_line(lambda line: line.replace("number", "\\ud83d", 1).encode()), "json"
    ),
    "a text without tokens": kind(
        record(lambda line, random: line.update(text=[], label=[])), "record-text"
    ),
}
