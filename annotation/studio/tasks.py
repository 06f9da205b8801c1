"""Translate a post to a Label Studio task, the result of an answer to spans, and spans back to a result.

Only this module translates offsets and positions of images. Offsets are code points of the clean text on both
sides, but the surface text of a span across a line break has the two characters `\\n` for each `\\r` and each
`\\n`. The page counts the pictures that it shows, a post counts all that it has. This module does not check
spans (`spans/validate.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, get_args

from ...schema import Annotation, Image, Post, Problem
from ...schema.span import Relevance
from ..spans.validate import RawAnnotation, RawSpan, short_repr
from .page import EVIDENCE, IMAGE, RELEVANCE, SPANS, TEXT, evidence_choice

Region = dict[str, object]
"""One entry of a Label Studio result."""

_RELEVANCES: Final[tuple[Relevance, ...]] = get_args(Relevance)


def shown_images(post: Post) -> list[Image]:
    """Return the pictures of a post that the page shows, in order."""
    return [image for image in post.images if image.status == "ok"]


def task_from_post(
    post: Post, addresses: Sequence[str], *, note: str | None = None
) -> dict[str, object]:
    """Return the data of a post's task.

    Args:
        addresses: of the post's shown images, in order.
        note: a text for the project's list, which the labelling page does not show.
    """
    images = zip(shown_images(post), addresses, strict=True)
    return {
        "post_id": post.id,
        "text": post.text,
        "images": [{"url": url, "position": image.position} for image, url in images],
        **({"note": note} if note else {}),
    }


def task_problems(post: Post, data: Mapping[str, object], where: str) -> list[Problem]:
    """Return rows for a task that differs from its post, so that its spans may mean something else.

    Args:
        data: of the task.
        where: its link.
    """
    problems = []
    if data.get("text") != post.text:
        found, wanted = (
            short_repr(data.get("text")),
            f"{short_repr(post.text)}, the text of post {post.id}",
        )
        problems.append(Problem("error", "task-text", where, found, wanted))
    images = data.get("images")
    rows = images if isinstance(images, list) else []
    positions = [row.get("position") if isinstance(row, dict) else None for row in rows]
    wanted_positions = [image.position for image in shown_images(post)]
    if positions != wanted_positions:
        found, wanted = f"images {positions}", f"images {wanted_positions} of post {post.id}"
        problems.append(Problem("error", "task-images", where, found, wanted))
    return problems


def second_task(post_id: str, where: str, other: int) -> Problem:
    """Return the row for a second task of a post in one project, which mnerctl has not put there."""
    found, wanted = f"a second task of post {post_id}", "one task per post"
    detail = (
        f"the first is task {other}; each annotator's latest answer counts; delete one of the two"
    )
    return Problem("warning", "task-twice", where, found, wanted, detail)


def spans_from_annotation(
    post: Post,
    result: Sequence[object],
    *,
    where: str,
    is_skipped: bool = False,
    at: datetime | None = None,
) -> tuple[RawAnnotation, list[Problem]]:
    """Return the spans and choices of an answer, not yet checked, and rows for what our page cannot submit.

    Args:
        result: the regions of the answer. A skipped answer still holds the regions of its prediction,
            which are no annotator's work and are left out.
        where: the link of the task and the annotator, for rows.
        at: last change of the answer.
    """
    if is_skipped:
        return RawAnnotation(where, post.id, status="skipped", at=at), []
    regions = _Regions(post, [image.position for image in shown_images(post)])
    for number, region in enumerate(result):
        regions.add(region, f"{where} region {number + 1}")
    evidence, relevance = regions.evidence, regions.relevance
    for id in evidence.keys() - {id for id, _ in regions.spans}:
        regions.refuse(f"{where} region {id}", "evidence without a span", "a span with this id")
    raw = RawAnnotation(
        where=where,
        post_id=post.id,
        spans=tuple(
            replace(span, evidence=evidence[id]) if id in evidence else span
            for id, span in regions.spans
        ),
        has_evidence=bool(evidence),
        relevance=tuple(relevance.get(image.position) for image in post.images)
        if relevance
        else (),
        at=at,
    )
    return raw, regions.problems


@dataclass
class _Regions:
    """The regions of a result, sorted by kind.

    images: positions in the post of the images that the page shows, in its order.
    spans: each span with the id of its region.
    evidence: positions of images, by the id of the span's region.
    relevance: rating of an image, by its position.
    problems: rows for regions that our page cannot submit.
    """

    post: Post
    images: list[int]
    spans: list[tuple[object, RawSpan]] = field(default_factory=list)
    evidence: dict[object, tuple[int, ...]] = field(default_factory=dict)
    relevance: dict[int, Relevance] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, region: object, place: str) -> None:
        """Add a region to its kind; `place` names it in rows."""
        if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
            self.refuse(place, region, "a region with a value")
            return
        name, value, id = region.get("from_name"), region["value"], region.get("id")
        if name == SPANS:
            self.spans.append((id, _raw_span(self.post, value, place)))
            return
        chosen = value.get("choices")
        if not isinstance(chosen, list) or not all(isinstance(choice, str) for choice in chosen):
            self.refuse(place, region, f"spans ({SPANS}) or choices")
        elif name == EVIDENCE:
            self._add_evidence(id, chosen, place)
        elif name in (names := [f"{RELEVANCE}{index}" for index in range(len(self.images))]):
            if len(chosen) != 1 or chosen[0] not in _RELEVANCES:
                self.refuse(place, chosen, f"one of {', '.join(_RELEVANCES)}")
            else:
                self.relevance[self.images[names.index(name)]] = chosen[0]
        else:
            self.refuse(place, region, f"a name of the page with {len(self.images)} images")

    def refuse(self, place: str, found: object, wanted: str) -> None:
        """Add a row for a region."""
        self.problems.append(Problem("error", "region", place, short_repr(found), wanted))

    def _add_evidence(self, id: object, chosen: list[str], place: str) -> None:
        positions = {evidence_choice(n): position for n, position in enumerate(self.images)}
        for choice in chosen:
            if choice not in positions:
                wanted = f"one of {', '.join(positions) or 'no images'}"
                self.problems.append(
                    Problem("error", "evidence", place, short_repr(choice), wanted)
                )
        named = {positions[choice] for choice in chosen if choice in positions}
        self.evidence[id] = tuple(sorted(named.union(self.evidence.get(id, ()))))


def result_from_annotation(annotation: Annotation, post: Post) -> list[Region]:
    """Return the result that the page would submit for an annotation.

    This is the inverse of `spans_from_annotation`.
    """
    images = [image.position for image in shown_images(post)]
    result: list[Region] = []
    for number, span in enumerate(annotation.spans):
        text = _page_text(post.text[span.start : span.end])
        marked = {"start": span.start, "end": span.end, "text": text}
        region = {"id": f"span{number}", "to_name": TEXT}
        value = {**marked, "labels": [span.type]}
        result.append({**region, "from_name": SPANS, "type": "labels", "value": value})
        if annotation.evidence and annotation.evidence[number]:
            chosen = [
                evidence_choice(images.index(position)) for position in annotation.evidence[number]
            ]
            value = {**marked, "choices": chosen}
            result.append({**region, "from_name": EVIDENCE, "type": "choices", "value": value})
    for image, relevance in zip(post.images, annotation.relevance, strict=False):
        if relevance is not None:
            number = images.index(image.position)
            names = {"from_name": f"{RELEVANCE}{number}", "to_name": f"{IMAGE}{number}"}
            result.append(
                {
                    "id": f"image{number}",
                    **names,
                    "type": "choices",
                    "value": {"choices": [relevance]},
                }
            )
    return result


def _raw_span(post: Post, value: Mapping[str, object], place: str) -> RawSpan:
    start, end, text = value.get("start"), value.get("end"), value.get("text")
    labels = value.get("labels")
    if type(start) is int and type(end) is int and 0 <= start < end:
        ours = post.text[start:end]
        text = ours if text == _page_text(ours) else text
    # a region without a label, or with two, has no type, and the check refuses it
    kind = labels[0] if isinstance(labels, list) and len(labels) == 1 else labels or None
    return RawSpan(place, start, end, kind, text if isinstance(text, str) else None)


def _page_text(text: str) -> str:
    return text.replace("\r", "\\n").replace("\n", "\\n")
