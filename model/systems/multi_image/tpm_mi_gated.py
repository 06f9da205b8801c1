"""TPM-MI with a learned weight for each image (`networks/image_gate.py`).

Its paper names the weighting of images as future work.
"""

from __future__ import annotations

from functools import partial

from ..bert_family import adapt_with_images, build, load
from ..system import System

SYSTEM = System(
    "tpm-mi-gated",
    "text + images",
    partial(build, use_gate=True),
    load,
    adapt=adapt_with_images,
)
