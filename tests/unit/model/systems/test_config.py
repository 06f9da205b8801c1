"""A TOML file of settings: what is read, and one clear error for each thing that can be wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.model.systems.config import (
    LIST_KEYS,
    NOTHING_GIVEN,
    TrainingConfig,
    config_text,
    read_config,
)
from mnerctl.model.systems.config_keys import KEYS
from mnerctl.schema import DataError
from support.checkout import ROOT

EXAMPLES: dict[str, Any] = {
    key: field.json_schema_extra["example"]  # type: ignore[index]
    for key, field in TrainingConfig.model_fields.items()
}


def test_help_lists_the_keys_of_the_settings() -> None:
    assert tuple(TrainingConfig.model_fields) == KEYS


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "train.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_with_every_key(tmp_path: Path) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in EXAMPLES.items()]
    assert read_config(written(tmp_path, "\n".join(lines))).given() == EXAMPLES
    assert read_config(written(tmp_path, "")) == NOTHING_GIVEN
    assert NOTHING_GIVEN.given() == {}


def test_every_setting_of_a_preset_has_a_key() -> None:
    pytest.importorskip("torch", reason="needs mnerctl[train]")
    from mnerctl.model.systems.preset import Preset

    assert {field.name for field in fields(Preset)} - {"name", "config"} == set(KEYS)


def test_options_override_the_file(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, "epochs = 5\nbatch_size = 8\n"))
    assert config.with_options(epochs=2, patience=None, threads=1).given() == {
        "epochs": 2,
        "batch_size": 8,
        "threads": 1,
    }


FAULTS = {
    "a key that was mistyped": (
        "learnin_rate = 5e-5",
        "unknown key 'learnin_rate' = 5e-05; wanted a key that there is, such as learning_rate",
        LIST_KEYS,
    ),
    "a table": (
        "[rates]\ncrf = 1",
        "unknown key 'rates' = {'crf': 1}; wanted a key that there is",
        LIST_KEYS,
    ),
    "a hostile key": (
        '"\\u001b[2J" = 1',
        "unknown key '\\x1b[2J' = 1; wanted a key that there is",
        LIST_KEYS,
    ),
    "a text for a number": (
        'learning_rate = "fast"',
        "learning_rate = 'fast'; wanted a number from 0 to 1",
        "write, for example: learning_rate = 5e-05",
    ),
    "a number out of range": (
        "crf_learning_rate = -0.1",
        "crf_learning_rate = -0.1; wanted a number from 0 to 1",
        "write, for example: crf_learning_rate = 0.01",
    ),
    "no number": (
        "warmup = nan",
        "warmup = nan; wanted a number from 0 to 1",
        "write, for example: warmup = 0.1",
    ),
    "no posts": (
        "batch_size = 0",
        "batch_size = 0; wanted a whole number from 1 to 65,536",
        "write, for example: batch_size = 16",
    ),
    "half an epoch": (
        "epochs = 1.5",
        "epochs = 1.5; wanted a whole number from 1 to 10,000",
        "write, for example: epochs = 5",
    ),
    "a truth value for a number": (
        "epochs = true",
        "epochs = True; wanted a whole number from 1 to 10,000",
        "write, for example: epochs = 5",
    ),
    "a number for a truth value": (
        "train_image_encoder = 1",
        "train_image_encoder = 1; wanted true or false",
        "write, for example: train_image_encoder = true",
    ),
    "an unknown format": (
        'precision = "float16"',
        "precision = 'float16'; wanted auto, float32 or bfloat16",
        'write, for example: precision = "float32"',
    ),
    "everything dropped": (
        "dropout = 1",
        "dropout = 1; wanted a number from 0 to less than 1",
        "write, for example: dropout = 0.1",
    ),
    "a width that heads cannot share": (
        "temporal_width = 100",
        "temporal_width = 100; wanted a multiple of 8, from 8 to 8,192",
        "write, for example: temporal_width = 384",
    ),
    "an empty name": (
        'init_from = ""',
        "init_from = ''; wanted a text that is not empty",
        'write, for example: init_from = "reports/1.0.0"',
    ),
    "a long value, and another fault": (
        f'epochs = "{"x" * 100}"\npatience = 0',
        f"epochs = '{'x' * 56}...; wanted a whole number from 1 to 10,000 (and 1 more)",
        "write, for example: epochs = 5",
    ),
    "no TOML": (
        "epochs 5",
        "Expected '=' after a key in a key/value pair (at line 1, column 8); wanted TOML",
        "write lines KEY = VALUE, such as epochs = 5",
    ),
    "a key that is there twice": (
        "epochs = 5\nepochs = 6\n",
        "Cannot overwrite a value (at line 2, column 11); wanted TOML",
        "write lines KEY = VALUE, such as epochs = 5",
    ),
    "nested too deep": (
        f"epochs = {'[' * 5000}",
        "nested too deep; wanted TOML",
        "write lines KEY = VALUE, such as epochs = 5",
    ),
}


@pytest.mark.parametrize(("text", "message", "hint"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_one_error(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_config(path)
    assert (caught.value.message, caught.value.hint) == (f"{path}: {message}", hint)
    assert caught.value.problems == ()


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(DataError, match=why):
            read_config(path)
    with pytest.raises(DataError, match="'utf-8' codec can't decode"):
        read_config(written(tmp_path, b"\xff\xfe"))
    with pytest.raises(DataError, match="too large"):
        read_config(written(tmp_path, b" " * (2**20 + 1)))


@settings(max_examples=20)
@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_settings_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.getbasetemp(), content)
    try:
        read_config(path)
    except DataError as error:
        assert error.message.startswith(f"{path}: ") and "\n" not in error.message


def test_the_page_shows_what_is_true(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "train-check.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r'^```toml title="train.toml"\n(.*?)^```$', page, re.DOTALL | re.MULTILINE)
    assert set(read_config(written(tmp_path, toml)).given()) == {
        *("batch_size", "learning_rate", "max_subwords"),
    }
    _, message, hint = FAULTS["no posts"]
    assert f"```text\nerror: train.toml: {message}\n  try: {hint}\n```" in page


def test_settings_in_a_few_words() -> None:
    config = {"epochs": 5, "threads": 2, "batch_size": 8, "precision": "float32"}
    assert config_text(config) == "epochs 5, batch_size 8"
    assert config_text({"threads": 2}) == config_text({}) == ""


def test_keys_are_listed_without_torch() -> None:
    code = "import sys, mnerctl.cli.train.options; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-P", "-c", code], check=False).returncode == 0
