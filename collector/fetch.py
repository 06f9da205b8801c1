"""The loop of `fetch`: pending ids in, a fate for each out; killed at any moment, it goes on.

Ids are asked for in chunks; the pictures of a chunk are read side by side; each post is settled in one
transaction, together with its text and payload. The loop knows nothing of the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ..schema import Corpus, Fate, Image, Post
from .media import MediaFailure, verify
from .source import Found, Missing, Redirect, Source

CHUNK: Final = 100
THREADS: Final = 16
RETRYABLE: Final[tuple[Fate, ...]] = ("media_failed", "partial_media", "unaccounted")
OnCount = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is kept: posts with so many images, with `keep_partial` also where some have failed."""

    min_images: int
    max_images: int
    keep_partial: bool = False


def fetch(
    corpus: Corpus,
    source: Source,
    rules: Rules,
    *,
    retry_failed: bool = False,
    max_posts: int | None = None,
    on_count: OnCount = lambda done, total: None,
) -> int:
    """Settles the pending ids (and, where asked, those that failed and may not again); how many.

    max_posts: ask the source for no more than this. Raises RemoteError where the source stops.
    """
    pending = waiting(corpus, retry_failed=retry_failed)[:max_posts]
    total, done = len(pending), 0
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        while pending:
            redirected: list[str] = []
            for chunk in _chunks(pending):
                answers: list[Found] = []
                for answer in source.posts(chunk):
                    if isinstance(answer, Redirect):
                        corpus.redirect(answer.post_id, answer.to)
                        redirected.append(answer.to)
                    elif isinstance(answer, Missing):
                        corpus.settle(answer.post_id, answer.fate, answer.reason)
                    else:
                        answers.append(answer)
                _settle(corpus, source, rules, answers, pool)
                done += len(chunk)
                on_count(min(done, total), total)
            seen = set(redirected)
            pending = [row.post_id for row in corpus.with_fate("pending") if row.post_id in seen]
    return total


def waiting(corpus: Corpus, *, retry_failed: bool) -> list[str]:
    """The ids that a run would ask for, in order."""
    fates: tuple[Fate, ...] = ("pending", *RETRYABLE) if retry_failed else ("pending",)
    return [row.post_id for row in corpus.with_fate(*fates)]


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _settle(
    corpus: Corpus, source: Source, rules: Rules, found: list[Found], pool: ThreadPoolExecutor
) -> None:
    """Reads the pictures of the posts that may be kept, and settles all."""
    wanted = [_count_fate(answer.post, rules) is None for answer in found]
    jobs = [
        [pool.submit(_read, corpus, source, image) for image in answer.post.images] if keep else []
        for answer, keep in zip(found, wanted, strict=True)
    ]
    for answer, futures in zip(found, jobs, strict=True):
        images = tuple(future.result() for future in futures) or answer.post.images
        post = answer.post.model_copy(update={"images": images})
        fate, reason = _fate(corpus, post, rules)
        if fate == "kept":
            kept = tuple(image for image in images if image.status == "ok")
            post = post.model_copy(update={"images": kept})
        with corpus.transaction():
            corpus.put_post(post)
            corpus.put_payload(post.id, source.name, answer.payload)
            corpus.settle(post.id, fate, reason)


def _count_fate(post: Post, rules: Rules) -> tuple[Fate, str] | None:
    """The fate of a post with the wrong number of images, before any is read."""
    count = len(post.images)
    if count == 0:
        return "no_image", "no picture"
    if count < rules.min_images:
        return "too_few_images", f"{count} images, wanted at least {rules.min_images}"
    if count > rules.max_images:
        return "too_many_images", f"{count} images, wanted at most {rules.max_images}"
    return None


def _fate(corpus: Corpus, post: Post, rules: Rules) -> tuple[Fate, str]:
    """What becomes of a post whose pictures have been read."""
    if wrong := _count_fate(post, rules):
        return wrong
    others = [other for other in post.edit_ids if other != post.id]
    if known := corpus.kept_among(others):
        return "duplicate", f"an edit of {known}, which is kept"
    failed = [image for image in post.images if image.status != "ok"]
    good = len(post.images) - len(failed)
    if failed and not (rules.keep_partial and good >= rules.min_images):
        worst = f"image {failed[0].position}: {failed[0].status}: {failed[0].detail}"
        return ("partial_media" if good else "media_failed"), worst
    return "kept", f"{len(failed)} of {len(post.images)} images failed" if failed else ""


def _read(corpus: Corpus, source: Source, image: Image) -> Image:
    """The image with what its bytes say, its bytes stored; or with the status of its failure."""
    if not image.source_url:
        return image
    try:
        content, variant = source.image(image)
        seen = verify(content)
    except MediaFailure as failure:
        return image.model_copy(update={"status": failure.status, "detail": failure.detail})
    corpus.put_image(content, seen.extension)
    return image.model_copy(
        update={
            "status": "ok",
            "sha256": seen.sha256,
            "media_type": seen.media_type,
            "bytes": len(content),
            "width": seen.width,
            "height": seen.height,
            "phash": seen.phash,
            "variant": variant,
        }
    )
