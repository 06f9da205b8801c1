"""Turn X's refusals into errors that say what the user can do.

Messages contain X's own words, a title or a detail, but never a header, because the token is in one.
"""

from __future__ import annotations

from typing import Final

import requests
import tweepy

from ...schema import RemoteError
from ..network.backoff import RUN_LATER
from ..network.token import TOKEN

NEXT_MONTH: Final = "run the same command again next month, or after the cap is raised"
UPGRADE: Final = "pip install --upgrade mnerctl    # X has changed its API again"


def refused_ids(error: tweepy.BadRequest) -> set[str]:
    """Return the ids that a response with HTTP 400 names as invalid."""
    try:
        errors = error.response.json()["errors"]
        return {str(value) for one in errors for value in one["parameters"].get("ids", ())}
    except (requests.JSONDecodeError, LookupError, TypeError, AttributeError):
        return set()


def refusal_of_status(error: tweepy.HTTPException) -> RemoteError:
    """Return the error for an HTTP status that stops the run, with a hint for the known ones."""
    status = error.response.status_code
    if status == requests.codes.unauthorized:
        return refusal("X does not accept the token", error, f"export {TOKEN}=...    # a valid one")
    if status == requests.codes.payment_required:
        hint = "add credits at developer.x.com, then run the same command again"
        return refusal("the account has no credits left", error, hint)
    if status == requests.codes.forbidden:
        hint = "check at developer.x.com what the token's project may do, then run the same command again"
        return refusal("X forbids the lookup", error, hint)
    return refusal("X refuses the lookup", error, RUN_LATER)


def refusal(what: str, error: tweepy.HTTPException, hint: str) -> RemoteError:
    """Return an error that quotes X's title or detail, with the token removed from it."""
    status = error.response.status_code
    words = "; ".join(str(word) for word in error.api_messages if word) or _title(error.response)
    sent = str(error.response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
    words = words.replace(sent or "\0", "(the token)")[:200]
    return RemoteError(f"{what} (HTTP {status}{': ' + words if words else ''})", hint)


def _title(response: requests.Response) -> str:
    """Return title and reason of an answer without detail, e.g. `Client Forbidden, client-not-enrolled`."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return ""
    words = [body.get("title"), body.get("reason")] if isinstance(body, dict) else []
    return ", ".join(str(word) for word in words if word)
