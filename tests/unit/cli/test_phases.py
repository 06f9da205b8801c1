"""Where the time goes, on clocks of the test."""

from __future__ import annotations

from mnerctl.cli.phases import Phases


def test_time_belongs_to_the_phase_that_is_reached() -> None:
    clock = iter([100.0, 102.0, 110.0, 111.0, 130.0])
    cpu = iter([5.0, 6.0, 10.0, 10.5, 20.0])
    phases = Phases(clock=clock.__next__, cpu=cpu.__next__)
    for phase in ("reading", "training", "judging", "training"):
        phases.reached(phase)
    assert str(phases) == (
        "seconds (CPU seconds): reading 2 (1), training 27 (14), judging 1 (0); in all 30 (15)"
    )
