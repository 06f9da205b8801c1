"""Every architecture trains, is saved, and predicts the same again: real tiny encoders from folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import set_seed  # noqa: E402

from mnerctl.model.inputs.image_encoder import ImageEncoder  # noqa: E402
from mnerctl.model.inputs.picture_features import Pictures, read_pictures  # noqa: E402
from mnerctl.model.inputs.pretrained import load_image_encoder  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS, Preset  # noqa: E402
from mnerctl.model.systems.saved_model import SavedModel, save_model  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.tagging.tag import tag  # noqa: E402
from mnerctl.model.training.train import train  # noqa: E402
from mnerctl.schema import DataError, Record, Release  # noqa: E402
from support.made_release import made_plus  # noqa: E402
from support.text_encoders import ARCHITECTURES, write_text_encoder  # noqa: E402

pytestmark = pytest.mark.slow
LONG = Record(id="long", text=("Wembley",) * 200, label=("O",) * 200, images=())
POSITIONS = {"short-bert": 64, "roberta": 64, "bertweet": 128}
PROMPTS = [name for name in ARCHITECTURES if name not in ("mpnet", "deberta", "deberta-v3")]
PAST = ("bert", "short-bert", "electra", "roberta", "bertweet", "xlm-roberta")
CASES = [
    *(("bert-crf", name) for name in ARCHITECTURES if name != "bert"),
    *(("tpm-mi", name) for name in PROMPTS if name != "bert"),
    *(("tpm-mi-legacy", name) for name in ("electra", "roberta")),
]


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoders")
    for name in ARCHITECTURES:
        write_text_encoder(name, folder / name)
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_plus(tmp_path_factory.mktemp("plus"), train=6, dev=2, test=3, pictures=3)


@pytest.fixture(scope="module")
def images(release: Release) -> tuple[ImageEncoder, Pictures]:
    encoder = load_image_encoder("smoke")
    return encoder, read_pictures(release, encoder, trained=False, on_count=lambda *_: None)[0]


def preset_for(system: str, folder: Path) -> Preset:
    preset = replace(PRESETS["smoke"], text_encoder=str(folder), batch_size=6, threads=1)
    return SYSTEMS[system].adapt(replace(preset, precision="float32", max_subwords=140))


@pytest.mark.parametrize(("system", "name"), CASES)
def test_an_encoder_trains_and_its_model_predicts_the_same_again(
    system: str,
    name: str,
    encoders: Path,
    release: Release,
    images: tuple[ImageEncoder, Pictures],
    tmp_path: Path,
) -> None:
    preset = preset_for(system, encoders / name)
    image, pictures = images if SYSTEMS[system].uses_images else (None, None)
    set_seed(3)
    built = SYSTEMS[system].build(
        BuildInputs(
            train=release.splits["train"],
            preset=preset,
            seed=3,
            image_encoder=image,
            pictures=pictures,
        )
    )
    before = {key: value.clone() for key, value in built.model.state_dict().items()}
    train(
        built,
        release,
        preset,
        seed=3,
        on_step=lambda done, total: None,
        on_epoch=lambda epoch, f1: None,
    )
    moved = {key for key, value in built.model.state_dict().items() if not value.equal(before[key])}
    still = {key for key, _ in built.model.named_parameters()} - moved
    assert not {key for key in still if not unread(key)}, "parameters that nothing trains"
    save_model(built, SYSTEMS[system], preset, tmp_path / "model", image=image)
    saved = SavedModel(tmp_path / "model")
    again = saved.load(pictures)
    records = [*release.splits["test"], LONG]
    found = tag(built, records)
    assert tag(again, records) == found
    (words,) = again.reader.encode([LONG])["word_index"]
    most = POSITIONS.get(name, 140) - 4 * (system == "tpm-mi-legacy" and name in POSITIONS)
    assert preset.max_subwords == most
    assert 0 < len(words) < len(LONG.text)


def unread(parameter: str) -> bool:
    """Return whether a parameter may stay as it is: no text of the release needs it."""
    return "token_type" in parameter or "position_embeddings" in parameter


@pytest.mark.parametrize("name", ["mpnet", "deberta", "deberta-v3"])
def test_an_encoder_without_prompts_is_refused_before_pictures(name: str, encoders: Path) -> None:
    for system in ("tpm-mi", "tpm-mi-gated"):
        with pytest.raises(DataError) as caught:
            preset_for(system, encoders / name)
        kind = "deberta-v2" if name == "deberta-v3" else name
        assert caught.value.message == f"text encoder of type '{kind}' cannot take image prompts"
        assert "bert-crf or bert, which take any text encoder" in caught.value.hint


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name not in PAST])
def test_an_encoder_without_a_past_is_refused_by_legacy(name: str, encoders: Path) -> None:
    with pytest.raises(DataError, match="cannot take the prompts of tpm-mi-legacy"):
        preset_for("tpm-mi-legacy", encoders / name)
