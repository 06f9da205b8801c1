"""The facts of a dataset that only its maker knows: the table `[card]` of `mnerctl.toml`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class CardFacts(BaseModel):
    """The facts on the dataset card that cannot be counted. The card shows an empty one as not known.

    Attributes:
        title: title of the dataset.
        authors: names of the authors.
        contact: whom people ask to withdraw a post.
        homepage: address of the dataset.
        licence: an SPDX id, or a sentence.
        languages: codes such as `en`.
        citation: how to cite the dataset.
        motivation: why the dataset was made.
        collection: how the posts were chosen.
        annotators: who they were, and how they were trained and paid.
        limits: what the data are not good for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = ""
    authors: tuple[str, ...] = ()
    contact: str = ""
    homepage: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ()
    citation: str = ""
    motivation: str = ""
    collection: str = ""
    annotators: str = ""
    limits: str = ""
