"""`mnerctl.load_model`: a saved model in other people's code gives what `mnerctl.predict` gives."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import set_seed

import mnerctl
from mnerctl.model.inputs.picture_features import read_pictures
from mnerctl.model.inputs.pretrained import load_image_encoder
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.saved_model import save_model
from mnerctl.model.systems.system import BuildInputs
from mnerctl.schema import DataError, Release
from support.made_release import made_plus


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_plus(tmp_path_factory.mktemp("plus"), train=8, dev=3, test=4, pictures=4)


@pytest.fixture(scope="module")
def folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved `tpm-mi` with random weights."""
    image, preset = load_image_encoder("smoke"), PRESETS["smoke"]
    pictures, _ = read_pictures(release, image, trained=False, on_count=lambda *_: None)
    inputs = {"train": release.splits["train"], "image_encoder": image, "pictures": pictures}
    set_seed(1)
    built = SYSTEMS["tpm-mi"].build(BuildInputs(preset=preset, seed=1, **inputs))
    made = tmp_path_factory.mktemp("report") / "model"
    save_model(built, SYSTEMS["tpm-mi"], preset, made, image=image)
    return made


def test_it_predicts_what_the_command_predicts(release: Release, folder: Path) -> None:
    wanted = [line["spans"] for line in mnerctl.predict(folder, release.folder)]
    records = list(release.records())
    model = mnerctl.load_model(folder.parent)
    images = [[release.image_path(name) for name in record.images] for record in records]
    assert model.predict(records, images) == wanted
    assert model.predict([list(record.text) for record in records], images) == wanted
    assert model.predict(records) != wanted  # without pictures, and without those of before
    assert model.predict(records, images) == wanted


def test_texts_are_split_into_tokens_and_counted_in_code_points(folder: Path) -> None:
    model = mnerctl.load_model(folder)
    text = "😀 Rob met Ann Lee in Hudson."
    found, nothing = model.predict([text, " "])
    assert found
    assert nothing == []
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found)
    (tokens,) = model.predict([["😀", "Rob", "met", "Ann", "Lee", "in", "Hudson", "."]])
    assert [one["score"] for one in tokens] == [one["score"] for one in found]
    assert all(0 <= one["start"] < one["end"] <= 8 for one in tokens)
    assert model.predict([]) == []


def test_errors(release: Release, folder: Path, tmp_path: Path) -> None:
    model = mnerctl.load_model(folder)
    with pytest.raises(DataError, match="1 lists of images for 2 posts"):
        model.predict(["a", "b"], [[]])
    with pytest.raises(DataError, match=r"lost\.jpg: no file"):
        model.predict(["a"], [[tmp_path / "lost.jpg"]])
    with pytest.raises(DataError, match="no trained system here"):
        mnerctl.load_model(tmp_path)
