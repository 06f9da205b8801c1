"""What a system makes of a preset before it is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.inputs.pretrained import SMOKE
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.schema.errors import DataError


@pytest.mark.parametrize("name", ["tpm-mi", "tpm-mi-gated", "tpm-mi-legacy", "bert-crf", "bert"])
def test_dropout_goes_where_quick_has_images(name: str) -> None:
    system = SYSTEMS[name]
    for preset in PRESETS.values():
        given = replace(preset, text_encoder=SMOKE)  # which needs no package and no network
        wanted = 0.0 if system.uses_images and preset.name == "quick" else 0.1
        assert system.adapt(given) == replace(given, dropout=wanted), preset.name


@pytest.mark.parametrize("name", ["tpm-mi", "bert-crf"])
def test_an_encoder_that_is_not_there_is_named_early(name: str, tmp_path: Path) -> None:
    given = replace(PRESETS["quick"], text_encoder=str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere"):
        SYSTEMS[name].adapt(given)
