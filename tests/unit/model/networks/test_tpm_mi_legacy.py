"""tpm-mi-legacy has the defects of the published code; the same tests show that tpm-mi has none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
pytest.importorskip("transformers", reason="needs mnerctl[train]")

from mnerctl.model.networks.tagger import Tagger  # noqa: E402
from mnerctl.model.networks.tpm_mi_legacy import LegacyConfig, TpmMiLegacy  # noqa: E402
from support.tiny_models import (  # noqa: E402
    FEATURES,
    IMAGES,
    Batch,
    distance,
    emissions,
    made_batch,
    made_model,
    tiny_bert,
    tiny_vit,
)

ROWS = 5


def legacy(*, trained: bool = False) -> TpmMiLegacy:
    text, image = tiny_bert(), tiny_vit() if trained else None
    torch.manual_seed(0)
    config = LegacyConfig(image_width=FEATURES, initializer_range=0.2)
    return TpmMiLegacy.from_encoders(text, config, image=image).eval()


def changed_rows(model: Tagger, batch: Batch, other: Batch) -> list[int]:
    """Return the tweets whose scores differ."""
    difference = (emissions(model, batch) - emissions(model, other)).abs().amax((1, 2))
    return [row for row in range(ROWS) if difference[row] > 1e-5]


def with_image(batch: Batch, row: int, slot: int) -> Batch:
    """Put another picture into one slot of one tweet."""
    features = batch["image_features"].clone()
    features[row, slot] += 3.0
    return dict(batch, image_features=features)


def test_an_image_of_one_tweet_changes_other_tweets() -> None:
    batch = made_batch(ROWS)
    batch["image_mask"][:] = True
    other = with_image(batch, row=2, slot=1)
    assert changed_rows(legacy(), batch, other) == [0, 1, 2, 3, 4]
    assert changed_rows(made_model(), batch, other) == [2]


def test_images_of_a_tweet_never_interact() -> None:
    """Another first image does not change the states of the second; in tpm-mi it does."""
    old, new = legacy(), made_model()
    images = torch.randn(1, IMAGES, FEATURES, generator=torch.Generator().manual_seed(1))
    other = images.clone()
    other[0, 0] += 3.0
    states = [old.temporal(vectors + old.position) for vectors in (images, other)]
    assert distance(states[0][0, 1:], states[1][0, 1:]) == 0.0
    assert new.image_path is not None
    mask = torch.ones(1, IMAGES, dtype=torch.bool)
    related = [new.image_path.temporal_states(vectors, mask) for vectors in (images, other)]
    assert distance(related[0][0, 1:], related[1][0, 1:]) > 1e-3


def test_absent_images_are_attended_to() -> None:
    """The vector of a blank picture affects every tweet, one without images too."""
    model, batch = legacy(), made_batch(ROWS)
    before = emissions(model, batch)
    model.blank += 3.0
    assert ((emissions(model, batch) - before).abs().amax((1, 2)) > 1e-4).all()
    other = with_image(batch, row=3, slot=2)
    assert not batch["image_mask"][3, 2]  # a masked slot, whose content is never read
    assert changed_rows(made_model(), batch, other) == []
    assert changed_rows(model, batch, other) == []


def test_a_tweet_gets_other_scores_without_the_rest_of_its_batch() -> None:
    model, batch = legacy(), made_batch(ROWS)
    alone = {key: value[:1] for key, value in batch.items()}
    assert distance(emissions(model, alone), emissions(model, batch)[:1]) > 1e-3


def test_positions_of_words_start_after_the_images() -> None:
    model, batch = legacy(), made_batch(ROWS)
    before = emissions(model, batch)
    table = model.text.embeddings.position_embeddings.weight
    words = batch["input_ids"].shape[1]
    with torch.no_grad():
        table[:IMAGES] *= -1
        table[IMAGES + words :] *= -1
    assert distance(emissions(model, batch), before) == 0.0
    with torch.no_grad():
        table[IMAGES] *= -1
    assert distance(emissions(model, batch), before) > 1e-3


def test_its_crf_allows_every_transition() -> None:
    assert not legacy().decoder.forbidden.any()
    assert made_model().decoder.forbidden.any()


@pytest.mark.parametrize("trained", [False, True], ids=["vectors", "pixels"])
def test_it_trains_and_can_be_saved_and_loaded(tmp_path: Path, trained: bool) -> None:
    model, batch = legacy(trained=trained), made_batch(ROWS)
    if trained:
        pixels = torch.randn(ROWS, IMAGES, 3, 16, 16, generator=torch.Generator().manual_seed(2))
        pixels = pixels * batch["image_mask"][:, :, None, None, None]
        batch = {k: v for k, v in batch.items() if k != "image_features"} | {"pixel_values": pixels}
    model.blank += 0.5
    model(**batch).loss.backward()
    missing = [name for name, p in model.named_parameters() if p.grad is None]
    assert missing == []
    model.save_pretrained(tmp_path)
    again = TpmMiLegacy.from_pretrained(tmp_path).eval()
    assert distance(emissions(again, batch), emissions(model, batch)) == 0.0
    assert not again.decoder.forbidden.any()
    no_pictures = {k: v for k, v in batch.items() if k not in ("pixel_values", "image_features")}
    assert torch.isfinite(emissions(model, no_pictures)).all()
