"""The format of `agreement.json` in the corpus folder: how far annotators agree.

The annotation wing measures the agreement, and the release wing copies it into the manifest and the card.
Annotators have the same names as in the corpus. The file contains no text of a post.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ..files.atomic_write import write_file
from ..files.given_file import read_whole
from ..labels import EntityType
from ..span import Span

AGREEMENT: Final = "agreement.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figure(_Frozen):
    """A measure and its 95 % bootstrap interval over posts; None if undefined.

    Attributes:
        value: the measure.
        low: lower bound of the interval.
        high: upper bound of the interval.
    """

    value: float | None
    low: float | None
    high: float | None


class GroupAgreement(_Frozen):
    """The agreement of all annotators on a group of posts or a kind of span.

    Attributes:
        posts: number of compared posts.
        spans: number of spans of all annotators together.
        f1: exact-span F1 over all pairs of annotators.
        fleiss_kappa: Fleiss' kappa of the BIO tags of tokens.
        alpha: Krippendorff's nominal alpha of the BIO tags of tokens.
        u_alpha: Krippendorff's unitizing alpha of the spans, with tokens as units of length.
    """

    posts: int
    spans: int
    f1: Figure
    fleiss_kappa: Figure
    alpha: Figure
    u_alpha: Figure


class PairAgreement(_Frozen):
    """The agreement of two annotators on the posts that both have done.

    Attributes:
        annotators: their names.
        posts: number of compared posts.
        spans: number of spans of each.
        precision: of the second annotator, with the first as gold.
        recall: of the second annotator, with the first as gold.
        f1: exact-span F1.
        cohen_kappa: Cohen's kappa of the BIO tags of tokens.
        alpha: as in `GroupAgreement`.
        u_alpha: as in `GroupAgreement`.
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
    """The same spans of a post from one or more annotators.

    Attributes:
        annotators: their names.
        spans: in code points of the clean text.
    """

    annotators: tuple[str, ...]
    spans: tuple[Span, ...]


class DividedPost(_Frozen):
    """A post on which annotators disagree.

    Attributes:
        post_id: the post.
        unmatched: number of spans that only one annotator of a pair has, averaged over pairs.
        f1: exact-span F1 over all pairs of annotators.
        readings: the different sets of spans, with the annotators of each.
    """

    post_id: str
    unmatched: float
    f1: float
    readings: tuple[Reading, ...]


class Work(_Frozen):
    """One annotator's work. Each post counts in its latest round.

    Attributes:
        done: number of posts done.
        skipped: number of posts skipped.
        compared: number of posts that another annotator has done too.
        seconds: median time on a done post, None if no time is known.
        broken: number of spans that break a rule of the guideline, by rule.
    """

    done: int
    skipped: int
    compared: int
    seconds: float | None = None
    broken: dict[str, int] = {}


class Outcome(_Frozen):
    """What annotators did with suggested spans. Kept, changed and deleted sum to the suggested spans.

    Attributes:
        kept: suggested spans that stayed the same.
        changed: suggested spans with a new position or type.
        deleted: suggested spans that were deleted.
        added: spans in places without a suggestion.
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
    """The numbers of annotated posts. Each post counts once, so `annotated` is the sum of the others.

    Attributes:
        annotated: posts with any annotation.
        compared: done by at least two annotators.
        skipped: done by fewer than two because an annotator skipped the post.
        single: done by one annotator.
        outdated: done by fewer than two because the text has changed since.
        not_kept: no longer kept in the corpus.
    """

    annotated: int
    compared: int
    skipped: int
    single: int
    outdated: int
    not_kept: int


class Agreement(_Frozen):
    """All measures of a corpus.

    Attributes:
        tokenizer: version of the tokenizer.
        resamples: number of bootstrap resamples.
        seed: seed of the bootstrap.
        annotators: work by annotator.
        posts: numbers of posts.
        overall: agreement on all spans.
        any_type: agreement if all types are taken as one, so that only positions count.
        by_type: agreement on each type alone.
        by_images: agreement on the posts with each number of images.
        by_pair: agreement of each pair of annotators.
        confusions: see docs/explain/agreement.md.
        divided: the posts on which annotators disagree most.
        suggestions: what annotators did with suggested spans, by source of the suggestions.
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
    """Write `agreement.json` into a corpus folder by an atomic rename, and return its path.

    Raises:
        DataError: the file cannot be written.
    """
    path = folder / AGREEMENT
    write_file(path, agreement.model_dump_json(indent=2) + "\n", is_private=True)
    return path


def drop_divided(folder: Path, posts: Set[str]) -> None:
    """Remove the annotators' spans of these posts from `agreement.json`, if it exists and can be read."""
    try:
        agreement = Agreement.model_validate_json(read_whole(folder / AGREEMENT))
    except (FileNotFoundError, ValidationError):
        return
    rest = tuple(one for one in agreement.divided if one.post_id not in posts)
    if len(rest) < len(agreement.divided):
        write_agreement(folder, agreement.model_copy(update={"divided": rest}))
