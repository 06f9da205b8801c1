"""Read the pictures of one post from its source, verify them and store them by their content.

Whether bytes are a whole picture is decided in `schema/picture.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..schema import Corpus, Image, Post
from ..schema.picture import PictureFault, Verified
from ..schema.picture import verify as verify_picture
from .source import MediaFailure, Source


@dataclass(frozen=True, slots=True)
class PictureResult:
    """What came of reading the pictures of one post.

    images: the images of the post, each with its new status.
    can_retry: at least one failed in a way that a later run may not meet again.
    """

    images: tuple[Image, ...]
    can_retry: bool = False


def store_pictures(
    corpus: Corpus, source: Source, post: Post, *, keep_partial: bool
) -> PictureResult:
    """Read the pictures of a post in order and store them.

    Runs in a worker thread and does not touch the database.

    Args:
        keep_partial: store the good pictures if some fail; otherwise stop at the first failure and store
            none.
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
            verified = verify(content)
        except MediaFailure as failure:
            can_retry = can_retry or failure.can_retry
            update = {"status": failure.status, "detail": failure.detail}
            images.append(image.model_copy(update=update))
            if keep_partial:
                continue
            rest = post.images[len(images) :]
            return PictureResult((*post.images[: len(images) - 1], images[-1], *rest), can_retry)
        good.append((content, verified.extension))
        images.append(
            image.model_copy(
                update={
                    "status": "ok",
                    "detail": "",
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "media_type": verified.media_type,
                    "bytes": len(content),
                    "width": verified.width,
                    "height": verified.height,
                    "phash": verified.phash,
                    "variant": variant or None,
                }
            )
        )
    for content, extension in good:
        corpus.put_image(content, extension)
    return PictureResult(tuple(images), can_retry)


def verify(content: bytes) -> Verified:
    """Return the type, size and hash of a whole picture.

    Raises:
        MediaFailure: the bytes are not a whole picture; its status says why.
    """
    try:
        return verify_picture(content)
    except PictureFault as fault:
        raise MediaFailure(fault.status, fault.detail, can_retry=fault.can_retry) from None
