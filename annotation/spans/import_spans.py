"""Enters spans made elsewhere into the corpus, as one annotator's work (`mnerctl label import`).

All or nothing: with one error in the file nothing is stored, so that a mended file can simply be entered
again. What an annotator has said before about the same post is replaced.
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
    """What became of the posts of a file (`stored + unchanged` is all), and its notes and warnings."""

    posts: int
    stored: int
    unchanged: int
    spans: int
    skipped: int
    problems: tuple[Problem, ...]


def import_spans(corpus: Corpus, path: Path, *, annotator: str) -> ImportResult:
    """Stores what the file says; with an error in it nothing, but DataError with all rows."""
    problems: list[Problem] = []
    annotations = _annotations(corpus, path, annotator, problems)
    if wrong := errors_in(problems):
        places = len({row.where for row in wrong})
        again = shlex.join(["mnerctl", "label", "import", str(path), "--annotator", annotator])
        raise DataError(
            f"{path}: {len(wrong)} {'error' if len(wrong) == 1 else 'errors'} on {places} of its lines; "
            f"nothing was stored (good posts in it: {len(annotations)})",
            f"fix the lines above, then: {again} --corpus {shlex.quote(str(corpus.folder))}",
            problems=problems,
        )
    if not annotations:
        raise DataError(
            f"{path}: no post in it; wanted JSON lines or CoNLL",
            "see docs/how-to/label.md for both formats",
            problems=problems,
        )
    before = {known.post_id: known for known in corpus.annotations(annotator)}
    new = [annotation for annotation in annotations if before.get(annotation.post_id) != annotation]
    with corpus.transaction():
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


def _annotations(
    corpus: Corpus, path: Path, annotator: str, problems: list[Problem]
) -> list[Annotation]:
    annotations: list[Annotation] = []
    kept = {row.post_id for row in corpus.with_fate("kept")}
    seen: dict[str, str] = {}
    for said in read_spans_file(path, problems):
        first = seen.setdefault(said.post_id, said.where)
        if first != said.where:
            found = f"post {said.post_id} again"
            problems.append(
                Problem(
                    "error", "post-once", said.where, found, "each post once", f"first at {first}"
                )
            )
            continue
        post = corpus.post(said.post_id) if said.post_id in kept else None
        if post is None:
            wanted = f"a post kept in {corpus.folder}"
            problems.append(Problem("error", "post", said.where, f"post {said.post_id}", wanted))
            continue
        raw = raw_annotation(said, post, problems) if isinstance(said, TaggedText) else said
        if isinstance(raw, RawAnnotation):
            annotation, rows = annotation_or_problems(post, raw, annotator=annotator)
            problems.extend(rows)
            if annotation:
                problems.extend(guideline_problems(annotation, f"{said.where} {annotator}"))
                annotations.append(annotation)
    return annotations
