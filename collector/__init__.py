"""From URLs to posts with verified images: every URL has a fate, every image is sound."""

from .compliance import MUST_GO, WITHDRAWN_IS, check_posts, finish, obey, withdraw
from .compliance_file import read_result
from .fetch import fetch, posts_to_ask
from .inputs.input_files import STANDARD_INPUT, input_files, path_of, read_inputs, source_of
from .made import make_posts
from .network.download import Downloader
from .network.session import loopback_of_environment
from .network.token import refuse_secrets_in, token_of_environment
from .rules import Rules
from .source import Source
from .sources.archive import open_archive
from .sources.syndication import SECONDS_A_POST, Syndication
from .sources.x_api import DOLLARS_A_POST, XApi

# fmt: off
__all__ = [
    "DOLLARS_A_POST", "MUST_GO", "SECONDS_A_POST", "STANDARD_INPUT", "WITHDRAWN_IS", "Downloader", "Rules",
    "Source", "Syndication", "XApi", "check_posts", "fetch", "finish", "input_files",
    "loopback_of_environment", "make_posts", "obey", "open_archive", "path_of", "posts_to_ask",
    "read_inputs", "read_result", "refuse_secrets_in", "source_of", "token_of_environment",
    "withdraw",
]
