"""HBiLSTM-CRF (Lample et al. 2016): a BiLSTM over the characters of a word beside its vector.

As there: 25 states from each end of the word, word vectors of width 100 (as wide as their file, where
there is one), dropout .5, 100 states in each direction. Not as there: no layer between BiLSTM and the
scores of tags, and training is that of `systems/bilstm_family.py`.
"""

from __future__ import annotations

from functools import partial

from ..bilstm_family import adapt, build, load
from ..system import System

SYSTEM = System(
    "hbilstm-crf",
    "words and a BiLSTM over characters, BiLSTM and CRF",
    "text",
    partial(build, character_part="lstm", character_width=25, character_features=25),
    load,
    adapt,
)
