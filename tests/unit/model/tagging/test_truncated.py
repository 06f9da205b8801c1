"""Posts that are longer than a reader allows, against an independent count."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.model.inputs.pretrained import SMOKE, load_text_encoder
from mnerctl.model.inputs.subword_reader import SubwordReader
from mnerctl.model.inputs.word_reader import WordReader, assign_numbers
from mnerctl.model.tagging.truncated import (
    Truncated,
    count_truncated,
    truncated_splits,
    truncated_text,
)
from mnerctl.schema import Record, Release

WORDS = {"Ada": 1, "xyz": 3, "sees": 1, "\ufe0f": 1}
"""Words, and how many subwords each has."""
TOKENIZER, _ = load_text_encoder(SMOKE, words=["Ada", "sees"], seed=1)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.booleans()), min_size=1, max_size=8),
    st.integers(3, 20),
)
def test_what_is_cut(words: list[tuple[str, bool]], most: int) -> None:
    """A word is read if its first subword is; two of the subwords are special ones."""
    record = Record(
        id="1",
        text=tuple(word for word, _ in words),
        label=tuple("B-PER" if is_name else "O" for _, is_name in words),
        images=(),
    )
    before = [sum(WORDS[word] for word, _ in words[:place]) for place in range(len(words))]
    is_read = [subwords < most - 2 for subwords in before]
    lost = sum(name and not read for (_, name), read in zip(words, is_read, strict=True))
    found = count_truncated(SubwordReader(TOKENIZER, most), [record])
    assert found == Truncated(posts=int(not all(is_read)), entities=lost)


def test_an_entity_that_is_cut_in_the_middle_is_lost() -> None:
    label = ("O", "B-PER", "I-PER")
    record = Record(id="1", text=("sees", "Ada", "Ada"), label=label, images=())
    for most, entities in ((3, 1), (4, 1), (5, 0)):
        found = count_truncated(SubwordReader(TOKENIZER, most), [record])
        assert (found.posts, found.entities) == (int(most < 5), entities)


def test_a_reader_of_words_cuts_nothing(tmp_path: pytest.TempPathFactory) -> None:
    record = Record(id="1", text=("Ada",) * 500, label=("B-PER",) * 500, images=())
    splits = {"train": (record,), "dev": (), "test": (record,)}
    release = Release("made", tmp_path, splits, tmp_path.joinpath)  # type: ignore[arg-type]
    none = Truncated(posts=0, entities=0)
    reader = WordReader(assign_numbers(["Ada"]))
    assert truncated_splits(reader, release) == dict.fromkeys(splits, none)
    assert truncated_text(truncated_splits(reader, release)) == ""


def test_only_splits_with_cut_posts_are_named() -> None:
    many = Truncated(posts=1200, entities=1)
    splits = {"train": many, "dev": Truncated(posts=0, entities=0)}
    assert truncated_text(splits) == "train 1,200 posts (1 entity lost)"  # type: ignore[arg-type]
