"""Image prompts in tiny random encoders of each kind that takes them: effects of masked and other images."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
pytest.importorskip("transformers", reason="needs mnerctl[train]")

from transformers import (  # noqa: E402
    AlbertConfig,
    AutoModel,
    BertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    MPNetConfig,
    PretrainedConfig,
    RobertaConfig,
)

from mnerctl.model.networks.prompt_attention import (  # noqa: E402
    ATTENTION_NAME,
    number_prompts,
    refuse_without_prompts,
)
from mnerctl.schema import DataError  # noqa: E402

BATCH, WORDS, IMAGES, LAYERS, WIDTH = 3, 7, 4, 3, 24
TINY = {
    "vocab_size": 50,
    "hidden_size": WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "intermediate_size": 40,
    "initializer_range": 0.3,
}
CONFIGS = {
    "bert": BertConfig(**TINY),
    "roberta": RobertaConfig(**TINY, max_position_embeddings=64, pad_token_id=1),
    "electra": ElectraConfig(**TINY, embedding_size=16),
    "distilbert": DistilBertConfig(
        vocab_size=50, dim=WIDTH, n_layers=LAYERS, n_heads=2, hidden_dim=40, initializer_range=0.3
    ),
    "albert": AlbertConfig(**TINY, embedding_size=16, num_hidden_groups=LAYERS),
    "modernbert": ModernBertConfig(
        **TINY,
        **{"pad_token_id": 1, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2},
        **{"eos_token_id": 3, "global_attn_every_n_layers": 2, "local_attention": 4},
    ),
}


@pytest.fixture(params=list(CONFIGS))
def config(request: pytest.FixtureRequest) -> PretrainedConfig:
    return CONFIGS[request.param]


def encoder(config: PretrainedConfig, *, attention: str = ATTENTION_NAME) -> torch.nn.Module:
    torch.manual_seed(0)
    model = AutoModel.from_config(config, attn_implementation=attention).eval()
    number_prompts(model)
    return model


def texts() -> dict[str, torch.Tensor]:
    ids = torch.randint(5, 50, (BATCH, WORDS), generator=torch.Generator().manual_seed(1))
    mask = torch.ones(BATCH, WORDS, dtype=torch.long)
    mask[1, 4:] = 0
    return {"input_ids": ids.masked_fill(mask == 0, 1), "attention_mask": mask}


def made_prompts(*, seed: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(BATCH, LAYERS, IMAGES, WIDTH, generator=generator)


def states(model: torch.nn.Module, **prompts: torch.Tensor) -> torch.Tensor:
    """Return (batch, words, width), 0 for padding."""
    found = model(**texts(), **prompts).last_hidden_state
    return found * texts()["attention_mask"].unsqueeze(2)


def distance(left: torch.Tensor, right: torch.Tensor) -> float:
    return (left - right).abs().max().item()


def test_without_prompts_the_attention_is_plain(config: PretrainedConfig) -> None:
    plain = states(encoder(config, attention="sdpa"))
    assert distance(states(encoder(config)), plain) == 0.0


def test_with_all_prompts_masked_the_encoder_is_plain(config: PretrainedConfig) -> None:
    mask = torch.zeros(BATCH, IMAGES, dtype=torch.bool)
    found = states(encoder(config), prompts=made_prompts(), prompt_mask=mask)
    assert distance(found, states(encoder(config, attention="eager"))) <= 1e-5


def test_a_masked_slot_changes_nothing_and_gets_no_gradient(config: PretrainedConfig) -> None:
    model, mask = encoder(config), torch.tensor([[1, 0, 1, 0]] * BATCH, dtype=torch.bool)
    prompts = made_prompts().requires_grad_()
    found = states(model, prompts=prompts, prompt_mask=mask)
    other = prompts.detach().clone()
    other[:, :, 1] = 100.0
    assert distance(found, states(model, prompts=other, prompt_mask=mask)) == 0.0
    found.square().sum().backward()
    assert prompts.grad is not None
    assert (prompts.grad[:, :, [1, 3]] == 0).all()
    assert (prompts.grad[:, :, [0, 2]] != 0).any(dim=3).all()


def test_a_picture_changes_only_its_own_row(config: PretrainedConfig) -> None:
    model, mask = encoder(config), torch.ones(BATCH, IMAGES, dtype=torch.bool)
    found = states(model, prompts=made_prompts(), prompt_mask=mask)
    other = made_prompts()
    other[0, :, 2] = made_prompts(seed=9)[0, :, 2]
    moved = (states(model, prompts=other, prompt_mask=mask) - found).abs().amax(dim=(1, 2))
    assert moved[0] > 1e-3
    assert moved[1:].tolist() == [0.0, 0.0]


def test_every_layer_reads_its_own_prompt(config: PretrainedConfig) -> None:
    model, mask = encoder(config), torch.ones(BATCH, IMAGES, dtype=torch.bool)
    found = states(model, prompts=made_prompts(), prompt_mask=mask)
    for layer in range(LAYERS):
        other = made_prompts()
        other[:, layer] += 1.0
        assert distance(found, states(model, prompts=other, prompt_mask=mask)) > 1e-4


def test_for_a_row_without_images_the_encoder_is_plain(config: PretrainedConfig) -> None:
    mask = torch.tensor([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=torch.bool)
    found = states(encoder(config), prompts=made_prompts(), prompt_mask=mask)
    plain = states(encoder(config, attention="sdpa"))
    assert distance(found[1], plain[1]) <= 1e-5
    assert distance(found[0], plain[0]) > 1e-3


def test_a_prompt_is_a_word_without_a_query() -> None:
    """One layer equals the definition: a softmax over the keys of [P; H], times the values."""
    config = BertConfig(**{**TINY, "num_hidden_layers": 1, "num_attention_heads": 1})
    model = encoder(config)
    attention = model.encoder.layer[0].attention.self
    seen: list[torch.Tensor] = []
    attention.register_forward_hook(
        lambda module, given, output: seen.extend((given[0], output[0]))
    )
    prompts = made_prompts()[:, :1]
    states(model, prompts=prompts, prompt_mask=torch.ones(BATCH, IMAGES, dtype=torch.bool))
    hidden, mixed = seen
    both = torch.cat([prompts[:, 0], hidden], dim=1)  # (batch, images + words, width)
    weights = attention.query(hidden) @ attention.key(both).transpose(1, 2) / WIDTH**0.5
    padded = torch.cat([torch.ones(BATCH, IMAGES), texts()["attention_mask"]], dim=1) == 0
    weights = weights.masked_fill(padded.unsqueeze(1), float("-inf")).softmax(2)
    assert distance(mixed, weights @ attention.value(both)) <= 1e-5


def test_under_autocast_prompts_get_the_type_of_the_keys(config: PretrainedConfig) -> None:
    mask = torch.ones(BATCH, IMAGES, dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        found = states(encoder(config), prompts=made_prompts(), prompt_mask=mask)
    exact = states(encoder(config), prompts=made_prompts(), prompt_mask=mask)
    assert torch.isfinite(found).all()
    assert distance(found.float(), exact) < 0.5


def test_an_encoder_has_a_prompt_for_each_layer(config: PretrainedConfig) -> None:
    assert number_prompts(encoder(config)) == LAYERS


def test_layers_that_share_their_weights_share_their_prompt() -> None:
    assert number_prompts(encoder(AlbertConfig(**TINY, embedding_size=16))) == 1


@pytest.mark.parametrize("config", [MPNetConfig(**TINY), DebertaV2Config(**TINY)])
def test_an_attention_of_its_own_takes_no_prompts(config: PretrainedConfig) -> None:
    model = encoder(config)
    assert number_prompts(model) == 0
    with pytest.raises(DataError, match=f"'{config.model_type}' cannot take image prompts"):
        refuse_without_prompts(model)
