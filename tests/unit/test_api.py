"""The Python interface: `import mnerctl` is light, offers what it lists, and every class is there once."""

from __future__ import annotations

import inspect
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import mnerctl
from mnerctl import api
from mnerctl.schema import DataError, Record, Release, Span, UsageError, write_release
from support.checkout import ROOT

RECORDS = {
    "train": [
        Record(
            id="1",
            text=("Rob", "met", "Ann", "Lee", "."),
            label=("B-PER", "O", "B-PER", "I-PER", "O"),
            images=("1_0.png", "1_1.png"),
            evidence=((), (0, 1)),
        )
    ],
    "dev": [Record(id="2", text=("Hudson", "."), label=("B-LOC", "O"), images=())],
    "test": [],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two records; one of its two images is a file."""
    from PIL import Image

    root = tmp_path_factory.mktemp("api")
    Image.new("RGB", (4, 3), "red").save(root / "1_0.png")
    write_release(
        root / "release",
        RECORDS,
        name="small",
        version="1.0.0",
        tokenizer="as published",
        image_source=lambda name: root / name,
        created=date(2026, 1, 2),
    )
    return root / "release"


def test_import_loads_nothing_until_a_name_is_used() -> None:
    code = "import sys, mnerctl; print(sorted(m for m in sys.modules if m.startswith('mnerctl')))"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "['mnerctl']\n"


def test_reading_a_release_loads_no_torch(folder: Path) -> None:
    code = (
        f"import sys, mnerctl; mnerctl.count(mnerctl.load_release({str(folder)!r}));"
        "print({'torch', 'transformers', 'datasets', 'pandas'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "set()\n"


def test_every_name_is_there_and_documented() -> None:
    assert set(api.__all__) <= set(dir(mnerctl))
    for name in api.__all__:
        value = getattr(mnerctl, name)
        assert value is getattr(api, name)
        assert value.__doc__ and not value.__doc__.startswith(f"{name}("), name


def test_every_function_says_the_types_it_takes() -> None:
    for name in api.__all__:
        value = getattr(api, name)
        if inspect.isfunction(value):
            parameters = inspect.signature(value).parameters.values()
            assert all(one.annotation is not inspect.Parameter.empty for one in parameters), name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'mnerctl' has no attribute 'nothing'"):
        _ = mnerctl.nothing  # type: ignore[attr-defined]


def test_a_class_is_the_same_under_every_name_of_the_root() -> None:
    """pytest may import the root once more, under the name of its folder."""
    roots = [
        module
        for name, module in list(sys.modules.items())
        if getattr(module, "__file__", None) == str(ROOT / "__init__.py")
    ]
    assert roots
    assert {id(root.Release) for root in roots} == {id(Release)}


def test_a_release_as_a_frame_of_entities(folder: Path) -> None:
    pytest.importorskip("pandas")
    frame = mnerctl.load_release(folder).entities()
    assert list(frame.itertuples(index=False, name=None)) == [
        ("train", "1", 0, 1, "PER", "Rob", 2, ()),
        ("train", "1", 2, 4, "PER", "Ann Lee", 2, (0, 1)),
        ("dev", "2", 0, 1, "LOC", "Hudson", 0, ()),
    ]
    assert list(frame.columns) == [
        *("split", "id", "start", "end", "type", "text", "images", "evidence")
    ]


def test_a_release_as_datasets(folder: Path) -> None:
    pytest.importorskip("datasets")
    splits = mnerctl.load_release(folder).to_datasets()
    assert {name: len(rows) for name, rows in splits.items()} == {"train": 1, "validation": 1}
    row = splits["train"][0]
    names = splits["train"].features["label"].feature.names
    assert [names[label] for label in row["label"]] == list(RECORDS["train"][0].label)
    assert row["images"][0].size == (4, 3)
    assert row["images"][1] is None  # it has no file
    assert row["image_names"] == ["1_0.png", "1_1.png"]


def test_audit_count_and_score(folder: Path) -> None:
    assert not mnerctl.audit(folder).is_fit  # test is empty, a picture is missing
    release = mnerctl.load_release(str(folder))
    assert mnerctl.count(release).summary().startswith("2 tweets, 3 entities")
    train = release.splits["train"]
    found = mnerctl.score(train, [[Span(0, 1, "PER"), Span(2, 3, "PER")]])
    assert (found.micro.gold, found.micro.predicted, found.micro.correct) == (2, 2, 1)


def test_errors_are_those_of_the_commands(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        mnerctl.load_release(tmp_path / "nowhere")
    with pytest.raises(mnerctl.MnerctlError):
        mnerctl.open_corpus(tmp_path / "nowhere")


def test_an_unknown_system_is_a_usage_error(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(UsageError, match="'none' is not a system"):
        mnerctl.train(folder, out=tmp_path / "report", system="none")
