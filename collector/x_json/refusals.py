"""What X says when it does not answer, and what a person can do about it.

Messages hold X's own words, a title or a detail; never a header, for that is where the token is.
"""

from __future__ import annotations

from typing import Final

import requests
import tweepy

from ...schema import RemoteError
from ..network.backoff import LATER
from ..network.token import TOKEN

MONTH: Final = "run the same command again when the month is over or the cap is raised"
NEWER: Final = "pip install --upgrade mnerctl    # X has changed its API again"


def refused_ids(error: tweepy.BadRequest) -> set[str]:
    """The values of the parameter `ids` that a 400 names."""
    try:
        errors = error.response.json()["errors"]
        return {str(value) for one in errors for value in one["parameters"].get("ids", ())}
    except (requests.JSONDecodeError, LookupError, TypeError, AttributeError):
        return set()


def stop_of(error: tweepy.HTTPException) -> RemoteError:
    status = error.response.status_code
    if status == requests.codes.unauthorized:
        return stop("X does not accept the token", error, f"export {TOKEN}=...    # a valid one")
    if status == requests.codes.payment_required:
        hint = "add credits at developer.x.com, then run the same command again"
        return stop("the account has no credits left", error, hint)
    if status == requests.codes.forbidden:
        hint = "see at developer.x.com what the token's project may do, then run the same command again"
        return stop("X forbids the lookup", error, hint)
    return stop("X refuses the lookup", error, LATER)


def stop(what: str, error: tweepy.HTTPException, hint: str) -> RemoteError:
    """A stop with X's own words: a title or detail, never a header."""
    status = error.response.status_code
    words = "; ".join(str(word) for word in error.api_messages if word) or _title(error.response)
    sent = str(error.response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
    words = words.replace(sent or "\0", "(the token)")[:200]
    return RemoteError(f"{what} (HTTP {status}{': ' + words if words else ''})", hint)


def _title(response: requests.Response) -> str:
    """What X says where it gives no detail: of a 403, `Client Forbidden, client-not-enrolled`."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return ""
    words = [body.get("title"), body.get("reason")] if isinstance(body, dict) else []
    return ", ".join(str(word) for word in words if word)
