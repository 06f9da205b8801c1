"""TPM-MI: the images of a tweet, in order, as prompts in every layer of its text encoder.

Huang et al., "MNER-MI", LREC-COLING 2024, in the order of the paper's figure:

    C = V + T                V: a vector for each image; T: learned, one for each position in time
    U = Transformer(C)       over the images of one tweet
    P^l = W_p^l U            a prompt for each image and layer l of the text encoder (`image_prompts.py`)
    Y = CRF(W H)             H: the encoder's state of each word's first subword (`crf.py`)

The published code differs from the paper: it attends across the tweets of a batch, never masks
absent images, and shares one MLP for all W_p^l (`tpm_mi_legacy.py`). This is the paper's model, with
absent images masked, so that a prediction depends on its own tweet alone. Without images it is plain
BERT-CRF.

Three things are not in the paper: `temporal_width` (vectors are standardized and projected before V),
the scale on which T starts (`position_range`), and [CLS] instead of ViT's pooler, which its checkpoint
leaves untrained. `inputs/pretrained.py` loads pretrained weights.
"""

from __future__ import annotations

from typing import Self, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, PreTrainedModel
from transformers import initialization as init

from ...schema.labels import LABELS
from .crf import Crf
from .encoder_tagger import EncoderTagger, build_encoder, head_dropout
from .image_gate import ImageGate, mean_embedding
from .image_prompts import ImagePath
from .pooling import pooled_output
from .prompt_attention import ATTENTION_NAME, number_prompts, refuse_without_prompts
from .softmax import Softmax
from .tagger import TaggerOutput
from .tpm_mi_config import TpmMiConfig


class TpmMi(EncoderTagger):
    """The TPM-MI model. Build it with `from_encoders`, or load a saved one with `from_pretrained`.

    Input: subword numbers (batch, subwords), and image vectors (batch, images, d_v) or pixels
    (batch, images, 3, height, width). Output: scores of the 9 tags for each word, (batch, words, 9).
    """

    config_class = TpmMiConfig
    prompts = ("image_path.", "gate.")
    supports_gradient_checkpointing = True
    _supports_sdpa = True

    def __init__(self, config: TpmMiConfig) -> None:
        super().__init__(config)
        text_config = AutoConfig.for_model(**(config.text or {"model_type": "bert"}))
        self.text = build_encoder(text_config, attn_implementation=ATTENTION_NAME)
        width = text_config.hidden_size
        self.image_encoder: PreTrainedModel | None = None
        self.image_path: ImagePath | None = None
        self.gate: ImageGate | None = None
        if config.use_images:
            if config.image_encoder is not None:
                image_config = AutoConfig.for_model(**config.image_encoder)
                self.image_encoder = build_encoder(image_config)
            layers = number_prompts(self.text)
            self.image_path = ImagePath(config, layers=layers, text_width=width)
            if config.use_gate:
                words = cast(nn.Embedding, self.text.get_input_embeddings())
                self.gate = ImageGate(
                    image_width=config.temporal_width or config.image_width,
                    word_width=words.embedding_dim,
                )
        self.dropout = head_dropout(config)
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
    ) -> Self:
        """Build a model with the weights of these encoders; see `EncoderTagger.from_encoders`.

        Raises:
            DataError: there are images, and this text encoder cannot take prompts.
        """
        if config.use_images:
            refuse_without_prompts(text)
        return super().from_encoders(text, config, image=image)

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
        """Return tag scores of each word, and the loss if labels are given."""
        prompts: dict[str, Tensor] = {}
        if self.image_path is not None and not (image_features is None and pixel_values is None):
            if image_mask is None:
                raise ValueError(
                    "images need image_mask, (batch, images), True where there is an image"
                )
            vectors = self._vectors(image_features, image_mask.bool(), pixel_values)
            prompts = self._prompts(vectors, image_mask.bool(), input_ids, attention_mask)
        hidden = self.text(
            input_ids=input_ids, attention_mask=attention_mask, **prompts
        ).last_hidden_state  # (batch, subwords, d_t)
        index = word_index.unsqueeze(2).expand(-1, -1, hidden.shape[2])
        words = hidden.gather(1, index)  # (batch, words, d_t)
        emissions = self.head(self.dropout(words))  # (batch, words, 9)
        output = self.make_output(emissions, word_mask, labels)
        if self.gate is not None:
            output.image_weights = (
                prompts["prompt_bias"].exp() * prompts["prompt_mask"]
                if prompts
                else emissions.new_zeros(len(emissions), self.config.max_images)
            )
        return output

    def _vectors(self, features: Tensor | None, mask: Tensor, pixels: Tensor | None) -> Tensor:
        """Return V, (batch, images, d_v): the given vectors, or those of the pictures that are present."""
        if pixels is None:
            return cast(Tensor, features)
        if self.image_encoder is None:
            raise ValueError("pixel_values need config.image_encoder; give image_features instead")
        chosen = mask.clone()
        chosen[0, 0] = True  # never empty, so that every parameter takes part in every step
        found = pooled_output(self.image_encoder(pixel_values=pixels[chosen]))  # (chosen, d_v)
        vectors = found.new_zeros(*mask.shape, found.shape[1])  # (batch, images, d_v)
        return vectors.masked_scatter(chosen.unsqueeze(2), found)

    def _prompts(
        self, vectors: Tensor, mask: Tensor, input_ids: Tensor, attention_mask: Tensor
    ) -> dict[str, Tensor]:
        """Return extra arguments of the text encoder's forward: prompts, their mask, and their bias."""
        path = cast(ImagePath, self.image_path)
        states = path.temporal_states(vectors, mask)  # U, (batch, images, width)
        arguments = {"prompts": path.prompts(states), "prompt_mask": mask}
        if self.gate is not None:
            words = self.text.get_input_embeddings()(input_ids)  # (batch, subwords, word width)
            arguments["prompt_bias"] = self.gate(states, mean_embedding(words, attention_mask))
        return arguments

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, ImagePath) and module.position is not None:
            init.normal_(module.position, std=self.config.position_range)
