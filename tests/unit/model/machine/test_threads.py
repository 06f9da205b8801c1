"""The number of threads: what each machine answers, forced through the seconds of its steps."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.machine.quiet import quiet_libraries  # noqa: E402
from mnerctl.model.machine.threads import (  # noqa: E402
    ROUNDS,
    candidates,
    choose_threads,
    clearly_fastest,
    using_threads,
)


@pytest.fixture(autouse=True)
def without_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def never() -> float:
    raise AssertionError("no step is needed")


CHOICES = {
    "idle": ({1: 1.0, 2: 0.55}, 2),
    "the other core is busy": ({1: 1.0, 2: 5.5}, 1),
    "hardly faster": ({1: 1.0, 2: 0.9}, 1),
    "two of four are enough": ({1: 1.0, 2: 0.6, 4: 0.55}, 2),
    "only all are faster": ({1: 1.0, 2: 0.95, 4: 0.4}, 4),
}


@pytest.mark.parametrize(("seconds", "wanted"), CHOICES.values(), ids=CHOICES)
def test_more_threads_must_be_clearly_faster(seconds: dict[int, float], wanted: int) -> None:
    assert clearly_fastest(seconds) == wanted
    asked: list[int] = []

    def timed_step() -> float:
        asked.append(torch.get_num_threads())
        return seconds[asked[-1]]

    torch.set_num_threads(max(seconds))
    found = choose_threads(None, timed_step)
    assert found.count == wanted
    assert found.reason.startswith("seconds of a step by number of threads: 1: 1 s, 2: ")
    assert asked == [max(seconds), *[*seconds] * ROUNDS]  # the first warms up
    assert torch.get_num_threads() == max(seconds)


@pytest.mark.parametrize(
    ("available", "wanted"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (16, [1, 2, 4, 8, 16])]
)
def test_the_numbers_that_are_tried(available: int, wanted: list[int]) -> None:
    assert candidates(available) == wanted


def test_nothing_is_timed_where_there_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(2)
    assert str(choose_threads(1, never)) == "1 thread (as the system or --threads says)"
    assert choose_threads(4, never).count == 4
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert str(choose_threads(None, never)) == "2 threads (the GPU computes)"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    torch.set_num_threads(1)
    assert choose_threads(None, never).count == 1


def test_threads_are_as_before_after_the_block() -> None:
    torch.set_num_threads(1)
    with pytest.raises(KeyError), using_threads(2):
        assert torch.get_num_threads() == 2
        raise KeyError
    assert torch.get_num_threads() == 1


def test_waiting_threads_do_not_spin_unless_someone_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OMP_WAIT_POLICY", "KMP_BLOCKTIME", "GOMP_SPINCOUNT"):
        monkeypatch.delenv(name, raising=False)
    quiet_libraries()
    assert (os.environ["OMP_WAIT_POLICY"], os.environ["KMP_BLOCKTIME"]) == ("PASSIVE", "0")
    assert "GOMP_SPINCOUNT" not in os.environ
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    quiet_libraries()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
