"""Write tiny text encoders of each architecture, with random weights, to folders that look like a download.

The model and tokenizer classes are those of transformers. Vocabularies are made here, in the formats that the
tokenizers read: WordPiece, byte-level BPE, SentencePiece's Unigram, and the BPE of BERTweet.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    AlbertConfig,
    AlbertTokenizer,
    AutoConfig,
    AutoModel,
    BertConfig,
    BertTokenizer,
    DebertaConfig,
    DebertaTokenizer,
    DebertaV2Config,
    DebertaV2Tokenizer,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    MPNetConfig,
    MPNetTokenizer,
    PretrainedConfig,
    RobertaConfig,
    RobertaTokenizer,
    TokenizersBackend,
    XLMRobertaConfig,
    XLMRobertaTokenizer,
)

LETTERS = [chr(code) for code in range(33, 127)]
BERT = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MPNET = ("<s>", "<pad>", "</s>", "[UNK]", "<mask>")
ALBERT = ("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]")
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "initializer_range": 0.2,
}


def word_pieces(folder: Path, kind: Any = BertTokenizer, special: tuple[str, ...] = BERT) -> int:
    """Write WordPiece over letters."""
    vocab = _numbered([*special, *LETTERS, *(f"##{letter}" for letter in LETTERS), "the"])
    kind(vocab=vocab).save_pretrained(folder)
    return len(vocab)


def byte_pieces(folder: Path, kind: Any, special: tuple[str, ...]) -> int:
    """Write byte-level BPE, which puts no space before the first word by itself."""
    vocab, merges = _bytes(special)
    kind(vocab=vocab, merges=merges).save_pretrained(folder)
    return len(vocab)


def unigram(folder: Path, kind: Any, special: tuple[str, ...]) -> int:
    """Write SentencePiece's Unigram over letters."""
    scored = [(piece, 0.0) for piece in special]
    scored += [(piece, -2.0) for piece in ("▁", *LETTERS, "▁the", "ar")]
    kind(vocab=scored).save_pretrained(folder)
    return len(scored)


def only_json(folder: Path) -> int:
    """Write byte-level BPE as `tokenizer.json` of no class of its own, as ModernBERT has it."""
    vocab, merges = _bytes(BERT)
    made = Tokenizer(models.BPE(vocab, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    ends = [(piece, BERT.index(piece)) for piece in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=ends)
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    named = dict(zip(names, BERT, strict=True))
    TokenizersBackend(tokenizer_object=made, **named).save_pretrained(folder)
    return len(vocab)


def bertweet(folder: Path) -> int:
    """Write the files of BERTweet's slow tokenizer, `vocab.txt` and `bpe.codes`."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [*LETTERS, *(f"{letter}@@" for letter in LETTERS), "th@@", "the"]
    (folder / "vocab.txt").write_text("".join(f"{piece} 9\n" for piece in pieces))
    (folder / "bpe.codes").write_text("t h 9\nth e</w> 8\n")
    settings = {"tokenizer_class": "BertweetTokenizer", "normalization": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return len(pieces) + len(ROBERTA)


def _numbered(pieces: list[str]) -> dict[str, int]:
    return {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}


def _bytes(special: tuple[str, ...]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("Ġ", "t"), ("Ġt", "h"), ("Ġth", "e"), ("a", "r")]
    return _numbered([*special, *alphabet, *("".join(pair) for pair in merges)]), merges


TWEET = {"max_position_embeddings": 130, "pad_token_id": 1}
RELATIVE = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}
OF_DISTILBERT = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24}
OF_MODERNBERT = SIZES | {
    **{"pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2},
    **{"eos_token_id": 3, "global_attn_every_n_layers": 2, "local_attention": 8},
}
V3 = {"position_biased_input": False, "norm_rel_ebd": "layer_norm", "position_buckets": 8}
ARCHITECTURES: dict[str, tuple[type[PretrainedConfig], dict[str, Any], Callable[[Path], int]]] = {
    "bert": (BertConfig, SIZES, word_pieces),
    "short-bert": (BertConfig, SIZES | {"max_position_embeddings": 64}, word_pieces),
    "electra": (ElectraConfig, SIZES | {"embedding_size": 8}, word_pieces),
    "distilbert": (DistilBertConfig, OF_DISTILBERT, word_pieces),
    "mpnet": (MPNetConfig, SIZES, partial(word_pieces, kind=MPNetTokenizer, special=MPNET)),
    "roberta": (
        RobertaConfig,
        SIZES | {"max_position_embeddings": 66},
        partial(byte_pieces, kind=RobertaTokenizer, special=ROBERTA),
    ),
    "bertweet": (RobertaConfig, SIZES | TWEET, bertweet),
    "xlm-roberta": (
        XLMRobertaConfig,
        SIZES,
        partial(unigram, kind=XLMRobertaTokenizer, special=ROBERTA),
    ),
    "albert": (
        AlbertConfig,
        SIZES | {"embedding_size": 8},
        partial(unigram, kind=AlbertTokenizer, special=ALBERT),
    ),
    "deberta": (
        DebertaConfig,
        SIZES | RELATIVE,
        partial(byte_pieces, kind=DebertaTokenizer, special=BERT),
    ),
    "deberta-v3": (
        DebertaV2Config,
        SIZES | RELATIVE | V3 | {"share_att_key": True},
        partial(unigram, kind=DebertaV2Tokenizer, special=BERT),
    ),
    "modernbert": (ModernBertConfig, OF_MODERNBERT, only_json),
}


def write_tokenizer(name: str, folder: Path) -> Path:
    """Write the tokenizer of an encoder of `ARCHITECTURES`, and its configuration."""
    kind, options, write = ARCHITECTURES[name]
    kind(vocab_size=write(folder), **options).save_pretrained(folder)
    return folder


def write_text_encoder(name: str, folder: Path) -> Path:
    """Write an encoder of `ARCHITECTURES`: 2 layers of width 16."""
    write_tokenizer(name, folder)
    torch.manual_seed(0)
    AutoModel.from_config(AutoConfig.from_pretrained(folder)).save_pretrained(folder)
    return folder
