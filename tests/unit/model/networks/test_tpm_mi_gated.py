"""tpm-mi-gated: image weights from 0 (masked) to 1 (TPM-MI), their training, export and evaluation."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
pytest.importorskip("transformers", reason="needs mnerctl[train]")

from mnerctl.model.inputs.picture_features import Vectors  # noqa: E402
from mnerctl.model.inputs.pretrained import load_image_encoder  # noqa: E402
from mnerctl.model.networks.image_gate import ImageGate, mean_embedding  # noqa: E402
from mnerctl.model.networks.tpm_mi import TpmMi  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.tagging.image_weights import (  # noqa: E402
    EvidenceAgreement,
    agreement_with_evidence,
    image_weights,
)
from mnerctl.schema import Record  # noqa: E402
from support.tiny_models import (  # noqa: E402
    IMAGES,
    Batch,
    distance,
    emissions,
    made_batch,
    made_model,
)


class Held(ImageGate):
    """A gate whose weights the test sets."""

    bias: torch.Tensor

    def forward(self, images: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        return self.bias.expand(images.shape[:2])


def held(bias: torch.Tensor) -> TpmMi:
    model = made_model(use_gate=True)
    assert model.gate is not None
    model.gate.__class__ = Held
    model.gate.bias = bias
    return model


def weights(model: TpmMi, batch: Batch) -> torch.Tensor:
    with torch.no_grad():
        found = model(**batch).image_weights
    assert found is not None
    return found  # (batch, images)


def test_a_masked_image_has_weight_0_and_others_between_0_and_1() -> None:
    model, batch = made_model(use_gate=True), made_batch(5)
    found = weights(model, batch)
    present = batch["image_mask"]
    assert found.shape == (5, IMAGES)
    assert (found[~present] == 0).all()
    assert ((found[present] > 0) & (found[present] < 1)).all()
    assert found[present].std() > 0.001
    no_images = {key: value for key, value in batch.items() if key != "image_features"}
    assert (weights(model, no_images) == 0).all()


def test_weight_1_equals_tpm_mi_and_weight_0_equals_a_mask() -> None:
    plain, batch = made_model(), made_batch(5)
    state = held(torch.zeros(IMAGES))
    plain.load_state_dict(
        {name: value for name, value in state.state_dict().items() if name[:5] != "gate."}
    )
    assert distance(emissions(state, batch), emissions(plain, batch)) <= 1e-5
    second_off = held(torch.tensor([0.0, -torch.inf, 0.0, 0.0]))
    masked = dict(batch, image_mask=batch["image_mask"] & (torch.arange(IMAGES) != 1))
    with_it = emissions(second_off, batch)
    # the temporal Transformer still relates the image to the others, so only posts with two differ
    two = batch["image_mask"].sum(1) <= 1
    assert distance(with_it[two], emissions(plain, masked)[two]) <= 1e-5
    all_off = held(torch.full((IMAGES,), -torch.inf))
    without = {key: value for key, value in batch.items() if key != "image_features"}
    assert distance(emissions(all_off, batch), emissions(plain, without)) <= 1e-5
    assert distance(emissions(second_off, batch), emissions(state, batch)) > 1e-3


def test_gradients_flow_through_the_weights() -> None:
    model, batch = made_model(use_gate=True), made_batch()
    batch["image_features"].requires_grad_()
    model.train()
    model(**batch).loss.backward()
    assert model.gate is not None
    for name, parameter in model.gate.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().max() > 0, name
        assert torch.isfinite(parameter.grad).all(), name
    gradient = batch["image_features"].grad
    assert gradient is not None
    assert (gradient[~batch["image_mask"]] == 0).all()
    assert (gradient[batch["image_mask"]].abs().amax(1) > 0).all()


def test_a_weight_depends_on_its_own_tweet_and_on_its_words() -> None:
    model, batch = made_model(use_gate=True), made_batch(5)
    together = weights(model, batch)
    alone = {key: value[2:3] for key, value in batch.items()}
    assert distance(weights(model, alone), together[2:3]) <= 1e-6
    other = dict(batch, input_ids=batch["input_ids"].roll(1, 1) * batch["attention_mask"])
    other["input_ids"][:, 0] = 7
    assert distance(weights(model, other), together) > 1e-4


def test_the_mean_embedding_leaves_out_padding() -> None:
    embedded = torch.tensor([[[1.0, 3.0], [3.0, 5.0], [99.0, 99.0]]])
    assert mean_embedding(embedded, torch.tensor([[1, 1, 0]])).tolist() == [[2.0, 4.0]]
    assert mean_embedding(embedded, torch.tensor([[0, 0, 0]])).tolist() == [[0.0, 0.0]]


def test_weights_are_exported_in_the_order_of_records() -> None:
    names = [f"{n}.jpg" for n in range(8)]
    generator = torch.Generator().manual_seed(1)
    pictures = Vectors(
        torch.randn(8, 32, generator=generator).half(), {n: i for i, n in enumerate(names[:7])}
    )
    texts = [("Ada", "in", "Paris"), ("hi",), ("a", "b", "c", "d", "e"), ("no", "image")]
    images = [names[:2], names[2:7], [names[7], names[0]], []]
    records = [
        Record(id=str(n), text=text, label=("O",) * len(text), images=tuple(row))
        for n, (text, row) in enumerate(zip(texts, images, strict=True))
    ]
    inputs = BuildInputs(
        train=records,
        preset=PRESETS["smoke"],
        seed=1,
        image_encoder=load_image_encoder("smoke"),
        pictures=pictures,
    )
    built = SYSTEMS["tpm-mi-gated"].build(inputs)
    found = image_weights(built, records)
    assert [len(row) for row in found] == [2, 5, 2, 0]
    assert found[1][4] == 0  # the fifth image is beyond the slots
    assert found[2][0] == 0 and 0 < found[2][1] < 1  # the first has no picture
    assert found[0] == pytest.approx(image_weights(built, records[:1])[0], abs=1e-5)
    plain = SYSTEMS["tpm-mi"].build(inputs)
    assert image_weights(plain, records) == [[], [], [], []]


def record(evidence: tuple[tuple[int, ...], ...] | None) -> Record:
    label = ("B-PER",) * 2
    return Record(id="1", text=("a", "b"), label=label, images=("x", "y", "z"), evidence=evidence)


EVIDENCE = {
    "named weighs more": (((0,), (0,)), [0.9, 0.1, 0.2], (1, 2, 2.0)),
    "named weighs less": (((2,), ()), [0.9, 0.3, 0.1], (1, 2, 0.0)),
    "a tie counts half": (((0,), (1,)), [0.5, 0.9, 0.5], (1, 2, 1.5)),
    "all are named": (((0, 1), (2,)), [0.9, 0.1, 0.2], (0, 0, 0.0)),
    "none is named": (((), ()), [0.9, 0.1, 0.2], (0, 0, 0.0)),
    "nobody was asked": (None, [0.9, 0.1, 0.2], (0, 0, 0.0)),
    "no weights": (((0,), (0,)), [], (0, 0, 0.0)),
}


@pytest.mark.parametrize(("evidence", "row", "wanted"), EVIDENCE.values(), ids=EVIDENCE)
def test_agreement_with_evidence(
    evidence: tuple[tuple[int, ...], ...] | None, row: list[float], wanted: tuple[int, int, float]
) -> None:
    found = agreement_with_evidence([record(evidence)], [row])
    assert found == EvidenceAgreement(*wanted)
    assert found.share == (wanted[2] / wanted[1] if wanted[1] else None)
