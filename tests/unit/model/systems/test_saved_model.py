"""A saved system loads from any folder, and only with the image encoder that it was trained with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import ViTModel  # noqa: E402

from mnerctl.model.inputs.picture_features import Vectors  # noqa: E402
from mnerctl.model.inputs.pretrained import load_image_encoder  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS  # noqa: E402
from mnerctl.model.systems.saved_model import SavedModel, save_model  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.tagging.tag import tag  # noqa: E402
from mnerctl.schema import DataError, Record  # noqa: E402
from support.paper_encoders import write_encoders  # noqa: E402

NAMES = ("tpm-mi", "tpm-mi-gated", "tpm-mi-legacy", "bert-crf", "bert")
TEXT = ("Ada", "in", "Paris", "🎉")
RECORDS = [
    Record(id="1", text=TEXT, label=("O",) * 4, images=("a.jpg", "b.jpg")),
    Record(id="2", text=TEXT[:2], label=("O",) * 2, images=()),
]


@pytest.fixture
def encoders(tmp_path: Path) -> Path:
    return write_encoders(tmp_path / "encoders", tiny=True)


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_from_another_working_folder(
    name: str, encoders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(encoders)
    preset = replace(
        PRESETS["smoke"], text_encoder="bert", image_encoder="./vit", batch_size=4, patience=2
    )
    system = SYSTEMS[name]
    image = load_image_encoder("./vit") if system.uses_images else None
    pictures = Vectors(torch.randn(2, 32).half(), {"a.jpg": 0, "b.jpg": 1}) if image else None
    inputs = BuildInputs(
        train=RECORDS, preset=preset, seed=1, image_encoder=image, pictures=pictures
    )
    built = system.build(inputs)
    save_model(built, system, preset, tmp_path / "model", image=image)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    saved = SavedModel(tmp_path)
    assert (saved.system, saved.preset.patience) == (system, 2)
    assert (saved.image_encoder() is None) == (image is None)
    assert tag(saved.load(pictures), RECORDS) == tag(built, RECORDS)


def test_an_encoder_that_has_changed_is_refused(encoders: Path, tmp_path: Path) -> None:
    preset = replace(
        PRESETS["smoke"], text_encoder=f"{encoders}/bert", image_encoder=f"{encoders}/vit"
    )
    image = load_image_encoder(preset.image_encoder)
    pictures = Vectors(torch.randn(2, 32).half(), {"a.jpg": 0, "b.jpg": 1})
    inputs = BuildInputs(
        train=RECORDS, preset=preset, seed=1, image_encoder=image, pictures=pictures
    )
    system = SYSTEMS["tpm-mi"]
    save_model(system.build(inputs), system, preset, tmp_path / "model", image=image)
    other = ViTModel.from_pretrained(encoders / "vit")
    with torch.no_grad():
        other.embeddings.cls_token += 1
    other.save_pretrained(encoders / "vit")
    with pytest.raises(DataError) as caught:
        SavedModel(tmp_path / "model").image_encoder()
    assert caught.value.message.endswith(f"was trained with {image.fingerprint}")
    assert "mnerctl train-check" in caught.value.hint
