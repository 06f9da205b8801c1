"""TPM-MI on a tiny random encoder: what a prediction must depend on, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
pytest.importorskip("transformers", reason="needs mnerctl[train]")

from torch import nn  # noqa: E402
from transformers import MPNetConfig, MPNetModel  # noqa: E402

from mnerctl.model.inputs.pretrained import SMOKE, load_image_encoder  # noqa: E402
from mnerctl.model.networks.encoder_tagger import EncoderTagger  # noqa: E402
from mnerctl.model.networks.tpm_mi import TpmMi  # noqa: E402
from mnerctl.model.networks.tpm_mi_config import TpmMiConfig  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.training.optimizer_groups import parameter_groups  # noqa: E402
from mnerctl.schema.errors import DataError  # noqa: E402
from mnerctl.schema.labels import LABELS  # noqa: E402
from support.tiny_models import (  # noqa: E402
    FEATURES,
    IMAGES,
    distance,
    emissions,
    made_batch,
    made_model,
    tiny_bert,
    tiny_vit,
)


def test_loss_and_decoded_paths_have_the_right_shape() -> None:
    model, batch = made_model(), made_batch()
    output = model(**batch)
    assert output.emissions.shape == (4, 6, len(LABELS))
    assert output.loss.shape == ()
    rows = [
        model(**{key: value[row : row + 1] for key, value in batch.items()}).loss
        for row in range(4)
    ]
    assert output.loss.item() == pytest.approx(torch.stack(rows).mean().item(), abs=1e-4)
    paths = model.decoder.decode(output.emissions, batch["word_mask"])
    assert [len(path) for path in paths] == [3, 4, 5, 6]


def test_a_prediction_depends_on_its_own_tweet_only() -> None:
    model, batch = made_model(), made_batch(5)
    together = emissions(model, batch)
    for row in range(5):
        alone = {key: value[row : row + 1] for key, value in batch.items()}
        assert distance(emissions(model, alone), together[row : row + 1]) <= 1e-5
    order = torch.tensor([3, 0, 4, 2, 1])
    turned = emissions(model, {key: value[order] for key, value in batch.items()})
    assert distance(turned, together[order]) <= 1e-5
    assert model.decoder.decode(turned, batch["word_mask"][order]) == [
        model.decoder.decode(together, batch["word_mask"])[row] for row in order.tolist()
    ]


def test_padding_does_not_matter() -> None:
    model, batch = made_model(), made_batch()
    longer = {
        key: torch.nn.functional.pad(batch[key], (0, 5), value=fill)
        for key, fill in (
            ("input_ids", 7),
            ("attention_mask", 0),
            ("word_index", 0),
            ("word_mask", False),
            ("image_mask", False),
        )
    }
    longer["image_mask"] = batch["image_mask"]
    longer["image_features"] = batch["image_features"]
    assert distance(emissions(model, longer)[:, :6], emissions(model, batch)) <= 1e-5


def test_empty_slots_do_not_matter() -> None:
    model, batch = made_model(), made_batch(1)
    assert batch["image_mask"].sum() == 2
    tight = {
        **batch,
        "image_features": batch["image_features"][:, :2],
        "image_mask": batch["image_mask"][:, :2],
    }
    assert distance(emissions(model, tight), emissions(model, batch)) <= 1e-5


def test_the_content_of_a_masked_slot_does_not_matter() -> None:
    model, batch = made_model(), made_batch()
    features = batch["image_features"].clone()
    features[~batch["image_mask"]] = float("nan")
    assert (
        distance(emissions(model, {**batch, "image_features": features}), emissions(model, batch))
        == 0.0
    )
    leaf = batch["image_features"].clone().requires_grad_()
    model(**{**batch, "image_features": leaf}).loss.backward()
    assert leaf.grad is not None
    assert (leaf.grad[~batch["image_mask"]] == 0).all()
    assert (leaf.grad[batch["image_mask"]] != 0).any()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_a_tweet_without_images_is_plain_bert_crf() -> None:
    model, batch = made_model(), made_batch()
    without = {key: value for key, value in batch.items() if not key.startswith("image_")}
    plain, found = emissions(model, without), emissions(model, batch)
    assert batch["image_mask"][3].sum() == 0
    assert distance(found[3], plain[3]) <= 1e-5
    assert distance(found[0], plain[0]) > 1e-3
    none = {**batch, "image_mask": torch.zeros_like(batch["image_mask"])}
    assert distance(emissions(model, none), plain) <= 1e-5


def test_without_images_it_scores_first_subwords_and_has_no_image_path() -> None:
    model, batch = made_model(use_images=False), made_batch()
    assert model.image_path is None
    with torch.no_grad():
        states = tiny_bert().eval()(batch["input_ids"], batch["attention_mask"]).last_hidden_state
        wanted = model.head(states[:, 1:13:2]) * batch["word_mask"].unsqueeze(2)
    assert distance(emissions(model, batch), wanted) <= 1e-5


@pytest.mark.parametrize("temporal_width", [None, 24])
def test_images_attend_only_to_images_of_the_same_tweet(
    temporal_width: int | None,
) -> None:
    path = made_model(temporal_width=temporal_width).image_path
    assert path is not None
    batch = made_batch()
    features, mask = batch["image_features"], batch["image_mask"]
    with torch.no_grad():
        before = path.temporal_states(features, mask)
        features[0, 1] = features[1, 0]
        after = path.temporal_states(features, mask)
    assert distance(before[0, 0], after[0, 0]) > 1e-3
    assert distance(before[1:], after[1:]) == 0.0


@pytest.mark.parametrize("use_position", [True, False])
def test_the_order_of_images_matters_only_with_positions(use_position: bool) -> None:
    model, batch = made_model(use_position=use_position), made_batch(1)
    turned = {**batch, "image_features": batch["image_features"][:, [1, 0, 2, 3]]}
    moved = distance(emissions(model, turned), emissions(model, batch))
    assert moved > 1e-3 if use_position else moved <= 1e-5


@pytest.mark.filterwarnings("ignore:`gradient_checkpointing_enable`:FutureWarning")
def test_activation_checkpointing_gives_the_same_gradients() -> None:
    grads = []
    for checkpointing in (False, True):
        model = made_model(dropout=0.0, attention_dropout=0.0).train()
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        if checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        model(**made_batch()).loss.backward()
        grads.append({name: p.grad for name, p in model.named_parameters()})
    for name, grad in grads[0].items():
        assert grad is not None, name
        assert distance(grad, grads[1][name]) <= 1e-5, name


def test_more_images_than_slots_are_refused() -> None:
    model, batch = made_model(max_images=3), made_batch()
    with pytest.raises(ValueError, match="4 images; wanted at most 3"):
        model(**batch)


def test_every_parameter_learns() -> None:
    model = made_model(image=tiny_vit(), temporal_width=24)
    batch = made_batch()
    del batch["image_features"]
    model(**batch, pixel_values=torch.randn(4, IMAGES, 3, 16, 16)).loss.backward()
    assert [name for name, p in model.named_parameters() if p.grad is None] == []


def test_pixels_and_vectors_of_the_same_encoder_agree() -> None:
    model, batch = made_model(image=tiny_vit()), made_batch()
    pixels = torch.randn(4, IMAGES, 3, 16, 16)
    with torch.no_grad():
        vectors = tiny_vit().eval()(pixels.flatten(0, 1)).last_hidden_state[:, 0]
    batch["image_features"] = vectors.reshape(4, IMAGES, -1)
    frozen = emissions(model, batch)
    del batch["image_features"]
    joint = {**batch, "pixel_values": pixels}
    assert distance(emissions(model, joint), frozen) <= 1e-5
    joint["image_mask"] = torch.zeros_like(batch["image_mask"])
    assert torch.isfinite(emissions(model, joint)).all()


@pytest.mark.parametrize("joint", [False, True])
def test_save_and_load_give_the_same_model(tmp_path: Path, joint: bool) -> None:
    model = made_model(image=tiny_vit() if joint else None, temporal_width=24, max_images=6)
    assert model.image_path is not None
    model.image_path.fit(torch.randn(50, FEATURES) * 3 + 7)
    model.save_pretrained(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config.json", "model.safetensors"]
    again = TpmMi.from_pretrained(tmp_path).eval()
    assert again.config.max_images == 6
    assert again.config.id2label == dict(enumerate(LABELS))
    weights = again.state_dict()
    assert weights.keys() == model.state_dict().keys()
    assert all(torch.equal(weights[name], value) for name, value in model.state_dict().items())
    batch = made_batch()
    if joint:
        del batch["image_features"]
        batch["pixel_values"] = torch.randn(4, IMAGES, 3, 16, 16)
    assert distance(emissions(again, batch), emissions(model, batch)) == 0.0


def test_the_encoders_weights_are_copied() -> None:
    text, image = tiny_bert(), tiny_vit()
    model = made_model(image=image)
    for part, source in ((model.text, text), (model.image_encoder, image)):
        assert part is not None
        wanted = source.state_dict()
        assert all(torch.equal(value, wanted[name]) for name, value in part.state_dict().items())
    assert model.config.text is not None
    assert "_name_or_path" not in model.config.text


def test_the_seed_determines_the_fresh_weights() -> None:
    assert torch.equal(made_model(seed=5).head.weight, made_model(seed=5).head.weight)
    assert not torch.equal(made_model(seed=5).head.weight, made_model(seed=6).head.weight)


def test_fresh_weights_have_their_scales() -> None:
    config = TpmMiConfig(image_width=64, temporal_width=48)
    model = TpmMi.from_encoders(tiny_bert(), config)
    assert model.image_path is not None
    assert model.image_path.position is not None
    assert model.image_path.position.std().item() == pytest.approx(1.0, abs=0.2)
    assert model.image_path.prompt.weight.std().item() == pytest.approx(0.05, abs=0.005)
    assert all(0 < p.abs().max() <= 0.1 for p in model.decoder.parameters())


@pytest.mark.parametrize("name", ["tpm-mi", "tpm-mi-gated", "tpm-mi-legacy", "bert-crf"])
def test_paper_has_the_fresh_weights_and_the_dropout_of_torch_modules(name: str) -> None:
    """The released code makes new layers with torch alone, and has no dropout before the tag layer."""
    preset = replace(PRESETS["paper"], text_encoder=SMOKE, train_image_encoder=False)
    image = load_image_encoder(SMOKE) if SYSTEMS[name].uses_images else None
    torch.manual_seed(0)
    inputs = BuildInputs(train=[], preset=preset, seed=0, image_encoder=image)
    model: nn.Module = SYSTEMS[name].build(inputs).model
    assert isinstance(model, EncoderTagger)
    linear = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and not name.startswith("text.")
    }
    assert "head" in linear
    for where, module in linear.items():
        limit = (
            module.in_features**-0.5
        )  # uniform, of bias and weight: torch's own for a linear layer
        assert 0.9 * limit < module.weight.abs().max() <= limit, where
        assert module.weight.std().item() == pytest.approx(limit / 3**0.5, rel=0.15), where
        if module.bias is not None and not where.endswith("out_proj"):
            assert 0 < module.bias.abs().max() <= limit, where
    for module in model.modules():
        if isinstance(module, nn.MultiheadAttention):
            limit = (6 / (4 * module.embed_dim)) ** 0.5  # Glorot, over the three projections
            assert 0.9 * limit < module.in_proj_weight.abs().max() <= limit
            assert not module.in_proj_bias.any() and not module.out_proj.bias.any()
    assert all(0 < p.abs().max() <= 0.1 for p in model.decoder.parameters())
    dropout = {
        name: module.p for name, module in model.named_modules() if isinstance(module, nn.Dropout)
    }
    assert dropout.pop("dropout") == 0.0
    assert set(dropout.values()) == {0.1}  # in the text encoder and in the temporal Transformer


@pytest.mark.parametrize("weight_decay", [0.01, 0.3])
def test_paper_trains_all_parameters_alike(weight_decay: float) -> None:
    model = made_model(image=tiny_vit())
    groups = parameter_groups(model, replace(PRESETS["paper"], weight_decay=weight_decay))
    (group,) = groups
    assert (group["lr"], group["weight_decay"]) == (5e-5, weight_decay)
    assert {id(p) for p in group["params"]} == {id(p) for p in model.parameters()}
    assert torch.optim.AdamW(model.parameters()).defaults["weight_decay"] == 0.01
    assert PRESETS["paper"].weight_decay == 0.01


def test_parameter_groups_hold_every_trained_parameter_once() -> None:
    model = made_model(image=tiny_vit())
    model.text.embeddings.requires_grad_(False)
    preset = replace(
        PRESETS["smoke"],
        learning_rate=1.0,
        prompt_learning_rate=4.0,
        head_learning_rate=2.0,
        crf_learning_rate=3.0,
        weight_decay=0.1,
    )
    groups = parameter_groups(model, preset)
    found = {id(p): group for group in groups for p in group["params"]}
    assert sum(len(group["params"]) for group in groups) == len(found)
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            assert id(parameter) not in found, name
            continue
        group = found[id(parameter)]
        part = name.split(".")[0]
        rates = {"text": 1.0, "image_encoder": 1.0, "head": 2.0, "decoder": 3.0, "image_path": 4.0}
        assert group["lr"] == rates[part], name
        decays = parameter.ndim > 1 and part != "decoder"
        assert group["weight_decay"] == (0.1 if decays else 0.0), name


def test_errors_of_encoders_and_inputs() -> None:
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    mpnet = MPNetModel(MPNetConfig(vocab_size=9, intermediate_size=8, **sizes))
    with pytest.raises(DataError, match="mpnet") as error:
        TpmMi.from_encoders(mpnet, TpmMiConfig())
    assert TpmMi.from_encoders(mpnet, TpmMiConfig(use_images=False)).image_path is None
    assert "--text-encoder" in error.value.hint
    model, batch = made_model(), made_batch()
    with pytest.raises(ValueError, match="image_mask"):
        model(**{key: value for key, value in batch.items() if key != "image_mask"})
    with pytest.raises(ValueError, match=r"config\.image_encoder"):
        model(**batch, pixel_values=torch.zeros(4, IMAGES, 3, 16, 16))


def test_vectors_are_standardized_by_those_of_the_fit() -> None:
    vectors = torch.randn(200, FEATURES) * torch.linspace(0.1, 9, FEATURES) + 40
    fitted, plain = made_model(temporal_width=24), made_model(temporal_width=24)
    assert fitted.image_path is not None and plain.image_path is not None
    fitted.image_path.fit(vectors)
    standard = (vectors - vectors.mean(0)) / vectors.std(0, correction=0)  # (200, d_v)
    mask = torch.ones(50, IMAGES, dtype=torch.bool)
    got = fitted.image_path(vectors.view(50, IMAGES, FEATURES), mask)
    wanted = plain.image_path(standard.view(50, IMAGES, FEATURES), mask)
    assert distance(got, wanted) < 0.05
    dead = torch.zeros(20, FEATURES)
    fitted.image_path.fit(dead)  # a constant feature must not divide by zero
    assert torch.isfinite(fitted.image_path(dead.view(5, IMAGES, FEATURES), mask[:5])).all()


def test_dropout_comes_from_the_configuration() -> None:
    model = made_model(dropout=0.3, attention_dropout=0.4)
    found = {
        name: part.p for name, part in model.named_modules() if isinstance(part, torch.nn.Dropout)
    }
    of_attention = {name for name in found if ".temporal." in name or name.endswith("self.dropout")}
    assert {found[name] for name in of_attention} == {0.4}
    assert {dropout for name, dropout in found.items() if name not in of_attention} == {0.3}


def test_the_image_path_of_the_paper_has_nothing_to_fit() -> None:
    model = made_model()
    assert model.image_path is not None
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.image_path.fit(torch.randn(50, FEATURES))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
