"""Read the published Twitter-2017, join its tokens into text, and compare our tokens with them.

The published files have only tokens, without the spaces of the tweets. `reglue` joins the tokens by fixed
rules, as people type; it uses neither the tags nor our tokenizer. There is no space before a token if

- it closes: `. , ! ? : ; ) ] } % … ” » ’`, or it repeats the mark before it (`- -`, `/ /`, `. .`);
- the one before opens: `( [ { “ ‘ « ¡ ¿ # @ $ £ €`;
- it is a straight quote or follows one: `'` and `"` open and close in turn, and one left
  without a partner attaches left, as a plural's apostrophe and the sign for inches do;
- it belongs to a clitic (`don ' t`, `Trump ’ s`) or a name (`O ' Reilly`), or a height (`6 ' 10`);
- a hyphen or slash is between two words (`All - Star`, `5 / 29`), a dash between two numbers;
- it ends a time (`8 : 30`), is a number's suffix (`4 th`, `76 ers`), an initial after an initial
  (`U . S .`, but not `U . S . U - 16`), or part of a character reference (`& gt ;`);
- it is a mark, joiner or skin tone that belongs to the character before it, or the next emoji of a
  row, or either side is of zero width.

All other tokens are separated by one space.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import regex

from mnerctl.schema.tags import spans_from_tags
from mnerctl.schema.tokens import tokenize

Offsets = tuple[int, int]

SHARED = Path(os.environ.get("MNERCTL_SHARED", Path(__file__).parents[2] / ".." / "shared"))
FOLDER = SHARED / "data" / "twitter2017"
FILES = ("train.txt", "valid.txt", "test.txt")
MISSING = f"Twitter-2017 is not at {FOLDER}: set MNERCTL_SHARED to the folder that holds data/"

_CLOSING = frozenset(".,!?:;)]}%…”»’")
_OPENING = frozenset("([{“‘«¡¿#@$£€")
_CLITICS = frozenset({"s", "t", "re", "ll", "ve", "d", "m"})
_NAME_BEGINNINGS = frozenset({"O", "D", "L", "N", "De", "y", "c"})
_NUMBER_SUFFIXES = frozenset({"st", "nd", "rd", "th", "am", "pm", "s", "k", "m", "d", "ers"})
_REFERENCES = frozenset({"gt", "lt", "amp", "quot"})
_EMOJI = regex.compile(r"[\p{ExtPict}\p{RI}\p{Emoji_Modifier}\uFE0F\u200D]")
_OF_THE_CHARACTER_BEFORE = regex.compile(r"[\p{M}\p{Cf}\p{Emoji_Modifier}]")
_ZERO_WIDTH = regex.compile(r"\p{Cf}")


@dataclass(slots=True)
class Agreement:
    """How our tokens of the joined text agree with the published tokens.

    posts: number of posts.
    published: number of published tokens.
    ours: number of our tokens.
    same: published tokens that are also our tokens.
    shown: published tokens if all tokens of one grapheme cluster (UAX #29) count as one, because the
        published files cut an emoji into code points.
    shown_same: those of `shown` that are also our tokens.
    entities: number of entities.
    cut: text of the entities that do not start and end at edges of our tokens.
    differences: the shortest texts between shared edges where the two differ, as (published, ours).
    """

    posts: int = 0
    published: int = 0
    ours: int = 0
    same: int = 0
    shown: int = 0
    shown_same: int = 0
    entities: int = 0
    cut: list[str] = field(default_factory=list)
    differences: Counter[tuple[str, str]] = field(default_factory=Counter)


def is_available() -> bool:
    """Return whether all three files exist."""
    return all((FOLDER / name).is_file() for name in FILES)


def read_posts(name: str) -> list[tuple[list[str], list[str]]]:
    """Return tokens and tags of every post in a file."""
    posts: list[tuple[list[str], list[str]]] = []
    for line in (FOLDER / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("IMGID:"):
            posts.append(([], []))
        elif "\t" in line:
            token, tag = line.split("\t")
            posts[-1][0].append(token)
            posts[-1][1].append(tag)
    return posts


def measure(names: Sequence[str] = FILES) -> Agreement:
    """Return the agreement over all posts of these files."""
    result = Agreement()
    for name in names:
        for tokens, tags in read_posts(name):
            text, published = reglue(tokens)
            ours = [(token.start, token.end) for token in tokenize(text)]
            starts, ends = {start for start, _ in ours}, {end for _, end in ours}
            shown = _by_grapheme(text, published)
            result.posts += 1
            result.published += len(published)
            result.ours += len(ours)
            result.same += len({*published} & {*ours})
            result.shown += len(shown)
            result.shown_same += len({*shown} & {*ours})
            for span in spans_from_tags(tags):
                start, end = published[span.start][0], published[span.end - 1][1]
                result.entities += 1
                if start not in starts or end not in ends:
                    result.cut.append(text[start:end])
            result.differences.update(_differences(text, published, ours))
    return result


def _by_grapheme(text: str, spans: Sequence[Offsets]) -> list[Offsets]:
    """Return the spans, with those that share a grapheme cluster joined."""
    inside = {at for cluster in regex.finditer(r"\X", text) for at in range(*cluster.span())[1:]}
    joined: list[Offsets] = []
    for start, end in spans:
        if joined and start in inside:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _differences(
    text: str, published: Sequence[Offsets], ours: Sequence[Offsets]
) -> Iterator[tuple[str, str]]:
    edges = sorted({start for start, _ in published} & {start for start, _ in ours})
    for left, right in pairwise([*edges, len(text)]):
        theirs, mine = (
            " ".join(text[start:end] for start, end in spans if left <= start < right)
            for spans in (published, ours)
        )
        if theirs != mine:
            yield theirs, mine


def reglue(tokens: Sequence[str]) -> tuple[str, list[Offsets]]:
    """Return the text that the tokens probably come from, and the offsets of each token."""
    touching = _touching(tokens)
    text = ""
    offsets: list[Offsets] = []
    for position, token in enumerate(tokens):
        if position and position not in touching:
            text += " "
        offsets.append((len(text), len(text) + len(token)))
        text += token
    return text, offsets


def _touching(tokens: Sequence[str]) -> set[int]:
    """Return the positions of the tokens with no space before them."""
    padded = ("", "", *tokens, "")
    apostrophes = {
        i
        for i, token in enumerate(tokens)
        if token in "'’" and _joins(before=padded[i + 1], after=padded[i + 3])
    }
    return (
        {i for i in range(len(tokens)) if _touches(*padded[i : i + 4])}
        | apostrophes
        | {i + 1 for i in apostrophes}
        | _touching_at_quotes(tokens, apostrophes)
    )


def _touches(second: str, before: str, token: str, after: str) -> bool:
    """Return whether there is no space between `before` and `token`, given one more token on each side."""
    return (
        (token in _CLOSING or before in _OPENING)
        or (token == before and not token[0].isalnum() and token not in "'\"")
        or (token in "-/" and _is_word(before) and _is_word(after))
        or (before in ("-", "/") and _is_word(second) and _is_word(token))
        or (token == "–" and before.isdigit() and after.isdigit())
        or (before == "–" and second.isdigit() and token.isdigit())
        or (before == ":" and second.isdigit() and token.isdigit() and len(token) == 2)
        or (_is_number(before) and (token.lower() in _NUMBER_SUFFIXES or token[0] == "_"))
        or (before == "." and _is_letter(second) and _is_letter(token) and after != "-")
        or (before == "&" and token in _REFERENCES and after == ";")
        or bool(_OF_THE_CHARACTER_BEFORE.match(token) or _ZERO_WIDTH.match(before))
        or bool(_EMOJI.match(token) and _EMOJI.match(before))
    )


def _joins(*, before: str, after: str) -> bool:
    """Return whether an apostrophe between the two is part of a word, a name or a height."""
    if after.lower() == "t":
        return before.lower().endswith("n")
    return (
        (_is_word(before) and after.lower() in _CLITICS)
        or (before in _NAME_BEGINNINGS and after[:1].isalpha())
        or (before.isdigit() and after.isdigit())
    )


def _touching_at_quotes(tokens: Sequence[str], apostrophes: set[int]) -> set[int]:
    """Return positions without a space at straight quotes, which open and close in turn."""
    touching: set[int] = set()
    for quote in "'\"":
        places = [i for i, token in enumerate(tokens) if token == quote and i not in apostrophes]
        if len(places) % 2:
            touching.add(places.pop())
        touching.update(opening + 1 for opening in places[::2])
        touching.update(places[1::2])
    return touching


def _is_word(token: str) -> bool:
    return token[:1].isalnum() and token[-1:].isalnum()


def _is_number(token: str) -> bool:
    return token[:1].isdigit() and token[-1:].isdigit()


def _is_letter(token: str) -> bool:
    return len(token) == 1 and token.isalpha()
