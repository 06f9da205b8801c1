"""Words and their subwords: every subword has one word, none is lost, with fast and slow tokenizers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import PreTrainedTokenizerBase

from mnerctl.model.inputs.model_folder import load_tokenizer, save_tokenizer
from mnerctl.model.inputs.subwords import encode_texts
from support.text_encoders import write_tokenizer

KINDS = (
    "bert",
    "mpnet",
    "roberta",
    "bertweet",
    "xlm-roberta",
    "albert",
    "deberta-v3",
    "modernbert",
)
ODD = ("\ufe0f", "\u200b", "\u200d", "\xad", "😀", "@user", "don't", "the", "[SEP]", "</s>", "Ünï")
WORDS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1, max_size=6),
)


@pytest.fixture(scope="module")
def tokenizers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PreTrainedTokenizerBase]:
    root = tmp_path_factory.mktemp("tokenizers")
    return {kind: load_tokenizer(write_tokenizer(kind, root / kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(WORDS, min_size=1, max_size=12), most=st.integers(3, 40))
def test_each_word_owns_its_subwords(
    kind: str, tokenizers: dict[str, PreTrainedTokenizerBase], text: list[str], most: int
) -> None:
    tokenizer = tokenizers[kind]
    whole, cut = (encode_texts([text], tokenizer, most=size)[0] for size in (10**6, most))
    ends = [*whole.first[1:], len(whole.pieces) - 1]
    assert len(whole.first) == len(text)
    assert whole.first[0] == 1
    for word, start, end in zip(text, whole.first, ends, strict=True):
        alone = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(f" {word}"))
        assert whole.pieces[start:end] == (alone or [tokenizer.unk_token_id])
    assert whole.pieces[0] == tokenizer.cls_token_id
    assert whole.pieces[-1] == tokenizer.sep_token_id
    assert len(cut.pieces) == min(most, len(whole.pieces))
    assert cut.pieces == [*whole.pieces[: len(cut.pieces) - 1], tokenizer.sep_token_id]
    assert cut.first == [place for place in whole.first if place < len(cut.pieces) - 1]


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "albert", "deberta-v3"])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(WORDS, min_size=1, max_size=12), most=st.integers(3, 40))
def test_it_agrees_with_the_alignment_of_a_fast_tokenizer(
    kind: str, tokenizers: dict[str, PreTrainedTokenizerBase], text: list[str], most: int
) -> None:
    """A fast tokenizer says itself to which word a subword belongs."""
    tokenizer = tokenizers[kind]
    batch = tokenizer(text, is_split_into_words=True, truncation=True, max_length=most)
    owners = batch.word_ids()
    found = encode_texts([text], tokenizer, most=most)[0]
    if set(range(len(text))) - {*tokenizer(text, is_split_into_words=True).word_ids()}:
        return  # it has lost a word, which we read as the unknown subword
    assert found.pieces == batch["input_ids"]
    assert found.first == [owners.index(word) for word in sorted({*owners} - {None})]


def test_a_word_of_byte_level_bpe_stands_after_a_space(
    tokenizers: dict[str, PreTrainedTokenizerBase],
) -> None:
    for kind in ("roberta", "modernbert"):
        (text,) = encode_texts([["the", "the"]], tokenizers[kind], most=9)
        assert tokenizers[kind].convert_ids_to_tokens(text.pieces)[1:-1] == ["Ġthe", "Ġthe"]


def test_a_slow_tokenizer_is_saved_as_it_was_read(
    tokenizers: dict[str, PreTrainedTokenizerBase], tmp_path: Path
) -> None:
    tokenizer = tokenizers["bertweet"]
    assert not tokenizer.is_fast
    texts = [["the", "other", "ONE", "\u200b"]]
    write_tokenizer("bert", tmp_path)  # a configuration, and files that are replaced
    save_tokenizer(tokenizer, tmp_path)
    again = load_tokenizer(tmp_path)
    save_tokenizer(again, tmp_path)  # over the files that it was read from
    for loaded in (again, load_tokenizer(tmp_path)):
        assert loaded.get_vocab() == tokenizer.get_vocab()
        assert encode_texts(texts, loaded, most=30) == encode_texts(texts, tokenizer, most=30)
