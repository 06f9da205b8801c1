"""`--preset paper` with local folders: a BERT and a ViT as transformers saves them, trained together.

`tests/benchmarks/paper_sizes.py` trains encoders of the published sizes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from support.made_mner_mi import small_table, write_made_mner_mi
from support.paper_encoders import write_encoders

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
MNERCTL = str(Path(sys.executable).with_name("mnerctl"))


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folders of tiny encoders."""
    return write_encoders(tmp_path_factory.mktemp("encoders"), tiny=True)


def test_paper_preset_trains_the_image_encoder_too(encoders: Path, tmp_path: Path) -> None:
    write_made_mner_mi(
        tmp_path / "mi", statistics=small_table(train=16, dev=8, test=8), seed=3, pictures=6
    )
    command = [MNERCTL, "train-check", str(tmp_path / "mi"), "--preset", "paper", "--json"]
    command += ["--text-encoder", str(encoders / "bert"), "--image-encoder", str(encoders / "vit")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "report")], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5), done.stderr
    run = json.loads(done.stdout)["run"]
    assert len(run["trainings"][0]["dev_f1"]) == 15  # the published number of epochs
    assert (run["images_masked"], run["preset"]) == (0, "paper")
    trained = load_file(tmp_path / "report" / "model" / "model.safetensors")
    before = load_file(encoders / "vit" / "model.safetensors")
    name = next(key for key in before if key.endswith("query.weight"))
    assert not torch.equal(trained[f"image_encoder.{name}"], before[name])


def test_an_encoder_that_cannot_be_loaded(tmp_path: Path) -> None:
    write_made_mner_mi(tmp_path / "mi", statistics=small_table(train=16, dev=8, test=8), seed=3)
    missing = tmp_path / "no-such-encoder"
    done = subprocess.run(
        [MNERCTL, "train-check", str(tmp_path / "mi"), "--text-encoder", str(missing)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 3
    error, hint = done.stderr.splitlines()[-2:]
    assert error == f"error: text encoder '{missing}': no such folder"
    assert hint == (
        "  try: give a folder with config.json and weights (--text-encoder PATH),"
        " or --text-encoder offline"
    )
    assert not (tmp_path / "reports").exists()
