"""A linear-chain CRF over BIO tags: the negative log likelihood of a tag path, and the best path.

Lafferty et al. 2001 (the model); Lample et al. 2016, section 2.2 (as the last layer of a tagger);
Huang et al., MNER-MI, LREC-COLING 2024 (as the last layer of TPM-MI). This one differs in two ways:
transitions that break BIO are forbidden instead of learned, and all sums run in float32 (float64 for
float64 scores), under autocast too. It does not know about subwords. `tagging/span_probability.py`
computes the probabilities of spans.

In the shapes below, `n` is the number of labels. A mask may have gaps: words outside it are removed,
and the words around the gap become neighbours. A row without any word has loss 0 and an empty path.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...schema.labels import LABELS

FORBIDDEN = -1e4  # exp(-1e4) is 0 in float32 and float64, and unlike -inf it has gradients


def may_follow(label: str, before: str | None) -> bool:
    """Return whether BIO (IOB2) allows `label` after `before`, or at the start if that is None."""
    return not label.startswith("I-") or (before is not None and before[1:] == label[1:])


class Crf(nn.Module):
    """A CRF with learned scores of transitions, of the first tag and of the last tag."""

    forbidden: Tensor  # (n, n) bool, from x to
    forbidden_start: Tensor  # (n,) bool

    def __init__(self, labels: Sequence[str] = LABELS) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.empty(len(labels), len(labels)))  # from x to
        self.start = nn.Parameter(torch.empty(len(labels)))
        self.end = nn.Parameter(torch.empty(len(labels)))
        broken = [[not may_follow(label, before) for label in labels] for before in labels]
        self.register_buffer("forbidden", torch.tensor(broken))
        self.register_buffer(
            "forbidden_start", torch.tensor([not may_follow(label, None) for label in labels])
        )
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.1, 0.1)

    def negative_log_likelihood(self, emissions: Tensor, tags: Tensor, *, mask: Tensor) -> Tensor:
        """Return the loss of each sequence, (batch,), in float32.

        Args:
            emissions: (batch, words, n).
            tags: (batch, words) int; values outside the mask are not read.
            mask: (batch, words) bool.
        """
        with torch.autocast(emissions.device.type, enabled=False):
            start, transitions, end = self.chain_scores(emissions)
            order, mask = _words_first(mask)
            steps = _reorder(emissions, order, mask).to(end.dtype)  # (batch, words, n)
            tags = tags.gather(1, order).masked_fill(~mask, 0)  # (batch, words)
            last = mask.sum(1, keepdim=True).sub(1).clamp(min=0)  # (batch, 1)

            gold = steps.gather(2, tags.unsqueeze(2)).squeeze(2)  # (batch, words), 0 outside
            moves = transitions[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]  # (batch, words - 1)
            path = start[tags[:, 0]] + gold.sum(1) + moves.sum(1) + end[tags.gather(1, last)[:, 0]]

            alpha = start + steps[:, 0]  # (batch, n)
            alphas = [alpha]
            for step in steps.unbind(1)[1:]:
                alpha = torch.logsumexp(alpha.unsqueeze(2) + transitions, dim=1) + step
                alphas.append(alpha)
            total = torch.logsumexp(_at_last_word(alphas, last) + end, dim=1)  # (batch,)
            return (total - path) * mask[:, 0]

    @torch.no_grad()
    def decode(self, emissions: Tensor, mask: Tensor) -> list[list[int]]:
        """Return the best path of each sequence (Viterbi): a label index for each word in its mask.

        Args:
            emissions: (batch, words, n).
            mask: (batch, words) bool.
        """
        with torch.autocast(emissions.device.type, enabled=False):
            start, transitions, end = self.chain_scores(emissions)
            order, mask = _words_first(mask)
            steps = _reorder(emissions, order, mask).to(end.dtype)  # (batch, words, n)
            length = mask.sum(1, keepdim=True)  # (batch, 1)
            alpha = start + steps[:, 0]  # (batch, n)
            alphas, came_from = [alpha], []
            for step in steps.unbind(1)[1:]:
                best, before = (alpha.unsqueeze(2) + transitions).max(dim=1)  # both (batch, n)
                alpha = best + step
                alphas.append(alpha)
                came_from.append(before)
            last = (length - 1).clamp(min=0)
            final = (_at_last_word(alphas, last) + end).argmax(1, keepdim=True)  # (batch, 1)
            tag, path = final, [final]
            for position in range(len(came_from), 0, -1):
                # a row that ends before this position keeps its final tag until it is reached
                tag = torch.where(position <= last, came_from[position - 1].gather(1, tag), final)
                path.append(tag)
            rows = torch.cat(path[::-1], dim=1).tolist()
            return [row[:words] for row, words in zip(rows, length[:, 0].tolist(), strict=True)]

    def chain_scores(self, emissions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the scores of start (n,), transitions (n, n) and end (n,), in at least float32."""
        dtype = torch.promote_types(
            torch.promote_types(emissions.dtype, self.end.dtype), torch.float32
        )
        return (
            self.start.to(dtype).masked_fill(self.forbidden_start, FORBIDDEN),
            self.transitions.to(dtype).masked_fill(self.forbidden, FORBIDDEN),
            self.end.to(dtype),
        )


def _words_first(mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return the order that puts the words of a mask first, and the reordered mask: (batch, words)."""
    mask = mask.bool()
    order = mask.logical_not().to(torch.uint8).argsort(dim=1, stable=True)
    return order, mask.gather(1, order)


def _reorder(emissions: Tensor, order: Tensor, mask: Tensor) -> Tensor:
    """Return the emissions (batch, words, n) in that order, 0 outside the mask."""
    picked = emissions.gather(1, order.unsqueeze(2).expand_as(emissions))
    return picked.masked_fill(~mask.unsqueeze(2), 0.0)


def _at_last_word(alphas: list[Tensor], last: Tensor) -> Tensor:
    """Return the scores at the last word of each row, (batch, n).

    Args:
        alphas: one tensor (batch, n) for each word.
        last: (batch, 1), the position of the last word.
    """
    stacked = torch.stack(alphas, dim=1)  # (batch, words, n)
    return stacked.gather(1, last.unsqueeze(2).expand(-1, -1, stacked.shape[2])).squeeze(1)
