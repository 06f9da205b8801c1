"""The archive: twarc's pages and flattened lines, pictures beside them, and lines that are neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mnerctl.collector.archive import Archive
from mnerctl.collector.source import Found, MediaFailure, Missing
from mnerctl.schema import DataError, Image, Problem
from support.x_contract import sample

FIRST, SECOND, GONE = "1790000000000000001", "1790000000000000002", "1790000000000000404"


def archive_of(folder: Path, *lines: object) -> Path:
    path = folder / "posts.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return path


def flattened(page: dict[str, Any]) -> list[dict[str, Any]]:
    """As `twarc2 flatten` does it: author and media move into the post; lost media are `{}`."""
    media = {one["media_key"]: one for one in page["includes"]["media"]}
    users = {one["id"]: one for one in page["includes"]["users"]}
    rows = []
    for row in page["data"]:
        keys = row["attachments"]["media_keys"]
        inner = {"media_keys": keys, "media": [media.get(key, {}) for key in keys]}
        rows.append({**row, "author": users[row["author_id"]], "attachments": inner})
    return rows


@pytest.mark.parametrize("words", ["post", "tweet"])
def test_pages_and_flattened_lines_are_the_same_posts(tmp_path: Path, words: str) -> None:
    page = sample(f"sample_x_v2_{words}_vocab.json")
    pages = list(Archive(archive_of(tmp_path, page, "")).posts([SECOND, GONE, FIRST, "5"]))
    lines = list(Archive(archive_of(tmp_path, *flattened(page))).posts([FIRST, SECOND]))
    assert [answer.post_id for answer in pages] == [FIRST, SECOND, GONE, "5"]
    assert [one.post for one in pages if isinstance(one, Found)] == [
        one.post for one in lines if isinstance(one, Found)
    ]
    assert pages[2:] == [
        Missing(GONE, "gone", f"Could not find tweet with ids: [{GONE}]."),
        Missing("5", "unaccounted", "posts.jsonl does not have it", can_retry=True),
    ]


def test_the_original_of_a_retweet_is_found_within(tmp_path: Path) -> None:
    original = {"id": "5", "text": "whole", "author_id": "1"}
    reference = {"type": "retweeted", "id": "5"}
    retweet = {"id": "9", "text": "RT @a: who…", "referenced_tweets": [reference]}
    users = [{"id": "1", "username": "ada_w"}]
    page = {"data": [retweet], "includes": {"tweets": [original], "users": users}}
    line = {**retweet, "referenced_tweets": [{**original, **reference, "author": users[0]}]}
    for content in (page, line):
        (answer,) = Archive(archive_of(tmp_path, content)).posts(["5"])
        assert isinstance(answer, Found)
        assert (answer.post.text, answer.post.author) == ("whole", "ada_w")


def test_lines_of_another_kind_are_passed_over_and_said(tmp_path: Path) -> None:
    problems: list[Problem] = []
    path = archive_of(tmp_path, "{", "[1]", {"id": 5, "id_str": "5"}, {"id": "9", "text": "a"})
    (answer,) = Archive(path, on_problem=problems.append).posts(["9"])
    assert isinstance(answer, Found)
    assert [problem.where for problem in problems] == [f"{path}:{number}" for number in (1, 2, 3)]


def test_there_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        Archive(tmp_path / "posts.jsonl")
    assert (
        caught.value.message == f"{tmp_path}/posts.jsonl: no such file; wanted twarc's JSON lines"
    )


def test_pictures_by_key_and_by_name(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "3_1.png").write_bytes(b"by key")
    (media / "K2.jpg").write_bytes(b"by name")
    (tmp_path / "secret.jpg").write_bytes(b"outside")
    archive = Archive(archive_of(tmp_path, ""))

    def image(key: str, url: str) -> Image:
        return Image(position=0, media_key=key, source_url=url)

    address = "https://pbs.twimg.com/media/"
    assert archive.picture(image("3_1", f"{address}K1.jpg")) == (b"by key", "archived")
    assert archive.picture(image("3_2", f"{address}K2.jpg?name=orig")) == (b"by name", "archived")
    assert archive.picture(image("3_2", f"{address}K2?format=jpg")) == (b"by name", "archived")
    for key, url in (("3_9", f"{address}K9.jpg"), ("../secret.jpg", "../secret.jpg"), ("", "")):
        with pytest.raises(MediaFailure) as caught:
            archive.picture(image(key, url))
        assert (caught.value.status, caught.value.can_retry) == ("not_there", True)
