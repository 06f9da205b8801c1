"""The source `syndication`: what X gives to pages that embed a post. No key, one post at a time.

X describes it nowhere and may end it any day: it is asked for by name, never by default, and slowly.
It gives the beginning of a long post only, which is then not kept.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import requests

from ...schema import Image, RemoteError
from ..network.backoff import LATER, TRIES, OnWait, Patience
from ..network.download import Downloader
from ..network.session import guard
from ..source import Answer, Missing
from ..x_json.v1 import read_v1

ADDRESS: Final = "https://cdn.syndication.twimg.com/tweet-result"
SECONDS_A_POST: Final = 0.5
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Syndication:
    """Posts by id from X's pages for embedding."""

    name = "syndication"

    def __init__(
        self,
        *,
        pictures: Downloader,
        loopback: str | None = None,
        on_wait: OnWait = lambda seconds, why: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """loopback: the server on this machine to ask instead of X (tests)."""
        self._session = guard(requests.Session(), loopback)
        self._pictures = pictures
        self._patience = Patience(on_wait, sleep, clock)
        self._next = 0.0

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id, two a second at most. Raises RemoteError where X stays out of order."""
        for post_id in ids:
            yield self._answer(post_id)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """From X's image servers. Raises MediaFailure."""
        return self._pictures.picture(image.source_url)

    def _answer(self, post_id: str) -> Answer:
        """What X says of one post. What may pass is waited out."""
        faults: list[str] = []
        while len(faults) < TRIES:
            self._patience.back_off(len(faults), faults[-1] if faults else "")
            try:
                response = self._get(post_id)
            except requests.RequestException as error:
                faults.append(f"no answer from X ({type(error).__name__})")
                continue
            status = response.status_code
            if status == requests.codes.not_found:
                return Missing(post_id, "gone", "HTTP 404")
            if status == requests.codes.bad_request:
                return Missing(post_id, "unaccounted", "HTTP 400", can_retry=True)
            if status == requests.codes.too_many_requests or status >= 500:
                faults.append(f"HTTP {status} from X")
            elif status != requests.codes.ok:
                raise RemoteError(f"syndication: X refuses to answer (HTTP {status})", LATER)
            elif (body := _object(response)) is not None:
                return answer_in(post_id, body)
            else:
                faults.append("a page of X that is no JSON object")
        raise RemoteError(f"syndication failed {TRIES} times in a row: {faults[-1]}", LATER)

    def _get(self, post_id: str) -> requests.Response:
        self._patience.sleep(max(0.0, self._next - self._patience.clock()))
        self._next = self._patience.clock() + SECONDS_A_POST
        asked = {"id": post_id, "lang": "en", "token": token_of(post_id)}
        return self._session.get(ADDRESS, params=asked, allow_redirects=False)


def answer_in(post_id: str, body: dict[str, Any]) -> Answer:
    """What the object says of the asked post: pure."""
    if not body:
        return Missing(post_id, "gone", "X gives nothing")
    if body.get("__typename") == "TweetTombstone":
        return Missing(post_id, "gone", _epitaph(body))
    reading = read_v1(body)
    tell = reading.own.get(post_id) if reading else None
    if tell is None:
        return Missing(post_id, "unaccounted", "X's answer is about something else", can_retry=True)
    return tell(Syndication.name)


def token_of(post_id: str) -> str:
    """What the address must hold: id / 10^15 * pi to the base of 36, without its zeros and its point.

    Digits are written until they tell the number from its neighbours, as JavaScript engines do it.
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


def _object(response: requests.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _epitaph(body: dict[str, Any]) -> str:
    """X's words on the stone, without its link."""
    try:
        words = body["tombstone"]["text"]["text"]
    except (KeyError, TypeError):
        words = ""
    said = words.removesuffix("Learn more").strip() if isinstance(words, str) else ""
    return said or "X shows a tombstone"
