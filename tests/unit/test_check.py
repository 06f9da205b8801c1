"""train-check before it trains: what it refuses, and the hash of what it saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.model.check import Callbacks, records_hash, train_check
from mnerctl.model.preset import PRESETS
from mnerctl.model.systems import SYSTEMS
from mnerctl.schema import DataError, Record, Release
from support.made_release import made_plus

SILENT = Callbacks(
    on_picture=lambda done, total: None,
    on_step=lambda done, total: None,
    on_epoch=lambda epoch, f1: None,
    on_problems=lambda problems: None,
)
NAMED = Record(id="1", text=("Ada",), label=("B-PER",), images=())
PLAIN = Record(id="2", text=("hi",), label=("O",), images=())


@pytest.mark.parametrize(
    ("dev", "found"), [((), "0 records"), ((PLAIN,), "1 records")], ids=["empty", "no entity"]
)
def test_a_split_without_entities(tmp_path: Path, dev: tuple[Record, ...], found: str) -> None:
    release = Release(
        "made", tmp_path, {"train": (NAMED,), "dev": dev, "test": (NAMED,)}, lambda name: tmp_path
    )
    with pytest.raises(DataError) as caught:
        train_check(
            release,
            SYSTEMS["bert-crf"],
            PRESETS["smoke"],
            out=tmp_path / "report",
            seed=1,
            min_f1=None,
            allow_missing_images=False,
            callbacks=SILENT,
        )
    assert caught.value.message == (
        f"{tmp_path}: no entity in dev ({found}); wanted entities in train, dev and test"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_hash_is_of_records_splits_and_order(tmp_path: Path) -> None:
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
