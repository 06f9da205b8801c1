"""The source `x-api`: X's lookup of posts by id (API v2) through tweepy, one hundred at a time.

What tweepy does not do is done here: time-outs, waiting for rate limits, trying again after passing
faults, telling a rate limit from a spent month, and accounting for every id. The token comes from the
environment alone; tweepy's debug log, which prints it, stays off.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Literal

import requests
import tweepy

from ..schema import Image, RemoteError
from .media import Downloader
from .source import Answer, Missing
from .wire import guard
from .x_payload import answers_in

TOKEN: Final = "X_BEARER_TOKEN"
BATCH: Final = 100
TRIES: Final = 5
DOLLARS_A_POST: Final = 0.005
Dialect = Literal["tweet", "post"]
OnWait = Callable[[float, str], None]
"""Called before a wait with (seconds, why)."""

_FIELDS: Final = {
    "tweet": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,"
    "note_tweet,possibly_sensitive,referenced_tweets",
    "post": "attachments,author_id,conversation_id,created_at,entities,lang,note_post,"
    "possibly_sensitive",
}
_EXPANSIONS: Final = {
    "tweet": "attachments.media_keys,author_id",
    "post": "attachments.media_keys,author_id,edit_history_post_ids,referenced_posts.id",
}

logging.getLogger("tweepy").setLevel(logging.WARNING)


class XApi:
    """Posts by id from X. `images` says where pictures come from."""

    name = "x-api"

    def __init__(
        self,
        token: str,
        *,
        images: Downloader,
        loopback: str | None = None,
        dialect: Dialect = "tweet",
        on_wait: OnWait = lambda seconds, why: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = tweepy.Client(bearer_token=token, wait_on_rate_limit=False)
        guard(self._client.session, loopback)
        self._images = images
        self._dialect: Dialect = dialect
        self._on_wait = on_wait
        self._sleep = sleep

    def posts(self, ids: Sequence[str]) -> Iterator[Answer]:
        """One answer for each id; an id that X says nothing of is asked again alone."""
        remaining = iter(dict.fromkeys(ids))
        while batch := list(islice(remaining, BATCH)):
            silent = dict.fromkeys(batch)
            for answer in self._lookup(batch):
                if answer.post_id in silent:
                    del silent[answer.post_id]
                    yield answer
            for post_id in silent:
                alone = (a for a in self._lookup([post_id]) if a.post_id == post_id)
                yield next(alone, Missing(post_id, "unaccounted", "X says nothing of this id"))

    def image(self, image: Image) -> tuple[bytes, str]:
        return self._images.best(image.source_url)

    def _lookup(self, ids: Sequence[str]) -> Iterator[Answer]:
        try:
            page = self._get(ids)
        except tweepy.BadRequest as error:
            self._dialect = "post" if self._dialect == "tweet" else "tweet"
            try:
                page = self._get(ids)  # the vocabulary may have changed: the other one, once
            except tweepy.BadRequest:
                raise _stopped("X refuses the request", error, "look for a newer mnerctl") from None
        yield from answers_in(page, source=self.name)

    def _get(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """One page. Passing faults are waited out; what a person must mend is a RemoteError."""
        parameters = {
            "ids": ",".join(ids),
            f"{self._dialect}.fields": _FIELDS[self._dialect],
            "expansions": _EXPANSIONS[self._dialect],
            "media.fields": "alt_text,height,media_key,type,url,width",
            "user.fields": "username",
        }
        faults = 0
        while faults < TRIES:
            try:
                response = self._client.request("GET", "/2/tweets", params=parameters)
                page = response.json()
                if isinstance(page, dict):
                    return page
                fault = "an answer that is no object"
            except tweepy.TooManyRequests as error:
                self._wait_for_limit(error)
                continue
            except tweepy.Unauthorized as error:
                raise _stopped(
                    "X does not accept the token", error, f"export {TOKEN}=..."
                ) from None
            except tweepy.Forbidden as error:
                hint = "check what the token's project may do at developer.x.com"
                raise _stopped("X forbids the lookup", error, hint) from None
            except tweepy.BadRequest:
                raise
            except tweepy.TwitterServerError as error:
                fault = f"HTTP {error.response.status_code}"
            except tweepy.HTTPException as error:
                hint = "add credits at developer.x.com, then run the same command again"
                raise _stopped("X stops serving", error, hint) from None
            except requests.JSONDecodeError:
                fault = "a page that is no JSON"
            except requests.RequestException as error:
                fault = type(error).__name__
            faults += 1
            if faults < TRIES:
                self._wait(
                    2.0**faults * random.uniform(0.75, 1.25), f"{fault}, try {faults} of {TRIES}"
                )
        raise RemoteError(
            f"X gave {TRIES} faults in a row, the last: {fault}",
            "wait, then run the same command again: it goes on where it stopped",
        )

    def _wait_for_limit(self, error: tweepy.TooManyRequests) -> None:
        """Waits for the window to pass; a spent month is no rate limit and stops the run."""
        body = error.response.text
        if "UsageCapExceeded" in body or "usage-capped" in body:
            hint = "run the same command again when the month is over or the cap is raised"
            raise _stopped("the month's posts are spent", error, hint) from None
        reset = error.response.headers.get("x-rate-limit-reset", "")
        seconds = float(reset) - time.time() if reset.isdigit() else 60.0
        self._wait(max(1.0, seconds) + random.uniform(0, 2), "rate limit")

    def _wait(self, seconds: float, why: str) -> None:
        self._on_wait(seconds, why)
        self._sleep(seconds)


def _stopped(what: str, error: tweepy.HTTPException, hint: str) -> RemoteError:
    """A stop that names X's own words: a title or detail, never a header."""
    said = "; ".join(dict.fromkeys(message for message in error.api_messages if message))
    status = error.response.status_code
    return RemoteError(f"{what} (HTTP {status}{': ' + said[:200] if said else ''})", hint)
