"""Tasks and answers as Label Studio returns them, for tests without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mnerctl.annotation.studio.shapes import StudioAnnotation, StudioTask

BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC)


def region(text: str, words: str, type: str = "PER") -> dict[str, object]:
    """Return the region that the page submits for these words of a text."""
    start = text.index(words)
    value = {"start": start, "end": start + len(words), "text": words, "labels": [type]}
    names = {"from_name": "ner", "to_name": "text", "type": "labels"}
    return {"id": f"r{start}", **names, "value": value}


def answer(
    id: int, *result: object, minute: int = 0, by: int = 1, is_skipped: bool = False
) -> StudioAnnotation:
    """Return an answer that was last changed at this minute."""
    return StudioAnnotation(
        id=id,
        completed_by=by,
        was_cancelled=is_skipped,
        result=list(result),
        updated_at=BEGAN + timedelta(minutes=minute),
    )


def task(
    id: int, post_id: object, text: str, *answers: StudioAnnotation, images: int = 2
) -> StudioTask:
    """Return a task of a post."""
    pictures = [{"url": f"/{position}", "position": position} for position in range(images)]
    data = {"post_id": post_id, "text": text, "images": pictures}
    return StudioTask(id=id, data=data, annotations=answers, updated_at=BEGAN)
