"""The loop of fetch with a source in memory: rules, fates, retries, and a stop in the middle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mnerctl.collector import Rules, fetch, posts_to_ask
from mnerctl.collector.source import Answer, Found, MediaFailure, Missing, Redirect
from mnerctl.schema import Corpus, Fate, Image, InputLine, Post, RemoteError
from support.pictures import jpeg

PAYLOAD = b"{}"


class Memory:
    """A source whose posts and pictures are in dictionaries; it records what it is asked for."""

    name = "memory"
    dollars_per_post = None

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.pictures: dict[str, bytes | MediaFailure] = {}
        self.asked: list[str] = []
        self.read: list[str] = []
        self.stop_before = ""

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        for post_id in ids:
            if post_id == self.stop_before:
                raise RemoteError("no credits", "add some")
            self.asked.append(post_id)
            if post_id in self.answers:
                yield self.answers[post_id]

    def picture(self, image: Image) -> tuple[bytes, str]:
        key = str(image.media_key)
        self.read.append(key)
        picture = self.pictures[key]
        if isinstance(picture, MediaFailure):
            raise picture
        return picture, "large"

    def add(
        self,
        post_id: str,
        *pictures: bytes | MediaFailure | None,
        fate: Fate | None = None,
        edits: tuple[str, ...] = (),
    ) -> None:
        """Add a post with these pictures; None is a picture that is not in the answer."""
        images = []
        for place, picture in enumerate(pictures):
            key = f"{post_id}_{place}"
            status = "not_given" if picture is None else "pending"
            images.append(Image(position=place, media_key=key, status=status))
            if picture is not None:
                self.pictures[key] = picture
        post = Post(
            id=post_id,
            url=f"https://x.com/a/status/{post_id}",
            text_raw="a",
            text="a",
            images=tuple(images),
            edit_ids=edits,
            source=self.name,
        )
        self.answers[post_id] = Found(post_id, post, PAYLOAD, fate, f"it is {fate}" if fate else "")


GOOD = [jpeg(seed) for seed in range(6)]
LASTING = MediaFailure("not_there", "HTTP 404")
PASSING = MediaFailure("server_error", "HTTP 503", can_retry=True)
RULES = Rules(min_images=2, max_images=4)


@pytest.fixture
def source() -> Memory:
    return Memory()


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        yield corpus


def enter(corpus: Corpus, *ids: str) -> None:
    corpus.enter_lines([InputLine("a", number, one, one) for number, one in enumerate(ids)])


def outcome(corpus: Corpus, post_id: str) -> tuple[str, str]:
    (row,) = (row for row in corpus.with_fate() if row.post_id == post_id)
    return row.fate, row.reason


def image_files(corpus: Corpus) -> int:
    return len(list(corpus.folder.glob("images/*/*")))


def test_a_kept_post_has_its_images_in_order(corpus: Corpus, source: Memory) -> None:
    source.add("7", *GOOD[:3])
    enter(corpus, "7")
    assert fetch(corpus, source, RULES) == 1
    (post,) = corpus.kept_posts()
    assert [image.position for image in post.images] == [0, 1, 2]
    for image, content in zip(post.images, GOOD, strict=False):
        assert image.sha256 is not None
        assert corpus.image_path(image.sha256, image.extension).read_bytes() == content
        assert (image.status, image.variant, image.bytes) == ("ok", "large", len(content))
        assert (image.width, image.height, image.media_type) == (96, 64, "image/jpeg")
        assert image.phash is not None


@pytest.mark.parametrize(
    ("pictures", "given", "fate", "reason"),
    [
        ((), None, "no_image", "no picture"),
        ((), "video_only", "video_only", "it is video_only"),
        (GOOD[:1], None, "too_few_images", "1 image, wanted at least 2"),
        (GOOD[:5], None, "too_many_images", "5 images, wanted at most 4"),
        (GOOD[:2], "withheld", "withheld", "it is withheld"),
        ((*GOOD[:2], None), "partial_media", "partial_media", "it is partial_media"),
        ((GOOD[0], LASTING), None, "media_failed", "image 1: not_there: HTTP 404"),
        (
            (GOOD[0], b"<html>"),
            None,
            "media_failed",
            "image 1: html: a page instead of a picture",
        ),
        ((b"", GOOD[0]), None, "media_failed", "image 0: empty: 0 bytes"),
    ],
)
def test_a_post_that_is_not_kept_has_a_reason_and_no_pictures(
    corpus: Corpus,
    source: Memory,
    pictures: tuple[bytes, ...],
    given: Fate | None,
    fate: str,
    reason: str,
) -> None:
    source.add("7", *pictures, fate=given)
    enter(corpus, "7")
    fetch(corpus, source, RULES)
    assert outcome(corpus, "7") == (fate, reason)
    assert image_files(corpus) == 0
    assert list(corpus.kept_posts()) == []


def test_keep_partial_keeps_the_good_pictures_if_they_are_enough(
    corpus: Corpus, source: Memory
) -> None:
    source.add("1", LASTING, *GOOD[:2])
    source.add("2", GOOD[0], LASTING, PASSING)
    source.add("3", *GOOD[:2], None, fate="partial_media")
    source.add("4", GOOD[0], None, fate="partial_media")
    enter(corpus, "1", "2", "3", "4")
    fetch(corpus, source, Rules(min_images=2, max_images=4, keep_partial=True))
    assert outcome(corpus, "1") == ("kept", "kept with 2 of 3 images; image 0: not_there: HTTP 404")
    assert outcome(corpus, "2")[0] == "media_failed"
    assert outcome(corpus, "3") == ("kept", "kept with 2 of 3 images; image 2: not_given")
    assert outcome(corpus, "4")[0] == "too_few_images"
    places = {post.id: [image.position for image in post.images] for post in corpus.kept_posts()}
    assert places == {"1": [1, 2], "3": [0, 1]}


def test_only_failures_that_may_pass_are_retried_and_a_stored_post_is_not_asked_for_again(
    corpus: Corpus, source: Memory
) -> None:
    source.add("1", GOOD[0], PASSING)
    source.add("2", GOOD[0], LASTING)
    source.add("3", GOOD[0], None, fate="partial_media")
    source.answers["4"] = Missing("4", "gone", "Not Found")
    source.answers["5"] = Missing("5", "unaccounted", "nothing", can_retry=True)
    enter(corpus, "1", "2", "3", "4", "5")
    fetch(corpus, source, RULES)
    assert corpus.count_open() == (0, 3)
    assert fetch(corpus, source, RULES) == 0
    source.asked.clear()
    source.add("1", *GOOD[:2])
    source.add("3", *GOOD[:3])
    assert fetch(corpus, source, RULES, retry_failed=True) == 2
    assert source.asked == ["3", "5"]
    assert corpus.line_fates() == {"kept": 2, "gone": 1, "media_failed": 1, "unaccounted": 1}


def test_a_text_that_one_source_cuts_can_come_from_another(corpus: Corpus, source: Memory) -> None:
    enter(corpus, "1")
    source.add("1", *GOOD[:2], fate="truncated_text")
    fetch(corpus, source, RULES)
    assert [row.fate for row in corpus.with_fate()] == ["truncated_text"]
    whole = Memory()
    whole.add("1", *GOOD[:2])
    fetch(corpus, whole, RULES)
    assert whole.asked == []  # only with retry_failed
    fetch(corpus, whole, RULES, retry_failed=True)
    assert [row.fate for row in corpus.with_fate()] == ["kept"]


def test_a_stop_keeps_the_answers_so_far(corpus: Corpus, source: Memory) -> None:
    ids = [f"{number:03}" for number in range(1, 251)]
    for post_id in ids:
        source.add(post_id, *GOOD[:2])
    enter(corpus, *ids)
    source.stop_before = "151"
    with pytest.raises(RemoteError, match="no credits"):
        fetch(corpus, source, RULES)
    assert corpus.line_fates() == {"kept": 150, "pending": 100}
    source.stop_before = ""
    source.asked.clear()
    fetch(corpus, source, RULES)
    assert source.asked == ids[150:]
    assert corpus.line_fates() == {"kept": 250}


def test_a_post_whose_pictures_are_still_missing_is_not_asked_for_again(
    corpus: Corpus, source: Memory
) -> None:
    source.add("1", *GOOD[:2])
    source.add("2", *GOOD[2:4])
    enter(corpus, "1", "2")
    found = source.answers["1"]
    assert isinstance(found, Found)
    corpus.put_post(found.post)  # what a run leaves that is killed before the pictures
    assert posts_to_ask(corpus, retry_failed=False, max_posts=None) == 1
    fetch(corpus, source, RULES)
    assert source.asked == ["2"]
    assert corpus.line_fates() == {"kept": 2}


def test_max_posts_limits_what_one_run_asks_for(corpus: Corpus, source: Memory) -> None:
    for number in range(1, 8):
        source.add(str(number), *GOOD[:2])
    source.answers["7"] = Redirect("7", "1", PAYLOAD)
    enter(corpus, *"2345", "7")
    assert posts_to_ask(corpus, retry_failed=False, max_posts=3) == 3
    assert [fetch(corpus, source, RULES, max_posts=3) for _ in range(3)] == [3, 3, 0]
    assert source.asked == ["2", "3", "4", "5", "7", "1"]


def test_retweets_and_edits_count_once(corpus: Corpus, source: Memory) -> None:
    source.add("3", *GOOD[:2])
    source.answers["9"] = Redirect("9", "3", PAYLOAD)
    source.answers["8"] = Redirect("8", "3", PAYLOAD)
    source.add("5", *GOOD[:2], edits=("4", "5", "6"))
    source.add("6", *GOOD[:2], edits=("4", "5", "6"))
    enter(corpus, "9", "8", "5", "6")
    fetch(corpus, source, RULES)
    assert [post.id for post in corpus.kept_posts()] == ["3", "5"]
    assert corpus.line_fates() == {"kept": 2, "duplicate": 2}
    assert outcome(corpus, "6") == ("duplicate", "another edit of 5")


@pytest.mark.parametrize("circle", [("1",), ("1", "2"), ("1", "2", "3")])
def test_retweets_in_a_circle_do_not_end_the_run(
    corpus: Corpus, source: Memory, circle: tuple[str, ...]
) -> None:
    for one, other in zip(circle, (*circle[1:], circle[0]), strict=True):
        source.answers[one] = Redirect(one, other, PAYLOAD)
    source.add("7", *GOOD[:2])
    enter(corpus, *circle, "7")
    fetch(corpus, source, RULES)
    fates = corpus.line_fates()
    assert (fates["kept"], fates["unaccounted"], sum(fates.values())) == (1, 1, len(circle) + 1)


def test_an_id_without_an_answer_is_unaccounted(corpus: Corpus, source: Memory) -> None:
    enter(corpus, "1")
    fetch(corpus, source, RULES)
    assert outcome(corpus, "1") == ("unaccounted", "the source gave no answer")
    assert corpus.count_open() == (0, 1)


def test_the_payload_of_every_paid_post_is_kept(corpus: Corpus, source: Memory) -> None:
    source.add("1", fate="video_only")
    source.add("3", *GOOD[:2])
    source.answers["2"] = Redirect("2", "3", PAYLOAD)
    enter(corpus, "1", "2")
    fetch(corpus, source, RULES)
    assert [corpus.payload(one, "memory") for one in "123"] == [PAYLOAD] * 3
    assert corpus.payload("4", "memory") is None


def test_progress_ends_at_the_total(corpus: Corpus, source: Memory) -> None:
    for number in range(10, 40):
        source.add(str(number), *GOOD[: number % 3])
    enter(corpus, *map(str, range(10, 40)))
    counts: list[tuple[int, int]] = []
    fetch(corpus, source, RULES, on_count=lambda done, total: counts.append((done, total)))
    assert counts[-1] == (30, 30)
    assert counts == sorted(counts)


def test_no_form_of_a_removed_post_is_collected(tmp_path: Path) -> None:
    """A retweet, another edit, and a quotation of a post that was withdrawn and that X still has."""
    memory = Memory()
    memory.add("7", *GOOD[:2], edits=("6", "7", "8"))
    memory.add("6", *GOOD[:2], edits=("6", "7", "8"))
    memory.add("11", *GOOD[2:4])
    secret = {"id": "7", "text": "Beeblebrox"}
    quoting = memory.answers["11"]
    assert isinstance(quoting, Found)
    memory.answers["11"] = replace(quoting, payload=json.dumps({"quoted": secret}).encode())
    memory.answers["9"] = Redirect("9", "7", json.dumps(secret).encode())
    with Corpus.open(tmp_path, create=True) as corpus:
        corpus.enter_lines([InputLine("urls.txt", 1, "7", "7")])
        fetch(corpus, memory, RULES)
        with corpus.transaction():
            corpus.bury("7", "withheld", "asked")
        corpus.finish_burials()
        corpus.enter_lines([InputLine("more.txt", n, str(n), str(n)) for n in (6, 9, 11)])
        fetch(corpus, memory, RULES)
        assert corpus.line_fates() == {"withheld": 1, "duplicate": 2, "kept": 1}
        assert [(one, source) for one, source, _ in corpus.payloads()] == [("11", "memory")]
        assert corpus.payload("11", "memory") == b'{"quoted": {"id": "7"}}'
