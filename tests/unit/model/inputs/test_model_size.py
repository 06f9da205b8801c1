"""Absurd sizes in a `config.json` are found before a model is built; those of real models are not absurd."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mnerctl.model.inputs.model_size import size_fault
from support.readers import BEFORE

BERT = {"hidden_size": 768, "num_hidden_layers": 12, "vocab_size": 30522, "intermediate_size": 3072}
XLM_R_XXL = {
    "hidden_size": 4096,
    "num_hidden_layers": 48,
    "vocab_size": 250880,
    "intermediate_size": 16384,
}
LONG = {"max_position_embeddings": 1_048_576, "eos_token_id": 10**30, "max_length": 10**30}
CONVNEXT = {"depths": [3, 3, 27, 3], "hidden_sizes": [192, 384, 768, 1536], "image_size": 224}


@pytest.mark.parametrize(
    "settings", [BERT, XLM_R_XXL, BERT | LONG, CONVNEXT, {"text_config": BERT}, {}]
)
def test_sizes_that_exist(settings: dict[str, Any]) -> None:
    assert size_fault(settings) == ""


@pytest.mark.parametrize("path", sorted(BEFORE.glob("reports/*/model/config.json")))
def test_models_of_ours(path: Path) -> None:
    assert size_fault(json.loads(path.read_text())) == ""


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (BERT | {"hidden_size": 10**9}, "hidden_size = 1000000000; wanted matrices of at most"),
        (
            BERT | {"num_hidden_layers": 10**6},
            "num_hidden_layers = 1000000; wanted at most 1,000 layers",
        ),
        (BERT | {"vocab_size": 10**8}, "vocab_size = 100000000; wanted matrices of at most"),
        (CONVNEXT | {"depths": [500] * 4}, "depths = 500; wanted at most 1,000 layers"),
        ({"text": BERT | {"intermediate_size": 10**12}}, "intermediate_size = "),
        ({"hidden_size": 50_000, "num_hidden_layers": 900}, "hidden_size = 50000; wanted matrices"),
    ],
)
def test_sizes_that_nobody_can_mean(settings: dict[str, Any], fault: str) -> None:
    assert size_fault(settings).startswith(fault)
