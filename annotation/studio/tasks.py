"""The translator at Label Studio's door: Post to task, an annotation's result to spans, and back.

Offsets cross here and nowhere else. In both worlds they are code points of the clean text; a span across
a newline has the two characters `\\n` in its surface text for each `\\r` and each `\\n`. Positions of
images cross here too: the page counts the pictures that it shows, a post counts those that it has.
What it does not do: judge spans; `spans/validate.py` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """The pictures of a post that an annotator can see, in order."""
    return [image for image in post.images if image.status == "ok"]


def task_from_post(
    post: Post, addresses: Sequence[str], *, note: str | None = None
) -> dict[str, object]:
    """The data of a post's task; `addresses` are those of its shown images, in order.

    note: a column of the project's list, which the labelling page does not show.
    """
    images = zip(shown_images(post), addresses, strict=True)
    return {
        "post_id": post.id,
        "text": post.text,
        "images": [{"url": url, "position": image.position} for image, url in images],
        **({"note": note} if note else {}),
    }


def task_problems(post: Post, data: Mapping[str, object], where: str) -> list[Problem]:
    """Where a task is no longer the post that it was made from, so that its spans mean something else."""
    problems = []
    if data.get("text") != post.text:
        found, wanted = (
            short_repr(data.get("text")),
            f"{short_repr(post.text)}, the text of post {post.id}",
        )
        problems.append(Problem("error", "task-text", where, found, wanted))
    given = data.get("images")
    rows = given if isinstance(given, list) else []
    positions = [row.get("position") if isinstance(row, dict) else None for row in rows]
    wanted_positions = [image.position for image in shown_images(post)]
    if positions != wanted_positions:
        found, wanted = f"images {positions}", f"images {wanted_positions} of post {post.id}"
        problems.append(Problem("error", "task-images", where, found, wanted))
    return problems


def task_twice(post_id: str, where: str, other: int) -> Problem:
    """The row for a second task of a post in one project, which somebody else must have put there."""
    found, wanted = f"post {post_id} once more", "one task a post"
    detail = f"task {other} has it too; of each annotator the latest answer counts; delete one of the two"
    return Problem("warning", "task-twice", where, found, wanted, detail)


def spans_from_annotation(
    post: Post,
    result: Sequence[object],
    *,
    where: str,
    is_skipped: bool = False,
    at: datetime | None = None,
) -> tuple[RawAnnotation, list[Problem]]:
    """What an annotator said about a post, and a row for everything that the page cannot have said.

    A skipped task still holds the regions of its prediction: they are nobody's work and are left out.
    """
    if is_skipped:
        return RawAnnotation(where, post.id, status="skipped", at=at), []
    images = [image.position for image in shown_images(post)]
    choices = {evidence_choice(number): position for number, position in enumerate(images)}
    relevance: dict[int, Relevance] = {}
    evidence: dict[object, tuple[int, ...]] = {}
    spans: list[tuple[object, RawSpan]] = []
    problems: list[Problem] = []

    def refuse(place: str, found: object, wanted: str) -> None:
        problems.append(Problem("error", "region", place, short_repr(found), wanted))

    for number, region in enumerate(result):
        place = f"{where} region {number + 1}"
        if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
            refuse(place, region, "a region with a value")
            continue
        name, value, id = region.get("from_name"), region["value"], region.get("id")
        if name == SPANS:
            spans.append((id, _raw_span(post, value, place)))
            continue
        chosen = value.get("choices")
        if not isinstance(chosen, list) or not all(isinstance(choice, str) for choice in chosen):
            refuse(place, region, f"spans ({SPANS}) or choices")
        elif name == EVIDENCE:
            for choice in chosen:
                if choice not in choices:
                    wanted = f"one of {', '.join(choices) or 'no images'}"
                    problems.append(Problem("error", "evidence", place, short_repr(choice), wanted))
            told = {choices[choice] for choice in chosen if choice in choices}
            evidence[id] = tuple(sorted(told.union(evidence.get(id, ()))))
        elif name in (names := [f"{RELEVANCE}{index}" for index in range(len(images))]):
            if len(chosen) != 1 or chosen[0] not in _RELEVANCES:
                refuse(place, chosen, f"one of {', '.join(_RELEVANCES)}")
            else:
                relevance[images[names.index(name)]] = chosen[0]
        else:
            refuse(place, region, f"a name of the page with {len(images)} images")
    for id in evidence.keys() - {id for id, _ in spans}:
        refuse(f"{where} region {id}", "evidence of no span", "a span with this id")
    raw = RawAnnotation(
        where=where,
        post_id=post.id,
        spans=tuple(_with_evidence(span, evidence.get(id, ())) for id, span in spans),
        has_evidence=bool(evidence),
        relevance=tuple(relevance.get(image.position) for image in post.images)
        if relevance
        else (),
        at=at,
    )
    return raw, problems


def result_from_annotation(annotation: Annotation, post: Post) -> list[Region]:
    """The result that the page would send for an annotation: the inverse of `spans_from_annotation`."""
    images = [image.position for image in shown_images(post)]
    result: list[Region] = []
    for number, span in enumerate(annotation.spans):
        stretch = {"start": span.start, "end": span.end}
        stretch_text = {**stretch, "text": _page_text(post.text[span.start : span.end])}
        region = {"id": f"span{number}", "to_name": TEXT}
        value = {**stretch_text, "labels": [span.type]}
        result.append({**region, "from_name": SPANS, "type": "labels", "value": value})
        if annotation.evidence and annotation.evidence[number]:
            chosen = [evidence_choice(images.index(told)) for told in annotation.evidence[number]]
            value = {**stretch_text, "choices": chosen}
            result.append({**region, "from_name": EVIDENCE, "type": "choices", "value": value})
    for image, said in zip(post.images, annotation.relevance, strict=False):
        if said is not None:
            number = images.index(image.position)
            names = {"from_name": f"{RELEVANCE}{number}", "to_name": f"{IMAGE}{number}"}
            result.append(
                {"id": f"image{number}", **names, "type": "choices", "value": {"choices": [said]}}
            )
    return result


def _raw_span(post: Post, value: Mapping[str, object], place: str) -> RawSpan:
    start, end, text = value.get("start"), value.get("end"), value.get("text")
    labels = value.get("labels")
    if type(start) is int and type(end) is int and 0 <= start < end:
        stands = post.text[start:end]
        text = stands if text == _page_text(stands) else text
    # a region without a label, or with two, has no type; the validator says so
    kind = labels[0] if isinstance(labels, list) and len(labels) == 1 else labels or None
    return RawSpan(place, start, end, kind, text if isinstance(text, str) else None)


def _with_evidence(span: RawSpan, evidence: tuple[int, ...]) -> RawSpan:
    return RawSpan(span.where, span.start, span.end, span.type, span.text, evidence)


def _page_text(text: str) -> str:
    return text.replace("\r", "\\n").replace("\n", "\\n")
