"""`release leaks`: posts, texts and images that stand in two splits, or in two corpora.

By post id, by text as it is, in its normal form and nearly (`near_text.py`), by image as it is and nearly
(`near_image.py`). Every record that leaks is in a row with one that it leaks to, not with all of them.
What this does not do: remove anything, or look for twins within a split (`audit` does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ...schema import SPLITS, Release
from ...schema.formats.mner_mi import TWITTER_2017_PREFIX
from ...schema.post_url import LEAST_POST_ID, post_of_url
from ...schema.text_normal import normal_text, plain_text, words
from ..audit.pictures import Picture
from .leak import Kind, Leak, Place
from .near_image import near_hashes, says_something
from .near_text import near_texts
from .pair_cover import Cover

Key = TypeVar("Key", bound=Hashable)
Pictures = Mapping[str, Picture]


def split_leaks(release: Release, pictures: Pictures) -> list[Leak]:
    """What stands in two splits of a release."""
    places = list(_places(release, release.name))
    sides = [SPLITS.index(place.split) for place in places]
    shown = [pictures] * len(places)
    return list(_leaks(places, sides, shown, lambda left, right: left < right))


def corpus_leaks(
    release: Release, other: Release, pictures: Pictures, other_pictures: Pictures
) -> list[Leak]:
    """What stands in both of two corpora, in whichever splits."""
    places = [*_places(release, release.name), *_places(other, other.name)]
    own = sum(map(len, release.splits.values()))
    first_of_other = len(SPLITS)
    sides = [
        SPLITS.index(place.split) + (first_of_other if number >= own else 0)
        for number, place in enumerate(places)
    ]
    shown = [pictures if number < own else other_pictures for number in range(len(places))]
    return list(_leaks(places, sides, shown, lambda left, right: left < first_of_other <= right))


def _places(release: Release, corpus: str) -> Iterator[Place]:
    for split in SPLITS:
        lines = release.lines.get(split, ())
        for number, record in enumerate(release.splits.get(split, ())):
            is_known = number < len(lines)
            where = (
                f"{release.files[split]}:{lines[number]}" if is_known else f"{split} {record.id}"
            )
            yield Place(corpus, split, where, record)


def _leaks(
    places: Sequence[Place],
    sides: Sequence[int],
    shown: Sequence[Pictures],
    is_asked: Callable[[int, int], bool],
) -> Iterator[Leak]:
    ids = Cover(sides, is_asked)
    by_id = _together((key, at) for at, place in enumerate(places) for key in _post_keys(place))
    for key, alike in by_id.items():
        for left, right in ids.within(alike):
            yield Leak("post", places[left], places[right], key[1])
    yield from _text_leaks(places, Cover(sides, is_asked))
    yield from _image_leaks(places, sides, shown, is_asked)


def id_prefix(name: str) -> str:
    """What a merge puts before the ids of a corpus: `twitter2017-` for Twitter-2017."""
    return "".join(char for char in name.lower() if char.isalnum()) + "-"


def _post_keys(place: Place) -> list[tuple[str, str]]:
    """What names the post of a record. A running number names nothing in another corpus."""
    of_origin = id_prefix(place.record.origin or "")
    id = place.record.id.removeprefix(of_origin).removeprefix(TWITTER_2017_PREFIX)
    is_running = id.isdigit() and len(id) < LEAST_POST_ID
    keys = [(place.corpus if is_running else "", id)]
    post = post_of_url(place.record.url)
    return keys if post in (None, id) else [*keys, ("", post or "")]


def _text_leaks(places: Sequence[Place], cover: Cover) -> Iterator[Leak]:
    """Each record under the strongest kind that it leaks by."""
    plain = [plain_text(" ".join(place.record.text)) for place in places]

    def leak(kind: Kind, pair: tuple[int, int], measure: float | None = None) -> Leak:
        return Leak(kind, places[pair[0]], places[pair[1]], measure=measure)

    as_is = ((place.record.text, at) for at, place in enumerate(places))
    for alike in _together(as_is).values():
        yield from (leak("text", pair) for pair in cover.within(alike))
    normal = ((form, at) for at, text in enumerate(plain) if (form := normal_text(text)))
    for alike in _together(normal).values():
        yield from (leak("normal-text", pair) for pair in cover.within(alike))
    by_words = _together((said, at) for at, text in enumerate(plain) if (said := words(text)))
    for alike in by_words.values():
        yield from (leak("near-text", pair, 1.0) for pair in cover.within(alike))
    groups = list(by_words.values())

    def is_wanted(left: int, right: int) -> bool:
        return cover.is_wanting(groups[left], groups[right])

    for left, right, similarity in near_texts(list(by_words), is_wanted):
        for pair in cover.between(groups[left], groups[right]):
            yield leak("near-text", pair, similarity)


def _image_leaks(
    places: Sequence[Place],
    sides: Sequence[int],
    shown: Sequence[Pictures],
    is_asked: Callable[[int, int], bool],
) -> Iterator[Leak]:
    """Of pictures that are there, decode, and are not flat."""
    images = [
        (at, name, picture)
        for at, place in enumerate(places)
        for name in dict.fromkeys(place.record.images)
        if (picture := shown[at].get(name)) and picture.phash and not picture.is_flat
    ]
    cover = Cover([sides[at] for at, _, _ in images], is_asked)

    def leak(kind: Kind, pair: tuple[int, int], bits: float | None = None) -> Leak:
        (left, name, _), (right, other, _) = (images[at] for at in pair)
        return Leak(kind, places[left], places[right], f"{name}, {other}", bits)

    by_bytes = _together((picture.sha256, at) for at, (_, _, picture) in enumerate(images))
    for alike in by_bytes.values():
        yield from (leak("image", pair) for pair in cover.within(alike))
    by_hash = _together(
        (int(picture.phash, 16), at)
        for at, (_, _, picture) in enumerate(images)
        if says_something(picture.phash)
    )
    for alike in by_hash.values():
        yield from (leak("near-image", pair, 0) for pair in cover.within(alike))
    groups = list(by_hash.values())

    def is_wanted(left: int, right: int) -> bool:
        return cover.is_wanting(groups[left], groups[right])

    for left, right, bits in near_hashes(list(by_hash), is_wanted):
        for pair in cover.between(groups[left], groups[right]):
            yield leak("near-image", pair, bits)


def _together(keyed: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    """The numbers of each key, in order."""
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, number in keyed:
        groups[key].append(number)
    return groups
