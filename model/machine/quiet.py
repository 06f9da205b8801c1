"""Settings that keep the training libraries quiet and their idle threads asleep. Imports no library."""

from __future__ import annotations

import os


def quiet_libraries() -> None:
    """Set up the libraries before torch is imported.

    Threads that wait sleep, they print no progress bars and no warnings, and they do not
    ask a hub to convert weights that are stored as pickles.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
