"""The list of sources: each line names a module with a `SOURCE`, and a source tells its own price."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mnerctl.cli.collect.source import DEFAULT_SOURCE, SOURCES, source_kind
from mnerctl.collector import Downloader, SourceKind, SourceOptions, Syndication, XApi
from mnerctl.schema import Settings


@pytest.mark.parametrize("name", SOURCES)
def test_each_source_of_the_list_has_a_kind(name: str) -> None:
    assert isinstance(source_kind(name), SourceKind)


def test_the_price_of_a_kind_is_that_of_its_source() -> None:
    pictures = Downloader()
    assert source_kind("x-api").dollars_per_post == XApi("A", pictures=pictures).dollars_per_post
    assert source_kind("syndication").dollars_per_post is Syndication.dollars_per_post is None
    assert DEFAULT_SOURCE == "x-api"


def test_made_posts_are_drawn_once_and_read_as_an_archive(tmp_path: Path) -> None:
    kind = source_kind("made")
    options = SourceOptions(corpus=tmp_path, settings=Settings(name="a"), max_posts=10)
    counts: list[tuple[int, int]] = []
    for _ in range(2):
        (urls,) = kind.input_files(options, lambda done, total: counts.append((done, total)))
    assert counts == [(done, 10) for done in range(1, 11)]
    ids = [url.rpartition("/")[2] for url in urls.read_text().splitlines()]
    source = kind.open(options)
    assert [answer.post_id for answer in source.posts(ids)] == ids
    assert source.dollars_per_post is None


def test_the_list_imports_no_source() -> None:
    code = "import sys; import mnerctl.cli.collect.fetch; print(*sys.modules)"
    command = [sys.executable, "-P", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert {"requests", "tweepy", "PIL", "mnerctl.collector"} & set(ended.stdout.split()) == set()
