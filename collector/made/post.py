"""Make posts: the plan of each, its pictures, the answer that X would give, and its true spans.

A plan says which names a post contains and which type each has. Ids contain a date, as those of real posts
do, but all their low bits are set, which is never the case in real posts. User names begin with `made_`.
`folder.py` writes the files.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final, TypeVar

from PIL import Image

from ...schema import SPLITS, TYPES, EntityType, Split, time_of_id
from ...schema.post import SNOWFLAKE_EPOCH_MS
from .picture import draw_picture
from .text import MadeText, add_media_link, write_text
from .words import NAMES, WORDS

Plan = list[tuple[str, EntityType]]
"""The names of one post in order, each with the type that its picture shows."""

_LOW_BITS: Final = (1 << 22) - 1
"""X stores a machine and a counter in the low bits of an id."""
_BEGINS_MS: Final = 1000 * int(datetime(2024, 3, 1, tzinfo=UTC).timestamp())
_PEOPLE: Final = [handle for words in WORDS.values() for handle, _ in words.people]
_EDITED: Final = 0.03
_NUMBERS: Final = (2,) * 22 + (3,) * 5 + (4,) * 14
"""Numbers of pictures of 41 posts: two, three and four as often as in MNER-MI (paper, statistics)."""
Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class MadePost:
    """A made post.

    answer: the page that X would return.
    truth: its spans, as `mnerctl label import` reads them.
    pictures: bytes by file name, in order.
    """

    id: str
    url: str
    answer: dict[str, Any]
    truth: dict[str, Any]
    pictures: dict[str, bytes]


def plans(split: Split, count: int, seed: int) -> Iterator[Plan]:
    """Yield the plans of `count` posts.

    The number of names, the names and their types are dealt from shuffled decks, so that each occurs as often
    as it should. No name occurs twice in a post.
    """
    chance = Random(f"{seed}/{split}")
    numbers: list[int] = []
    names: list[str] = []
    types: dict[str, list[EntityType]] = defaultdict(list)
    for _ in range(count):
        number = _deal(numbers, _NUMBERS, chance)
        chosen: list[str] = []
        while len(chosen) < number:
            name = _deal(names, NAMES, chance)
            if name in chosen:
                names.insert(0, name)
            else:
                chosen.append(name)
        yield [(name, _deal(types[name], TYPES, chance)) for name in chosen]


def _deal(deck: list[Card], cards: tuple[Card, ...], chance: Random) -> Card:
    """Return the next card; refill and shuffle the deck if it is empty."""
    if not deck:
        deck.extend(chance.sample(cards, len(cards)))
    return deck.pop()


def posts(split: Split, count: int, seed: int) -> Iterator[MadePost]:
    """Yield `count` posts of a split, in the order of their time."""
    clock = _BEGINS_MS + SPLITS.index(split)  # no two splits share a millisecond
    for index, plan in enumerate(plans(split, count, seed)):
        chance = Random(f"{seed}/{split}/{index}")
        clock += 1000 * chance.randint(60, 1800)
        pictures = [
            draw_picture(kind, Random(f"{seed}/{split}/{index}/{position}"))
            for position, (_, kind) in enumerate(plan)
        ]
        yield _post(split, (clock - SNOWFLAKE_EPOCH_MS << 22) | _LOW_BITS, plan, pictures, chance)


def _post(split: Split, number: int, plan: Plan, pictures: list[bytes], chance: Random) -> MadePost:
    author = chance.choice(WORDS[split].people)
    url = f"https://x.com/{author[0]}/status/{number}"
    keys = [f"3_{number - 1 - position}" for position in range(len(plan))]
    text = write_text([name for name, _ in plan], WORDS[split], chance)
    shown = len(text.raw)
    add_media_link(text, url, keys, chance)
    data = {
        **_facts(number, chance),
        "text": text.raw,
        "author_id": _user_id(author[0]),
        "display_text_range": [0, shown],
        "attachments": {"media_keys": keys},
        "entities": _with_user_ids(text.entities),
    }
    media = [
        _media(key, f"Picture {place} of {len(keys)}, drawn by a program", picture, chance)
        for place, (key, picture) in enumerate(zip(keys, pictures, strict=True), start=1)
    ]
    user = {"id": _user_id(author[0]), "name": author[1], "username": author[0]}
    return MadePost(
        id=str(number),
        url=url,
        answer={"data": [data], "includes": {"media": media, "users": [user]}},
        truth=_truth(str(number), text, plan),
        pictures={f"{key}.jpg": picture for key, picture in zip(keys, pictures, strict=True)},
    )


def _facts(number: int, chance: Random) -> dict[str, Any]:
    """Return the fields that follow from the id; a few posts have been edited once."""
    chain = [str(number)]
    if chance.random() < _EDITED:
        chain.insert(0, str(number - (chance.randint(60, 1200) * 1000 + 500 << 22)))
    created = time_of_id(str(number))
    assert created is not None
    return {
        "id": chain[-1],
        "created_at": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "lang": "en",
        "conversation_id": chain[0],
        "possibly_sensitive": False,
        "edit_history_tweet_ids": chain,
    }


def _media(key: str, alt_text: str, picture: bytes, chance: Random) -> dict[str, Any]:
    """Return a picture in the form of API v2; half of them have an alternative text (their position)."""
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
    url = f"https://pbs.twimg.com/media/{key}.jpg"
    media = {"media_key": key, "type": "photo", "url": url, "width": width, "height": height}
    return media | ({"alt_text": alt_text} if chance.random() < 0.5 else {})


def _user_id(handle: str) -> str:
    return str(900_001 + _PEOPLE.index(handle))


def _with_user_ids(entities: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    mentions = [one | {"id": _user_id(one["username"])} for one in entities.get("mentions", [])]
    return entities | ({"mentions": mentions} if mentions else {})


def _truth(post_id: str, text: MadeText, plan: Plan) -> dict[str, Any]:
    spans = [
        {"start": start, "end": end, "type": kind, "text": name}
        for (start, end), (name, kind) in zip(text.names, plan, strict=True)
    ]
    return {"post_id": post_id, "spans": spans, "evidence": [[t] for t in range(len(plan))]}
