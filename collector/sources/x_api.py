"""The source `x-api`: X's paid lookup of posts by id (API v2) through tweepy, 100 ids per request.

This module adds to tweepy: limits on time and bytes, waits for rate limits, retries after failures that may
pass, the distinction between a rate limit and a spent monthly cap, and an answer for every id. tweepy's debug
log prints the token, so it stays off.
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
from ...schema.files.json_text import NotJson, parse_json
from ..network.backoff import RUN_LATER, TRIES, Backoff
from ..network.download import Downloader
from ..network.session import TOO_LONG, AnswerTooLong, loopback_of_environment, restrict_session
from ..network.token import TOKEN, token_of_environment
from ..source import Answer, Missing, OnWait, Source, SourceKind, SourceOptions
from ..x_json.refusals import NEXT_MONTH, UPGRADE, refusal, refusal_of_status, refused_ids
from ..x_json.v2 import answers_in

BATCH: Final = 100
LIMIT_TRIES: Final = 20
LONGEST_WAIT: Final = 24 * 3600.0
DOLLARS_PER_POST: Final = 0.005
Vocabulary = Literal["post", "tweet"]

_FIELDS: Final[dict[Vocabulary, dict[str, str]]] = {
    "post": {  # some fields of the older vocabulary are expansions in this one
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
    dollars_per_post = DOLLARS_PER_POST

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
        """Prepare a client.

        Args:
            token: bearer token.
            pictures: downloads the pictures.
            loopback: address of a server on this machine to ask instead of X (tests).
            vocabulary: names of fields to use first, X's newer or older ones.
            on_wait: called every second of a wait.
            sleep: sleeps for a number of seconds.
            clock: returns the time in seconds since 1970.

        Raises:
            UsageError: the token cannot be a bearer token.
        """
        logging.getLogger("tweepy").setLevel(logging.WARNING)
        self._client = tweepy.Client(bearer_token=checked_token(token), wait_on_rate_limit=False)
        restrict_session(self._client.session, loopback)
        self._pictures = pictures
        self._vocabulary = vocabulary
        self._backoff = Backoff(on_wait, sleep, clock)

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Yield one answer for each id; an id that X does not mention is asked for again on its own.

        Raises:
            RemoteError: X refuses to answer, or keeps failing.
        """
        remaining = iter(ids)
        while batch := list(islice(remaining, BATCH)):
            unanswered = dict.fromkeys(batch)
            for answer in self._lookup(batch):
                if answer.post_id in unanswered:
                    del unanswered[answer.post_id]
                    yield answer
            for post_id in unanswered:
                alone = (one for one in self._lookup([post_id]) if one.post_id == post_id)
                reason = "X's answer does not mention it"
                yield next(alone, Missing(post_id, "unaccounted", reason, can_retry=True))

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return a picture from X's image servers, and its variant.

        Raises:
            MediaFailure: the picture could not be downloaded.
        """
        return self._pictures.picture(image.source_url)

    def _lookup(self, ids: Sequence[str]) -> Iterator[Answer]:
        """Yield the answers to one request, or to two if X rejects the vocabulary or some ids."""
        try:
            page = self._page(ids)
        except AnswerTooLong:
            if len(ids) == 1:  # of many, each is asked for alone
                yield Missing(ids[0], "unaccounted", TOO_LONG, can_retry=True)
            return
        except tweepy.BadRequest as error:
            if refused := [post_id for post_id in ids if post_id in refused_ids(error)]:
                for post_id in refused:
                    yield Missing(post_id, "refused", "X does not accept it as an id")
                good = [post_id for post_id in ids if post_id not in refused]
                if good:
                    yield from self._lookup(good)
                return
            self._vocabulary = _OTHER[self._vocabulary]
            try:
                page = self._page(ids)
            except tweepy.BadRequest as again:
                raise refusal("X does not understand the request", again, UPGRADE) from None
        yield from answers_in(page, source=self.name)

    def _page(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """Return the body of one response; wait and try again after a failure that may pass.

        Raises:
            RemoteError: the user has to act, or the failures do not pass.
            tweepy.BadRequest: X rejects the request itself.
        """
        parameters = {"ids": ",".join(ids), **_FIELDS[self._vocabulary], **_COMMON_FIELDS}
        failures: list[str] = []
        limits = 0
        while len(failures) < TRIES:
            self._backoff.before_try(len(failures), failures[-1] if failures else "")
            try:
                response = self._client.request("GET", "/2/tweets", params=parameters)
                return _page_of(response)
            except (tweepy.BadRequest, AnswerTooLong):
                raise
            except tweepy.TooManyRequests as error:
                limits += 1
                if limits > LIMIT_TRIES:
                    what = f"X's rate limit did not pass in {LIMIT_TRIES} waits"
                    raise refusal(what, error, RUN_LATER) from None
                self._wait_for_limit(error, limits)
            except tweepy.TwitterServerError as error:
                failures.append(f"HTTP {error.response.status_code} from X")
            except tweepy.HTTPException as error:
                raise refusal_of_status(error) from None
            except ValueError as error:
                failures.append(str(error))
            except (AttributeError, TypeError, RecursionError):
                # tweepy expects a JSON object in every error
                failures.append("an error page from X that cannot be read")
            except _MAY_PASS as error:
                failures.append(f"no answer from X ({type(error).__name__})")
            except requests.RequestException as error:
                raise RemoteError(f"X's API: {type(error).__name__}", RUN_LATER) from None
        raise RemoteError(f"X's API failed {TRIES} times in a row: {failures[-1]}", RUN_LATER)

    def _wait_for_limit(self, error: tweepy.TooManyRequests, turn: int) -> None:
        """Wait until the rate limit ends.

        Args:
            turn: number of waits in a row, this one included.

        Raises:
            RemoteError: it is not a rate limit but the spent monthly cap, or it lasts more than a day.
        """
        body = error.response.text
        if "UsageCapExceeded" in body or "usage-capped" in body:
            raise refusal("the monthly cap of posts is used up", error, NEXT_MONTH) from None
        reset = error.response.headers.get("x-rate-limit-reset")
        seconds = float(reset) - self._backoff.clock() if reset else min(15.0 * 2**turn, 900.0)
        if seconds > LONGEST_WAIT:
            raise refusal("X's rate limit ends in more than a day", error, RUN_LATER) from None
        self._backoff.wait(max(1.0, seconds) + random.uniform(0, 1), "X's rate limit")


def _page_of(response: requests.Response) -> Mapping[str, Any]:
    """Return the JSON object in the body; raise ValueError for an error page with HTTP 200."""
    try:
        page = parse_json(response.content)
    except NotJson:
        raise ValueError("an answer from X that is not JSON") from None
    if not isinstance(page, dict):
        raise ValueError("an answer from X that is not a JSON object")
    return page


_MAY_PASS: Final = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


def checked_token(token: str) -> str:
    """Return the token without white space around it.

    Raises:
        UsageError: it cannot be a bearer token. The message does not show it.
    """
    stripped = token.strip()
    if not stripped or not all("!" <= char <= "~" for char in stripped):
        raise UsageError(
            f"{TOKEN}: wanted a bearer token, visible ASCII without spaces",
            f"export {TOKEN}=...    # copy it from developer.x.com",
        )
    return stripped


def _open(options: SourceOptions) -> Source:
    loopback = loopback_of_environment()
    return XApi(
        token_of_environment(),
        pictures=Downloader(variant=options.settings.image_variant, loopback=loopback),
        loopback=loopback,
        vocabulary=options.settings.x_vocabulary,
        on_wait=options.on_wait,
    )


SOURCE: Final = SourceKind(open=_open, dollars_per_post=DOLLARS_PER_POST)
