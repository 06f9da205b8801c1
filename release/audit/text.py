"""Audit rules about text: valid tokens, which are still those of the raw text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import regex

from ...schema.tokens import TOKENIZER, tokenize
from .rule import Finding, Inspected, Rule

MAX_TOKENS: Final = 200
LONGEST_TOKEN: Final = 100
SHOWN: Final = 60
_STRAY: Final = regex.compile(r"[\p{Cc}\p{Co}\uFFFD]")
_REFERENCE: Final = regex.compile(r"& ?(?:amp|lt|gt|quot|apos|nbsp|# ?x?[0-9a-fA-F]+) ?;")


def _blank_tokens(inspected: Inspected) -> Iterator[Finding]:
    if not inspected.is_ours:
        return  # the reader reported it
    for example in inspected.examples:
        for position, token in enumerate(example.record.text):
            if not token.strip() or any(char.isspace() for char in token):
                found = f"token {position} is {token!r}"
                yield Finding(example, found, "a token without white space")


def _long_tokens(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        longest = max(example.record.text, key=len)
        if len(longest) > LONGEST_TOKEN:
            found = f"{longest[:SHOWN]!r}… of {len(longest)} characters"
            yield Finding(example, found, f"at most {LONGEST_TOKEN} characters")


def _long_texts(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        if len(example.record.text) > MAX_TOKENS:
            found = f"{len(example.record.text)} tokens"
            yield Finding(example, found, f"at most {MAX_TOKENS} tokens")


def _stray_characters(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        stray = [char for token in example.record.text for char in _STRAY.findall(token)]
        if stray:
            found = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(stray))
            yield Finding(example, found, "visible characters")


def _not_composed(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        if not unicodedata.is_normalized("NFC", " ".join(example.record.text)):
            tokens = (t for t in example.record.text if not unicodedata.is_normalized("NFC", t))
            yield Finding(example, f"{next(tokens, '')[:SHOWN]!r}", "text in NFC")


def _references(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        if found := _REFERENCE.search(" ".join(example.record.text)):
            yield Finding(example, f"{found[0]!r}", "the character itself")


def _offsets(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        raw, offsets = example.record.raw, example.record.offsets
        if (raw is None) != (offsets is None):
            found = "offsets without raw" if raw is None else "raw without offsets"
            yield Finding(example, found, "both or neither")
        elif any(right[0] < left[1] for left, right in pairwise(offsets or ())):
            yield Finding(
                example, "overlapping or unordered offsets", "offsets in the order of raw"
            )


def _other_tokens(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest is None or manifest.tokenizer != TOKENIZER:
        return
    for example in inspected.examples:
        if example.record.raw is not None:
            wanted = [token.text for token in tokenize(example.record.raw)]
            if wanted != list(example.record.text):
                pairs = zip([*example.record.text, ""], [*wanted, ""], strict=False)
                ours, right = next(pair for pair in pairs if pair[0] != pair[1])
                yield Finding(example, f"{ours!r}", f"{right!r}, the token of {TOKENIZER}")


TEXT: Final = (
    Rule(
        "token", "A token is not empty and has no white space.", "error", "warning", _blank_tokens
    ),
    Rule(
        "token-long",
        f"A token has at most {LONGEST_TOKEN} characters.",
        "warning",
        "warning",
        _long_tokens,
    ),
    Rule(
        "text-long", f"A text has at most {MAX_TOKENS} tokens.", "warning", "warning", _long_texts
    ),
    Rule(
        "text-stray",
        "A text has no control, private-use or replacement character.",
        "warning",
        "warning",
        _stray_characters,
    ),
    Rule(
        "text-nfc",
        "Text is in Unicode normalization form C (NFC).",
        "warning",
        "note",
        _not_composed,
    ),
    Rule(
        "text-html",
        "Text has no HTML character reference such as `&amp;`.",
        "warning",
        "note",
        _references,
    ),
    Rule(
        "offsets",
        "Raw text and offsets are given together, and the offsets are in order and yield the tokens.",
        "error",
        None,
        _offsets,
    ),
    Rule(
        "tokens",
        "If the manifest names the tokenizer of mnerctl, the tokens are what it makes of the raw text.",
        "error",
        None,
        _other_tokens,
    ),
)
