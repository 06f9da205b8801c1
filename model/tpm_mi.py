"""TPM-MI: a tweet's images, in their order, as prompts in every layer of its text encoder.

Huang et al., "MNER-MI", LREC-COLING 2024, in the order of the paper's figure:

    C = V + T                V: a vector for each image; T: learned, one for each slot in time
    U = Transformer(C)       over the images of one tweet
    P^l = W_p^l U            a prompt for each image and layer l of the text encoder (`prompt.py`)
    Y = CRF(W H)             H: the encoder's state of each word's first subword (`crf.py`)

The published code differs from its paper (it attends across the tweets of a batch, never masks
absent images, and shares one MLP for all W_p^l); this is the paper's model, with absent images
masked, so that a prediction depends on its own tweet alone. Without images it is plain BERT-CRF.

Ours, not the paper's: `temporal_width` (standardised vectors, projected, for V), the scale on which T
begins (`position_range`), and CLS in place of ViT's pooler, which its checkpoint leaves untrained.
No loading of hub weights, no device, no loop.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers import initialization as init

from ..schema.errors import DataError
from ..schema.labels import LABELS
from .config import TpmMiConfig
from .crf import Crf
from .encoders import drop_pooler, pooled
from .prompt import NAME, ImagePath, takes_prompts
from .softmax import Softmax
from .tagger import Tagger, TaggerOutput


class TpmMi(Tagger):
    """The model. Build it from encoders (`from_encoders`) or a saved folder (`from_pretrained`)."""

    config_class = TpmMiConfig
    base_model_prefix = "text"
    encoders = ("text.", "image_encoder.")
    main_input_name = "input_ids"
    supports_gradient_checkpointing = True
    _supports_sdpa = True

    def __init__(self, config: TpmMiConfig) -> None:
        super().__init__(config)
        text_config = AutoConfig.for_model(**(config.text or {"model_type": "bert"}))
        self.text = _built(text_config, attn_implementation=NAME)
        width = text_config.hidden_size
        self.image_encoder: PreTrainedModel | None = None
        self.image_path: ImagePath | None = None
        if config.use_images:
            if config.image_encoder is not None:
                image_config = AutoConfig.for_model(**config.image_encoder)
                self.image_encoder = _built(image_config)
            layers = text_config.num_hidden_layers
            self.image_path = ImagePath(config, layers=layers, text_width=width)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(width, len(LABELS))
        self.decoder = Crf() if config.decoder == "crf" else Softmax()
        self.post_init()  # type: ignore[no-untyped-call]

    @classmethod
    def from_encoders(
        cls,
        text: PreTrainedModel,
        config: TpmMiConfig,
        *,
        image: PreTrainedModel | None = None,
    ) -> TpmMi:
        """A model with the weights of these encoders, copied; the rest, and all dropout, is `config`'s.

        `config.text` and, where `image` is given to be trained too, `config.image_encoder` are set.
        """
        if not takes_prompts(text):
            raise DataError(
                f"text encoder of type {text.config.model_type!r}: wanted one built like BERT",
                "give a Bert, Roberta or Electra model with --text-encoder",
            )
        config.text = _portable(text) | {
            "hidden_dropout_prob": config.dropout,
            "attention_probs_dropout_prob": config.attention_dropout,
        }
        config.image_encoder = _portable(image) if image is not None else None
        model = cls(config)
        for part, source in ((model.text, text), (model.image_encoder, image)):
            if part is not None and source is not None:
                weights = source.state_dict()
                part.load_state_dict({name: weights[name] for name in part.state_dict()})
        return model

    def forward(
        self,
        input_ids: Tensor,  # (batch, subwords)
        attention_mask: Tensor,  # (batch, subwords), 1 where not padding
        word_index: Tensor,  # (batch, words), the position of each word's first subword
        word_mask: Tensor,  # (batch, words) bool
        image_features: Tensor | None = None,  # (batch, images, d_v)
        image_mask: Tensor | None = None,  # (batch, images) bool
        pixel_values: Tensor | None = None,  # (batch, images, 3, height, width)
        labels: Tensor | None = None,  # (batch, words), -100 outside the words
    ) -> TaggerOutput:
        """Tag scores of each word, and the loss where labels are given."""
        prompts = self._prompts(image_features, image_mask, pixel_values)
        hidden = self.text(
            input_ids=input_ids, attention_mask=attention_mask, **prompts
        ).last_hidden_state  # (batch, subwords, d_t)
        index = word_index.unsqueeze(2).expand(-1, -1, hidden.shape[2])
        words = hidden.gather(1, index)  # (batch, words, d_t)
        emissions = self.head(self.dropout(words))  # (batch, words, 9)
        return self.scored(emissions, word_mask, labels)

    def _prompts(
        self, features: Tensor | None, mask: Tensor | None, pixels: Tensor | None
    ) -> dict[str, Tensor]:
        """What the encoder's forward gets: nothing, or prompts and their mask."""
        if self.image_path is None or (features is None and pixels is None):
            return {}
        if mask is None:
            raise ValueError("images without image_mask: wanted (batch, images), True for present")
        mask = mask.bool()
        if pixels is not None:
            if self.image_encoder is None:
                raise ValueError("pixel_values need config.image_encoder; give image_features")
            chosen = mask.clone()
            chosen[0, 0] = True  # never none, so that every parameter takes part in every step
            found = pooled(self.image_encoder(pixel_values=pixels[chosen]))  # (chosen, d_v)
            features = found.new_zeros(*mask.shape, found.shape[1])  # (batch, images, d_v)
            features = features.masked_scatter(chosen.unsqueeze(2), found)
        return {"prompts": self.image_path(features, mask), "prompt_mask": mask}

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, ImagePath) and module.position is not None:
            init.normal_(module.position, std=self.config.position_range)
        if isinstance(module, Crf):
            for parameter in module.parameters():
                init.uniform_(parameter, -0.1, 0.1)


def _built(config: PretrainedConfig, **options: Any) -> PreTrainedModel:
    """A fresh encoder, without a pooler over CLS."""
    model = AutoModel.from_config(config, **options)  # type: ignore[no-untyped-call]
    return drop_pooler(cast(PreTrainedModel, model))


def _portable(model: PreTrainedModel) -> dict[str, Any]:
    """A model's configuration without the path it was loaded from."""
    return {key: value for key, value in model.config.to_dict().items() if key != "_name_or_path"}
