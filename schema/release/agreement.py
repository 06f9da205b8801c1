"""Agreement: how far annotators say the same, as `agreement.json` in the corpus folder keeps it.

The annotation wing measures it, the release wing copies it into manifest and card. It names annotators as
the corpus does and holds no text of a post. What it does not do: measure anything.
"""

from __future__ import annotations

import os
from collections.abc import Set
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import DataError
from ..labels import EntityType
from ..span import Span

AGREEMENT: Final = "agreement.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figure(_Frozen):
    """A measure and the bounds of its 95 % bootstrap interval over posts; None where undefined."""

    value: float | None
    low: float | None
    high: float | None


class GroupAgreement(_Frozen):
    """Everybody's agreement on a group of posts or a kind of span.

    posts: those compared. spans: of all their annotators together. f1: exact spans, over all pairs of
    annotators. fleiss_kappa, alpha (Krippendorff, nominal): BIO tags of tokens. u_alpha (Krippendorff,
    unitizing): spans on the line of tokens.
    """

    posts: int
    spans: int
    f1: Figure
    fleiss_kappa: Figure
    alpha: Figure
    u_alpha: Figure


class PairAgreement(_Frozen):
    """Two annotators' agreement on the posts that both have done.

    spans: of each. precision, recall: of the second, with the first as gold. cohen_kappa: BIO tags of tokens.
    """

    annotators: tuple[str, str]
    posts: int
    spans: tuple[int, int]
    precision: float | None
    recall: float | None
    f1: Figure
    cohen_kappa: Figure
    alpha: Figure
    u_alpha: Figure


class Reading(_Frozen):
    """What some annotators alike say of a post; spans in code points of its clean text."""

    annotators: tuple[str, ...]
    spans: tuple[Span, ...]


class DividedPost(_Frozen):
    """A post that divides people. unmatched: spans that the other has not, on average of two annotators."""

    post_id: str
    unmatched: float
    f1: float
    readings: tuple[Reading, ...]


class Work(_Frozen):
    """One annotator's posts, each in the latest round: done, skipped, and done by somebody else too.

    seconds: the median time on a done post, None where no time is known. broken: how many spans break
    each rule of the guideline, of the rules that any breaks.
    """

    done: int
    skipped: int
    compared: int
    seconds: float | None = None
    broken: dict[str, int] = {}


class Outcome(_Frozen):
    """What became of suggested spans: kept as they were, changed in place or type, deleted. Their sum is
    all.

    added: what people marked where nothing was suggested.
    """

    kept: int = 0
    changed: int = 0
    deleted: int = 0
    added: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            kept=self.kept + other.kept,
            changed=self.changed + other.changed,
            deleted=self.deleted + other.deleted,
            added=self.added + other.added,
        )


class PostCounts(_Frozen):
    """The annotated posts, each in one place: `annotated` is the sum of the others.

    compared: done by two annotators or more. skipped: fewer, because somebody skipped it. single: done
    by one. outdated: fewer than two, because the text has changed since. not_kept: gone from the corpus.
    """

    annotated: int
    compared: int
    skipped: int
    single: int
    outdated: int
    not_kept: int


class Agreement(_Frozen):
    """All measures. any_type: as if there were one type only, so that it tells of places alone. by_type:
    as if only that type had been marked. confusions: docs/explain/agreement.md. suggestions: by source,
    what people did with what they were shown beforehand.
    """

    tokenizer: str
    resamples: int
    seed: int
    annotators: dict[str, Work]
    posts: PostCounts
    overall: GroupAgreement
    any_type: GroupAgreement
    by_type: dict[EntityType, GroupAgreement]
    by_images: dict[int, GroupAgreement]
    by_pair: tuple[PairAgreement, ...]
    confusions: dict[EntityType, dict[str, int]]
    divided: tuple[DividedPost, ...]
    suggestions: dict[str, Outcome] = {}


def write_agreement(folder: Path, agreement: Agreement) -> Path:
    """Puts `agreement.json` into a corpus folder, whole or not at all.

    Raises DataError where the disk refuses.
    """
    path = folder / AGREEMENT
    partial = path.with_suffix(".partial")
    try:
        partial.write_text(agreement.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}", "check the folder's permissions and space"
        ) from error
    return path


def drop_divided(folder: Path, posts: Set[str]) -> None:
    """What annotators said of these posts leaves `agreement.json`, where there is one that can be read."""
    try:
        agreement = Agreement.model_validate_json((folder / AGREEMENT).read_bytes())
    except (FileNotFoundError, ValidationError):
        return
    rest = tuple(one for one in agreement.divided if one.post_id not in posts)
    if len(rest) < len(agreement.divided):
        write_agreement(folder, agreement.model_copy(update={"divided": rest}))
