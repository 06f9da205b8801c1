"""The facts of a dataset that no file holds, only its maker knows: the table `[card]` of `mnerctl.toml`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class CardFacts(BaseModel):
    """What the dataset card says beyond what is counted. What is empty is shown as not known.

    contact: whom people ask to withdraw a post. languages: codes such as `en`. collection: how the posts were
    chosen. annotators: who they were, how trained and paid. limits: what the data are not good for.
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
