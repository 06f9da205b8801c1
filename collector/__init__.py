"""Collect posts with verified images from URLs: every URL gets a fate, every kept image is whole."""

from .compliance import (
    REMOVAL_FATES,
    WITHDRAWN_FATE,
    apply_rulings,
    check_posts,
    finish_removal,
    withdraw,
)
from .compliance_file import read_result
from .fetch import fetch, posts_to_ask
from .inputs.input_files import STANDARD_INPUT, input_files, input_name, input_path, read_inputs
from .made import make_posts
from .network.download import Downloader
from .network.session import loopback_of_environment
from .network.token import refuse_secrets_in, token_of_environment
from .rules import Rules
from .source import Source, SourceKind, SourceOptions
from .sources.archive import open_archive
from .sources.syndication import Syndication
from .sources.x_api import XApi

# fmt: off
__all__ = [
    "REMOVAL_FATES", "STANDARD_INPUT", "WITHDRAWN_FATE", "Downloader", "Rules", "Source", "SourceKind",
    "SourceOptions", "Syndication", "XApi", "apply_rulings", "check_posts", "fetch", "finish_removal",
    "input_files", "input_name", "input_path", "loopback_of_environment", "make_posts", "open_archive",
    "posts_to_ask", "read_inputs", "read_result", "refuse_secrets_in", "token_of_environment", "withdraw",
]
