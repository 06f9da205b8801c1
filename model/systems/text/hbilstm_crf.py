"""HBiLSTM-CRF (Lample et al. 2016): it adds a BiLSTM over the characters of each word.

As in the paper: 25 states from each end of the word, word vectors of width 100 (or as wide as their
file), dropout 0.5, 100 states in each direction. Unlike the paper: no layer between the BiLSTM and the
tag scores, and the training is that of `systems/bilstm_family.py`.
"""

from __future__ import annotations

from functools import partial

from ..bilstm_family import adapt, build, load
from ..system import System

SYSTEM = System(
    "hbilstm-crf",
    "text",
    partial(build, character_part="lstm", character_width=25, character_features=25),
    load,
    adapt,
)
