"""mnerctl.toml: created with defaults, read again, and its faults named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.schema import Corpus, DataError, Settings
from mnerctl.schema.corpus.card_facts import CardFacts

DEFAULTS = {
    "min_images": 2,
    "max_images": 4,
    "image_variant": "large",
    "x_vocabulary": "post",
    "card": CardFacts().model_dump(),
    "members": {},
}


@pytest.mark.parametrize("name", ["corpus", "zwölf 🇫🇷", 'a"b\\c'])
def test_a_new_file_has_the_defaults(tmp_path: Path, name: str) -> None:
    with Corpus.open(tmp_path / name, create=True) as corpus:
        assert corpus.settings.model_dump() == {"name": name, **DEFAULTS}
        assert corpus.settings == Settings(name=name)


def test_an_existing_file_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / "mnerctl.toml").write_text('name = "mine"\nmin_images = 1\n')
    with Corpus.open(tmp_path, create=True) as corpus:
        assert (corpus.settings.name, corpus.settings.min_images) == ("mine", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "Invalid value (at end of document)"),
        ('name = "a"\nmin_image = 1', "min_image = 1; wanted Extra inputs are not permitted"),
        (
            'name = "a"\n[card]\nlicense = "x"',
            "card.license = 'x'; wanted Extra inputs are not permitted",
        ),
        ('name = "a"\nmin_images = 5', "min_images 5; wanted at most 4"),
        (
            'name = "a"\nx_vocabulary = "v1"',
            "x_vocabulary = 'v1'; wanted Input should be 'post' or 'tweet'",
        ),
    ],
)
def test_a_setting_that_is_not_valid_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mnerctl.toml").write_text(text)
    with Corpus.open(tmp_path, create=True) as corpus, pytest.raises(DataError) as caught:
        _ = corpus.settings
    assert caught.value.message == f"{tmp_path}/mnerctl.toml: {message}"


def test_a_missing_file_has_a_hint_how_to_create_it(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        (tmp_path / "mnerctl.toml").unlink()
        with pytest.raises(DataError) as caught:
            _ = corpus.settings
    hint = f"echo 'name = \"NAME\"' > {tmp_path}/mnerctl.toml    # the other settings have defaults"
    assert caught.value.hint == hint
