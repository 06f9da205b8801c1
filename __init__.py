"""mnerctl: make a multi-image multimodal named-entity dataset from social-media posts.

Every name of `mnerctl.api` is offered here; that module is loaded when the first one is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Return a name of `mnerctl.api`, whatever name this module was imported under."""
    from importlib import import_module

    # dunder names are asked for by import itself, before there is an api to ask
    api = None if name.startswith("__") else import_module("mnerctl.api")
    if api is None or name not in api.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(api, name)


def __dir__() -> list[str]:
    """Return the names of `mnerctl.api` beside the module's own."""
    from importlib import import_module

    return sorted({*globals(), *import_module("mnerctl.api").__all__})
