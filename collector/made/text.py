"""Write the text of a made post as X would return it: escaped, with entities, and a link to its pictures.

The text is written piece by piece, so that every offset is known: those of entities in code points of the raw
text, those of names in code points of the clean text. The types of the names are not known here.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from string import ascii_letters, digits
from typing import Any, Final

from .words import Words

_CODE: Final = ascii_letters + digits
# Probability that a post begins with words, begins with an emoji, has words around a name, ends with words.
_OPENED: Final = 0.4
_LED_BY_EMOJI: Final = 0.2
_CLAUSED: Final = 0.4
_CLOSED: Final = 0.25


@dataclass(slots=True)
class MadeText:
    """A text to which pieces are added.

    raw: the text as X would return it.
    clean: the text that is annotated.
    names: `[start, end)` of each name in `clean`.
    entities: hashtags, mentions and links, as in X's answers.
    """

    raw: str = ""
    clean: str = ""
    names: list[tuple[int, int]] = field(default_factory=list)
    entities: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Add plain text; X escapes `&`, `<` and `>`."""
        self.raw += html.escape(text, quote=False)
        self.clean += unicodedata.normalize("NFC", text)

    def add_entity(self, kind: str, text: str, **facts: Any) -> None:
        """Add a hashtag, mention or link that stays in the clean text."""
        start = len(self.raw)
        self.add(text)
        entity = {"start": start, "end": len(self.raw), **facts}
        self.entities.setdefault(kind, []).append(entity)

    def add_name(self, clause: str, name: str) -> None:
        """Add a clause with its name; the name may be a hashtag if it is one word."""
        if " " in name:
            clause = clause.replace("#", "")
        before, after = clause.split("{}")
        is_tag = before.endswith("#")
        self.add(before.removesuffix("#"))
        start = len(self.clean) + is_tag
        if is_tag:
            self.add_entity("hashtags", f"#{name}", tag=name)
        else:
            self.add(name)
        self.names.append((start, len(self.clean)))
        self.add(after)


def write_text(names: Sequence[str], words: Words, chance: Random) -> MadeText:
    """Return a text that contains the names in this order, without the link to the pictures."""
    text = MadeText()
    if chance.random() < _OPENED:
        text.add(chance.choice(words.openers) + " ")
    if chance.random() < _LED_BY_EMOJI:
        text.add(chance.choice(words.emoji) + " ")
    between, last = chance.choice(words.joins)
    for position, name in enumerate(names):
        if position:
            text.add(last if position == len(names) - 1 else between)
        clause = chance.choice(words.clauses) if chance.random() < _CLAUSED else "{}"
        text.add_name(clause, name)
    if chance.random() < _CLOSED:
        text.add(" " + chance.choice(words.closers))
    extras = ("emoji", "tag", "mention", "link")
    for extra in chance.sample(extras, chance.choice((0, 0, 1, 1, 2))):
        text.add(chance.choice((" ", " ", "\n")))
        _add_extra(text, extra, words, chance)
    return text


def add_media_link(
    text: MadeText, post_url: str, media_keys: Sequence[str], chance: Random
) -> None:
    """Add the link at the end that all pictures share; the clean text does not contain it."""
    text.raw += " "
    url, start = _short_link(chance), len(text.raw)
    text.raw += url
    for key in media_keys:
        link = {"start": start, "end": len(text.raw), "url": url, "media_key": key}
        link |= {"expanded_url": f"{post_url}/photo/1", "display_url": f"pic.x.com/{url[-10:]}"}
        text.entities.setdefault("urls", []).append(link)


def _add_extra(text: MadeText, extra: str, words: Words, chance: Random) -> None:
    if extra == "emoji":
        text.add("".join(chance.choices(words.emoji, k=chance.randint(1, 3))))
    elif extra == "tag":
        tag = chance.choice(words.tags)
        text.add_entity("hashtags", tag, tag=tag[1:])
    elif extra == "mention":
        handle = chance.choice(words.people)[0]
        text.add_entity("mentions", f"@{handle}", username=handle)
    else:
        page = "".join(chance.choices(_CODE, k=5))
        target = {
            "expanded_url": f"https://made.example/{page}",
            "display_url": f"made.example/{page}",
        }
        url = _short_link(chance)
        text.add_entity("urls", url, url=url, **target)


def _short_link(chance: Random) -> str:
    return "https://t.co/made" + "".join(chance.choices(_CODE, k=6))
