"""The hash of the inputs of a training changes with records, images and encoders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.training.input_hashes import content_hash, images_hash, inputs_hash
from mnerctl.schema import Release
from support.made_release import made_plus
from support.pictures import jpeg

SMOKE = PRESETS["smoke"]


def test_published_images_are_hashed_by_their_bytes(tmp_path: Path) -> None:
    made_plus(tmp_path, train=6, dev=2, test=2)
    before, text = (
        inputs_hash(Release.load(tmp_path / "mi"), SYSTEMS[name], SMOKE)
        for name in ("tpm-mi", "bert-crf")
    )
    picture = next(iter(sorted((tmp_path / "mi").rglob("*.jpg"))))
    picture.write_bytes(jpeg(77))
    changed = Release.load(tmp_path / "mi")
    assert inputs_hash(changed, SYSTEMS["tpm-mi"], SMOKE) != before
    assert inputs_hash(changed, SYSTEMS["bert-crf"], SMOKE) == text
    picture.unlink()
    gone = Release.load(tmp_path / "mi")
    # both hashes are computed now, when the picture is missing
    assert len({images_hash(one) for one in (changed, gone)}) == 1
    assert inputs_hash(gone, SYSTEMS["tpm-mi"], SMOKE) != before


def test_images_in_a_manifest_are_not_read_again(tmp_path: Path) -> None:
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    before = images_hash(release)
    (release.folder / "images" / "twitter2017-1.jpg").unlink()
    assert images_hash(release) == before


def test_encoders_and_word_vectors_are_hashed_by_their_content(tmp_path: Path) -> None:
    release = made_plus(tmp_path, train=6, dev=2, test=2)
    encoder = tmp_path / "encoder"
    (encoder / "inner").mkdir(parents=True)
    file = encoder / "inner" / "weights"
    local = replace(SMOKE, text_encoder=str(encoder), embeddings=str(tmp_path / "words.txt"))
    found = [inputs_hash(release, SYSTEMS["bert-crf"], local)]
    for path, content in ((file, "1"), (file, "2"), (tmp_path / "words.txt", "a 1 2\n")):
        path.write_text(content)
        found.append(inputs_hash(release, SYSTEMS["bert-crf"], local))
    assert len(set(found)) == 4
    assert content_hash(tmp_path / "nowhere") == ""
