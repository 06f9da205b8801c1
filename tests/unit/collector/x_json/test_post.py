"""One post in every form and from every source: the same record, except for what a form lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.source import Found, Missing, Redirect
from mnerctl.collector.sources.archive import open_archive
from mnerctl.collector.x_json.v2 import answers_in
from mnerctl.schema import Corpus, Post
from support.x_contract import sample
from support.x_forms import LACKS, OTHER, POST_ID, Spec, parsed, written

PHOTO, VIDEO, GIF = ("photo", ""), ("video", ""), ("animated_gif", "")
SPECS = {
    "two pictures": Spec(),
    "four": Spec(media=(PHOTO, ("photo", "a & b"), PHOTO, PHOTO)),
    "a reply": Spec(reply=True),
    "a quote with pictures of its own": Spec(quote=True),
    "a reply that quotes": Spec(reply=True, quote=True),
    "a quote without pictures": Spec(quote=True, media=()),
    "a video between pictures": Spec(media=(PHOTO, VIDEO, PHOTO)),
    "a video and a GIF": Spec(media=(VIDEO, GIF)),
    "entities that were typed": Spec(text="&lt;b&gt; &amp;amp; <3 — &#39;"),
    "hard": Spec(text="👨‍👩‍👧‍👦 🇫🇷 ❤️  two\r\nlines مرحبا"),
}


def without(post: Post, form: str) -> dict[str, Any]:
    """The post without what the form lacks."""
    found = post.model_dump()
    for field in LACKS[form] - {"media_key"}:
        del found[field]
    for image in found["images"] if "media_key" in LACKS[form] else ():
        del image["media_key"]
    return found


@pytest.mark.parametrize("form", LACKS)
@pytest.mark.parametrize("name", SPECS)
def test_the_same_record(name: str, form: str) -> None:
    wanted, found = parsed(written(SPECS[name], "post")), parsed(written(SPECS[name], form))
    assert isinstance(wanted, Found) and isinstance(found, Found)
    assert without(found.post, form) == without(wanted.post, form)
    assert (found.fate, found.reason) == (wanted.fate, wanted.reason)
    for field in LACKS[form] - {"media_key", "text_raw"}:
        assert not getattr(found.post, field)
    assert "media_key" not in LACKS[form] or not any(one.media_key for one in found.post.images)


@pytest.mark.parametrize("form", LACKS)
@given(
    text=st.text(st.characters(codec="utf-8"), max_size=20),
    media=st.lists(st.sampled_from([PHOTO, ("photo", "alt")]), max_size=4),
)
def test_any_text_is_the_same_clean_text(
    form: str, text: str, media: list[tuple[str, str]]
) -> None:
    spec = Spec(text=text, media=tuple(media))
    wanted, found = parsed(written(spec, "post")), parsed(written(spec, form))
    assert isinstance(wanted, Found) and isinstance(found, Found)
    assert found.post.text == wanted.post.text


@pytest.mark.parametrize("form", [form for form in LACKS if form != "syndication"])
def test_a_retweet_leads_to_its_original(form: str) -> None:
    found = parsed(written(Spec(retweet=True), form))
    assert isinstance(found, Redirect)
    assert (found.post_id, found.to) == (POST_ID, OTHER)


@pytest.mark.parametrize("form", LACKS)
def test_the_payload_reads_as_the_same_post(form: str) -> None:
    found = parsed(written(Spec(quote=True), form))
    assert isinstance(found, Found)
    assert parsed(json.loads(found.payload)) == found


LONG = "a long story " * 40


def long_posts() -> Iterator[Any]:
    """A long post: complete if the form has the complete text, else marked as cut."""
    page = written(Spec(), "post")
    page["data"][0]["note_post"] = {"text": LONG}
    yield page, None
    line = written(Spec(), "flattened")
    yield {**line, "note_tweet": {"text": LONG}}, None
    yield written(Spec(text=LONG.strip()), "gallery-dl"), None
    older = written(Spec(), "v1")
    short = {**older, "text": older.pop("full_text"), "truncated": True}
    yield short, "truncated_text"
    yield {**short, "extended_tweet": {"full_text": LONG}}, None
    yield {**written(Spec(), "syndication"), "note_tweet": {"id": "Tm90"}}, "truncated_text"


@pytest.mark.parametrize(("value", "fate"), list(long_posts()))
def test_long_posts(value: Any, fate: str | None) -> None:
    found = parsed(value)
    assert isinstance(found, Found)
    assert found.fate == fate
    assert (found.post.text == LONG.strip()) == (fate is None)
    assert len(found.post.images) == 2


def test_a_cut_text_matters_only_if_there_are_pictures() -> None:
    found = parsed({**written(Spec(media=()), "syndication"), "note_tweet": {"id": "Tm90"}})
    assert isinstance(found, Found) and found.fate is None


def test_a_withheld_post_of_v1() -> None:
    found = parsed({**written(Spec(), "v1"), "withheld_in_countries": ["DE"], "truncated": True})
    assert isinstance(found, Found)
    assert (found.fate, found.reason) == ("withheld", "withheld in DE")


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("v1", {"id_str": POST_ID, "text": 5}),
        ("v1", {"id_str": POST_ID, "text": "a", "created_at": "yesterday"}),
        ("v1", {"id_str": POST_ID, "text": "a", "mediaDetails": [5]}),
        ("v1", {"id_str": POST_ID, "text": "\ud83d"}),
        ("gallery-dl", [{"tweet_id": int(POST_ID), "content": None}]),
        ("gallery-dl", [{"tweet_id": int(POST_ID), "content": "a", "num": 10**9}]),
        ("gallery-dl", [{"tweet_id": int(POST_ID), "content": "\ud83d"}]),
    ],
)
def test_a_malformed_post_is_unaccounted(form: str, value: Any) -> None:
    found = parsed(value)
    assert isinstance(found, Missing) and found.fate == "unaccounted"
    assert found.reason.startswith("X's answer is malformed: ")


# --- the shared samples: one post in the forms that X and its tools really write ---


def samples(folder: Path) -> Iterator[tuple[str, Found]]:
    """Yield (form, answer); forms that are files go through their sources."""
    for words in ("post", "tweet"):
        page = sample(f"sample_x_v2_{words}_vocab.json")
        page["data"][0].pop(f"note_{words}")
        yield words, next(answers_in(page, source="x-api"))  # type: ignore[misc]
    syndicated = sample("sample_syndication.json")["ok"]
    del syndicated["note_tweet"]
    lines = {
        "tweet": page,
        "v1": sample("sample_v11_twarc1_line.json"),
        "syndication": syndicated,
    }
    for form, value in lines.items():
        path = folder / f"{form}.jsonl"
        path.write_text(json.dumps(value))
        yield form, next(open_archive(path).posts([POST_ID]))  # type: ignore[misc]
    sidecar = sample("sample_gallery_dl_sidecar.json")
    gallery = folder / "gallery-dl" / "twitter" / "ada_w"
    gallery.mkdir(parents=True)
    others = ({"width": 900, "height": 1200}, {"width": 1200, "height": 900})
    names = ("A1", "B2", "C3")
    for num, (name, changes) in enumerate(zip(names, ({}, *others), strict=True), start=1):
        one = {**sidecar, **changes, "num": num, "filename": name}
        if num > 1:
            del one["description"]
        (gallery / f"{POST_ID}_{num}.jpg.json").write_text(json.dumps(one))
    yield "gallery-dl", next(open_archive(folder / "gallery-dl").posts([POST_ID]))  # type: ignore[misc]
    with Corpus.open(folder / "kept", create=True) as corpus:
        corpus.put_payload(POST_ID, "x-api", json.dumps(page).encode())
    yield "tweet", next(open_archive(folder / "kept").posts([POST_ID]))  # type: ignore[misc]


def test_the_samples_are_one_post(tmp_path: Path) -> None:
    wanted, *others = (
        (form, found.post.model_copy(update={"source": ""})) for form, found in samples(tmp_path)
    )
    assert wanted[1].text == "Ada & Grace at the harbour in Porto 🛥️ <3"
    assert [one.alt_text for one in wanted[1].images] == ["Two people on a quay", None, None]
    assert [form for form, _ in others] == [
        *("tweet", "tweet", "v1", "syndication", "gallery-dl", "tweet"),
    ]
    for form, post in others:
        assert without(post, form) == without(wanted[1], form), form
