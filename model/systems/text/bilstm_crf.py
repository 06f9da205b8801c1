"""BiLSTM-CRF (Huang, Xu and Yu 2015): words to a BiLSTM and a CRF, and nothing of how a word is written.

Widths are those recalled for the paper's baseline: word vectors as wide as their file (100 at random;
the baseline's GloVe-Twitter has 200), dropout .5, 100 states in each direction. Training is not as there:
see `systems/bilstm_family.py`.
"""

from __future__ import annotations

from ..bilstm_family import adapt, build, load
from ..system import System

SYSTEM = System("bilstm-crf", "words, BiLSTM and CRF", "text", build, load, adapt)
