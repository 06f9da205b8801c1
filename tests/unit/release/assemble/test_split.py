"""Splits from a file, and seeded splits."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.release import Splits, earlier_splits, read_splits, releases_beside, seeded_splits
from mnerctl.release.assemble.groups import related_groups
from mnerctl.schema import SPLITS, DataError, Gold, Image, Post, Span, Split
from support.made_release import change_manifest, made_plus, rewrite_split

PHOTO = "00ff00ff00ff00ff"


def post(
    number: int, text: str = "", *, images: int | tuple[Image, ...] = 2, **changes: Any
) -> Post:
    """Return a post; without `text` it has a text that no other post has."""
    if isinstance(images, int):
        images = tuple(Image(position=at) for at in range(images))
    text = text or f"{number:x} says {number:b}"
    return Post(
        id=str(number),
        url=f"https://x.com/i/status/{number}",
        text_raw=text,
        text=text,
        source="made",
        images=images,
        **changes,
    )


def picture(sha256: str, phash: str | None) -> tuple[Image, ...]:
    return (Image(position=0, sha256=sha256 * 64, phash=phash),)


def gold_of(posts: list[Post], *types: str) -> dict[str, Gold]:
    """Return gold with one span of each of these types for every post."""
    spans = tuple(Span(at, at + 1, kind) for at, kind in enumerate(types))  # type: ignore[arg-type]
    return {p.id: Gold(post_id=p.id, text=p.text, spans=spans, how="agreed") for p in posts}


def split(posts: list[Post], gold: dict[str, Gold] | None = None, **changes: Any) -> Splits:
    wanted: dict[str, Any] = {"ratios": (0.8, 0.1, 0.1), "seed": 7}
    return seeded_splits(posts, gold_of(posts) if gold is None else gold, **wanted | changes)


def test_a_seeded_split_has_the_wanted_sizes_and_is_reproducible() -> None:
    posts = [post(number) for number in range(1, 1001)]
    first = split(posts)
    assert Counter(first.split_of.values()) == {"train": 800, "dev": 100, "test": 100}
    assert (first.together, first.kept, first.moved) == (0, 0, 0)
    assert split(posts[::-1]) == first
    assert split(posts, seed=8).split_of != first.split_of


def test_a_seeded_split_is_pinned() -> None:
    """The same posts get the same splits on every machine and in every version."""
    split_of = split([post(n) for n in range(1, 11)], ratios=(0.6, 0.2, 0.2), seed=1).split_of
    by_split = {name: sorted(int(i) for i in split_of if split_of[i] == name) for name in SPLITS}
    assert by_split == {"train": [1, 2, 5, 7, 8, 10], "dev": [3, 4], "test": [6, 9]}


def test_a_split_with_share_0_is_empty() -> None:
    posts = [post(number) for number in range(1, 21)]
    counts = Counter(split(posts, ratios=(0.5, 0, 0.5)).split_of.values())
    assert counts == {"train": 10, "test": 10}


def test_posts_without_gold_have_no_split() -> None:
    posts = [post(1), post(2)]
    assert split(posts, gold_of(posts[:1])).split_of.keys() == {"1"}


def test_every_stratum_is_split_by_the_ratios() -> None:
    """Dev and test get a tenth of each kind of post, within 2, rare kinds included."""
    random = Random(1)
    kinds: list[tuple[int, tuple[str, ...]]] = [
        *((images, types) for images in (2, 3, 4) for types in ((), ("PER",), ("PER", "LOC"))),
        (4, ("MISC", "ORG")),
    ]
    posts, gold, kind_of = [], {}, {}
    for number in range(1, 2001):
        images, types = random.choices(kinds, weights=range(len(kinds), 0, -1))[0]
        posts.append(post(number, images=images))
        gold |= gold_of(posts[-1:], *types)
        kind_of[str(number)] = (images, types)
    split_of = split(posts, gold).split_of
    totals = Counter(kind_of.values())
    assert len(totals) == len(kinds)
    for share, name in zip((0.8, 0.1, 0.1), SPLITS, strict=True):
        here = Counter(kind_of[id] for id, one in split_of.items() if one == name)
        assert all(abs(here[kind] - share * total) <= 2 for kind, total in totals.items())
        assert abs(here.total() - share * 2000) <= 2


RELATED: dict[str, tuple[Post, Post]] = {
    "a conversation": (post(1, conversation_id="9"), post(2, conversation_id="9")),
    "a conversation and its first post": (post(1), post(2, conversation_id="1")),
    "an edit": (post(1), post(2, edit_ids=("1", "2"))),
    "edits of a post that is missing": (post(1, edit_ids=("7", "1")), post(2, edit_ids=("7", "2"))),
    "a text": (post(1, "👨‍👩‍👧"), post(2, "👨‍👩‍👧")),
    "the same normal text": (post(1, "Ada in Rome"), post(2, "ADA in  Rome https://t.co/x")),
    "the same words": (post(1, "Ada in Rome"), post(2, "Ada, in Rome!")),
    "a near text": (post(1, "a b c d e f g"), post(2, "a b c X e f g")),
    "a picture": (post(1, images=picture("a", None)), post(2, images=picture("a", None))),
    "a near picture": (
        post(1, images=picture("a", PHOTO)),
        post(2, images=picture("b", PHOTO.replace("00ff00f", "00ff00e"))),
    ),
}
UNRELATED: dict[str, tuple[Post, Post]] = {
    "nothing": (post(1), post(2)),
    "no text": (post(1, " "), post(2, " ")),
    "an author": (post(1, author="ada"), post(2, author="ada")),
    "a flat picture": (
        post(1, images=picture("a", "0" * 16)),
        post(2, images=picture("a", "0" * 16)),
    ),
}


@pytest.mark.parametrize("pair", RELATED.values(), ids=RELATED)
def test_related_posts_are_one_group(pair: tuple[Post, Post]) -> None:
    assert related_groups(pair, by_author=False) == [list(pair)]


@pytest.mark.parametrize("pair", UNRELATED.values(), ids=UNRELATED)
def test_unrelated_posts_are_two_groups(pair: tuple[Post, Post]) -> None:
    assert len(related_groups(pair, by_author=False)) == 2


def test_posts_of_one_author_are_related_on_request() -> None:
    posts = [post(1, author="ada"), post(2, author="bob"), post(3, author="ada"), post(4), post(5)]
    groups = related_groups(posts, by_author=True)
    assert [[one.id for one in group] for group in groups] == [["1", "3"], ["2"], ["4"], ["5"]]


def made_posts(random: Random, count: int, conversations: int) -> list[Post]:
    """Return posts of few words, so that many are copies or near-copies, some in conversations."""
    return [
        post(
            number,
            " ".join(random.choices("abcde", k=random.randint(1, 6))),
            conversation_id=str(10**6 + random.randrange(conversations)) if conversations else None,
        )
        for number in range(1, count + 1)
    ]


@settings(max_examples=40)
@given(st.integers(1, 16), st.integers(0, 9), st.integers(0, 99))
def test_related_posts_are_in_one_split(count: int, conversations: int, seed: int) -> None:
    posts = made_posts(Random(seed), count, conversations)
    split_of = split(posts, ratios=(0.5, 0.25, 0.25), seed=seed).split_of
    assert split_of.keys() == {one.id for one in posts}
    for one, other in combinations(posts, 2):
        if len(related_groups([one, other], by_author=False)) == 1:
            assert split_of[one.id] == split_of[other.id]


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 99))
def test_a_test_post_stays_in_test(count: int, more: int, seed: int) -> None:
    """This holds with new posts and another seed, and related posts are still in one split."""
    posts = made_posts(Random(seed), count + more, 20)
    first = split(posts[:count], ratios=(0.5, 0.25, 0.25)).split_of
    second = split(posts, ratios=(0.5, 0.25, 0.25), seed=seed, earlier=first)
    assert all(second.split_of[id] == "test" for id, one in first.items() if one == "test")
    assert second.kept + second.moved == count
    moved = {id for id, one in first.items() if second.split_of[id] != one}
    assert len(moved) == second.moved
    for group in related_groups(posts, by_author=False):
        assert len({second.split_of[one.id] for one in group}) == 1
        if moved & {one.id for one in group}:
            assert {"dev", "test"} & {first[one.id] for one in group if one.id in first}


def test_an_edited_post_keeps_its_split() -> None:
    posts = [post(number) for number in range(1, 101)]
    first = split(posts).split_of
    test = next(id for id, one in first.items() if one == "test")
    edited = [one for one in posts if one.id != test]
    edited.append(post(500, edit_ids=(test, "500")))
    assert split(edited, earlier=first).split_of["500"] == "test"


def test_new_posts_restore_the_ratios() -> None:
    old: dict[str, Split] = dict.fromkeys(map(str, range(1, 101)), "train")
    counts = Counter(split([post(n) for n in range(1, 201)], earlier=old).split_of.values())
    assert counts == {"train": 160, "dev": 20, "test": 20}


def test_splits_of_earlier_releases(tmp_path: Path) -> None:
    """All releases of the name beside the new one count, by version; a post stays in test for ever."""
    for version in ("1.0.0", "1.10.0", "1.9.0", "9.0.0"):
        made_plus(tmp_path / "made" / version, train=2, dev=2, test=2, pictures=0)
        (tmp_path / "made" / version / "plus").rename(tmp_path / version)
        change_manifest(tmp_path / version, lambda m, v=version: m.update(version=v))
    change_manifest(tmp_path / "9.0.0", lambda manifest: manifest.update(name="another"))
    line = '{"id": "%s", "text": ["a"], "images": [], "label": ["O"]}'
    rewrite_split(tmp_path / "1.0.0", "test", [line % 1, line % 2])
    rewrite_split(tmp_path / "1.9.0", "train", [line % 1, line % 3])
    rewrite_split(tmp_path / "1.10.0", "dev", [line % 3])
    beside = releases_beside(tmp_path / "1.11.0", "MNER-MI-Plus")
    assert [folder.name for folder in beside] == ["1.0.0", "1.9.0", "1.10.0"]
    before = earlier_splits(beside)
    assert (before["1"], before["2"], before["3"]) == ("test", "test", "dev")
    assert releases_beside(tmp_path / "nowhere" / "1.0.0", "made") == []


def test_an_earlier_release_that_cannot_be_read(tmp_path: Path) -> None:
    made_plus(tmp_path, train=2, dev=2, test=2, pictures=0)
    rewrite_split(tmp_path / "plus", "test", ["{"])
    with pytest.raises(DataError) as caught:
        earlier_splits([tmp_path / "plus"])
    assert caught.value.message == (
        f"{tmp_path}/plus/test.jsonl: cannot be read, so it is unknown which posts were in test"
    )


def test_a_splits_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    path.write_text('{"train": ["1", "2"], "dev": ["3"], "test": []}')
    assert read_splits(path) == {"1": "train", "2": "train", "3": "dev"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"train": ["1"], "dev": ["1"], "test": []}', "1 in train and dev; wanted each id once"),
        ('{"train": ["1"], "dev": []}', "not a splits file"),
        ('{"train": ["1"], "dev": [], "test": [], "extra": []}', "not a splits file"),
        ("[", "not a splits file"),
        (None, "No such file or directory"),
    ],
)
def test_a_wrong_splits_file_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "splits.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError) as caught:
        read_splits(path)
    assert str(path) in caught.value.message
    assert message in caught.value.message
