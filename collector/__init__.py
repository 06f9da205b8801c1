"""From URLs to posts with verified images: every URL has a fate, every image is sound."""

from .archive import Archive
from .fetch import RETRYABLE, Rules, fetch, waiting
from .made import make_posts
from .media import Downloader
from .source import Source
from .urls import read_lines
from .wire import loopback_of_environment

__all__ = [
    "RETRYABLE",
    "Archive",
    "Downloader",
    "Rules",
    "Source",
    "fetch",
    "loopback_of_environment",
    "make_posts",
    "read_lines",
    "waiting",
]
