"""BERT-CRF: a text encoder, a linear layer and a CRF. It is the strongest of the text-only systems."""

from __future__ import annotations

from ..bert_family import adapt_text_only, build, load
from ..system import System

SYSTEM = System("bert-crf", "text", build, load, adapt=adapt_text_only)
