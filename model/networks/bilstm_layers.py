"""The layers of the BiLSTM-CRF network: a BiLSTM, and two networks that read the characters of a word.

No layer reads padding, so a word or a text gets the same states in any batch.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from .bilstm_config import PADDING, WordTaggerConfig

CNN_WINDOW: Final = 3


class BiLstm(nn.Module):
    """Two LSTMs, one from each end of a sequence. Twice as fast as torch's BiLSTM on packed sequences."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.onward = nn.LSTM(width, hidden, batch_first=True)
        self.back = nn.LSTM(width, hidden, batch_first=True)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the states of both directions at each position.

        Args:
            x: (n, longest, width).
            lengths: (n,); positions from the length on are not read.

        Returns:
            (n, longest, 2 hidden).
        """
        positions = torch.arange(x.shape[1], device=x.device)  # (longest,)
        reverse = lengths.unsqueeze(1) - 1 - positions  # (n, longest), negative beyond the length
        reverse = torch.where(reverse < 0, positions, reverse).unsqueeze(2)  # padding stays last
        back, _ = self.back(x.gather(1, reverse.expand_as(x)))
        back = back.gather(1, reverse.expand_as(back))
        return torch.cat([self.onward(x)[0], back], dim=2)


class CharacterCnn(nn.Module):
    """Filters over windows of characters, and the maximum of each (Ma & Hovy 2016, section 2.1)."""

    def __init__(self, config: WordTaggerConfig) -> None:
        super().__init__()
        self.width = config.character_features
        self.letters = nn.Embedding(config.characters, config.character_width, padding_idx=PADDING)
        self.dropout = nn.Dropout(config.dropout)
        self.filters = nn.Conv1d(
            config.character_width, self.width, CNN_WINDOW, padding=CNN_WINDOW // 2
        )

    def forward(self, characters: Tensor) -> Tensor:
        """Return (words, width) for (words, characters); windows centred on padding are ignored."""
        x = self.dropout(self.letters(characters))  # (words, characters, d)
        found: Tensor = self.filters(x.transpose(1, 2))  # (words, width, characters)
        padding = (characters == PADDING).unsqueeze(1)  # (words, 1, characters)
        return found.masked_fill(padding, float("-inf")).amax(2)


class CharacterLstm(nn.Module):
    """The last states of a BiLSTM, one from each end of the word (Lample et al. 2016, section 4.1)."""

    def __init__(self, config: WordTaggerConfig) -> None:
        super().__init__()
        self.width = 2 * config.character_features
        self.letters = nn.Embedding(config.characters, config.character_width, padding_idx=PADDING)
        self.lstm = BiLstm(config.character_width, config.character_features)

    def forward(self, characters: Tensor) -> Tensor:
        """Return (words, width) for (words, characters)."""
        lengths = (characters != PADDING).sum(1)  # (words,)
        states = self.lstm(self.letters(characters), lengths)  # (words, characters, width)
        onward, back = states.chunk(2, dim=2)
        rows = torch.arange(len(lengths), device=lengths.device)
        return torch.cat([onward[rows, lengths - 1], back[:, 0]], dim=1)
