"""BiLSTM-CRF (Huang, Xu and Yu 2015): words, a BiLSTM and a CRF; it does not read characters.

The sizes are those recalled for the paper's baseline: word vectors as wide as their file (100 if
random; the baseline's GloVe-Twitter has 200), dropout 0.5, 100 states in each direction. It is
trained differently: see `systems/bilstm_family.py`.
"""

from __future__ import annotations

from ..bilstm_family import adapt, build, load
from ..system import System

SYSTEM = System("bilstm-crf", "text", build, load, adapt)
