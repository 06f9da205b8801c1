"""TPM-MI as its published code behaves, defects included: for comparison, not for use.

These behaviours of JinFish/MNER-MI (the code of Huang et al., MNER-MI, LREC-COLING 2024) are
reproduced:

- The Transformer over images takes (tweets, images, d_v) for (images, tweets, d_v): image t of a tweet
  attends to image t of the other tweets in the batch, and never to the other images of its own tweet.
- Every tweet has `max_images` prompts. A slot without a picture holds zeros and is attended to.
- One network for all layers makes keys and values from the states (d_v, 1024, tanh, layers x 2 x d_t);
  the paper has a projection W_p^l for each layer.
- The prompts come before the words as a cached past, so the positions of the words start at `max_images`.
- The CRF allows every transition; an `I-` tag that continues nothing belongs to no entity when scored.

These are not reproduced: ViT's pooler ([CLS] is used instead, as in `tpm_mi.py`), the tenth label `X` on
subwords, [CLS] and [SEP] inside the CRF (here it runs over the first subwords of words), gold labels cut
with texts that are too long. The training loop has the settings of the preset (`systems/preset.py`);
tests/benchmarks/step.py has the published steps.

A prediction depends on the other tweets of its batch. `tag` sorts texts by length, so the same records in
the same order get the same predictions; in another order they may not.
"""

from __future__ import annotations

from inspect import signature
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, DynamicCache, PretrainedConfig, PreTrainedModel
from transformers import initialization as init

from ...schema.errors import DataError
from ...schema.labels import LABELS
from .crf import Crf
from .encoder_tagger import EncoderTagger, build_encoder, head_dropout
from .pooling import pooled_output
from .tagger import TaggerOutput

PREFIX_WIDTH = 1024


def refuse_without_past(model: PreTrainedModel) -> None:
    """Check that an encoder takes keys and values from before the text; its weights are not read.

    Raises:
        DataError: it does not.
    """
    if "past_key_values" not in signature(model.forward).parameters:
        raise DataError(
            f"text encoder of type {model.config.model_type!r} cannot take the prompts of tpm-mi-legacy",
            "train bert-crf or bert, which take any text encoder, or give one like BERT, RoBERTa or"
            " ELECTRA with --text-encoder",
        )


class LegacyConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Options of `TpmMiLegacy`; they have the meaning that they have in `TpmMiConfig`."""

    model_type = "tpm_mi_legacy"

    def __init__(
        self,
        *,
        text: dict[str, Any] | None = None,
        image_encoder: dict[str, Any] | None = None,
        image_width: int = 768,
        max_images: int = 4,
        dropout: float = 0.1,
        head_dropout: float | None = None,
        attention_dropout: float = 0.1,
        initializer_range: float | None = 0.02,
        **kwargs: Any,
    ) -> None:
        self.text = text
        self.image_encoder = image_encoder
        self.image_width = image_width
        self.max_images = max_images
        self.dropout = dropout
        self.head_dropout = head_dropout
        self.attention_dropout = attention_dropout
        self.initializer_range = initializer_range
        kwargs.setdefault("id2label", dict(enumerate(LABELS)))
        kwargs.setdefault("label2id", {label: index for index, label in enumerate(LABELS)})
        super().__init__(**kwargs)


class TpmMiLegacy(EncoderTagger):
    """The TPM-MI model of the published code.

    Input: subword numbers (batch, subwords), and image vectors (batch, images, d_v) or pixels
    (batch, images, 3, height, width). Output: scores of the 9 tags for each word, (batch, words, 9).

    Attributes:
        blank: (d_v,), the vector that a frozen image encoder gives a picture of zeros (mean grey).
    """

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
        # without batch_first: the defect of the published code that is described above
        self.temporal = nn.TransformerEncoderLayer(width, nhead=8)
        self.prefix = nn.Sequential(
            nn.Linear(width, PREFIX_WIDTH),
            nn.Tanh(),
            nn.Linear(PREFIX_WIDTH, text.num_hidden_layers * 2 * text.hidden_size),
        )
        self.dropout = head_dropout(config)
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
        image_mask: Tensor | None = None,  # (batch, images) bool: True where there is a picture
        pixel_values: Tensor
        | None = None,  # (batch, images, 3, height, width), 0 without a picture
        labels: Tensor | None = None,  # (batch, words), -100 outside the words
    ) -> TaggerOutput:
        """Return tag scores of each word, and the loss if labels are given."""
        vectors = self._vectors(len(input_ids), image_features, image_mask, pixel_values)
        states = self.temporal(vectors + self.position)  # attends over the first axis: tweets
        images = vectors.shape[1]
        visible = nn.functional.pad(attention_mask.bool(), (images, 0), value=True)
        positions = torch.arange(images, images + input_ids.shape[1], device=input_ids.device)
        hidden = self.text(
            input_ids=input_ids,
            attention_mask=visible[:, None, None, :].expand(-1, 1, input_ids.shape[1], -1),
            position_ids=positions.expand_as(input_ids),
            past_key_values=self._past(states),
        ).last_hidden_state  # (batch, subwords, d_t)
        index = word_index.unsqueeze(2).expand(-1, -1, hidden.shape[2])
        emissions = self.head(self.dropout(hidden.gather(1, index)))  # (batch, words, 9)
        return self.make_output(emissions, word_mask, labels)

    def _vectors(
        self, batch: int, features: Tensor | None, mask: Tensor | None, pixels: Tensor | None
    ) -> Tensor:
        """Return (batch, images, d_v), with the vector of a blank picture in empty slots."""
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
        """Return keys and values of every layer for the states (batch, images, d_v)."""
        layers, heads = self.text.config.num_hidden_layers, self.text.config.num_attention_heads
        prefix = cast(Tensor, self.prefix(states))  # (batch, images, layers x 2 x d_t)
        batch, images, _ = prefix.shape
        prefix = prefix.view(batch, images, layers, 2, heads, -1).permute(2, 3, 0, 4, 1, 5)
        cache = DynamicCache()
        for number, (keys, values) in enumerate(prefix):  # (batch, heads, images, head width)
            cache.update(keys, values, number)
        return cache

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, TpmMiLegacy):
            init.normal_(module.position)
