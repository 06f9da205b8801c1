"""AdamW that updates only those rows of a word embedding that the batch has used.

A batch of 16 posts uses some 200 of 30,000 words. With a dense gradient, a step on the CPU would fill,
measure and update the whole table, which is half of all parameters of a small encoder. Rows without a
gradient stay as they are, and so do their moments (as in `torch.optim.SparseAdam`). All other parameters
are updated as in `torch.optim.AdamW` (Loshchilov and Hutter 2019), and the stored state has the same form.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn

from ..machine import processes
from ..networks.tagger import Tagger

MIN_ROWS: Final = 2000
"""Rows of the smallest table that is worth it."""


class RowAdamW(torch.optim.AdamW):
    """AdamW for dense gradients and for sparse ones, whose rows alone are updated."""

    def __init__(self, groups: Any, **settings: Any) -> None:
        super().__init__(groups, fused=True, **settings)

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Update all parameters that have a gradient; the sparse gradients must be coalesced."""
        held: list[tuple[Tensor, Tensor]] = []
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None and parameter.grad.is_sparse:
                    held.append((parameter, parameter.grad))
                    self._update_rows(parameter, group)
                    parameter.grad = None
        result = super().step(closure)
        for parameter, gradient in held:
            parameter.grad = gradient
        return result

    def _update_rows(self, parameter: Tensor, group: dict[str, Any]) -> None:
        """Update the rows of a table that have a gradient."""
        gradient = parameter.grad
        assert gradient is not None
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros((), dtype=torch.float32)
            state["exp_avg"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        rows, values = gradient.indices()[0], gradient.values()  # (rows,), (rows, width)
        tables = [parameter, state["exp_avg"], state["exp_avg_sq"]]
        parts = [table[rows] for table in tables]
        state["step"] += 1
        beta1, beta2 = group["betas"]
        torch._fused_adamw_(
            [parts[0]],
            [values],
            [parts[1]],
            [parts[2]],
            [],
            [state["step"]],
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )
        for table, part in zip(tables, parts, strict=True):
            table.index_copy_(0, rows, part)


def use_sparse_embeddings(model: Tagger) -> None:
    """Give the large word embeddings of pretrained encoders sparse gradients, where that saves time.

    A GPU fills and updates a table in no time, and several processes can only add up dense gradients.
    """
    if processes.count() > 1 or torch.cuda.is_available():
        return
    for name, module in model.named_modules():
        is_large = isinstance(module, nn.Embedding) and module.num_embeddings >= MIN_ROWS
        if is_large and name.startswith(model.encoders):
            module.sparse = True


def coalesce_gradients(model: nn.Module) -> list[Tensor]:
    """Return what the gradients of a model store, with one row for each row of a sparse gradient."""
    found = []
    for parameter in model.parameters():
        if parameter.grad is not None and parameter.grad.is_sparse:
            parameter.grad = parameter.grad.coalesce()
            found.append(parameter.grad.values())
        elif parameter.grad is not None:
            found.append(parameter.grad)
    return found
