"""Write CoNLL with comment lines for id, URL and images: `train.txt`, `valid.txt`, `test.txt`, `images/`.

Comment lines start with `# ` and have no tab; token lines are `token<TAB>tag`. The format has no place for
raw text, offsets, evidence and origin.
"""

from __future__ import annotations

from ...schema.formats.conll import write_conll
from ...schema.release.manifest import IMAGES
from .job import Job


def to_conll(job: Job) -> None:
    """Write the three files and the images."""
    write_conll(job.folder, job.release.splits)
    job.copy_images(lambda name: job.folder / IMAGES / name)
