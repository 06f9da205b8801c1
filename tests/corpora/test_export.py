"""Records survive every export format, read by our reader of published layouts or by other libraries."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnerctl.release import FORMATS, export_release
from mnerctl.schema import DataError, Record, Release, UsageError
from mnerctl.schema.corpus.card_facts import CardFacts
from support.exports import from_croissant, from_datasets, from_jsonl, in_memory, published
from support.made_agreement import AGREEMENT
from support.made_release import made_plus
from support.published import tree
from support.record_strategies import record_lists, whole_records
from support.sound_release import sound_release

some_records = record_lists(whole_records()).filter(bool)
few = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])


def exported(release: Release, folder: str, format: str) -> Path:
    out = Path(folder) / "out"
    export_release(release, out, format=format)
    return out


@given(some_records, st.sampled_from(["mner-mi", "conll"]))
def test_published_fields_survive_the_layouts_that_we_read(
    records: list[Record], format: str
) -> None:
    release = in_memory(records)
    with TemporaryDirectory() as folder:
        again = Release.load(exported(release, folder, format))
        assert again.splits == published(release.splits)


@given(some_records)
def test_every_field_survives_json_lines(records: list[Record]) -> None:
    release = in_memory(records)
    with TemporaryDirectory() as folder:
        assert from_jsonl(exported(release, folder, "jsonl")) == release.splits


@few
@given(some_records)
def test_every_field_survives_parquet(records: list[Record]) -> None:
    pytest.importorskip("datasets")
    release = in_memory(records)
    with TemporaryDirectory() as folder:
        again, pictures = from_datasets(exported(release, folder, "parquet"), Path(folder, "cache"))
        assert again == release.splits
        assert pictures == {record.id: [None] * len(record.images) for record in records}


@few
@given(some_records)
def test_every_field_survives_croissant(records: list[Record]) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    release = in_memory(records)
    with TemporaryDirectory() as folder:
        out = exported(release, folder, "croissant")
        rows = mlcroissant.Dataset(str(out / "croissant.json")).records("records")
        assert from_croissant(rows) == release.splits


@pytest.mark.parametrize("format", ["mner-mi", "conll", "jsonl"])
def test_pictures_are_copied_byte_for_byte(tmp_path: Path, format: str) -> None:
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    out = exported(release, str(tmp_path), format)
    again = Release.load(out).image_path if format != "jsonl" else (out / "images").joinpath
    names = {name for record in release.records() for name in record.images}
    for name in names:
        assert again(name).read_bytes() == release.image_path(name).read_bytes()


def test_mner_mi_restores_what_was_published(tmp_path: Path) -> None:
    """The merge is written under the names of the authors' own; the record of the export is beside it."""
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    out = exported(release, str(tmp_path), "mner-mi")
    folders = {"/".join(Path(path).parts[:1]) for path in tree(out)}
    assert folders == {".mnerctl-export.json", "text", "images", "twitter2017_images"}
    assert (out / "twitter2017_images" / "1.jpg").is_file()
    lines = (out / "text" / "MNER-UNI_train.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('{"id": 11200')
    assert lines[-1].startswith('{"id": "twitter2017-6"')
    assert "MISC" not in "".join(lines)


def test_an_image_name_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    record = Record(id="1", text=("a",), label=("O",), images=("twitter2017-..",))
    (tmp_path / "twitter2017-..").write_bytes(b"x")
    with pytest.raises(DataError, match="wanted a file name after twitter2017-"):
        exported(in_memory([record], tmp_path), str(tmp_path), "mner-mi")
    assert not (tmp_path / "out").exists()


def test_datasets_reads_the_folder_for_the_hub(tmp_path: Path) -> None:
    """It has records with offsets, records with lengths only, and an empty split."""
    datasets = pytest.importorskip("datasets")
    whole, merged = tmp_path / "whole", tmp_path / "merged"
    whole.mkdir()
    merged.mkdir()
    mixed = [
        *sound_release(whole).splits["train"],
        *made_plus(merged, train=6, dev=2, test=2).splits["train"],
    ]
    export_release(in_memory(mixed), tmp_path / "out", format="hub")
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {split: rows["id"][:] for split, rows in loaded.items()} == {
        "train": [record.id for record in mixed[:-1]],
        "validation": [mixed[-1].id],
    }


def test_datasets_decodes_the_pictures_in_order(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    release = sound_release(tmp_path)
    gone = release.splits["train"][0].images[1]
    release.image_path(gone).unlink()
    done = export_release(release, tmp_path / "out", format="parquet")
    assert done.missing_images == 1
    again, pictures = from_datasets(tmp_path / "out", tmp_path / "cache")
    assert again == release.splits
    for record in release.records():
        paths = map(release.image_path, record.images)
        wanted = [path.read_bytes() if path.is_file() else None for path in paths]
        assert pictures[record.id] == wanted
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"][0]["images"][1] is None
    assert loaded["test"][0]["images"][0].size == (48, 40)


def test_a_large_split_has_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets")
    monkeypatch.setattr("mnerctl.release.export.parquet.GROUP", 5)
    monkeypatch.setattr("mnerctl.release.export.parquet.SHARD", 1000)
    release = sound_release(tmp_path)
    out = exported(release, str(tmp_path), "parquet")
    assert len(list((out / "data").glob("train-*.parquet"))) == 5
    assert from_datasets(out, tmp_path / "cache")[0] == release.splits


def test_croissant_is_valid_and_has_the_pictures(tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    release = sound_release(tmp_path)
    out = exported(release, str(tmp_path), "croissant")
    dataset = mlcroissant.Dataset(str(out / "croissant.json"))
    assert dataset.metadata.issues.errors == set()
    assert dataset.metadata.data_collection_timeframe is not None
    assert dataset.metadata.personal_sensitive_information[0].startswith("Posts are written by")
    rows = list(dataset.records("records"))
    assert from_croissant(rows) == release.splits
    for row in rows:
        assert [one.size for one in row["records/images"]] == [(48, 40)] * len(
            row["records/images"]
        )
    document = json.loads((out / "croissant.json").read_bytes())
    hashes = {one["contentUrl"]: one["sha256"] for one in document["distribution"][:-1]}
    assert hashes == {
        f"data/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (out / "data").iterdir()
    }


def test_croissant_has_the_facts_and_the_manifest(tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    sound = sound_release(tmp_path)
    assert sound.manifest is not None
    manifest = sound.manifest.model_copy(update={"agreement": AGREEMENT, "gold": "adjudicated"})
    release = replace(sound, name="zwölf + 🇫🇷 / x", manifest=manifest)
    facts = CardFacts(
        authors=("Ada",),
        contact="a@example.org",
        homepage="https://example.org",
        licence="CC-BY-4.0",
        languages=("en",),
        citation="Ada (2026)",
        annotators="Two students.",
    )
    export_release(release, tmp_path / "out", format="croissant", facts=facts)
    metadata = mlcroissant.Dataset(str(tmp_path / "out" / "croissant.json")).metadata
    assert (metadata.issues.errors, metadata.issues.warnings) == (set(), set())
    assert (metadata.name, metadata.version, metadata.license) == (
        release.name,
        "1.0.0",
        ["CC-BY-4.0"],
    )
    assert metadata.annotator_demographics == ["Two students."]
    assert metadata.data_annotation_protocol == ["gold: adjudicated"]
    assert metadata.data_annotation_analysis == [
        "2 annotators, 40 posts annotated by two or more: exact-span F1 0.8125 over all pairs"
    ]
    assert metadata.data_limitations is None


def test_nltk_reads_conll(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NLTK does not support comment lines, so they are removed first, as by `grep -v '^# '`."""
    reader = pytest.importorskip("nltk.corpus.reader.conll")
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    out = exported(release, str(tmp_path), "conll")
    text = (out / "train.txt").read_text(encoding="utf-8")
    bare = [line for line in text.split("\n") if not line.startswith("# ")]
    (tmp_path / "bare.txt").write_text("\n".join(bare), encoding="utf-8")
    monkeypatch.setattr("nltk.data.path", [str(tmp_path)])  # it reads from nowhere else
    corpus = reader.ConllCorpusReader(str(tmp_path), ["bare.txt"], ("words", "pos"), separator="\t")
    found = [tuple(zip(*sentence, strict=True)) for sentence in corpus.tagged_sents()]
    assert found == [(record.text, record.label) for record in release.splits["train"]]


def test_conll_refuses_tokens_with_line_breaks(tmp_path: Path) -> None:
    record = Record(id="7", text=("a\nb", "c"), label=("O", "O"), images=("7.jpg",))
    with pytest.raises(DataError) as caught:
        exported(in_memory([record]), str(tmp_path), "conll")
    assert caught.value.message == (
        r"1 tokens cannot be written to a CoNLL line; the first: dev record 7: 'a\nb'"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_datasets_the_error_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UsageError, match="Parquet needs the package datasets") as caught:
        exported(in_memory([]), str(tmp_path), "parquet")
    assert caught.value.hint == "pip install 'mnerctl[publish]'"


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_overwritten(tmp_path: Path, format: str) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(DataError, match="exists already"):
        exported(in_memory([]), str(tmp_path), format)
