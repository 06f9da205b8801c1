"""Write MNER-MI-Plus: MNER-MI and Twitter-2017 merged (Huang et al., LREC-COLING 2024, MNER-MI-Plus).

Any corpus of single-image tweets can be merged instead of Twitter-2017 or in addition to it. `merge_plan`
decides which records go in.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ...schema import Release, Source, write_release
from ...schema.progress import OnCount, ignore_count
from ...schema.release.unchanged import none_withdrawn
from .licence import licence_state
from .merge_plan import TWITTER_2017, Part, Plan, plan_plus

PUBLISHED_TOKENS: Final = "as published"


def write_plus(
    plan: Plan,
    *,
    out: Path,
    version: str,
    created: date,
    on_file: OnCount = ignore_count,
) -> Release:
    """Write the merged release to the folder `out` and return it.

    Args:
        plan: the records and images, from `plan_plus`.
        out: folder to create.
        version: version of the merged release, X.Y.Z.
        created: date for the manifest.
        on_file: progress in images.

    Raises:
        DataError: `out` exists or cannot be written, or a post was withdrawn from a part meanwhile.
    """
    manifest = plan.parts[0].release.manifest
    return write_release(
        out,
        plan.splits,
        name=plan.name,
        version=version,
        tokenizer=manifest.tokenizer if manifest else PUBLISHED_TOKENS,
        image_source=plan.image_source,
        created=created,
        sources=tuple(_source(part, len(plan.dropped.get(part.name, ()))) for part in plan.parts),
        original_of=plan.original_of,
        on_file=on_file,
        only_if=none_withdrawn(part.release for part in plan.parts),
    )


def merge_plus(
    mner_mi: Release,
    twitter_2017: Release,
    *,
    out: Path,
    version: str,
    created: date,
    twitter_2017_images: Path | None = None,
    on_file: OnCount = ignore_count,
) -> Release:
    """Plan and write the merge of the paper, with every record of both corpora."""
    plan = plan_plus(mner_mi, [Part(TWITTER_2017, twitter_2017, twitter_2017_images)])
    return write_plus(plan, out=out, version=version, created=created, on_file=on_file)


def _source(part: Part, dropped: int) -> Source:
    release = part.release
    note = f"licence: {licence_state(release)}"
    if dropped:
        note += f"; {dropped} train records left out because they leak into dev or test"
    return Source(
        name=part.name if part.prefix else release.name,
        version=release.manifest.version if release.manifest else "",
        records=sum(1 for _ in release.records()),
        note=note,
    )
