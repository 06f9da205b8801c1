"""release build: posts with gold become records, and each post that cannot is reported."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Picture

from mnerctl.release import Built, build_release, gold_of_annotator
from mnerctl.release.assemble.agreement import released_agreement
from mnerctl.schema import (
    Annotation,
    Corpus,
    DataError,
    Gold,
    Image,
    InputLine,
    Post,
    Release,
    Span,
)
from mnerctl.schema.release.agreement import write_agreement
from support.made_agreement import AGREEMENT

TEXT = "Jordan’s day in #Paris 👨‍👩‍👧"


def picture(shade: int) -> bytes:
    content = BytesIO()
    Picture.new("RGB", (8, 8), (shade, 0, 0)).save(content, "PNG")
    return content.getvalue()


def keep(corpus: Corpus, post_id: str, text: str = TEXT) -> Post:
    """Add a kept post with two images to the corpus."""
    images = tuple(
        Image(
            position=position,
            status="ok",
            media_type="image/png",
            sha256=corpus.put_image(picture(int(post_id) + 100 * position), "png"),
        )
        for position in range(2)
    )
    url = f"https://x.com/i/status/{post_id}"
    post = Post(id=post_id, url=url, text_raw=text, text=text, images=images, source="made")
    corpus.enter_lines([InputLine("urls.txt", int(post_id), url, post_id)])
    with corpus.transaction():
        corpus.put_post(post)
        corpus.settle(post_id, "kept")
    return post


def gold(post: Post, *spans: Span, evidence: tuple[tuple[int, ...], ...] = ()) -> Gold:
    return Gold(post_id=post.id, text=post.text, spans=spans, how="agreed", evidence=evidence)


def build(corpus: Corpus, decided: dict[str, Gold], out: Path, **splits: str) -> Built:
    return build_release(
        corpus,
        decided,
        {number[1:]: split for number, split in splits.items()},  # type: ignore[misc]
        out=out,
        name="made",
        version="1.0.0",
        created=date(2026, 11, 23),
        seed=None,
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.open(tmp_path / "corpus", create=True)


def test_a_post_becomes_a_record(corpus: Corpus, tmp_path: Path) -> None:
    post = keep(corpus, "7")
    decided = gold(post, Span(0, 6, "PER"), Span(17, 22, "LOC"), evidence=((0,), (1,)))
    built = build(corpus, {"7": decided}, tmp_path / "release", _7="test")
    (record,) = Release.load(tmp_path / "release").splits["test"]
    assert record.text == ("Jordan", "’s", "day", "in", "#", "Paris", "👨‍👩‍👧")
    assert record.label == ("B-PER", "O", "O", "O", "O", "B-LOC", "O")
    assert record.images == ("7_0.png", "7_1.png")
    assert record.raw == TEXT
    assert record.evidence == ((0,), (1,))
    assert record.url == "https://x.com/i/status/7"
    assert built.release.image_path("7_1.png").read_bytes() == picture(107)
    assert built.release.manifest is not None
    assert built.release.manifest.tokenizer == "tweet-1"
    assert built.release.manifest.gold == "posts: 1 agreed"


def test_the_gold_summary_counts_decisions_and_names_nobody(corpus: Corpus, tmp_path: Path) -> None:
    ways = ("agreed:2", "annotator:ada", "adjudicated:ben", "majority:2/3", "annotator:cho")
    decided = {
        str(number): gold(keep(corpus, str(number))).model_copy(update={"how": how})
        for number, how in enumerate(ways, start=1)
    }
    built = build(corpus, decided, tmp_path / "release", _1="train", _2="dev", _3="test", _5="test")
    assert built.release.manifest is not None
    assert built.release.manifest.gold == "posts: 2 by one annotator, 1 agreed, 1 adjudicated"


def test_posts_that_are_left_out_are_counted(corpus: Corpus, tmp_path: Path) -> None:
    posts = [keep(corpus, number) for number in ("1", "2", "3")]
    decided = {post.id: gold(post) for post in posts[:2]}
    built = build(corpus, decided, tmp_path / "release", _1="train")
    assert (built.without_gold, built.without_split) == (1, 1)
    assert [record.id for record in built.release.records()] == ["1"]


def test_a_span_inside_a_token_is_refused_with_its_surface(corpus: Corpus, tmp_path: Path) -> None:
    post = keep(corpus, "1")
    with pytest.raises(DataError) as caught:
        build(corpus, {"1": gold(post, Span(0, 3, "PER"))}, tmp_path / "release", _1="train")
    assert caught.value.message.endswith(
        "1 problems in the gold; the first: post 1: span [0, 3) 'Jor';"
        " wanted a span that starts and ends at token edges"
    )
    assert not (tmp_path / "release").exists()


def test_gold_for_another_text_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    post = keep(corpus, "1")
    stale = Gold(post_id="1", text="an older text", spans=(), how="agreed")
    with pytest.raises(DataError, match="an older text"):
        build(corpus, {post.id: stale}, tmp_path / "release", _1="train")


def test_without_gold_the_error_gives_a_command(corpus: Corpus, tmp_path: Path) -> None:
    keep(corpus, "1")
    with pytest.raises(DataError) as caught:
        build(corpus, {}, tmp_path / "release")
    assert "1 posts kept, 1 without gold" in caught.value.message
    assert "mnerctl label import" in caught.value.hint


def test_the_last_round_of_one_annotator_can_be_gold(corpus: Corpus) -> None:
    post = keep(corpus, "1")
    keep(corpus, "2")
    first = Annotation(post_id="1", annotator="ada", text=post.text, spans=(Span(0, 6, "LOC"),))
    second = first.model_copy(update={"round": 2, "spans": (Span(0, 6, "PER"),)})
    skipped = Annotation(post_id="2", annotator="ada", text=post.text, status="skipped")
    other = Annotation(post_id="2", annotator="ben", text=post.text)
    with corpus.transaction():
        for annotation in (first, second, skipped, other):
            corpus.put_annotation(annotation)
    decided = gold_of_annotator(corpus, "ada")
    assert decided.keys() == {"1"}
    assert decided["1"].spans == (Span(0, 6, "PER"),)
    assert decided["1"].how == "annotator:ada"


def test_the_agreement_of_the_corpus_is_in_the_manifest(corpus: Corpus, tmp_path: Path) -> None:
    post = keep(corpus, "1")
    built = build(corpus, {"1": gold(post)}, tmp_path / "before", _1="train")
    assert built.release.manifest is not None
    assert built.release.manifest.agreement is None
    write_agreement(corpus.folder, AGREEMENT)
    build(corpus, {"1": gold(post)}, tmp_path / "after", _1="train")
    manifest = Release.load(tmp_path / "after").manifest
    assert manifest is not None
    assert manifest.agreement == released_agreement(corpus.folder)
    assert manifest.agreement is not None
    assert set(manifest.agreement.annotators) == {"A1", "A2"}
