"""Made posts: complete and reproducible, with true spans and types that only the pictures decide."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import regex
from PIL import Image

from mnerctl.collector import make_posts
from mnerctl.collector.made.post import Plan, plans
from mnerctl.collector.made.words import NAMES, WORDS, Words
from mnerctl.collector.source import Found
from mnerctl.collector.x_json.v2 import answers_in
from mnerctl.schema import SPLITS, TYPES, DataError, Post, clean_text, time_of_id
from mnerctl.schema.tokens import tokenize

EMOJI = regex.compile(r"[\p{ExtPict}\p{RI}\u20E3]")
COUNTS = {"train": 150, "dev": 50, "test": 50}


@dataclass(frozen=True)
class Made:
    """Everything in one folder: `posts` as the collector reads them, `data` as X would send them."""

    folder: Path
    posts: dict[str, Post]
    data: dict[str, dict[str, Any]]
    media: dict[str, list[dict[str, Any]]]
    truth: dict[str, dict[str, Any]]
    splits: dict[str, list[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("corpus") / "made"
    make_posts(folder, **COUNTS, seed=5)
    posts, data, media = {}, {}, {}
    for answer in _lines(folder / "posts.jsonl"):
        (found,) = answers_in(answer, source="made")
        assert isinstance(found, Found)
        posts[found.post_id] = found.post
        (data[found.post_id],) = answer["data"]
        media[found.post_id] = answer["includes"]["media"]
    truth = {line["post_id"]: line for line in _lines(folder / "spans.jsonl")}
    splits = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    return Made(folder, posts, data, media, truth, splits)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


# --- the folder ---


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        make_posts(tmp_path / name, train=4, dev=2, test=2, seed=seed)
    one, again, other = (_files(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one["posts.jsonl"] != other["posts.jsonl"]
    pictures = [{v for k, v in files.items() if k.endswith(".jpg")} for files in (one, other)]
    assert pictures[0].isdisjoint(pictures[1])


def test_a_split_does_not_depend_on_the_size_of_another(tmp_path: Path) -> None:
    make_posts(tmp_path / "few", train=2, dev=3, test=2, seed=1)
    make_posts(tmp_path / "more", train=5, dev=3, test=2, seed=1)
    few, more = (_lines(tmp_path / name / "posts.jsonl") for name in ("few", "more"))
    assert few == [*more[:2], *more[5:]]


def test_a_whole_folder_stays_and_another_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    steps: list[tuple[int, int]] = []
    make_posts(folder, train=2, dev=1, test=1, seed=1, on_post=lambda *step: steps.append(step))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    make_posts(folder, train=2, dev=1, test=1, seed=1)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    with pytest.raises(DataError) as caught:
        make_posts(folder, train=2, dev=1, test=1, seed=2)
    assert caught.value.message.startswith(f"{folder}: exists already; it was made from ")
    assert caught.value.hint == f"rm -r {folder}    # or name another folder"
    with pytest.raises(DataError, match="it was made from something else"):
        make_posts(tmp_path, train=2, dev=1, test=1, seed=1)


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_posts(tmp_path / "made", train=3, dev=1, test=1, seed=1, on_post=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error_for_people(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="made was kept"):
        make_posts(tmp_path / "file" / "made", train=1, dev=1, test=1, seed=1)


def test_every_post_is_in_urls_spans_and_one_split(made: Made) -> None:
    urls = (made.folder / "urls.txt").read_text(encoding="utf-8").splitlines()
    assert urls == [post.url for post in made.posts.values()]
    assert list(made.truth) == list(made.posts)
    assert {split: len(ids) for split, ids in made.splits.items()} == COUNTS
    assert [i for split in SPLITS for i in made.splits[split]] == list(made.posts)


# --- text and spans ---


def test_spans_are_names_of_the_clean_text_on_token_edges(made: Made) -> None:
    for post_id, truth in made.truth.items():
        text, spans = made.posts[post_id].text, truth["spans"]
        edges = {(token.start, token.end) for token in tokenize(text)}
        starts, ends = {start for start, _ in edges}, {end for _, end in edges}
        for span in spans:
            assert text[span["start"] : span["end"]] == span["text"] in NAMES
            assert span["type"] in TYPES
            assert span["start"] in starts and span["end"] in ends
        assert all(one["end"] <= two["start"] for one, two in pairwise(spans))
        mentioned = [name for name in NAMES if regex.search(rf"\b{name}\b", text)]
        assert sorted(mentioned) == sorted(span["text"] for span in spans)


def test_there_are_as_many_pictures_as_names_and_each_is_the_evidence_of_one(made: Made) -> None:
    numbers = Counter(len(truth["spans"]) for truth in made.truth.values())
    shares = {number: count / sum(numbers.values()) for number, count in numbers.items()}
    assert shares == pytest.approx({2: 0.54, 3: 0.12, 4: 0.34}, abs=0.03)  # those of MNER-MI
    for post_id, truth in made.truth.items():
        count = len(truth["spans"])
        assert len(made.posts[post_id].images) == count
        assert truth["evidence"] == [[position] for position in range(count)]


def test_raw_text_is_escaped_and_ends_with_the_link_to_the_pictures(made: Made) -> None:
    for post_id, data in made.data.items():
        raw, links = data["text"], data["entities"]["urls"]
        own = [link for link in links if "media_key" in link]
        assert [link["media_key"] for link in own] == data["attachments"]["media_keys"]
        places = {(link["start"], link["end"]) for link in own}
        assert places == {(len(raw) - 23, len(raw))}
        assert data["display_text_range"] == [0, len(raw) - 24]
        assert made.posts[post_id].text == clean_text(raw, places)
        assert not regex.search(r"&(?!amp;|lt;|gt;)|[<>]", raw)
        assert len(raw) <= 280


def test_entities_stand_where_they_say(made: Made) -> None:
    for data in made.data.values():
        raw, entities = data["text"], data["entities"]
        for tag in entities.get("hashtags", []):
            assert raw[tag["start"] : tag["end"]] == "#" + tag["tag"]
        for mention in entities.get("mentions", []):
            assert raw[mention["start"] : mention["end"]] == "@" + mention["username"]
        for link in entities["urls"]:
            assert raw[link["start"] : link["end"]] == link["url"]


def test_hard_characters_are_in_many_posts(made: Made) -> None:
    texts = [post.text for post in made.posts.values()]
    raws = [post.text_raw for post in made.posts.values()]
    assert _share(EMOJI.search(text) for text in texts) > 0.3
    assert _share("\u200d" in text for text in texts) > 0.1
    assert _share(regex.search(r"\p{RI}{2}", text) for text in texts) > 0.03
    assert _share(regex.search(r"\p{Emoji_Modifier}", text) for text in texts) > 0.1
    assert _share("#" in text for text in texts) > 0.2
    assert _share("@" in text for text in texts) > 0.1
    assert _share("https://" in text for text in texts) > 0.1
    assert _share("\n" in text for text in texts) > 0.1
    assert _share("&amp;" in raw or "&lt;" in raw or "&gt;" in raw for raw in raws) > 0.1
    assert any("&amp;lt;" in raw or "&amp;amp;" in raw for raw in raws)  # unescaped once, not twice


def _share(claims: Iterable[object]) -> float:
    values = [bool(claim) for claim in claims]
    return sum(values) / len(values)


def test_ids_are_dated_unique_and_not_those_of_real_posts(made: Made) -> None:
    for post_id, post in made.posts.items():
        assert post.created_at == time_of_id(post_id)
        assert int(post_id) & 0x3FFFFF == 0x3FFFFF
        assert post.edit_ids[-1] == post_id and post.conversation_id == post.edit_ids[0]
        assert (post.author or "").startswith("made_")
        assert post.url == f"https://x.com/{post.author}/status/{post_id}"
    ids = [i for post in made.posts.values() for i in post.edit_ids]
    keys = [item["media_key"] for items in made.media.values() for item in items]
    assert len(set(ids)) == len(ids) > len(made.posts)
    assert len({key.removeprefix("3_") for key in keys} | set(ids)) == len(keys) + len(ids)


# --- pictures ---


def test_every_picture_is_beside_its_post_and_decodes(made: Made) -> None:
    files = {path.name: path for path in (made.folder / "media").iterdir()}
    described = [item for items in made.media.values() for item in items]
    assert files.keys() == {f"{item['media_key']}.jpg" for item in described}
    for item in described:
        assert item["url"] == f"https://pbs.twimg.com/media/{item['media_key']}.jpg"
        with Image.open(files[f"{item['media_key']}.jpg"]) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert image.size == (item["width"], item["height"])


def test_alternative_texts_say_nothing_but_the_place(made: Made) -> None:
    texts = {item.get("alt_text") for items in made.media.values() for item in items}
    places = {f"Picture {t} of {n}, drawn by a program" for n in (2, 3, 4) for t in range(1, n + 1)}
    assert texts == {None, *places}


# --- what decides a type, and what splits share ---


def test_splits_share_the_names_and_nothing_else(made: Made) -> None:
    seen = {split: _parts(WORDS[split]) for split in SPLITS}
    for split, ids in made.splits.items():
        keys = [item["media_key"] for post_id in ids for item in made.media[post_id]]
        contents = ((made.folder / "media" / f"{key}.jpg").read_bytes() for key in keys)
        pictures = {hashlib.sha256(content).hexdigest() for content in contents}
        assert len(pictures) == len(keys)
        seen[split] |= pictures
        texts = "".join(made.posts[post_id].text for post_id in ids)
        assert all(name in texts for name in NAMES)
    for one, two in (("train", "dev"), ("train", "test"), ("dev", "test")):
        assert seen[one] & seen[two] == set()


def _parts(words: Words) -> set[str]:
    """All words of four letters and more, hashtags, handles and emoji that a split's posts can have."""
    texts = (*words.openers, *words.clauses, *words.closers, *words.tags, *words.emoji)
    people, joins = (text for one in words.people for text in one), chain(*words.joins)
    tokens = [t.text.lower() for text in (*texts, *people, *joins) for t in tokenize(text)]
    return {token for token in tokens if EMOJI.search(token) or regex.search(r"\w{4}", token)}


