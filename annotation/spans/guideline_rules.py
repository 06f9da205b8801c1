"""Check the rules of the annotation guideline that concern the form of a marked name.

A broken rule is a warning and the span stays as it is, because the annotator may have had a reason. Each rule
has an anchor of the same name in docs/guidelines.md, with examples. `validate.py` decides whether a span may
be stored at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import regex

from ...schema import Annotation, Problem, Span
from ...schema.tokens import Token, tokenize
from .validate import short_repr

GUIDELINES: Final = "docs/guidelines.md"
MAX_TOKENS: Final = 10
"""The longest name without a warning; none of the 8,724 entities of Twitter-2017 is longer."""
SIGNS: Final = "#@\uff03\uff20"
TITLES: Final = ("mr", "mrs", "ms", "mx", "miss", "sir", "dr", "prof", "rev", "sen", "gov")
_EMOJI: Final = regex.compile(r"\p{Emoji_Presentation}|\p{ExtPict}\uFE0F|\p{RI}|\u20E3")
_LINK: Final = regex.compile(r"(?i)(https?://|www\.|pic\.twitter\.com/)")
_CLITICS: Final = ("'s", "\u2019s")
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


def guideline_problems(annotation: Annotation, where: str) -> list[Problem]:
    """Return a warning for each rule that a span breaks; none for a skipped post.

    Args:
        where: the place to name in the rows.
    """
    tokens = tokenize(annotation.text) if annotation.spans else []
    problems = []
    for span in annotation.spans:
        inside = [token for token in tokens if span.start <= token.start < span.end]
        name = annotation.text[span.start : span.end]
        for rule, wanted in _broken(span, name, inside):
            detail = f"{GUIDELINES}#{rule}"
            problems.append(
                Problem("warning", rule, where, f"{span.type} {short_repr(name)}", wanted, detail)
            )
    return problems


def _broken(span: Span, name: str, tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Return the rules that this span breaks, each with what it wants."""
    if not any(character.isalnum() or _EMOJI.match(character) for character in name):
        return [("mark-only", "a name, not only marks")]
    return [(rule, wanted) for rule, wanted, is_broken in _RULES if is_broken(span, name, tokens)]


def _begins_with_sign(_: Span, name: str, __: Sequence[Token]) -> bool:
    return name[0] in SIGNS


def _has_edge_mark(_: Span, name: str, tokens: Sequence[Token]) -> bool:
    """Return whether a mark is at an end, unless it closes a bracket that was opened within the name."""
    first, last = tokens[0].text, tokens[-1].text
    is_closed = _BRACKETS.get(last, "\n") in name
    return (_is_mark(first) and first not in SIGNS) or (_is_mark(last) and not is_closed)


def _is_mark(token: str) -> bool:
    """Return whether the token is punctuation; symbols such as `$` or `+` and emoji are not."""
    return bool(token) and all(unicodedata.category(char).startswith("P") for char in token)


def _ends_with_clitic(_: Span, __: str, tokens: Sequence[Token]) -> bool:
    return len(tokens) > 1 and tokens[-1].text.lower() in _CLITICS


def _has_link(_: Span, name: str, __: Sequence[Token]) -> bool:
    return bool(_LINK.search(name))


def _has_emoji(span: Span, name: str, _: Sequence[Token]) -> bool:
    return span.type == "PER" and bool(_EMOJI.search(name))


def _has_title(span: Span, _: str, tokens: Sequence[Token]) -> bool:
    return span.type == "PER" and len(tokens) > 1 and tokens[0].text.lower() in TITLES


def _has_line_break(_: Span, name: str, __: Sequence[Token]) -> bool:
    return len(name.splitlines()) > 1


def _is_long(_: Span, __: str, tokens: Sequence[Token]) -> bool:
    return len(tokens) > MAX_TOKENS


_RULES: Final[tuple[tuple[str, str, Callable[[Span, str, Sequence[Token]], bool]], ...]] = (
    ("sign", "the name without its # or @", _begins_with_sign),
    ("edge-mark", "the name without the marks around it", _has_edge_mark),
    ("possessive", "the name without its 's", _ends_with_clitic),
    ("link", "no part of a web address", _has_link),
    ("emoji", "a person's name without emoji", _has_emoji),
    ("title", "the person's name without the form of address", _has_title),
    ("line-break", "a name on one line", _has_line_break),
    ("long", f"at most {MAX_TOKENS} tokens", _is_long),
)

RULES: Final = ("mark-only", *(rule for rule, _, _ in _RULES))
"""The ids of all rules, as in docs/guidelines.md."""
