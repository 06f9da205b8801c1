"""The archive of twarc: pages and flattened lines, v1.1, gzip, pictures beside them, and bad lines."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from mnerctl.collector.source import Found, MediaFailure, Missing, Redirect
from mnerctl.collector.sources.archive import open_archive
from mnerctl.schema import DataError, Image, Problem
from support.x_contract import sample
from support.x_forms import OTHER, POST_ID, Spec, written

FIRST, SECOND, GONE = "1790000000000000001", "1790000000000000002", "1790000000000000404"


def archive_of(folder: Path, *lines: object) -> Path:
    path = folder / "posts.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return path


def flattened(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of `twarc2 flatten`: author and media are inside the post; missing media are `{}`."""
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
    pages = list(open_archive(archive_of(tmp_path, page, "")).posts([SECOND, GONE, FIRST, "5"]))
    lines = list(open_archive(archive_of(tmp_path, *flattened(page))).posts([FIRST, SECOND]))
    assert [answer.post_id for answer in pages] == [FIRST, SECOND, GONE, "5"]
    assert [one.post for one in pages if isinstance(one, Found)] == [
        one.post for one in lines if isinstance(one, Found)
    ]
    assert pages[2:] == [
        Missing(GONE, "gone", f"Could not find tweet with ids: [{GONE}]."),
        Missing("5", "unaccounted", "posts.jsonl does not have it", can_retry=True),
    ]


def test_the_original_of_a_retweet_is_found_inside_it(tmp_path: Path) -> None:
    original = {"id": "5", "text": "whole", "author_id": "1"}
    reference = {"type": "retweeted", "id": "5"}
    retweet = {"id": "9", "text": "RT @a: who…", "referenced_tweets": [reference]}
    users = [{"id": "1", "username": "ada_w"}]
    page = {"data": [retweet], "includes": {"tweets": [original], "users": users}}
    line = {**retweet, "referenced_tweets": [{**original, **reference, "author": users[0]}]}
    for content in (page, line):
        (answer,) = open_archive(archive_of(tmp_path, content)).posts(["5"])
        assert isinstance(answer, Found)
        assert (answer.post.text, answer.post.author) == ("whole", "ada_w")


def test_lines_of_another_kind_are_skipped_and_reported(tmp_path: Path) -> None:
    problems: list[Problem] = []
    path = archive_of(tmp_path, "{", "[1]", {"id": 5, "id_str": "5"}, {"id": "9", "text": "a"})
    (answer,) = open_archive(path, on_problem=problems.append).posts(["9"])
    assert isinstance(answer, Found)
    assert [problem.where for problem in problems] == [f"{path}:{number}" for number in (1, 2, 3)]


def test_a_path_without_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        open_archive(tmp_path / "posts.jsonl")
    assert caught.value.message == (
        f"{tmp_path}/posts.jsonl: no such file or folder;"
        " wanted twarc's JSON lines, gallery-dl's folder, or a corpus"
    )


def test_pictures_by_key_and_by_name(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "3_1.png").write_bytes(b"by key")
    (media / "K2.jpg").write_bytes(b"by name")
    (tmp_path / "secret.jpg").write_bytes(b"outside")
    archive = open_archive(archive_of(tmp_path, ""))

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


def test_a_retweet_of_v1_and_the_original_inside_it(tmp_path: Path) -> None:
    path = archive_of(tmp_path, written(Spec(retweet=True), "v1"), written(Spec(), "post"))
    first, second = open_archive(path).posts([POST_ID, OTHER])
    assert isinstance(first, Redirect) and first.to == OTHER
    assert isinstance(second, Found) and (second.post.text, second.post.author) == ("other", "bo_t")


def test_a_post_with_its_own_line_wins_over_one_inside_another(tmp_path: Path) -> None:
    own = {**written(Spec(), "v1"), "id_str": OTHER, "full_text": "its own"}
    path = archive_of(tmp_path, written(Spec(retweet=True), "v1"), own)
    (answer,) = open_archive(path).posts([OTHER])
    assert isinstance(answer, Found) and answer.post.text == "its own"


def test_gzip_is_detected_from_the_bytes(tmp_path: Path) -> None:
    plain = archive_of(tmp_path, *(written(Spec(), form) for form in ("post", "v1")))
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(open_archive(packed).posts([POST_ID])) == list(open_archive(plain).posts([POST_ID]))


def test_a_cut_gzip_file_is_read_up_to_the_cut(tmp_path: Path) -> None:
    rows = [{"id": str(number), "text": f"{number}" * 50} for number in range(1, 2000)]
    packed = gzip.compress(archive_of(tmp_path, *rows).read_bytes())
    for broken in (packed[: len(packed) // 2], packed[:-4000] + b"\0" * 4000):
        path = tmp_path / "cut.jsonl.gz"
        path.write_bytes(broken)
        problems: list[Problem] = []
        first, last = open_archive(path, on_problem=problems.append).posts(["1", "1999"])
        assert isinstance(first, Found) and isinstance(last, Missing)
        assert last.can_retry
        assert [(one.level, one.rule) for one in problems][-1] == ("error", "archive-end")


def test_no_line_raises(tmp_path: Path) -> None:
    deep = "[" * 100_000
    lines = ['{"id": "1", "text": "a", "x": ' + deep, deep, '{"id_str": 5}', "null", "\ud83d", "{}"]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    problems: list[Problem] = []
    (answer,) = open_archive(path, on_problem=problems.append).posts(["1"])
    assert isinstance(answer, Missing)
    assert len(problems) == len(lines)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    line = {**written(Spec(retweet=True), "v1"), "filler": "x" * 2000}
    with path.open("w") as file:
        for number in range(2000):  # 6 MB
            file.write(json.dumps({**line, "id_str": str(10**18 + number)}) + "\n")
    archive = open_archive(path)
    tracemalloc.start()
    assert len(list(archive.posts([OTHER, str(10**18 + 1999)]))) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000
