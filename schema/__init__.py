"""The ground floor: what posts, spans, records and releases are, and how they lie on disk."""

from .corpus import Corpus
from .errors import CheckFailed, DataError, MnerctlError, PartlyDone, RemoteError, UsageError
from .freeze import write_release
from .labels import LABELS, SPLITS, TYPES, EntityType, Split, entity_type
from .ledger import InputLine, Settled
from .manifest import Manifest, Source
from .match import Counts, Score, count_matches, score_spans
from .post import Fate, Image, Post, clean_text, image_name, time_of_id
from .problem import Level, Problem
from .record import Record, is_base_name
from .release import Release
from .settings import Settings
from .span import Annotation, Gold, Span
from .tags import as_bio, spans_from_tags, tags_from_spans
from .tombstone import Tombstone

# fmt: off
__all__ = [
    "LABELS", "SPLITS", "TYPES", "Annotation", "CheckFailed", "Corpus", "Counts", "DataError",
    "EntityType", "Fate", "Gold", "Image", "InputLine", "Level", "Manifest", "MnerctlError",
    "PartlyDone", "Post", "Problem", "Record", "Release", "RemoteError", "Score", "Settings", "Settled",
    "Source", "Span", "Split", "Tombstone", "UsageError", "as_bio", "clean_text", "count_matches",
    "entity_type", "image_name", "is_base_name", "score_spans", "spans_from_tags",
    "tags_from_spans", "time_of_id", "write_release",
]
