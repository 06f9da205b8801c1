"""Write the published MNER-MI layout: the type MISC as `MIS`, numeric ids as numbers, images in `images/`.

A release with images of Twitter-2017 gets the layout of MNER-MI-Plus: `MNER-UNI_*.txt` and
`twitter2017_images/`. The layout has no place for raw text, offsets, evidence and origin.
"""

from __future__ import annotations

from pathlib import Path

from ...schema import DataError, is_base_name
from ...schema.formats.mner_mi import TWITTER_2017_PREFIX, Part, image_file, write_mner_mi
from .job import Job


def to_mner_mi(job: Job) -> None:
    """Write `text/` and the images."""
    names = (name for record in job.release.records() for name in record.images)
    is_plus = any(name.startswith(TWITTER_2017_PREFIX) for name in names)
    part: Part = "MNER-UNI" if is_plus else "MNER-MI"
    write_mner_mi(job.folder, job.release.splits, part)
    job.copy_images(lambda name: _place(job.folder, name))


def _place(folder: Path, name: str) -> Path:
    path = image_file(folder, name)
    if not is_base_name(path.name):
        raise DataError(
            f"image {name!r}: wanted a file name after {TWITTER_2017_PREFIX}",
            "export to another format, or rename the images",
        )
    return path
