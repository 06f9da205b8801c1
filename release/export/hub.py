"""Write a folder for the Hugging Face Hub: the card as README.md, and data that `load_dataset` reads.

The data are dehydrated, because X's terms allow giving third parties ids only. With content, they are Parquet
files and Croissant metadata.
"""

from __future__ import annotations

from typing import Final

from ...schema.release.tables import HUB_SPLITS
from ..lifecycle.dehydrate import write_dehydrated
from .card import card_of, write_card
from .croissant import to_croissant
from .job import Job

CARD: Final = "README.md"


def to_hub(job: Job) -> None:
    """Write the data, then the card."""
    if job.with_content:
        to_croissant(job)
        data_files = {hub: f"data/{hub}-*.parquet" for hub in HUB_SPLITS.values()}
    else:
        write_dehydrated(job.release, job.folder, job.on_file)
        data_files = {hub: f"{split}.jsonl" for split, hub in HUB_SPLITS.items()}
    for split, hub in HUB_SPLITS.items():
        if not job.release.splits.get(split):
            del data_files[hub]  # `datasets` cannot read an empty split
    card = card_of(job.release, job.facts, data_files=data_files, is_whole=job.with_content)
    write_card(job.folder / CARD, card)
