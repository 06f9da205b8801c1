"""SIGTERM (from a service manager) and SIGHUP (from a closed terminal) end every command as Ctrl-C does.

The first signal raises KeyboardInterrupt in the main thread: temporary files and folders are deleted, servers
that the command started are stopped, and the exit code is 128 plus the number of the signal. A later signal
ends the process at once; what it leaves behind is removed by the next run.
"""

from __future__ import annotations

import os
import signal
import time
from types import FrameType
from typing import Final

NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
SAME_STOP_SECONDS: Final = 0.5
"""A closing terminal and `torchrun` send two signals at once: they are one stop."""


class Stop:
    """What asked this process to stop.

    Attributes:
        signal: the first signal, None as long as there is none.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._since = 0.0
        self._process = os.getpid()

    def listen(self) -> None:
        """Take the signals, except those that the caller wants to be ignored, as `nohup` does."""
        for name in NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._take)

    @property
    def exit_code(self) -> int:
        """128 plus the number of the signal, as shells count: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + (self.signal or signal.SIGINT)

    @property
    def words(self) -> str:
        """What happened, for people."""
        first = self.signal or signal.SIGINT
        return "interrupted" if first == signal.SIGINT else f"stopped by {first.name}"

    def _take(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if os.getpid() != self._process or (self.signal and now - self._since >= SAME_STOP_SECONDS):
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        elif self.signal is None:
            self.signal, self._since = signal.Signals(number), now
            raise KeyboardInterrupt
