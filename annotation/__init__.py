"""From posts to gold spans, through Label Studio."""

from .agreement.adjudicate import Adjudicated, Standing, adjudicate
from .agreement.agreement import agreement_of
from .agreement.page import write_agreement_page
from .agreement.shared_post import shared_posts
from .pull.pull import pull
from .pull.summary import Pulled
from .push.project import Pushed
from .push.push import annotator_names, push, push_round, suspects_title
from .push.review import push_review
from .push.suspects_file import read_suspects
from .server.server import Server, default_data_dir, running_server
from .spans.import_spans import Entered, enter_spans
from .spans.validate import RawAnnotation, RawSpan, annotation_or_problems, shown
from .studio.client import Studio
from .studio.errors import TOKEN_VARIABLE
from .studio.page import labelling_page
from .studio.tasks import result_from_annotation, spans_from_annotation, task_from_post
from .suggest.dictionary import DICTIONARY, dictionary_suggestions
from .suggest.outcome import outcomes
from .suggest.predictions_file import read_predictions
from .suggest.suggest import Suggested, suggest
from .suggest.suggestion import read_suggestions

# fmt: off
__all__ = [
    "DICTIONARY", "TOKEN_VARIABLE", "Adjudicated", "Entered", "Pulled", "Pushed",
    "RawAnnotation", "RawSpan", "Server", "Standing", "Studio", "Suggested", "adjudicate", "agreement_of",
    "annotation_or_problems", "annotator_names", "default_data_dir", "dictionary_suggestions",
    "enter_spans", "labelling_page", "outcomes", "pull", "push", "push_review", "push_round",
    "read_predictions", "read_suggestions", "read_suspects", "result_from_annotation",
    "running_server", "shared_posts", "shown", "spans_from_annotation", "suggest", "suspects_title",
    "task_from_post", "write_agreement_page",
]
