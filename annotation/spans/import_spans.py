"""Store the spans of a file in the corpus as one annotator's work (`mnerctl label import`).

If one line of the file has an error, nothing is stored, so that the corrected file can be imported again as a
whole. An annotator's earlier annotation of the same post is replaced.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from ...schema import Annotation, Corpus, DataError, Problem
from ...schema.problem import errors_in
from .conll_file import TaggedText, raw_annotation
from .guideline_rules import guideline_problems
from .spans_file import read_spans_file
from .validate import RawAnnotation, annotation_or_problems


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import.

    posts: posts in the file, which is `stored + unchanged`.
    stored: posts whose annotation is new or differs from the stored one.
    unchanged: posts whose annotation the corpus already had.
    spans: spans of all posts.
    skipped: posts that the annotator skipped.
    problems: notes and warnings.
    """

    posts: int
    stored: int
    unchanged: int
    spans: int
    skipped: int
    problems: tuple[Problem, ...]


def import_spans(corpus: Corpus, path: Path, *, annotator: str) -> ImportResult:
    """Store the annotations of a file.

    Raises:
        DataError: a line has an error, the file has no post, or a post was removed meanwhile. Nothing is
            stored; the error has all rows.
    """
    problems: list[Problem] = []
    annotations = _annotations(corpus, path, annotator, problems)
    if wrong := errors_in(problems):
        places = len({row.where for row in wrong})
        again = shlex.join(["mnerctl", "label", "import", str(path), "--annotator", annotator])
        raise DataError(
            f"{path}: {_count(len(wrong), 'error')} on {_count(places, 'line')}; nothing was stored "
            f"({_count(len(annotations), 'post')} without an error)",
            f"fix the lines above, then: {again} --corpus {shlex.quote(str(corpus.folder))}",
            problems=problems,
        )
    if not annotations:
        raise DataError(
            f"{path}: no posts; wanted JSON lines or CoNLL",
            "see docs/how-to/label.md for both formats",
            problems=problems,
        )
    before = {known.post_id: known for known in corpus.annotations(annotator)}
    new = [annotation for annotation in annotations if before.get(annotation.post_id) != annotation]
    with corpus.none_removed(annotation.post_id for annotation in new):
        for annotation in new:
            corpus.put_annotation(annotation)
    return ImportResult(
        posts=len(annotations),
        stored=len(new),
        unchanged=len(annotations) - len(new),
        spans=sum(len(annotation.spans) for annotation in annotations),
        skipped=sum(annotation.status == "skipped" for annotation in annotations),
        problems=tuple(problems),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _annotations(
    corpus: Corpus, path: Path, annotator: str, problems: list[Problem]
) -> list[Annotation]:
    annotations: list[Annotation] = []
    kept = {row.post_id for row in corpus.with_fate("kept")}
    seen: dict[str, str] = {}
    for row in read_spans_file(path, problems):
        first = seen.setdefault(row.post_id, row.where)
        if first != row.where:
            found = f"post {row.post_id} again"
            problems.append(
                Problem(
                    "error", "post-once", row.where, found, "each post once", f"first at {first}"
                )
            )
            continue
        post = corpus.post(row.post_id) if row.post_id in kept else None
        if post is None:
            wanted = f"a post kept in {corpus.folder}"
            problems.append(Problem("error", "post", row.where, f"post {row.post_id}", wanted))
            continue
        raw = raw_annotation(row, post, problems) if isinstance(row, TaggedText) else row
        if isinstance(raw, RawAnnotation):
            annotation, rows = annotation_or_problems(post, raw, annotator=annotator)
            problems.extend(rows)
            if annotation:
                problems.extend(guideline_problems(annotation, f"{row.where} {annotator}"))
                annotations.append(annotation)
    return annotations
