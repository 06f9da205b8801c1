"""CNN-BiLSTM-CRF (Ma and Hovy 2016): it adds a CNN over the characters of each word.

As in the paper: character vectors of width 30, 30 filters over 3 characters, dropout 0.5 before the
CNN and around the BiLSTM, 200 states in each direction. Unlike the paper: word vectors are random
without a file, and the training is that of `systems/bilstm_family.py`.
"""

from __future__ import annotations

from functools import partial

from ..bilstm_family import adapt, build, load
from ..system import System

SYSTEM = System(
    "cnn-bilstm-crf",
    "text",
    partial(build, character_part="cnn", character_features=30, hidden=200),
    load,
    adapt,
)
