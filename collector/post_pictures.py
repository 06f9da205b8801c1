"""The pictures of one post: read from its source, verified, stored by content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from threading import Semaphore

from ..schema import Corpus, Image, Post
from .picture_file import verify
from .source import MediaFailure, Source


@dataclass(frozen=True, slots=True)
class Pictures:
    """The images of a post after reading them. can_retry: a failure may not come again."""

    images: tuple[Image, ...]
    can_retry: bool = False


def read_pictures(
    corpus: Corpus, source: Source, post: Post, *, keep_partial: bool, decoding: Semaphore
) -> Pictures:
    """Reads the pictures of a post in order and stores them: all of them, or with `keep_partial` the
    good ones. Without it the first failure is the end. Runs in a thread; the database is not touched.

    decoding: bounds how many threads hold pixels at once; one picture may have 50 million.
    """
    images: list[Image] = []
    good: list[tuple[bytes, str]] = []
    can_retry = False
    for image in post.images:
        if image.status == "not_given":
            images.append(image)
            continue
        try:
            content, variant = source.picture(image)
            with decoding:
                seen = verify(content)
        except MediaFailure as failure:
            can_retry = can_retry or failure.can_retry
            update = {"status": failure.status, "detail": failure.detail}
            images.append(image.model_copy(update=update))
            if keep_partial:
                continue
            rest = post.images[len(images) :]
            return Pictures((*post.images[: len(images) - 1], images[-1], *rest), can_retry)
        good.append((content, seen.extension))
        images.append(
            image.model_copy(
                update={
                    "status": "ok",
                    "detail": "",
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "media_type": seen.media_type,
                    "bytes": len(content),
                    "width": seen.width,
                    "height": seen.height,
                    "phash": seen.phash,
                    "variant": variant or None,
                }
            )
        )
    for content, extension in good:
        corpus.put_image(content, extension)
    return Pictures(tuple(images), can_retry)
