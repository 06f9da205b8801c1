"""Which posts are kept: the fate of a post, from its answer and then from its pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..schema import Fate, Image
from .source import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is kept: posts with so many images; with `keep_partial` also where some have failed."""

    min_images: int
    max_images: int
    keep_partial: bool = False


def early_fate(found: Found, rules: Rules) -> tuple[Fate | None, str]:
    """The fate of a post whose answer already shows that it is not kept, or None."""
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


def late_fate(images: tuple[Image, ...], rules: Rules) -> tuple[Fate, str]:
    """The fate of a post whose pictures have been read."""
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
