"""Decide which posts are kept: the fate of a post from its answer, and then from its pictures.

Pure functions: nothing is read or stored here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..schema import Fate, Image
from .source import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which posts are kept.

    min_images: least number of images of a post.
    max_images: largest number of images of a post.
    keep_partial: keep a post also if some of its images failed.
    """

    min_images: int
    max_images: int
    keep_partial: bool = False


def fate_before_pictures(found: Found, rules: Rules) -> tuple[Fate | None, str]:
    """Return (fate, reason) of a post whose answer shows that it is not kept, else (None, "")."""
    if found.fate is not None and not (found.fate == "partial_media" and rules.keep_partial):
        return found.fate, found.reason
    given = sum(image.status != "not_given" for image in found.post.images)
    if given == 0:
        return found.fate or "no_image", found.reason or "no picture"
    shown = f"{given} {'image' if given == 1 else 'images'}"
    if given < rules.min_images:
        return "too_few_images", f"{shown}, wanted at least {rules.min_images}"
    if given > rules.max_images:
        return "too_many_images", f"{shown}, wanted at most {rules.max_images}"
    return None, ""


def fate_after_pictures(images: tuple[Image, ...], rules: Rules) -> tuple[Fate, str]:
    """Return (fate, reason) of a post whose pictures have been read."""
    failed = [image for image in images if image.status not in ("ok", "pending")]
    good = sum(image.status == "ok" for image in images)
    if not failed:
        return "kept", ""
    first = failed[0]
    reason = f"image {first.position}: {first.status}"
    reason += f": {first.detail}" if first.detail else ""
    if rules.keep_partial and good >= max(1, rules.min_images):
        return "kept", f"kept with {good} of {len(images)} images; {reason}"
    return "media_failed", reason
