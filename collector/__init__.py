"""From URLs to posts with verified images: every URL has a fate, every image is sound."""

from .archive import Archive
from .fetch import fetch, posts_to_ask
from .made import make_posts
from .media import Downloader
from .rules import Rules
from .source import Source
from .urls import STANDARD_INPUT, read_inputs, source_of
from .wire import loopback_of_environment
from .x_api import DOLLARS_A_POST, XApi
from .x_refusal import TOKEN

__all__ = [
    "DOLLARS_A_POST",
    "STANDARD_INPUT",
    "TOKEN",
    "Archive",
    "Downloader",
    "Rules",
    "Source",
    "XApi",
    "fetch",
    "loopback_of_environment",
    "make_posts",
    "posts_to_ask",
    "read_inputs",
    "source_of",
]
