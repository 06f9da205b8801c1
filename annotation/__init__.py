"""From posts to gold spans, through Label Studio."""

from .agreement import agreement_of
from .agreement_page import write_agreement_page
from .enter import Entered, enter_spans
from .page import labelling_page
from .pull import Pulled, pull
from .push import Pushed, push
from .server import Server, default_data_dir, running_server
from .shared_post import shared_posts
from .studio import Studio
from .studio_error import TOKEN_VARIABLE
from .tasks import result_from_annotation, spans_from_annotation, task_from_post
from .validate import RawAnnotation, RawSpan, annotation_or_problems, shown

# fmt: off
__all__ = [
    "TOKEN_VARIABLE", "Entered", "Pulled", "Pushed", "RawAnnotation", "RawSpan", "Server", "Studio",
    "agreement_of", "annotation_or_problems", "default_data_dir", "enter_spans", "labelling_page", "pull",
    "push", "result_from_annotation", "running_server", "shared_posts", "shown", "spans_from_annotation",
    "task_from_post", "write_agreement_page",
]
