"""Posts, spans, records and releases, and how they are stored on disk. All wings build on this package."""

from .corpus.corpus import Corpus
from .corpus.ledger import InputLine, PostFate
from .corpus.settings import Settings
from .corpus.tombstone import Tombstone
from .errors import CheckFailed, DataError, MnerctlError, PartlyDone, RemoteError, UsageError
from .files.file_name import is_base_name
from .labels import LABELS, SPLITS, TYPES, EntityType, Split, entity_type
from .post import Fate, Image, Post, clean_text, image_name, time_of_id
from .problem import Level, Problem
from .record import Record
from .release.freeze import write_release
from .release.manifest import Manifest, Source
from .release.release import Release
from .span import Annotation, Gold, Span
from .span_match import Counts, Score, count_matches, score_spans
from .tags import as_bio, spans_from_tags, tags_from_spans

# fmt: off
__all__ = [
    "LABELS", "SPLITS", "TYPES", "Annotation", "CheckFailed", "Corpus", "Counts", "DataError",
    "EntityType", "Fate", "Gold", "Image", "InputLine", "Level", "Manifest", "MnerctlError",
    "PartlyDone", "Post", "PostFate", "Problem", "Record", "Release", "RemoteError", "Score", "Settings",
    "Source", "Span", "Split", "Tombstone", "UsageError", "as_bio", "clean_text", "count_matches",
    "entity_type", "image_name", "is_base_name", "score_spans", "spans_from_tags",
    "tags_from_spans", "time_of_id", "write_release",
]