def test_within_a_split_each_name_has_each_type_equally_often() -> None:
    for split in SPLITS:
        counts = Counter(pair for plan in plans(split, 600, 1) for pair in plan)
        for name in NAMES:
            of_types = [counts[name, kind] for kind in TYPES]
            assert max(of_types) - min(of_types) <= 1
        of_names = [sum(counts[name, kind] for kind in TYPES) for name in NAMES]
        assert max(of_names) - min(of_names) <= 2


def test_types_depend_on_no_place_no_number_and_no_other_type() -> None:
    made_plans = list(plans("train", 3000, 1))
    _assert_independent((t, kind) for plan in made_plans for t, (_, kind) in enumerate(plan))
    _assert_independent((len(plan), kind) for plan in made_plans for _, kind in plan)
    _assert_independent(pair for plan in made_plans for pair in pairwise(_types(plan)))
    _assert_independent((_types(plan)[0], _types(plan)[-1]) for plan in made_plans)


def _types(plan: Plan) -> list[str]:
    return [kind for _, kind in plan]


def _assert_independent(pairs: Iterable[tuple[object, str]]) -> None:
    """Pearson's chi-square, below what chance exceeds once in a thousand (9 degrees of freedom)."""
    counts = Counter(pairs)
    total = sum(counts.values())
    rows, columns = Counter[object](), Counter[str]()
    for (row, column), count in counts.items():
        rows[row] += count
        columns[column] += count
    chi_square = 0.0
    for row in rows:
        for column in TYPES:
            expected = rows[row] * columns[column] / total
            chi_square += (counts[row, column] - expected) ** 2 / expected
    assert chi_square < 27.9
