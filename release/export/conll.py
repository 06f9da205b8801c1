"""CoNLL with comment lines for id, URL and images: `train.txt`, `valid.txt`, `test.txt` and `images/`.

The comment lines begin with `# ` and have no tab; token lines are `token<TAB>tag`. Raw text, offsets,
evidence and origin have no place here.
"""

from __future__ import annotations

from ...schema.formats.conll import write_conll
from ...schema.release.manifest import IMAGES
from .job import Job


def to_conll(job: Job) -> None:
    """Writes the three files and the images."""
    write_conll(job.folder, job.release.splits)
    job.copy_images(lambda name: job.folder / IMAGES / name)
