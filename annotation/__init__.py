"""From posts to gold spans, through Label Studio."""

from .adjudicate import Adjudicated, Standing, adjudicate
from .agreement import agreement_of
from .agreement_page import write_agreement_page
from .dictionary import DICTIONARY, dictionary_suggestions
from .enter import Entered, enter_spans
from .fill import Pushed
from .outcome import outcomes
from .page import labelling_page
from .predictions_file import read_predictions
from .pull import pull
from .pulled import Pulled
from .push import annotator_names, push, push_round, suspects_title
from .review import push_review
from .server import Server, default_data_dir, running_server
from .shared_post import shared_posts
from .studio import Studio
from .studio_error import TOKEN_VARIABLE
from .suggest import Suggested, suggest
from .suggestion import read_suggestions
from .suspects_file import read_suspects
from .tasks import result_from_annotation, spans_from_annotation, task_from_post
from .validate import RawAnnotation, RawSpan, annotation_or_problems, shown

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
