"""`release leaks`: find posts, texts and images that are in two splits, or in two corpora.

Posts are compared by id; texts as they are, in normal form, and by near-duplicates (`near_text`); images by
bytes, without metadata, and by near-duplicates (`near_image`). Each record that leaks is in a row with one
record that it leaks to, not with all of them (`pair_cover`). This module removes nothing, and does not look
for duplicates within a split; `release audit` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ...schema import SPLITS, Release
from ...schema.formats.mner_mi import TWITTER_2017_PREFIX
from ...schema.post_url import MIN_POST_ID, post_of_url
from ...schema.text_normal import normal_text, plain_text, words
from ..audit.pictures import Picture
from .leak import Kind, Leak, Place
from .near_image import is_distinctive, near_hashes
from .near_text import near_texts
from .pair_cover import PairCover

Key = TypeVar("Key", bound=Hashable)
Pictures = Mapping[str, Picture]


def split_leaks(release: Release, pictures: Pictures) -> list[Leak]:
    """Return what two splits of a release share.

    Args:
        release: the release.
        pictures: image name to picture, from `read_pictures`; images that are not in it are not compared.
    """
    places = list(_places(release, release.name))
    sides = [SPLITS.index(place.split) for place in places]
    pictures_of = [pictures] * len(places)
    return list(_leaks(places, sides, pictures_of, lambda left, right: left < right))


def corpus_leaks(
    release: Release, other: Release, pictures: Pictures, other_pictures: Pictures
) -> list[Leak]:
    """Return what two corpora share, in whichever splits.

    Args:
        release: the first corpus.
        other: the second corpus.
        pictures: image name to picture, of the first corpus.
        other_pictures: image name to picture, of the second corpus.
    """
    places = [*_places(release, release.name), *_places(other, other.name)]
    own = sum(map(len, release.splits.values()))
    first_of_other = len(SPLITS)
    sides = [
        SPLITS.index(place.split) + (first_of_other if number >= own else 0)
        for number, place in enumerate(places)
    ]
    pictures_of = [pictures if number < own else other_pictures for number in range(len(places))]
    return list(
        _leaks(places, sides, pictures_of, lambda left, right: left < first_of_other <= right)
    )


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
    pictures_of: Sequence[Pictures],
    are_compared: Callable[[int, int], bool],
) -> Iterator[Leak]:
    cover = PairCover(sides, are_compared)
    by_key = _grouped((key, at) for at, place in enumerate(places) for key in _post_keys(place))
    for key, same in by_key.items():
        for left, right in cover.within(same):
            yield Leak("post", places[left], places[right], key[1])
    yield from _text_leaks(places, PairCover(sides, are_compared))
    yield from _image_leaks(places, sides, pictures_of, are_compared)


def id_prefix(name: str) -> str:
    """Return the prefix that a merge gives to ids of a corpus: `twitter2017-` for Twitter-2017."""
    return "".join(char for char in name.lower() if char.isalnum()) + "-"


def _post_keys(place: Place) -> list[tuple[str, str]]:
    """Return the keys of a record's post: (corpus, id); the corpus is empty where ids are global.

    A short number is only a running number of its corpus and names no post of another one.
    """
    prefix = id_prefix(place.record.origin or "")
    id = place.record.id.removeprefix(prefix).removeprefix(TWITTER_2017_PREFIX)
    is_running = id.isdigit() and len(id) < MIN_POST_ID
    keys = [(place.corpus if is_running else "", id)]
    post = post_of_url(place.record.url)
    return keys if post in (None, id) else [*keys, ("", post or "")]


def _text_leaks(places: Sequence[Place], cover: PairCover) -> Iterator[Leak]:
    """Yield each record under the strongest kind that it leaks by."""
    plain = [plain_text(" ".join(place.record.text)) for place in places]

    def leak(kind: Kind, pair: tuple[int, int], measure: float | None = None) -> Leak:
        return Leak(kind, places[pair[0]], places[pair[1]], measure=measure)

    tokens = ((place.record.text, at) for at, place in enumerate(places))
    for same in _grouped(tokens).values():
        yield from (leak("text", pair) for pair in cover.within(same))
    normal = ((form, at) for at, text in enumerate(plain) if (form := normal_text(text)))
    for same in _grouped(normal).values():
        yield from (leak("normal-text", pair) for pair in cover.within(same))
    by_words = _grouped((found, at) for at, text in enumerate(plain) if (found := words(text)))
    for same in by_words.values():
        yield from (leak("near-text", pair, 1.0) for pair in cover.within(same))
    groups = list(by_words.values())

    def is_wanted(left: int, right: int) -> bool:
        return cover.has_pair(groups[left], groups[right])

    for left, right, similarity in near_texts(list(by_words), is_wanted):
        for pair in cover.between(groups[left], groups[right]):
            yield leak("near-text", pair, similarity)


def _image_leaks(
    places: Sequence[Place],
    sides: Sequence[int],
    pictures_of: Sequence[Pictures],
    are_compared: Callable[[int, int], bool],
) -> Iterator[Leak]:
    """Yield leaks by images that exist, can be decoded and are not flat."""
    images = [
        (at, name, picture)
        for at, place in enumerate(places)
        for name in dict.fromkeys(place.record.images)
        if (picture := pictures_of[at].get(name)) and is_comparable(picture)
    ]
    cover = PairCover([sides[at] for at, _, _ in images], are_compared)

    def leak(kind: Kind, pair: tuple[int, int], bits: float | None = None) -> Leak:
        (left, name, _), (right, other, _) = (images[at] for at in pair)
        return Leak(
            kind, places[left], places[right], f"{name}, {other}", bits, images=(name, other)
        )

    by_bytes = _grouped((picture.bare_sha256, at) for at, (_, _, picture) in enumerate(images))
    for same in by_bytes.values():
        yield from (leak("image", pair) for pair in cover.within(same))
    by_hash = _grouped(
        (int(picture.phash, 16), at)
        for at, (_, _, picture) in enumerate(images)
        if is_distinctive(picture.phash)
    )
    for same in by_hash.values():
        yield from (leak("near-image", pair, 0) for pair in cover.within(same))
    groups = list(by_hash.values())

    def is_wanted(left: int, right: int) -> bool:
        return cover.has_pair(groups[left], groups[right])

    for left, right, bits in near_hashes(list(by_hash), is_wanted):
        for pair in cover.between(groups[left], groups[right]):
            yield leak("near-image", pair, bits)


def is_comparable(picture: Picture) -> bool:
    """Return whether the picture can be decoded and has more than one shade."""
    return bool(picture.phash) and not picture.is_flat


def _grouped(keyed: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    """Return the numbers of each key, in order."""
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, number in keyed:
        groups[key].append(number)
    return groups
