"""Write BERT-base and ViT-B/16 with random weights to folders that look like a download from a hub.

Sizes, tokenizer and processor come from the default configurations of transformers, which are those of
`bert-base-uncased` and `google/vit-base-patch16-224`. The vocabulary is letters, padded to its full size.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    ViTConfig,
    ViTImageProcessor,
    ViTModel,
)

TINY = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def write_encoders(folder: Path, *, tiny: bool = False) -> Path:
    """Write the folders `bert` and `vit`; tiny encoders have 2 layers of width 32 and read 32 x 32 pixels."""
    torch.manual_seed(0)
    letters = [chr(code) for code in range(33, 127)]
    pieces = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters)]
    text = BertConfig(**({"vocab_size": len(pieces)} | TINY if tiny else {}))
    pieces += [f"[unused{number}]" for number in range(text.vocab_size - len(pieces))]
    tokenizer = BertTokenizer(vocab={piece: number for number, piece in enumerate(pieces)})
    tokenizer.save_pretrained(folder / "bert")
    BertModel(text).save_pretrained(folder / "bert")
    smaller: dict[str, Any] = {"image_size": 32, "patch_size": 8} | TINY
    image = ViTConfig(**(smaller if tiny else {}))
    ViTModel(image).save_pretrained(folder / "vit")
    side = {"height": image.image_size, "width": image.image_size}
    ViTImageProcessor(size=side).save_pretrained(folder / "vit")
    return folder
