"""BERT: a text encoder, a linear layer, and a softmax over the tags of each word."""

from __future__ import annotations

from functools import partial

from ..bert_family import adapt_text_only, build, load
from ..system import System

SYSTEM = System(
    "bert",
    "text",
    partial(build, decoder="softmax"),
    load,
    adapt=adapt_text_only,
)
