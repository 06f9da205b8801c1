"""Split words into the subwords of a text encoder, so that each subword belongs to exactly one word.

Each word is tokenized on its own, as if it stood after a space. This works with every tokenizer, also with
one that cannot say to which word a subword belongs (such as that of BERTweet), and no subword reaches over
the edge of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

LETTER = "a"


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as an encoder reads it.

    Attributes:
        pieces: the numbers of its subwords, with the special ones before and after.
        first: the position of the first subword of each word. Words at the end of the text are missing if
            they did not fit.
    """

    pieces: list[int]
    first: list[int]


def encode_texts(
    texts: Sequence[Sequence[str]], tokenizer: PreTrainedTokenizerBase, *, most: int
) -> list[EncodedText]:
    """Return each text, cut after `most` subwords.

    A word that tokenizes to nothing (a lone U+FE0F or U+200B, for example) becomes the unknown subword, so
    that every word has a position. Only the last word of a text that is too long may lose subwords.

    Args:
        texts: the words of each text.
        tokenizer: the text encoder's tokenizer.
        most: most subwords of a text, the special ones included.
    """
    before, after = _special_pieces(tokenizer)
    of_word = _pieces_of_words({word for text in texts for word in text}, tokenizer)
    room = most - len(after)
    encoded = []
    for text in texts:
        pieces, first = list(before), []
        for word in text:
            if len(pieces) >= room:
                break
            first.append(len(pieces))
            pieces += of_word[word]
        encoded.append(EncodedText(pieces[:room] + after, first))
    return encoded


def _pieces_of_words(
    words: Iterable[str], tokenizer: PreTrainedTokenizerBase
) -> dict[str, list[int]]:
    """Return the subwords of each word, at least one."""
    distinct = sorted(words)
    if not distinct:
        return {}
    unknown = tokenizer.unk_token_id
    nothing = [int((tokenizer.pad_token_id or 0) if unknown is None else unknown)]
    found = _numbers([f" {word}" for word in distinct], tokenizer)
    return {word: pieces or nothing for word, pieces in zip(distinct, found, strict=True)}


def _special_pieces(tokenizer: PreTrainedTokenizerBase) -> tuple[list[int], list[int]]:
    """Return the subwords that the tokenizer puts before and after a text."""
    (bare,), (whole,) = (
        _numbers([LETTER], tokenizer, add_special_tokens=special) for special in (False, True)
    )
    start = next(place for place in range(len(whole)) if whole[place : place + len(bare)] == bare)
    return whole[:start], whole[start + len(bare) :]


def _numbers(
    texts: list[str], tokenizer: PreTrainedTokenizerBase, *, add_special_tokens: bool = False
) -> list[list[int]]:
    batch = tokenizer(texts, add_special_tokens=add_special_tokens, verbose=False)
    return [list(pieces) for pieces in batch["input_ids"]]
