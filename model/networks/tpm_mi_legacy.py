"""TPM-MI as its published code behaves, defects included: for comparison, never for use.

Read in JinFish/MNER-MI (the code of Huang et al., MNER-MI, LREC-COLING 2024) and done alike here:

- the Transformer over images takes (tweets, images, d_v) for (images, tweets, d_v): image t of a tweet
  attends to image t of the other tweets of the batch, never to the other images of its own;
- every tweet has `max_images` prompts: a slot without a picture holds zeros, and is attended to;
- one network for all layers makes keys and values of the states (d_v, 1024, tanh, layers x 2 x d_t),
  where the paper has a projection W_p^l for each layer;
- the prompts stand before the words as a cached past, so the words' positions begin at `max_images`;
- the CRF may take any transition; an `I-` that continues nothing is no entity when it is scored.

Not done alike: ViT's pooler (here CLS, as in `systems/multi_image/tpm_mi.py`), the tenth label `X` on subwords, [CLS]
and [SEP] inside the CRF (here the first subwords of words), gold that is cut with over-long texts, and how it
is trained (presets; the published habits of a step are in tests/benchmarks/step.py).
What it predicts for a tweet depends on the tweets beside it: `tag` sorts by length, so the same
records in the same order get the same answers, and others may not.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, DynamicCache, PretrainedConfig, PreTrainedModel
from transformers import initialization as init

from ...schema.labels import LABELS
from .crf import Crf
from .encoder_tagger import EncoderTagger, build_encoder
from .pooling import pooled_output
from .tagger import TaggerOutput

PREFIX_WIDTH = 1024


class LegacyConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Options of `TpmMiLegacy`: those of `TpmMiConfig` that it has, under the same names."""

    model_type = "tpm_mi_legacy"

    def __init__(
        self,
        *,
        text: dict[str, Any] | None = None,
        image_encoder: dict[str, Any] | None = None,
        image_width: int = 768,
        max_images: int = 4,
        dropout: float = 0.1,
        attention_dropout: float = 0.1,
        **kwargs: Any,
    ) -> None:
        self.text = text
        self.image_encoder = image_encoder
        self.image_width = image_width
        self.max_images = max_images
        self.dropout = dropout
        self.attention_dropout = attention_dropout
        kwargs.setdefault("id2label", dict(enumerate(LABELS)))
        kwargs.setdefault("label2id", {label: index for index, label in enumerate(LABELS)})
        super().__init__(**kwargs)


class TpmMiLegacy(EncoderTagger):
    """The model. blank: (d_v,), what a frozen encoder says of a picture of zeros, the grey mean."""

    config_class = LegacyConfig
    prompts = ("position", "temporal.", "prefix.")
    blank: Tensor

    def __init__(self, config: LegacyConfig) -> None:
        super().__init__(config)
        text = AutoConfig.for_model(**(config.text or {"model_type": "bert"}))
        self.text = build_encoder(text)
        self.image_encoder: PreTrainedModel | None = None
        if config.image_encoder is not None:
            self.image_encoder = build_encoder(AutoConfig.for_model(**config.image_encoder))
        width = config.image_width
        self.register_buffer("blank", torch.zeros(width))
        self.position = nn.Parameter(torch.empty(config.max_images, width))
        self.temporal = nn.TransformerEncoderLayer(
            width, nhead=8
        )  # batch_first is left out: see above
        self.prefix = nn.Sequential(
            nn.Linear(width, PREFIX_WIDTH),
            nn.Tanh(),
            nn.Linear(PREFIX_WIDTH, text.num_hidden_layers * 2 * text.hidden_size),
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(text.hidden_size, len(LABELS))
        self.decoder = Crf()
        self.decoder.forbidden.zero_()
        self.decoder.forbidden_start.zero_()
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: Tensor,  # (batch, subwords)
        attention_mask: Tensor,  # (batch, subwords), 1 where not padding
        word_index: Tensor,  # (batch, words), the position of each word's first subword
        word_mask: Tensor,  # (batch, words) bool
        image_features: Tensor | None = None,  # (batch, images, d_v)
        image_mask: Tensor | None = None,  # (batch, images) bool: which slots hold a picture
        pixel_values: Tensor | None = None,  # (batch, images, 3, height, width), 0 where none is
        labels: Tensor | None = None,  # (batch, words), -100 outside the words
    ) -> TaggerOutput:
        """Tag scores of each word, and the loss where labels are given."""
        vectors = self._vectors(len(input_ids), image_features, image_mask, pixel_values)
        states = self.temporal(vectors + self.position)  # attends over the first axis: tweets
        images = vectors.shape[1]
        seen = nn.functional.pad(attention_mask.bool(), (images, 0), value=True)
        places = torch.arange(images, images + input_ids.shape[1], device=input_ids.device)
        hidden = self.text(
            input_ids=input_ids,
            attention_mask=seen[:, None, None, :].expand(-1, 1, input_ids.shape[1], -1),
            position_ids=places.expand_as(input_ids),
            past_key_values=self._past(states),
        ).last_hidden_state  # (batch, subwords, d_t)
        index = word_index.unsqueeze(2).expand(-1, -1, hidden.shape[2])
        emissions = self.head(self.dropout(hidden.gather(1, index)))  # (batch, words, 9)
        return self.scored(emissions, word_mask, labels)

    def _vectors(
        self, batch: int, features: Tensor | None, mask: Tensor | None, pixels: Tensor | None
    ) -> Tensor:
        """(batch, images, d_v), of a blank picture where none is."""
        if self.image_encoder is not None:
            if pixels is None:
                side = self.image_encoder.config.image_size
                pixels = self.blank.new_zeros(batch, self.config.max_images, 3, side, side)
            found = pooled_output(self.image_encoder(pixel_values=pixels.flatten(0, 1)))
            return found.view(*pixels.shape[:2], -1)
        if features is None or mask is None:
            return self.blank.expand(batch, self.config.max_images, -1)
        return torch.where(mask.bool().unsqueeze(2), features, self.blank)

    def _past(self, states: Tensor) -> DynamicCache:
        """Keys and values of every layer for the states (batch, images, d_v)."""
        layers, heads = self.text.config.num_hidden_layers, self.text.config.num_attention_heads
        made = cast(Tensor, self.prefix(states))  # (batch, images, layers x 2 x d_t)
        batch, images, _ = made.shape
        made = made.view(batch, images, layers, 2, heads, -1).permute(2, 3, 0, 4, 1, 5)
        cache = DynamicCache()
        for number, (keys, values) in enumerate(made):  # (batch, heads, images, head width)
            cache.update(keys, values, number)
        return cache

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, TpmMiLegacy):
            init.normal_(module.position)
        if isinstance(module, Crf):
            for parameter in module.parameters():
                init.uniform_(parameter, -0.1, 0.1)
