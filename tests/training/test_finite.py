"""A training stops where a number is not finite, and names it: real tiny encoders with scaled weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import set_seed  # noqa: E402

from mnerctl.model.networks.tagger import BuiltSystem  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS, Preset  # noqa: E402
from mnerctl.model.systems.saved_model import save_model  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.training.checkpoints import latest_complete  # noqa: E402
from mnerctl.model.training.train import train  # noqa: E402
from mnerctl.schema import DataError, Release  # noqa: E402
from support.made_release import made_plus  # noqa: E402

pytestmark = pytest.mark.slow
SMALL = replace(PRESETS["smoke"], batch_size=8, epochs=2)
BERT_CRF = SYSTEMS["bert-crf"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_plus(tmp_path_factory.mktemp("plus"), train=15, dev=6, test=6, pictures=0)


def fresh(release: Release) -> BuiltSystem:
    set_seed(7)
    return BERT_CRF.build(BuildInputs(train=release.splits["train"], preset=SMALL, seed=7))


def refused(
    release: Release,
    change: Callable[[BuiltSystem], None] = lambda built: None,
    *,
    preset: Preset = SMALL,
    folder: Path | None = None,
) -> DataError:
    built = fresh(release)
    change(built)
    with pytest.raises(DataError) as caught:
        train(
            built,
            release,
            preset,
            seed=7,
            on_step=lambda done, total: None,
            on_epoch=lambda epoch, f1: None,
            checkpoints=folder,
        )
    return caught.value


def test_a_word_whose_vector_overflows_names_its_posts(release: Release) -> None:
    """The variance of a vector of 1e38 is infinite, so its layer norm gives NaN."""
    train_posts = release.splits["train"]
    word = next(word for word in train_posts[0].text if word.isalpha())

    def scale(built: BuiltSystem) -> None:
        (number,) = built.reader.tokenizer.convert_tokens_to_ids([word.lower()])  # type: ignore[attr-defined]
        assert number != built.reader.tokenizer.unk_token_id  # type: ignore[attr-defined]
        embeddings = built.model.get_input_embeddings().weight  # type: ignore[attr-defined]
        with torch.no_grad():
            embeddings[number] = 3e38
            embeddings[number, ::2] = -3e38

    error = refused(release, scale)
    having = [one.id for one in train_posts if word.lower() in map(str.lower, one.text)]
    head, _, found = error.message.partition(" the loss of post")
    assert head == "before the first step:" or head.startswith("epoch 1, step ")
    assert found.endswith(" is not finite; the weights were not changed")
    assert any(post in found for post in having)
    assert "--text-encoder" in error.hint


def test_an_encoder_that_is_already_spoilt(release: Release) -> None:
    def spoil(built: BuiltSystem) -> None:
        with torch.no_grad():
            next(built.model.parameters())[3] = torch.inf

    error = refused(release, spoil)
    count = len(fresh(release).model.state_dict())
    name = next(name for name, _ in fresh(release).model.named_parameters())
    assert error.message == (
        f"before the first step: 1 of {count} tensors of the model are not finite: {name}"
    )


def test_a_gradient_that_is_not_finite_names_its_tensor(release: Release) -> None:
    names: list[str] = []

    def hook(built: BuiltSystem) -> None:
        name, weight = next(iter(built.model.named_parameters()))
        names.append(name)
        steps = iter(range(100))
        weight.register_hook(lambda grad: grad / (0.0 if next(steps) == 3 else 1.0))

    error = refused(release, hook)  # two steps are for the estimate
    assert error.message.startswith(
        f"epoch 1, step 2 of 8: the gradient of {names[0]} is not finite"
    )


def test_a_rate_that_is_far_too_high(release: Release, tmp_path: Path) -> None:
    """The weights overflow in one step; no checkpoint has them."""
    high = dict.fromkeys(("learning_rate", "head_learning_rate", "crf_learning_rate"), 1e38)
    preset = replace(SMALL, **high, warmup=0.0)  # type: ignore[arg-type]
    error = refused(release, preset=preset, folder=tmp_path)
    assert error.message.startswith("epoch 1, step 2 of 8: the loss of posts ")
    assert latest_complete(tmp_path) is None


def test_weights_that_overflow_in_the_last_step_of_an_epoch(release: Release) -> None:
    def explode(built: BuiltSystem) -> None:
        forwards = iter(range(100))

        def spoil(module: torch.nn.Module, *_: object) -> None:
            if next(forwards) == 5:  # two of the estimate, and four steps: the last of the epoch
                built.model.register_buffer("spoilt", torch.tensor(torch.nan))

        built.model.register_forward_hook(spoil)

    error = refused(release, explode)
    assert error.message.startswith("after epoch 1: 1 of ")
    assert error.message.endswith(" tensors of the model are not finite: spoilt")


def test_a_model_is_not_saved_if_a_weight_is_not_finite(release: Release, tmp_path: Path) -> None:
    built = fresh(release)
    with torch.no_grad():
        next(built.model.parameters())[0] = torch.nan
    with pytest.raises(DataError, match=r"1 of .* tensors of the model are not finite"):
        save_model(built, BERT_CRF, SMALL, tmp_path / "model")
    assert not (tmp_path / "model").exists()
