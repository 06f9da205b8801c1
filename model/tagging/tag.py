"""Tag records with a trained system, and compute probabilities of entities.

Results come in the order of the records. The result of a record depends only on the record itself, not on
the batch or the order (texts are sorted by length internally, to save padding).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor

from ...schema import LABELS, Record, Span, spans_from_tags
from ...schema.progress import OnCount, ignore_count
from ..networks.tagger import BuiltSystem, TaggerOutput
from .scored_span import ScoredSpan
from .span_probability import NoEntity, span_probabilities

BATCH = 32


def tag(
    built: BuiltSystem,
    records: Sequence[Record],
    *,
    batch_size: int = BATCH,
    on_count: OnCount = ignore_count,
) -> list[list[ScoredSpan]]:
    """Return the entities of each record; words beyond the system's length limit are O."""
    found: list[list[ScoredSpan]] = [[] for _ in records]
    decoder = deepcopy(built.model.decoder).to("cpu")
    done = 0
    for places, emissions, mask in _batches(built, records, batch_size):
        paths = decoder.decode(emissions, mask)
        spans = [spans_from_tags([LABELS[number] for number in path]) for path in paths]
        scores = span_probabilities(decoder, emissions, list(map(len, paths)), spans)
        for place, *row in zip(places, spans, scores, strict=True):
            found[place] = [ScoredSpan(*pair) for pair in zip(*row, strict=True)]
        done += len(places)
        on_count(done, len(records))
    return found


def probabilities_of(
    built: BuiltSystem, records: Sequence[Record], spans: Sequence[Sequence[Span | NoEntity]]
) -> list[list[float]]:
    """Return, for each record, the probability that the system gives to each of its given spans."""
    found: list[list[float]] = [[] for _ in records]
    decoder = deepcopy(built.model.decoder).to("cpu")
    for places, emissions, mask in _batches(built, records, BATCH):
        wanted = [spans[place] for place in places]
        scores = span_probabilities(decoder, emissions, mask.sum(1).tolist(), wanted)
        for place, row in zip(places, scores, strict=True):
            found[place] = row
    return found


def _batches(
    built: BuiltSystem, records: Sequence[Record], batch_size: int
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Yield places of the records, emissions (batch, words, 9) and the mask of words, on the CPU."""
    for places, batch, output in outputs(built, records, batch_size=batch_size):
        assert output.emissions is not None
        yield places, output.emissions.float().cpu(), batch["word_mask"].cpu()


@torch.no_grad()
def outputs(
    built: BuiltSystem, records: Sequence[Record], *, batch_size: int = BATCH
) -> Iterator[tuple[list[int], dict[str, Tensor], TaggerOutput]]:
    """Yield places of the records, their batch and the model's output, on the model's device."""
    if not records:
        return
    model = built.model
    was_training = model.training
    model.train(False)
    rows = built.reader.encode(records)
    order: list[int] = np.argsort(rows["length"], kind="stable").tolist()
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        batch = built.reader.collate([rows[place] for place in places])
        batch = {name: tensor.to(model.device) for name, tensor in batch.items()}
        batch.pop("labels")
        yield places, batch, model(**batch)
    model.train(was_training)
