"""The base of the models of X's JSON: unknown fields are ignored, and null counts as absent.

X adds fields at will and sends null for many.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class LenientModel(BaseModel):
    """A pydantic model that ignores unknown fields and fields that are null."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: inner for key, inner in value.items() if inner is not None}
        return value
