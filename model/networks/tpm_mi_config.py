"""The configuration of TPM-MI: all that is needed to build the model again before loading weights.

The defaults of the image path are those that Huang et al. published (MNER-MI, LREC-COLING 2024):
ViT-B/16 vectors of width 768, four images, one post-norm Transformer layer with 8 heads and a
feed-forward width of 2048. Training options are in `systems/preset.py`.
"""

from __future__ import annotations

from typing import Any, Literal

from transformers import PretrainedConfig

from ...schema.labels import LABELS


class TpmMiConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Options of `TpmMi`. The configurations of the two encoders are nested as plain dicts.

    Attributes:
        text: the text encoder's configuration (`to_dict()`, with its `model_type`).
        image_encoder: the configuration of an image encoder that is trained as part of the model;
            None if images come as precomputed vectors.
        image_width: width of an image vector, d_v.
        max_images: number of image slots; each has a learned temporal position.
        use_images: False makes a plain text tagger (encoder, linear layer, decoder).
        decoder: "crf", or "softmax" for independent tags.
        use_gate: True gives each image a learned weight (`image_gate.py`).
        use_position: False leaves out the temporal positions (an ablation: images become a set).
        temporal_width: None runs the temporal Transformer in d_v on raw vectors, as in the paper.
            A number standardizes the vectors by those of the training pictures and projects them to
            that width (not in the paper; for frozen image encoders).
        temporal_layers: layers of the temporal Transformer.
        temporal_heads: attention heads of the temporal Transformer.
        temporal_ffn: feed-forward width of the temporal Transformer.
        dropout: dropout of hidden states in the text encoder.
        head_dropout: dropout before the linear layer that scores tags; None for `dropout`.
        attention_dropout: dropout of attention weights in the text encoder, and all dropout in the
            temporal Transformer.
        initializer_range: standard deviation of fresh weights; None for the initial weights of torch. With
            0.02 the prompts start so small that a few epochs do not teach the types of made posts.
        position_range: standard deviation of fresh temporal positions, relative to standardized
            vectors. If they start near 0, they are not learned either.
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
        head_dropout: float | None = None,
        attention_dropout: float = 0.1,
        initializer_range: float | None = 0.05,
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
        self.head_dropout = head_dropout
        self.attention_dropout = attention_dropout
        self.initializer_range = initializer_range
        self.position_range = position_range
        kwargs.setdefault("id2label", dict(enumerate(LABELS)))
        kwargs.setdefault("label2id", {label: index for index, label in enumerate(LABELS)})
        super().__init__(**kwargs)
