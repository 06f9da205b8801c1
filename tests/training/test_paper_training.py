"""The preset `paper` trains as the released code does: a plain loop gives the same weights."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import get_linear_schedule_with_warmup, set_seed  # noqa: E402

from mnerctl.model.inputs.pretrained import SMOKE  # noqa: E402
from mnerctl.model.machine.threads import using_threads  # noqa: E402
from mnerctl.model.networks.tagger import BuiltSystem  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS, Preset  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.training.train import train  # noqa: E402
from mnerctl.schema import Release  # noqa: E402
from support.made_release import made_plus  # noqa: E402

pytestmark = pytest.mark.slow
SEED, RATE, EPOCHS = 7, 1e-3, 2
PAPER = replace(
    PRESETS["paper"],
    text_encoder=SMOKE,
    epochs=EPOCHS,
    warmup=0.25,  # a whole number of steps, which is not rounded
    dropout=0.0,
    attention_dropout=0.0,
    learning_rate=RATE,
    head_learning_rate=RATE,
    crf_learning_rate=RATE,
    threads=1,
    precision="float32",
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_plus(tmp_path_factory.mktemp("plus"), train=15, dev=6, test=6, pictures=0)


@pytest.fixture(scope="module")
def fresh(release: Release) -> BuiltSystem:
    set_seed(SEED)
    inputs = BuildInputs(train=release.splits["train"], preset=PAPER, seed=SEED)
    return SYSTEMS["bert-crf"].build(inputs)


Weights = dict[str, torch.Tensor]


def weights_of(model: Any) -> Weights:
    """Return the weights of all parameters in one flat tensor each."""
    return {name: value.detach().clone() for name, value in model.named_parameters()}


@pytest.fixture(scope="module")
def published(release: Release, fresh: BuiltSystem) -> Weights:
    """Train as JinFish/MNER-MI does: AdamW with its defaults on everything, no clipping, the last epoch."""
    model, reader = deepcopy(fresh.model), fresh.reader
    rows = list(reader.encode(release.splits["train"]))
    steps = EPOCHS * -(-len(rows) // PAPER.batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = get_linear_schedule_with_warmup(optimizer, PAPER.warmup * steps, steps)
    model.train()
    for epoch in range(EPOCHS):
        order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(SEED + epoch))
        for places in order.split(PAPER.batch_size):
            with using_threads(1):
                model(**reader.collate([rows[place] for place in places])).loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    return weights_of(model)


def trained(release: Release, fresh: BuiltSystem, preset: Preset) -> Weights:
    run = train(
        BuiltSystem(deepcopy(fresh.model), fresh.reader),
        release,
        preset,
        seed=SEED,
        on_step=lambda done, total: None,
        on_epoch=lambda epoch, f1: None,
    )
    assert run.dev_f1[0] == run.dev_f1[1]  # so the choice between equals matters
    return weights_of(run.built.model)


def distance(left: Weights, right: Weights) -> float:
    """Return the Euclidean distance of two sets of weights."""
    return sum((left[name] - value).square().sum().item() for name, value in right.items()) ** 0.5


def test_paper_gives_the_weights_of_the_released_code(
    release: Release, fresh: BuiltSystem, published: Weights
) -> None:
    moved = distance(weights_of(fresh.model), published)
    assert distance(trained(release, fresh, PAPER), published) < 1e-4 * moved


@pytest.mark.parametrize(
    "other",
    [
        {"decay_everything": False},
        {"clip": 1.0},
        {"group_by_length": True},
        {"best_of_equals": "earliest"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_each_setting_of_quick_gives_other_weights(
    release: Release, fresh: BuiltSystem, published: Weights, other: dict[str, Any]
) -> None:
    assert all(getattr(PRESETS["quick"], name) == value for name, value in other.items())
    moved = distance(weights_of(fresh.model), published)
    assert distance(trained(release, fresh, replace(PAPER, **other)), published) > 1e-3 * moved
