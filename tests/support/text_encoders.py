"""Write tiny text encoders of each architecture, with random weights, to folders that look like a download.

The model and tokenizer classes are those of transformers. Vocabularies are made here, in the file formats
that the tokenizers read: WordPiece, byte-level BPE, SentencePiece's Unigram, and the BPE of BERTweet.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    AlbertConfig,
    AutoModel,
    BertConfig,
    BertTokenizer,
    DebertaConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    MPNetConfig,
    PretrainedConfig,
    RobertaConfig,
    RobertaTokenizer,
    TokenizersBackend,
    XLMRobertaConfig,
)

LETTERS = [chr(code) for code in range(33, 127)]
BERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "initializer_range": 0.2,
}


def numbered(pieces: list[str]) -> dict[str, int]:
    return {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}


def word_pieces(folder: Path) -> int:
    """Write WordPiece over letters, as BERT has it."""
    vocab = numbered([*BERT_SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS)])
    BertTokenizer(vocab=vocab).save_pretrained(folder)
    return len(vocab)


def byte_pieces(folder: Path) -> int:
    """Write byte-level BPE that puts no space before the first word, as RoBERTa has it."""
    vocab, merges = _bytes(ROBERTA_SPECIAL)
    RobertaTokenizer(vocab=vocab, merges=merges).save_pretrained(folder)
    return len(vocab)


def byte_pieces_of_no_class(folder: Path) -> int:
    """Write byte-level BPE in `tokenizer.json` only, as ModernBERT has it."""
    vocab, merges = _bytes(BERT_SPECIAL)
    made = Tokenizer(models.BPE(vocab, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    _save(made, folder, BERT_SPECIAL)
    return len(vocab)


def unigram(folder: Path) -> int:
    """Write SentencePiece's Unigram over letters, as XLM-R, ALBERT and DeBERTa have it."""
    pieces = ["▁", *LETTERS, "▁the", "ar"]
    scored = [(piece, 0.0) for piece in BERT_SPECIAL] + [(piece, -2.0) for piece in pieces]
    made = Tokenizer(models.Unigram(scored, unk_id=1, byte_fallback=False))
    made.normalizer = normalizers.Strip()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    _save(made, folder, BERT_SPECIAL)
    return len(scored)


def bertweet(folder: Path) -> int:
    """Write the files of BERTweet's slow tokenizer: `vocab.txt` and `bpe.codes`, with `@@ ` inside of words."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [*LETTERS, *(f"{letter}@@" for letter in LETTERS), "th@@", "the", "@USER", "HTTPURL"]
    (folder / "vocab.txt").write_text("".join(f"{piece} 9\n" for piece in pieces))
    (folder / "bpe.codes").write_text("t h 9\nth e</w> 8\n")
    settings = {"tokenizer_class": "BertweetTokenizer", "normalization": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return len(pieces) + 5


def _bytes(special: tuple[str, ...]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("Ġ", "t"), ("Ġt", "h"), ("a", "r")]
    return numbered([*special, *alphabet, *("".join(pair) for pair in merges)]), merges


def _save(made: Tokenizer, folder: Path, special: tuple[str, ...]) -> None:
    pad, unknown, start, end, mask = special
    made.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        special_tokens=[(piece, special.index(piece)) for piece in (start, end)],
    )
    TokenizersBackend(
        tokenizer_object=made,
        pad_token=pad,
        unk_token=unknown,
        cls_token=start,
        sep_token=end,
        mask_token=mask,
    ).save_pretrained(folder)


TWEET = {"max_position_embeddings": 130, "pad_token_id": 1}
RELATIVE = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}
OF_DISTILBERT = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24}
OF_MODERNBERT = SIZES | {
    **{"pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2},
    **{"eos_token_id": 3, "global_attn_every_n_layers": 2, "local_attention": 8},
}
ARCHITECTURES: dict[str, tuple[type[PretrainedConfig], dict[str, Any], Callable[[Path], int]]] = {
    "bert": (BertConfig, SIZES, word_pieces),
    "short-bert": (BertConfig, SIZES | {"max_position_embeddings": 64}, word_pieces),
    "electra": (ElectraConfig, SIZES | {"embedding_size": 8}, word_pieces),
    "distilbert": (DistilBertConfig, OF_DISTILBERT, word_pieces),
    "mpnet": (MPNetConfig, SIZES, word_pieces),
    "roberta": (RobertaConfig, SIZES | {"max_position_embeddings": 66}, byte_pieces),
    "bertweet": (RobertaConfig, SIZES | TWEET, bertweet),
    "xlm-roberta": (XLMRobertaConfig, SIZES, unigram),
    "albert": (AlbertConfig, SIZES | {"embedding_size": 8}, unigram),
    "deberta": (DebertaConfig, SIZES | RELATIVE, byte_pieces),
    "deberta-v3": (
        DebertaV2Config,
        SIZES | RELATIVE | {"position_biased_input": False, "norm_rel_ebd": "layer_norm"}
        | {"position_buckets": 8, "share_att_key": True},
        unigram,
    ),
    "modernbert": (ModernBertConfig, OF_MODERNBERT, byte_pieces_of_no_class),
}


def write_text_encoder(name: str, folder: Path) -> Path:
    """Write the encoder of this name of `ARCHITECTURES`: 2 layers of width 16."""
    kind, options, write_tokenizer = ARCHITECTURES[name]
    size = write_tokenizer(folder)
    torch.manual_seed(0)
    model = AutoModel.from_config(kind(vocab_size=size, **options))
    model.save_pretrained(folder)
    return folder
