"""Which annotations of a corpus are compared, and how spans in code points become spans in tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation.agreement.shared_post import shared_posts, token_spans
from mnerctl.schema import Annotation, Problem, Span
from mnerctl.schema.release.agreement import PostCounts, Work
from mnerctl.schema.tokens import tokenize
from support.corpora import HARD_TEXTS, corpus_of, made_post

TEXT = "LeBron James 👨‍👩‍👧‍👦 in Paris"
LEBRON, PARIS = Span(0, 12, "PER"), Span(24, 29, "LOC")


def annotation(post_id: str, annotator: str, *spans: Span, **fields: object) -> Annotation:
    return Annotation.model_validate(
        {"post_id": post_id, "annotator": annotator, "text": TEXT, "spans": spans, **fields}
    )


def test_each_annotated_post_is_counted_once(tmp_path: Path) -> None:
    assert TEXT[PARIS.start : PARIS.end] == "Paris"
    posts = [made_post(str(number), TEXT, images=3) for number in range(1, 8)]
    annotations = [
        *(annotation("1", "ben", LEBRON), annotation("1", "ada", LEBRON, PARIS)),
        *(annotation("2", "ada"), annotation("2", "ben", status="skipped")),
        annotation("3", "ada"),
        *(annotation("4", "ada"), annotation("4", "ben", text="before an edit")),
        *(annotation("5", "ada"), annotation("5", "ben")),
        *(annotation("6", "ada"), annotation("6", "ben"), annotation("6", "cho", status="skipped")),
        *(annotation("7", "ada", status="skipped"), annotation("7", "ben", status="skipped")),
    ]
    with corpus_of(tmp_path, posts) as corpus:
        corpus.settle("5", "gone")
        for one in annotations:
            corpus.put_annotation(one)
        shared = shared_posts(corpus)
    assert shared.counts == PostCounts(
        annotated=7, compared=2, skipped=2, single=1, outdated=1, not_kept=1
    )
    assert shared.annotators == {
        "ada": Work(done=6, skipped=1, compared=2),
        "ben": Work(done=4, skipped=2, compared=2),
        "cho": Work(done=0, skipped=1, compared=0),
    }
    first = shared.posts[0]
    assert (first.id, first.text, first.images) == ("1", TEXT, 3)
    assert first.spans == {"ada": (LEBRON, PARIS), "ben": (LEBRON,)}
    assert first.tags["ada"] == ("B-PER", "I-PER", "O", "O", "B-LOC")
    assert shared.problems == (
        Problem(
            "warning",
            "text-changed",
            "post 4 ben",
            "annotated as 'before an edit'",
            f"the present text {TEXT!r}",
            "not compared",
        ),
    )


def test_the_latest_round_counts(tmp_path: Path) -> None:
    with corpus_of(tmp_path, [made_post("1", TEXT)]) as corpus:
        for one in (
            *(annotation("1", "ada", LEBRON, round=2), annotation("1", "ada", round=1)),
            *(
                annotation("1", "ben", round=1),
                annotation("1", "cho"),
                annotation("1", "cho", status="skipped", round=2),
            ),
        ):
            corpus.put_annotation(one)
        (post,) = shared_posts(corpus).posts
    assert post.spans == {"ada": (LEBRON,), "ben": ()}


@pytest.mark.parametrize("text", HARD_TEXTS)
@given(st.data())
def test_spans_on_token_edges_keep_their_text(text: str, data: st.DataObject) -> None:
    tokens = tokenize(text)
    edges = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=4)))
    wanted = [Span(*edge, "ORG") for edge in zip(edges[::2], edges[1::2], strict=False)]
    spans = tuple(
        Span(tokens[span.start].start, tokens[span.end - 1].end, span.type) for span in wanted
    )
    assert token_spans(tokens, spans) == wanted


def test_spans_off_the_token_edges_are_widened_to_whole_tokens() -> None:
    tokens = tokenize("aaaa bbbb cccc")
    spans = (Span(0, 2, "PER"), Span(2, 3, "LOC"), Span(4, 5, "ORG"), Span(6, 12, "MISC"))
    assert token_spans(tokens, spans) == [Span(0, 1, "PER"), Span(1, 3, "MISC")]
