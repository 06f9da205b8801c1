"""Turn posts into gold spans, through Label Studio or from files."""

from .agreement.adjudicate import AdjudicationResult, AdjudicationStatus, adjudicate
from .agreement.agreement import agreement_of
from .agreement.page import write_agreement_page
from .agreement.shared_post import shared_posts
from .pull.pull import pull
from .pull.summary import PullResult
from .push.project import PushResult
from .push.push import annotator_names, push, push_round, suspects_title
from .push.review import push_review
from .push.suspects_file import read_suspects
from .server.server import Server, default_data_dir, running_server
from .spans.import_spans import ImportResult, import_spans
from .spans.validate import RawAnnotation, RawSpan, annotation_or_problems, short_repr
from .studio.client import Studio
from .studio.errors import TOKEN_VARIABLE
from .studio.page import labelling_page
from .studio.tasks import result_from_annotation, spans_from_annotation, task_from_post
from .suggest.dictionary import DICTIONARY, dictionary_suggestions
from .suggest.outcome import suggestion_outcomes
from .suggest.predictions_file import read_predictions
from .suggest.suggest import SuggestResult, suggest
from .suggest.suggestion import read_suggestions

# fmt: off
__all__ = [
    "DICTIONARY", "TOKEN_VARIABLE", "AdjudicationResult", "AdjudicationStatus", "ImportResult",
    "PullResult", "PushResult", "RawAnnotation", "RawSpan", "Server", "Studio", "SuggestResult",
    "adjudicate", "agreement_of", "annotation_or_problems", "annotator_names", "default_data_dir",
    "dictionary_suggestions", "import_spans", "labelling_page", "pull", "push", "push_review",
    "push_round", "read_predictions", "read_suggestions", "read_suspects", "result_from_annotation",
    "running_server", "shared_posts", "short_repr", "spans_from_annotation", "suggest",
    "suggestion_outcomes", "suspects_title", "task_from_post", "write_agreement_page",
]
