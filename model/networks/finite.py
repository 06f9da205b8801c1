"""Stop where a number is not finite: NaN and infinity spread to all weights, and then mean nothing.

Each error names what is not finite, where it was found, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import torch
from torch import Tensor, nn

from ...schema import DataError
from .tagger import BuiltSystem

MAX_NAMED = 3
ENCODERS = "give other encoders with --text-encoder or --image-encoder"


def not_finite(tensors: Iterable[tuple[str, Tensor | None]]) -> list[str]:
    """Return the names of the tensors that have a NaN or an infinity."""
    return [
        name
        for name, tensor in tensors
        if tensor is not None
        and tensor.is_floating_point()
        and not _stored(tensor).isfinite().all()
    ]


def _stored(tensor: Tensor) -> Tensor:
    """Return the numbers that a tensor stores; a sparse one stores only some of its rows."""
    return tensor.coalesce().values() if tensor.is_sparse else tensor


def refuse_weights(model: nn.Module, where: str, hint: str = ENCODERS) -> None:
    """Check every weight and every other stored number of a model.

    Args:
        model: the model.
        where: when or where this is checked, the first words of the message.
        hint: what to do.

    Raises:
        DataError: some are not finite.
    """
    tensors = model.state_dict()
    if bad := not_finite(tensors.items()):
        raise DataError(
            f"{where}: {len(bad)} of {len(tensors)} tensors of the model are not finite: {named(bad)}",
            hint,
        )


def refuse_gradients(model: nn.Module, norm: Tensor, posts: Sequence[str], where: str) -> None:
    """Check the gradients of a step before they change the weights.

    Args:
        model: the model.
        norm: (), the norm of all gradients before they are clipped.
        posts: ids of posts of the step whose loss is not finite.
        where: epoch and step.

    Raises:
        DataError: a loss or a gradient is not finite.
    """
    if norm.isfinite() and not posts:
        return
    bad = not_finite((name, weight.grad) for name, weight in model.named_parameters())
    found = f"the loss of {_posts(posts)}" if posts else f"the gradient of {named(bad)}"
    raise DataError(
        f"{where}: {found} is not finite; the weights were not changed",
        "look at these posts, try --precision float32, or " + ENCODERS if posts else ENCODERS,
    )


@torch.no_grad()
def posts_without_finite_loss(
    built: BuiltSystem, batch: Mapping[str, Tensor], ids: Sequence[str]
) -> list[str]:
    """Return the ids of the posts of a batch whose own loss is not finite; all if none is alone.

    Args:
        built: the system.
        batch: the arguments of the model's forward, with one row per post.
        ids: the ids of the posts.
    """
    found = []
    for row, post in enumerate(ids):
        alone = {name: tensor[row : row + 1] for name, tensor in batch.items()}
        if not built.model(**alone).loss.isfinite():
            found.append(post)
    return found or list(ids)


def named(names: Sequence[str]) -> str:
    """Return the first few names, and how many others there are."""
    rest = f" and {len(names) - MAX_NAMED} others" if len(names) > MAX_NAMED else ""
    return ", ".join(islice(names, MAX_NAMED)) + rest


def _posts(ids: Sequence[str]) -> str:
    return f"post{'s' if len(ids) > 1 else ''} {named(ids)}"
