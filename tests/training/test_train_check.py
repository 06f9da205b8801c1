"""train-check before it trains: what it refuses, and the hash of the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mnerctl.cli.train.options import PresetName, SystemName
from mnerctl.model.gate.figures import AuditCounts, Inspection
from mnerctl.model.gate.train_check import CheckOptions, train_check
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.training.input_hashes import records_hash
from mnerctl.schema import DataError, MnerctlError, Record, Release, UsageError
from support.made_release import made_plus
from support.made_reports import NO_LEAKS, SILENT

NAMED = Record(id="1", text=("Ada",), label=("B-PER",), images=())
PLAIN = Record(id="2", text=("hi",), label=("O",), images=())


def refused(folder: Path, *, dev: tuple[Record, ...] = (NAMED,), **options: Any) -> MnerctlError:
    """Return the error of train-check with bert-crf, which must leave no file."""
    splits = {"train": (NAMED,), "dev": dev, "test": (NAMED,)}
    release = Release("made", folder, splits, folder.joinpath)  # type: ignore[arg-type]
    with pytest.raises(MnerctlError) as caught:
        train_check(
            release,
            SYSTEMS["bert-crf"],
            PRESETS["smoke"],
            CheckOptions(
                seeds=(1,), inspect=lambda: Inspection(AuditCounts(0, 0), NO_LEAKS), **options
            ),
            out=folder / "report",
            progress=SILENT,
            on_picture=lambda done, total: None,
            on_problems=lambda problems: None,
        )
    assert list(folder.iterdir()) == []
    return caught.value


@pytest.mark.parametrize(
    ("dev", "found"), [((), "0 records"), ((PLAIN,), "1 records")], ids=["empty", "no entity"]
)
def test_a_split_without_entities(tmp_path: Path, dev: tuple[Record, ...], found: str) -> None:
    error = refused(tmp_path, dev=dev)
    assert isinstance(error, DataError)
    assert error.message == (
        f"{tmp_path}: no entity in dev ({found}); wanted entities in train, dev and test"
    )


@pytest.mark.parametrize("options", [{"require": frozenset({"images"})}, {"retrain": ("none",)}])
def test_a_text_system_refuses_options_about_images(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    error = refused(tmp_path, **options)
    assert isinstance(error, UsageError)
    assert error.message.endswith(": bert-crf does not use images")


def test_a_missing_earlier_report_is_reported_before_training(tmp_path: Path) -> None:
    error = refused(tmp_path, against=tmp_path / "nowhere")
    assert isinstance(error, DataError)
    assert error.message == f"{tmp_path}/nowhere/report.json: No such file or directory"


def test_the_hash_depends_on_records_splits_and_order(tmp_path: Path) -> None:
    plus = made_plus(tmp_path, train=6, dev=4, test=4, pictures=0)
    loaded = Release.load(tmp_path / "plus")
    assert records_hash(loaded) == records_hash(plus)
    train, dev, test = (plus.splits[split] for split in ("train", "dev", "test"))
    others = [
        {"train": train[::-1], "dev": dev, "test": test},
        {"train": train[1:], "dev": (train[0], *dev), "test": test},
        {"train": (train[0].model_copy(update={"url": "x"}), *train[1:]), "dev": dev, "test": test},
    ]
    hashes = [
        records_hash(Release("x", tmp_path, splits, plus.image_path))  # type: ignore[arg-type]
        for splits in others
    ]
    assert len({*hashes, records_hash(plus)}) == 4


def test_every_system_and_preset_can_be_asked_for() -> None:
    help = SystemName.__metadata__[0].help
    assert set(help.removesuffix(".").partition(": ")[2].split(", ")) == set(SYSTEMS)
    assert {one.value for one in PresetName} == set(PRESETS)
