"""Archives that are folders: that of gallery-dl, and a corpus whose stored payloads are read again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from mnerctl.collector import Rules, fetch
from mnerctl.collector.source import Found, MediaFailure, Missing, Redirect
from mnerctl.collector.sources.archive import open_archive
from mnerctl.schema import Corpus, DataError, InputLine, Post, Problem
from support.pictures import jpeg
from support.x_forms import OTHER, POST_ID, Spec, written

RULES = Rules(min_images=2, max_images=4)
TWO = (jpeg(1), jpeg(2))
WITH_TWO = Spec()


def gallery(folder: Path, spec: Spec = WITH_TWO) -> Path:
    """A post in the files of gallery-dl: POST_NUM.jpg and POST_NUM.jpg.json in a folder of the author."""
    inner = folder / "twitter" / "ada_w"
    inner.mkdir(parents=True)
    for one in written(spec, "gallery-dl"):
        name = f"{POST_ID}_{one.get('num', 0)}.{one['extension']}"
        (inner / f"{name}.json").write_text(json.dumps(one))
        if one.get("num", 0) in (1, 2):
            (inner / name).write_bytes(TWO[one["num"] - 1])
    return folder


def collected(folder: Path, archive: Path, *ids: str) -> list[Post]:
    """The posts that a new corpus keeps from an archive."""
    with Corpus.open(folder, create=True) as corpus:
        corpus.enter_lines(InputLine("a", number, one, one) for number, one in enumerate(ids))
        fetch(corpus, open_archive(archive), RULES)
        return list(corpus.kept_posts())


def test_a_folder_of_gallery_dl(tmp_path: Path) -> None:
    folder = gallery(tmp_path / "gallery-dl")
    (folder / "info.json").write_text('{"category": "twitter"}')
    problems: list[Problem] = []
    answers = list(open_archive(folder, on_problem=problems.append).posts(["5", POST_ID]))
    assert answers[0] == Missing("5", "unaccounted", "gallery-dl does not have it", can_retry=True)
    assert isinstance(answers[1], Found)
    assert [problem.where for problem in problems] == [str(folder / "info.json")]
    (post,) = collected(tmp_path / "corpus", folder, POST_ID)
    assert [(image.status, image.bytes, image.alt_text) for image in post.images] == [
        ("ok", len(TWO[0]), "Two people"),
        ("ok", len(TWO[1]), None),
    ]


def test_a_missing_sidecar_counts_as_missing_media(tmp_path: Path) -> None:
    folder = gallery(tmp_path / "g", Spec(media=(("photo", ""),) * 3))
    (folder / "twitter" / "ada_w" / f"{POST_ID}_2.jpg.json").unlink()
    (found,) = open_archive(folder).posts([POST_ID])
    assert isinstance(found, Found)
    assert (found.fate, found.reason) == (
        "partial_media",
        "1 of its 3 media are not in the answer",
    )
    assert [image.status for image in found.post.images] == ["pending", "not_given", "pending"]


def test_a_post_without_pictures(tmp_path: Path) -> None:
    (found,) = open_archive(gallery(tmp_path / "g", Spec(media=()))).posts([POST_ID])
    assert isinstance(found, Found) and (found.fate, found.post.images) == (None, ())


def test_pictures_under_the_other_name_and_missing_pictures(tmp_path: Path) -> None:
    folder = gallery(tmp_path / "g")
    inner = folder / "twitter" / "ada_w"
    (inner / f"{POST_ID}_1.jpg.json").rename(inner / f"{POST_ID}_1.json")
    (inner / f"{POST_ID}_2.jpg").unlink()
    archive = open_archive(folder)
    (found,) = archive.posts([POST_ID])
    assert isinstance(found, Found)
    first, second = found.post.images
    assert archive.picture(first) == (TWO[0], "archived")
    for image in (second, second.model_copy(update={"source_url": "../../x"})):
        with pytest.raises(MediaFailure) as caught:
            archive.picture(image)
        assert (caught.value.status, caught.value.can_retry) == ("not_there", True)


def test_a_folder_that_is_not_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(DataError) as caught:
        open_archive(tmp_path)
    assert caught.value.message == (
        f"{tmp_path}: not an archive; wanted gallery-dl's pictures and .json files, or a corpus"
    )


# --- a corpus ---


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A corpus with a post, a retweet of it, one that is gone, and one with a single picture."""
    media = tmp_path / "media"
    media.mkdir()
    for place in (1, 2):
        (media / f"K{place}.jpg").write_bytes(TWO[place - 1])
    retweet: Any = {
        "id": "7",
        "text": "RT",
        "referenced_tweets": [{"type": "retweeted", "id": POST_ID}],
    }
    gone = {
        "value": OTHER,
        "type": "https://api.x.com/2/problems/resource-not-found",
        "detail": "Gone.",
    }
    single = {**written(Spec(media=(("photo", ""),)), "flattened"), "id": "8"}
    lines = [written(Spec(), "post"), retweet, {"errors": [gone]}, single]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, lines)))
    posts = collected(tmp_path / "kept", tmp_path / "posts.jsonl", POST_ID, "7", OTHER, "8")
    assert len(posts) == 1
    return tmp_path / "kept"


def test_a_corpus_is_read_again_from_its_payloads(kept: Path, tmp_path: Path) -> None:
    with Corpus.open(kept) as corpus:
        (before,) = corpus.kept_posts()
    (after,) = collected(tmp_path / "again", kept, POST_ID, "7")
    assert after == before
    answers = {one.post_id: one for one in open_archive(kept).posts([OTHER, "7", "8", "9"])}
    assert answers[OTHER] == Missing(OTHER, "gone", "Gone.")
    assert isinstance(answers["7"], Redirect)
    assert isinstance(answers["8"], Found)
    assert answers["9"] == Missing(
        "9", "unaccounted", "kept has no payload of this post", can_retry=True
    )


def test_a_post_that_is_gone_stays_gone_even_if_its_payload_is_left(kept: Path) -> None:
    with Corpus.open(kept) as corpus:
        corpus.settle(POST_ID, "gone", "deleted")
    assert list(open_archive(kept).posts([POST_ID])) == [Missing(POST_ID, "gone", "deleted")]


def test_a_damaged_payload_affects_one_post_only(kept: Path) -> None:
    with sqlite3.connect(kept / "corpus.db") as database:
        database.execute("UPDATE payloads SET sha256 = '0' WHERE post_id = '8'")
    database.close()
    first, second = open_archive(kept).posts(["8", POST_ID])
    assert first == Missing(
        "8", "unaccounted", f"{kept}: the payload of post 8 is damaged", can_retry=True
    )
    assert isinstance(second, Found)


def test_a_picture_that_the_corpus_did_not_keep(kept: Path) -> None:
    archive = open_archive(kept)
    (found,) = archive.posts([POST_ID])
    assert isinstance(found, Found)
    image = found.post.images[0]
    with pytest.raises(MediaFailure) as caught:
        archive.picture(
            image.model_copy(update={"source_url": "https://pbs.twimg.com/media/X.jpg"})
        )
    assert caught.value.status == "not_there"
    with Corpus.open(kept) as corpus:
        (post,) = corpus.kept_posts()
        corpus.image_path(str(post.images[0].sha256), "jpg").unlink()
    with pytest.raises(MediaFailure):
        archive.picture(image)
