"""The settings of a training: a preset, what the system makes of it, and what the user gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.networks.tagger import BuiltSystem  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.config import NOTHING_GIVEN, TrainingConfig  # noqa: E402
from mnerctl.model.systems.preset import PRESETS, Preset  # noqa: E402
from mnerctl.model.systems.saved_model import SavedModel, save_model  # noqa: E402
from mnerctl.model.systems.settings import begin, configured  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.schema import DataError, Record, UsageError  # noqa: E402

RECORDS = [Record(id="1", text=("Ada", "sings"), label=("B-PER", "O"), images=())]


def built(system: str, preset: Preset, seed: int = 1) -> BuiltSystem:
    return begin(SYSTEMS[system], BuildInputs(train=RECORDS, preset=preset, seed=seed))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A folder as of a report, with the model of a bert-crf."""
    given = TrainingConfig(dropout=0.3, epochs=2)
    preset = configured(SYSTEMS["bert-crf"], PRESETS["smoke"], given)
    folder = tmp_path / "report"
    save_model(built("bert-crf", preset), SYSTEMS["bert-crf"], preset, folder / "model")
    return folder


@pytest.mark.parametrize("name", SYSTEMS)
def test_nothing_given_is_the_preset_as_the_system_adapts_it(name: str) -> None:
    for preset in (PRESETS["quick"], PRESETS["smoke"]):
        assert configured(SYSTEMS[name], preset, NOTHING_GIVEN) == SYSTEMS[name].adapt(preset)


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_the_user_gives_wins_over_what_a_system_chooses(name: str) -> None:
    given = TrainingConfig(
        epochs=2, batch_size=4, crf_learning_rate=0.5, warmup=0.2, dropout=0.4, threads=3
    )
    found = configured(SYSTEMS[name], PRESETS["quick"], given)
    values = (found.epochs, found.batch_size, found.crf_learning_rate, found.warmup)
    assert values == (2, 4, 0.5, 0.2)
    assert (found.dropout, found.threads) == (0.4, 3)
    assert found.config == given.given()
    assert found.weight_decay == SYSTEMS[name].adapt(PRESETS["quick"]).weight_decay


def test_another_image_encoder_reads_images_in_its_own_size() -> None:
    system, quick = SYSTEMS["tpm-mi"], PRESETS["quick"]
    other = TrainingConfig(image_encoder="smoke")
    assert configured(system, quick, other).image_size is None
    sized = configured(system, quick, other.with_options(image_size=64))
    assert (sized.image_encoder, sized.image_size) == ("smoke", 64)
    with pytest.raises(DataError, match="no such folder"):
        configured(system, quick, TrainingConfig(text_encoder="./nowhere"))


def test_settings_of_the_machine_make_no_other_training() -> None:
    quick = PRESETS["quick"]
    same = replace(quick, workers=3, config={"workers": 3})
    assert same.identity() == quick.identity()
    assert replace(quick, init_from="x").identity() != quick.identity()


def test_a_training_begins_with_a_saved_model(report: Path) -> None:
    system = SYSTEMS["bert-crf"]
    given = TrainingConfig(init_from=str(report), learning_rate=0.25, max_subwords=16)
    preset = configured(system, PRESETS["smoke"], given)
    assert preset.init_from == str(report / "model")
    assert (preset.dropout, preset.epochs, preset.learning_rate) == (0.3, 1, 0.25)
    begun, saved = built("bert-crf", preset, seed=2), SavedModel(report).load(None)
    now, then = begun.model.state_dict(), saved.model.state_dict()
    assert now.keys() == then.keys() and all(torch.equal(now[key], then[key]) for key in now)
    assert all(one.requires_grad for one in begun.model.parameters())
    assert (begun.reader.max_subwords, saved.reader.max_subwords) == (16, 128)  # type: ignore[attr-defined]
    fresh = built("bert-crf", replace(preset, init_from=None), seed=2).model.state_dict()
    assert any(not torch.equal(now[key], fresh[key]) for key in now)


def test_a_saved_model_remembers_what_was_given(report: Path, tmp_path: Path) -> None:
    system = SYSTEMS["bert-crf"]
    preset = configured(system, PRESETS["smoke"], TrainingConfig(init_from=str(report)))
    save_model(built("bert-crf", preset), system, preset, tmp_path / "next")
    assert SavedModel(report).preset.config == {"dropout": 0.3, "epochs": 2}
    found = SavedModel(tmp_path / "next").preset
    assert found.config == {"init_from": str(report)}
    assert found.init_from == str((report / "model").resolve())


def test_a_model_that_does_not_fit(report: Path) -> None:
    given = TrainingConfig(init_from=str(report))
    with pytest.raises(UsageError) as caught:
        configured(SYSTEMS["bert"], PRESETS["smoke"], given)
    assert caught.value.message == f"init_from = '{report}': a model of bert-crf, not of bert"
    assert caught.value.hint == "give --system bert-crf, or a report of bert"
    both = given.with_options(text_encoder="offline", dropout=0.5)
    with pytest.raises(UsageError) as caught:
        configured(SYSTEMS["bert-crf"], PRESETS["smoke"], both)
    assert caught.value.message == (
        f"text_encoder = 'offline': given beside init_from = '{report}', whose model has its own"
    )
    assert caught.value.hint == "leave out text_encoder and dropout, or init_from"
    (report / "model" / "model.safetensors").write_bytes(b"broken")
    preset = configured(SYSTEMS["bert-crf"], PRESETS["smoke"], given)
    with pytest.raises(DataError, match="cannot be loaded"):
        built("bert-crf", preset)
    with pytest.raises(DataError, match="no trained system here"):
        configured(SYSTEMS["bert-crf"], PRESETS["smoke"], TrainingConfig(init_from="nowhere"))
