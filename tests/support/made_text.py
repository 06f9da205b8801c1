"""Made tweets with entities, for corpora that look like the published ones and can be learned.

Names are combined from parts, so that many names of a test split are not in train: a dictionary misses
those, and a model that reads the words around a name finds them. No sentence or picture of a real corpus
is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random

Tweet = tuple[list[str], list[str]]
"""Tokens and tags, in IOB2 with the types PER, LOC, ORG and MISC."""

_FIRST = "Ada Bruno Carla Dmitri Elena Farid Greta Hugo Ines Jonas Keiko Liam Mira Noor Otto Paula"
_LAST = "Abara Bellini Castro Dunn Eriksen Falk Garza Holt Iqbal Jansen Kovac Lund Moreau Novak"
_PLACE = "Alder Birch Cedar Dover Elm Fern Glen Haven Iron Juniper King Linden Maple North Oak Pine"
_SUFFIX = "Bay City Falls Harbor Hill Island Park Point River Springs Valley Woods"
_HEAD = "Apex Bolt Crown Delta Ember Falcon Granite Helix Indigo Jupiter Kestrel Lumen Meteor Nova"
_BODY = "Bank Energy FC Foods Group Labs Media Motors Press Records Studios United University"
_TITLE = "Amber Broken Crimson Distant Electric Frozen Golden Hidden Infinite Jade Last Midnight"
_THING = "Awards Cup Express Festival Games League Legends Prize Show Symphony Tour Wars"

NAMES: dict[str, list[list[str]]] = {
    "PER": [list(pair) for pair in product(_FIRST.split(), _LAST.split())],
    "LOC": [list(pair) for pair in product(_PLACE.split(), _SUFFIX.split())],
    "ORG": [list(pair) for pair in product(_HEAD.split(), _BODY.split())],
    "MISC": [["The", *pair] for pair in product(_TITLE.split(), _THING.split())],
}
_CONTEXTS: dict[str, list[str]] = {
    "PER": ["happy birthday to {}", "{} scored again", "so proud of {} !", "just met {}"],
    "LOC": ["good morning from {}", "on the road to {}", "sunset over {}", "stuck in {}"],
    "ORG": ["{} is hiring", "shares of {} fell", "signed with {}", "thank you @ {}"],
    "MISC": ["watching {} tonight", "tickets for {} ?", "# {} starts now", "loved {} :)"],
}
_OPENINGS = ["RT @ mnerfan :", "wow ,", "ok", "BREAKING :", "tbh", "today :", "😂", "👩🏽‍🚀", ""]
_CLOSINGS = ["http://t.co/made", ". . .", "# throwback", "🇺🇸", "!", "", ""]


def made_tweet(types: Sequence[str], random: Random) -> Tweet:
    """Return a tweet with one entity of each of `types`, in that order."""
    tokens = random.choice(_OPENINGS).split()
    tags = ["O"] * len(tokens)
    for kind in types:
        name = random.choice(NAMES[kind])
        if random.random() < 0.25:
            name = name[-1:]
        before, _, after = random.choice(_CONTEXTS[kind]).partition("{}")
        tokens += [*before.split(), *name, *after.split()]
        tags += ["O"] * len(before.split())
        tags += [f"B-{kind}", *[f"I-{kind}"] * (len(name) - 1)]
        tags += ["O"] * len(after.split())
    ending = random.choice(_CLOSINGS).split() if tokens else ["hello"]
    return [*tokens, *ending], [*tags, *["O"] * len(ending)]


def dealt_types(counts: dict[str, int], tweets: int, random: Random) -> list[list[str]]:
    """Return the entity types of each tweet: exactly `counts` in all, 0 to 4 per tweet."""
    types = [kind for kind, count in counts.items() for _ in range(count)]
    random.shuffle(types)
    hands: list[list[str]] = [[] for _ in range(tweets)]
    places = random.sample([place for place in range(tweets) for _ in range(4)], len(types))
    for place, kind in zip(places, types, strict=True):
        hands[place].append(kind)
    return hands
