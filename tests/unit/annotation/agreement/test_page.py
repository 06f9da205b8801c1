"""The page of `label agree`: hostile text is escaped, and a post is shown in full."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from mnerctl.annotation.agreement.agreement import agreement_of
from mnerctl.annotation.agreement.page import as_html, pieces, write_agreement_page
from mnerctl.annotation.agreement.shared_post import SharedPost
from mnerctl.schema import DataError, Span
from support.shared_posts import readings, shared, shared_post

HOSTILE = "<script>alert('1')</script>"


def hostile_posts() -> list[SharedPost]:
    names = {HOSTILE: (Span(0, 8, "PER"),), "ben": ()}
    tags = {HOSTILE: ("B-PER",), "ben": ("O",)}
    return [SharedPost(id=HOSTILE, text=HOSTILE, images=2, spans=names, tags=tags)]


def test_hostile_text_is_escaped() -> None:
    posts = hostile_posts()
    known = shared([shared_post("1", 1, {"ada": [], "ben": []})])
    work = {HOSTILE: known.annotators["ada"], "ben": known.annotators["ben"]}
    found = agreement_of(type(known)(tuple(posts), work, known.counts, ()))
    page = as_html(found, posts)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5
    assert '<mark class="PER differs">&lt;script&gt;<sup>PER</sup></mark>alert(' in page


@given(readings(9))
def test_pieces_cover_the_whole_text(spans: tuple[Span, ...]) -> None:
    cut = list(pieces("abcdefghi", spans, set()))
    assert "".join(piece.text for piece in cut) == "abcdefghi"
    assert [piece.type for piece in cut if piece.type] == [span.type for span in spans]


def test_without_differences_and_with_undefined_measures() -> None:
    posts = [shared_post("1", 3, {"ada": [], "ben": []})]
    page = as_html(agreement_of(shared(posts)), posts)
    assert "Posts on which annotators differ most" not in page
    assert "nan" not in page.lower()
    assert '<td class="n"><b>-</b></td><td class="i">-</td>' in page


def test_an_unwritable_page_is_a_data_error(tmp_path: Path) -> None:
    posts = [shared_post("1", 3, {"ada": [], "ben": []})]
    with pytest.raises(DataError, match=r"page\.html: No such file or directory"):
        write_agreement_page(tmp_path / "gone" / "page.html", agreement_of(shared(posts)), posts)
