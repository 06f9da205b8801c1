"""Tiny random encoders, models and batches, for tests of what predictions depend on."""

from __future__ import annotations

from typing import Any

import torch
from transformers import BertConfig, BertModel, ViTConfig, ViTModel

from mnerctl.model.networks.tagger import IGNORED, Tagger
from mnerctl.model.networks.tpm_mi import TpmMi
from mnerctl.model.networks.tpm_mi_config import TpmMiConfig
from mnerctl.schema.labels import LABELS

WIDTH, FEATURES, IMAGES = 32, 16, 4
Batch = dict[str, torch.Tensor]


def tiny_bert() -> BertModel:
    """Return a BERT of width 32 with 2 layers, the same weights each time."""
    torch.manual_seed(0)
    return BertModel(
        BertConfig(
            vocab_size=60,
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            initializer_range=0.2,
        )
    )


def tiny_vit() -> ViTModel:
    """Return a ViT of width 16 with 1 layer, the same weights each time."""
    torch.manual_seed(1)
    return ViTModel(
        ViTConfig(
            hidden_size=FEATURES,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            image_size=16,
            patch_size=8,
        )
    )


def made_model(*, seed: int = 0, image: ViTModel | None = None, **options: Any) -> TpmMi:
    """Return a TPM-MI model over `tiny_bert`; options are those of `TpmMiConfig`."""
    config = TpmMiConfig(image_width=FEATURES, temporal_heads=2, initializer_range=0.2, **options)
    text = tiny_bert()
    torch.manual_seed(seed)
    return TpmMi.from_encoders(text, config, image=image).eval()


def made_batch(rows: int = 4, *, seed: int = 3) -> Batch:
    """Return texts of 3 to 6 words with two subwords each; row r has (r + 2) % 5 images: 2, 3, 4, 0, ..."""
    generator = torch.Generator().manual_seed(seed)
    words = torch.tensor([3 + row % 4 for row in range(rows)]).unsqueeze(1)
    images = torch.tensor([(row + 2) % 5 for row in range(rows)]).unsqueeze(1)
    word_mask = torch.arange(6) < words
    attention_mask = (torch.arange(14) < 2 * words + 2).long()
    labels = torch.randint(len(LABELS), (rows, 6), generator=generator)
    return {
        "input_ids": torch.randint(5, 60, (rows, 14), generator=generator) * attention_mask,
        "attention_mask": attention_mask,
        "word_index": (1 + 2 * torch.arange(6)).expand(rows, -1) * word_mask,
        "word_mask": word_mask,
        "image_features": torch.randn(rows, IMAGES, FEATURES, generator=generator),
        "image_mask": torch.arange(IMAGES) < images,
        "labels": labels.masked_fill(~word_mask, IGNORED),
    }


def emissions(model: Tagger, batch: Batch) -> torch.Tensor:
    """Return the tag scores, (batch, words, 9), 0 outside the words."""
    with torch.no_grad():
        found = model(**{key: value for key, value in batch.items() if key != "labels"}).emissions
    assert found is not None
    return found * batch["word_mask"].unsqueeze(2)


def distance(left: torch.Tensor, right: torch.Tensor) -> float:
    """Return the largest absolute difference."""
    return (left - right).abs().max().item()
