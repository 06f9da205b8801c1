"""The list of systems, and how systems adapt a preset before they are trained."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.inputs.encoder_names import SMOKE
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.schema.errors import DataError


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_has_the_name_of_its_module(name: str) -> None:
    system = SYSTEMS[name]
    assert system.name == name
    assert SYSTEMS[name] is system


def test_names_are_known_before_any_system_is_imported() -> None:
    lines = (
        "import sys",
        "from mnerctl.model.systems import SYSTEMS",
        "assert 'tpm-mi' in SYSTEMS and 'tpm-x' not in SYSTEMS",
        "assert len(list(SYSTEMS)) == len(SYSTEMS)",
        "assert not {'torch', 'numpy', 'transformers'} & set(sys.modules)",
    )
    subprocess.run([sys.executable, "-P", "-c", "\n".join(lines)], check=True)


def test_what_refuses_a_command_loads_no_torch() -> None:
    lines = (
        "import sys",
        "import mnerctl.model.comparison.compare, mnerctl.model.gate.train_check",
        "import mnerctl.model.systems.saved_model, mnerctl.model.tagging.source",
        "from mnerctl.model.systems import SYSTEMS",
        "from mnerctl.model.systems.preset import PRESETS",
        "for name in ('tpm-mi', 'tpm-mi-legacy', 'bert-crf', 'bilstm-crf'):",  # one of each family
        "    SYSTEMS[name].adapt(PRESETS['quick'])",
        "assert not {'torch', 'transformers', 'datasets'} & set(sys.modules)",
    )
    subprocess.run([sys.executable, "-P", "-c", "\n".join(lines)], check=True)


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="tpm-x"):
        SYSTEMS["tpm-x"]


@pytest.mark.parametrize("name", ["tpm-mi", "tpm-mi-gated", "tpm-mi-legacy", "bert-crf", "bert"])
def test_quick_has_no_dropout_for_systems_with_images(name: str) -> None:
    system = SYSTEMS[name]
    for preset in PRESETS.values():
        given = replace(preset, text_encoder=SMOKE)  # this encoder needs no package and no network
        wanted = 0.0 if system.uses_images and preset.name == "quick" else 0.1
        assert system.adapt(given) == replace(given, dropout=wanted), preset.name


@pytest.mark.parametrize("name", ["tpm-mi", "bert-crf"])
def test_a_missing_text_encoder_is_an_error_before_training(name: str, tmp_path: Path) -> None:
    given = replace(PRESETS["quick"], text_encoder=str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere"):
        SYSTEMS[name].adapt(given)
