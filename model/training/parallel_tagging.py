"""Tag records in all processes that train together."""

from __future__ import annotations

from collections.abc import Sequence

from ...schema import Record
from ..machine import processes
from ..networks.tagger import BuiltSystem
from ..tagging.scored_span import ScoredSpan
from ..tagging.tag import tag


def tag_in_parallel(built: BuiltSystem, records: Sequence[Record]) -> list[list[ScoredSpan]]:
    """Tag records as `tag` does, in all processes; each tags a share and gets all results."""
    own = tag(built, records[processes.rank() :: processes.count()])
    found: list[list[ScoredSpan]] = [[] for _ in records]
    for rank, part in enumerate(processes.gather(own)):
        found[rank :: processes.count()] = part
    return found
