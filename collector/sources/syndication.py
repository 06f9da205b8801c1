"""The source `syndication`: the endpoint that X offers to pages that embed a post. It needs no key.

X does not document it and may end it at any time, so it is never the default. It is asked for one post at a
time, and slowly. It returns only the beginning of a long post; such a post is not kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import requests

from ...schema import Image, RemoteError
from ...schema.files.json_text import NotJson, parse_json
from ..network.backoff import RUN_LATER, TRIES, Backoff
from ..network.download import Downloader
from ..network.session import TOO_LONG, AnswerTooLong, loopback_of_environment, restrict_session
from ..source import Answer, Missing, OnWait, Source, SourceKind, SourceOptions
from ..x_json.v1 import read_v1

ADDRESS: Final = "https://cdn.syndication.twimg.com/tweet-result"
SECONDS_PER_POST: Final = 0.5
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Syndication:
    """Posts by id from X's endpoint for embedding."""

    name = "syndication"
    dollars_per_post = None

    def __init__(
        self,
        *,
        pictures: Downloader,
        loopback: str | None = None,
        on_wait: OnWait = lambda seconds, why: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a session.

        Args:
            pictures: downloads the pictures.
            loopback: address of a server on this machine to ask instead of X (tests).
            on_wait: called every second of a wait.
            sleep: sleeps for a number of seconds.
            clock: returns the time in seconds.
        """
        self._session = restrict_session(requests.Session(), loopback)
        self._pictures = pictures
        self._backoff = Backoff(on_wait, sleep, clock)
        self._next = 0.0

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Yield one answer for each id, at most two per second.

        Raises:
            RemoteError: X refuses to answer, or keeps failing.
        """
        for post_id in ids:
            yield self._answer(post_id)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return a picture from X's image servers, and its variant.

        Raises:
            MediaFailure: the picture could not be downloaded.
        """
        return self._pictures.picture(image.source_url)

    def _answer(self, post_id: str) -> Answer:
        """Ask for one post; wait and try again after a failure that may pass."""
        failures: list[str] = []
        while len(failures) < TRIES:
            self._backoff.before_try(len(failures), failures[-1] if failures else "")
            try:
                response = self._get(post_id)
            except AnswerTooLong:
                return Missing(post_id, "unaccounted", TOO_LONG, can_retry=True)
            except requests.RequestException as error:
                failures.append(f"no answer from X ({type(error).__name__})")
                continue
            status = response.status_code
            if status == requests.codes.not_found:
                return Missing(post_id, "gone", "HTTP 404")
            if status == requests.codes.bad_request:
                return Missing(post_id, "unaccounted", "HTTP 400", can_retry=True)
            if status == requests.codes.too_many_requests or status >= 500:
                failures.append(f"HTTP {status} from X")
            elif status != requests.codes.ok:
                raise RemoteError(f"syndication: X refuses to answer (HTTP {status})", RUN_LATER)
            elif (body := _json_object(response)) is not None:
                return answer_in(post_id, body)
            else:
                failures.append("an answer from X that is not a JSON object")
        raise RemoteError(f"syndication failed {TRIES} times in a row: {failures[-1]}", RUN_LATER)

    def _get(self, post_id: str) -> requests.Response:
        self._backoff.sleep(max(0.0, self._next - self._backoff.clock()))
        self._next = self._backoff.clock() + SECONDS_PER_POST
        asked = {"id": post_id, "lang": "en", "token": request_token(post_id)}
        return self._session.get(ADDRESS, params=asked, allow_redirects=False)


def answer_in(post_id: str, body: dict[str, Any]) -> Answer:
    """Return what a response says about the post that was asked for."""
    if not body:
        return Missing(post_id, "gone", "X returns nothing")
    if body.get("__typename") == "TweetTombstone":
        return Missing(post_id, "gone", _tombstone_text(body))
    posts = read_v1(body)
    to_answer = posts.own.get(post_id) if posts else None
    if to_answer is None:
        return Missing(post_id, "unaccounted", "X's answer is about something else", can_retry=True)
    return to_answer(Syndication.name)


def request_token(post_id: str) -> str:
    """Return the token that the request must contain: id / 10^15 * pi in base 36, without zeros and point.

    As in JavaScript engines, digits are written until they distinguish the number from its neighbours.
    """
    number = int(post_id) / 1e15 * math.pi
    within = 0.5 * (math.nextafter(number, math.inf) - number)
    fraction, whole = math.modf(number)
    digits: list[int] = []
    while fraction >= within:
        fraction, digit = math.modf(fraction * 36)
        within *= 36
        digits.append(int(digit))
        if (fraction > 0.5 or (fraction == 0.5 and digits[-1] % 2)) and fraction + within > 1:
            while digits and digits[-1] == 35:
                digits.pop()
            if digits:
                digits[-1] += 1
            else:
                whole += 1
            break
    left = int(whole)
    while left:
        left, digit_of_whole = divmod(left, 36)
        digits.insert(0, digit_of_whole)
    return "".join(DIGITS[digit] for digit in digits if digit)


def _json_object(response: requests.Response) -> dict[str, Any] | None:
    try:
        body = parse_json(response.content)
    except NotJson:
        return None
    return body if isinstance(body, dict) else None


def _tombstone_text(body: dict[str, Any]) -> str:
    """Return X's text about a removed post, without its link."""
    try:
        text = body["tombstone"]["text"]["text"]
    except (KeyError, TypeError):
        text = ""
    shown = text.removesuffix("Learn more").strip() if isinstance(text, str) else ""
    return shown or "X shows a tombstone"


def _open(options: SourceOptions) -> Source:
    loopback = loopback_of_environment()
    pictures = Downloader(variant=options.settings.image_variant, loopback=loopback)
    return Syndication(pictures=pictures, loopback=loopback, on_wait=options.on_wait)


SOURCE: Final = SourceKind(open=_open, seconds_per_post=SECONDS_PER_POST)
