"""TPM-MI as its paper describes it: all images of a tweet, in order, as prompts for BERT-CRF."""

from __future__ import annotations

from ..bert_family import adapt_with_images, build, load
from ..system import System

SYSTEM = System(
    "tpm-mi",
    "text + images",
    build,
    load,
    adapt=adapt_with_images,
)
