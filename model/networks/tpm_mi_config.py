"""The configuration of TPM-MI: what must be known to build the model again without any hub.

The defaults of the image path are those of Huang et al. (MNER-MI, LREC-COLING 2024) as published:
ViT-B/16 vectors of width 768, four images, one post-norm Transformer layer with 8 heads and a
feed-forward width of 2048. Here are no training options and no paths.
"""

from __future__ import annotations

from typing import Any, Literal

from transformers import PretrainedConfig

from ...schema.labels import LABELS


class TpmMiConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Options of `TpmMi`. The two encoders' own configurations are nested as plain dicts.

    text: the text encoder's configuration (`to_dict()`, with its `model_type`).
    image_encoder: that of an image encoder trained as part of the model, or None where images come
        as vectors that were computed before.
    image_width: width of an image vector, d_v.
    max_images: slots with a learned temporal position.
    use_images: False makes a plain text tagger (encoder, linear, CRF) with no image path at all.
    decoder: "crf", or "softmax" for tags that do not know each other.
    use_gate: True gives each image a learned weight (`image_gate.py`).
    use_position: False leaves the temporal positions out: an ablation, images become a set.
    temporal_width: None: the temporal Transformer works in d_v on raw vectors (the paper).
        A number: vectors are first standardised by those of the training pictures and projected
        to it (ours, for frozen features).
    temporal_layers, temporal_heads, temporal_ffn: the temporal Transformer.
    dropout: of hidden states, in the text encoder and before the linear layer that scores tags.
    attention_dropout: of what words and images see, in the text encoder's attention and in the
        temporal Transformer.
    initializer_range: deviation of fresh weights; with .02 the prompts begin so small that the
        types of made posts are not learned in a few epochs. position_range: that of the temporal
        positions, on the scale of standardised vectors; beginning near 0 they are not learned either.
    """

    model_type = "tpm_mi"

    def __init__(
        self,
        *,
        text: dict[str, Any] | None = None,
        image_encoder: dict[str, Any] | None = None,
        image_width: int = 768,
        max_images: int = 4,
        use_images: bool = True,
        decoder: Literal["crf", "softmax"] = "crf",
        use_gate: bool = False,
        use_position: bool = True,
        temporal_width: int | None = None,
        temporal_layers: int = 1,
        temporal_heads: int = 8,
        temporal_ffn: int = 2048,
        dropout: float = 0.1,
        attention_dropout: float = 0.1,
        initializer_range: float = 0.05,
        position_range: float = 1.0,
        **kwargs: Any,
    ) -> None:
        self.text = text
        self.image_encoder = image_encoder
        self.image_width = image_width
        self.max_images = max_images
        self.use_images = use_images
        self.decoder = decoder
        self.use_gate = use_gate
        self.use_position = use_position
        self.temporal_width = temporal_width
        self.temporal_layers = temporal_layers
        self.temporal_heads = temporal_heads
        self.temporal_ffn = temporal_ffn
        self.dropout = dropout
        self.attention_dropout = attention_dropout
        self.initializer_range = initializer_range
        self.position_range = position_range
        kwargs.setdefault("id2label", dict(enumerate(LABELS)))
        kwargs.setdefault("label2id", {label: index for index, label in enumerate(LABELS)})
        super().__init__(**kwargs)
