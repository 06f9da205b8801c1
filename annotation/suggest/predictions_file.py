"""Read a model's predictions from JSON lines, such as `mnerctl predict` writes.

A line is `{"id" or "post_id", "spans": [{"start", "end", "type", "score"?, "text"?}], "unit"?, "score"?}`.
`unit` is the unit of start and end: `code_points` of the clean text (the default) or its `tokens`. `score` of
the line is the certainty of the whole; without it, that of the least certain span. Other fields are ignored.
This module does not check spans (`spans/validate.py`) or show them to annotators (`suggest.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from ...schema import Corpus, Post, Problem, Span
from ...schema.formats.text_lines import read_lines
from ...schema.record import validation_problems
from ...schema.tokens import tokenize
from ..spans.validate import RawAnnotation, RawSpan, annotation_or_problems
from .suggestion import Suggestion


class PredictedSpan(BaseModel):
    """A predicted span, not yet checked."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    start: int
    end: int
    type: str
    score: float | None = Field(default=None, ge=0, le=1)
    text: str | None = None


class PredictedPost(BaseModel):
    """A line of the file: all predicted spans of a post."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int = Field(validation_alias=AliasChoices("post_id", "id"))
    spans: list[PredictedSpan]
    unit: Literal["code_points", "tokens"] = "code_points"
    score: float | None = Field(default=None, ge=0, le=1)


def read_predictions(
    corpus: Corpus, path: Path, source: str, problems: list[Problem]
) -> Iterator[Suggestion]:
    """Yield a suggestion for each line about a kept post with spans; add rows for lines that cannot be used.

    Args:
        source: name of the model.
    """
    kept = {row.post_id for row in corpus.with_fate("kept")}
    seen: dict[str, str] = {}
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            prediction = PredictedPost.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        post_id = str(prediction.id)
        first = seen.setdefault(post_id, where)
        if first != where:
            found, detail = f"post {post_id} again", f"first at {first}"
            problems.append(Problem("error", "post-once", where, found, "each post once", detail))
            continue
        post = corpus.post(post_id) if post_id in kept else None
        if post is None:
            wanted = f"a post kept in {corpus.folder}"
            problems.append(
                Problem("warning", "post", where, f"post {post_id}", wanted, "left out")
            )
        elif suggestion := _suggestion(post, prediction, source, where, problems):
            yield suggestion


def _suggestion(
    post: Post, prediction: PredictedPost, source: str, where: str, problems: list[Problem]
) -> Suggestion | None:
    raw: list[RawSpan] = []
    scores: dict[tuple[int, int], float] = {}
    for span in prediction.spans:
        in_tokens = prediction.unit == "tokens"
        start, end = _code_points(post, span) if in_tokens else (span.start, span.end)
        raw.append(RawSpan(where, start, end, span.type, span.text))
        if span.score is not None:
            scores[start, end] = span.score
    annotation, rows = annotation_or_problems(
        post, RawAnnotation(where, post.id, spans=tuple(raw)), annotator=source
    )
    problems.extend(rows)
    if annotation is None or not annotation.spans:
        return None
    return suggestion_of(post.id, source, annotation.spans, scores, score=prediction.score)


def suggestion_of(
    post_id: str,
    source: str,
    spans: tuple[Span, ...],
    scores: dict[tuple[int, int], float],
    *,
    score: float | None = None,
) -> Suggestion:
    """Return a suggestion for a post.

    Args:
        scores: certainty of each span, by start and end.
        score: certainty of the whole; if None, that of the least certain span.
    """
    each = [scores.get((span.start, span.end)) for span in spans]
    known = tuple(one for one in each if one is not None)
    return Suggestion(
        post_id=post_id,
        source=source,
        spans=spans,
        scores=known if len(known) == len(spans) else (),
        score=score if score is not None else min(known, default=None),
    )


def _code_points(post: Post, span: PredictedSpan) -> tuple[int, int]:
    """Return the offsets in code points of a span in tokens.

    A span outside the tokens gets offsets outside the text, so that the check of its bounds refuses it.
    """
    tokens = tokenize(post.text)
    if not 0 <= span.start < span.end <= len(tokens):
        return span.start, max(span.end, len(post.text) + 1)
    return tokens[span.start].start, tokens[span.end - 1].end
