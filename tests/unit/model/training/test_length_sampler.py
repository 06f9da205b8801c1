"""The order of training texts."""

from __future__ import annotations

from random import Random

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.training.length_sampler import EpochSampler

LENGTHS = [Random(number).randint(5, 30) for number in range(323)]


def order(
    epoch: int = 0, *, seed: int = 1, lengths: list[int] = LENGTHS, grouped: bool = True
) -> list[int]:
    return list(
        EpochSampler(lengths, batch_size=16, grouped=grouped, seed=seed, epoch=lambda: epoch)
    )


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("count", [0, 3, 16, 320, 323])
def test_every_text_comes_once(count: int, grouped: bool) -> None:
    assert sorted(order(lengths=LENGTHS[:count], grouped=grouped)) == list(range(count))


def test_without_groups_lengths_play_no_part() -> None:
    assert order(grouped=False) == order(grouped=False, lengths=LENGTHS[::-1])
    assert len({tuple(order(epoch, grouped=False)) for epoch in range(3)}) == 3


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    assert order(2) == order(2)
    orders = [order(0), order(1), order(0, seed=5)]
    assert all(left != right for left in orders for right in orders if left is not right)
    members = [{frozenset(one[i : i + 16]) for i in range(0, 320, 16)} for one in orders]
    assert len(members[0] & members[1]) <= 2  # other texts together, not only another order


def test_texts_of_a_batch_have_similar_lengths_and_batches_come_in_any_order() -> None:
    batches = [[LENGTHS[i] for i in order()[start : start + 16]] for start in range(0, 320, 16)]
    assert all(max(batch) - min(batch) <= 3 for batch in batches)
    longest = [max(batch) for batch in batches]
    assert longest != sorted(longest) and longest != sorted(longest, reverse=True)
