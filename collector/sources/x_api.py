"""The source `x-api`: X's lookup of posts by id (API v2) through tweepy, one hundred at a time.

What tweepy does not do is done here: time-outs, waiting for rate limits, trying again after passing
faults, telling a rate limit from a spent month, and accounting for every id. tweepy's debug
log, which prints the token, stays off.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Literal

import requests
import tweepy

from ...schema import Image, RemoteError, UsageError
from ..network.backoff import LATER, TRIES, OnWait, Patience
from ..network.download import Downloader
from ..network.session import guard
from ..network.token import TOKEN
from ..source import Answer, Missing
from ..x_json.refusals import MONTH, NEWER, refused_ids, stop, stop_of
from ..x_json.v2 import answers_in

BATCH: Final = 100
LIMIT_TRIES: Final = 20
LONGEST_WAIT: Final = 24 * 3600.0
DOLLARS_A_POST: Final = 0.005
Vocabulary = Literal["post", "tweet"]

_FIELDS: Final[dict[Vocabulary, dict[str, str]]] = {
    "post": {  # some fields of the older vocabulary are expansions here
        "post.fields": "attachments,conversation_id,created_at,entities,id,lang,note_post,"
        "possibly_sensitive,text,withheld",
        "expansions": "attachments.media_keys,author_id,edit_history_post_ids,referenced_posts",
    },
    "tweet": {
        "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,"
        "entities,id,lang,note_tweet,possibly_sensitive,referenced_tweets,text,withheld",
        "expansions": "attachments.media_keys,author_id",
    },
}
_OTHER: Final[dict[Vocabulary, Vocabulary]] = {"post": "tweet", "tweet": "post"}
_COMMON_FIELDS: Final = {
    "media.fields": "alt_text,height,media_key,type,url,width",
    "user.fields": "id,username",
}


class XApi:
    """Posts by id from X."""

    name = "x-api"

    def __init__(
        self,
        token: str,
        *,
        pictures: Downloader,
        loopback: str | None = None,
        vocabulary: Vocabulary = "post",
        on_wait: OnWait = lambda seconds, why: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """loopback: the server on this machine to ask instead of X (tests). Raises UsageError for a
        token that cannot be one."""
        logging.getLogger("tweepy").setLevel(logging.WARNING)
        self._client = tweepy.Client(bearer_token=checked_token(token), wait_on_rate_limit=False)
        guard(self._client.session, loopback)
        self._pictures = pictures
        self._vocabulary = vocabulary
        self._patience = Patience(on_wait, sleep, clock)

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id, a hundred ids at a time; what X is silent on is asked again alone."""
        remaining = iter(ids)
        while batch := list(islice(remaining, BATCH)):
            silent = dict.fromkeys(batch)
            for answer in self._lookup(batch):
                if answer.post_id in silent:
                    del silent[answer.post_id]
                    yield answer
            for post_id in silent:
                alone = (one for one in self._lookup([post_id]) if one.post_id == post_id)
                nothing = Missing(post_id, "unaccounted", "X says nothing of it", can_retry=True)
                yield next(alone, nothing)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """From X's image servers. Raises MediaFailure."""
        return self._pictures.picture(image.source_url)

    def _lookup(self, ids: Sequence[str]) -> Iterator[Answer]:
        """The answers of one request; of two where X does not know the vocabulary or refuses ids."""
        try:
            page = self._page(ids)
        except tweepy.BadRequest as error:
            if refused := [post_id for post_id in ids if post_id in refused_ids(error)]:
                for post_id in refused:
                    yield Missing(post_id, "refused", "X says that it is no id")
                good = [post_id for post_id in ids if post_id not in refused]
                if good:
                    yield from self._lookup(good)
                return
            self._vocabulary = _OTHER[self._vocabulary]
            try:
                page = self._page(ids)
            except tweepy.BadRequest as again:
                raise stop("X does not understand the request", again, NEWER) from None
        yield from answers_in(page, source=self.name)

    def _page(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """One answer. Passing faults are waited out; what a person must mend is a RemoteError.

        Raises tweepy.BadRequest where X refuses the request as such.
        """
        parameters = {"ids": ",".join(ids), **_FIELDS[self._vocabulary], **_COMMON_FIELDS}
        faults: list[str] = []
        limits = 0
        while len(faults) < TRIES:
            self._patience.back_off(len(faults), faults[-1] if faults else "")
            try:
                response = self._client.request("GET", "/2/tweets", params=parameters)
                return _page_of(response)
            except tweepy.BadRequest:
                raise
            except tweepy.TooManyRequests as error:
                limits += 1
                if limits > LIMIT_TRIES:
                    raise stop(
                        f"X's rate limit did not pass in {LIMIT_TRIES} waits", error, LATER
                    ) from None
                self._wait_for_limit(error, limits)
            except tweepy.TwitterServerError as error:
                faults.append(f"HTTP {error.response.status_code} from X")
            except tweepy.HTTPException as error:
                raise stop_of(error) from None
            except ValueError as error:
                faults.append(str(error))
            except (AttributeError, TypeError):  # tweepy takes the body of an error for an object
                faults.append("an error page of X that cannot be read")
            except _PASSING as error:
                faults.append(f"no answer from X ({type(error).__name__})")
            except requests.RequestException as error:
                raise RemoteError(f"X's API: {type(error).__name__}", LATER) from None
        raise RemoteError(f"X's API failed {TRIES} times in a row: {faults[-1]}", LATER)

    def _wait_for_limit(self, error: tweepy.TooManyRequests, turn: int) -> None:
        """Waits for the window to pass; a spent month is no rate limit and stops the run."""
        body = error.response.text
        if "UsageCapExceeded" in body or "usage-capped" in body:
            raise stop("the month's posts are used up", error, MONTH) from None
        reset = error.response.headers.get("x-rate-limit-reset")
        seconds = float(reset) - self._patience.clock() if reset else min(15.0 * 2**turn, 900.0)
        if seconds > LONGEST_WAIT:
            raise stop("X's rate limit ends in more than a day", error, LATER) from None
        self._patience.wait(max(1.0, seconds) + random.uniform(0, 1), "X's rate limit")


def _page_of(response: requests.Response) -> Mapping[str, Any]:
    """The object in the body. Raises ValueError for an error page that came with HTTP 200."""
    try:
        page = response.json()
    except requests.JSONDecodeError:
        raise ValueError("a page of X that is no JSON") from None
    if not isinstance(page, dict):
        raise ValueError("an answer of X that is no object")
    return page


_PASSING: Final = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


def checked_token(token: str) -> str:
    """The token without white space around it. Raises UsageError, and does not show it."""
    stripped = token.strip()
    if not stripped or not all("!" <= char <= "~" for char in stripped):
        raise UsageError(
            f"{TOKEN}: wanted a bearer token, visible ASCII without spaces",
            f"export {TOKEN}=...    # as developer.x.com shows it",
        )
    return stripped
