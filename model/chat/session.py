"""Send one request to a chat endpoint and read the answer, with limits on size and time.

Redirects are not followed, because a post must not go to an address that nobody chose, and no login from
`~/.netrc` is sent. The proxies of the environment are used, except for this machine. `client.py` repeats
requests and interprets answers.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ...schema.files.http_body import BodyTooLong, BodyTooSlow, innermost_cause, read_body
from .server.address import is_loopback

MAX_BYTES: Final = 4_000_000
CONNECT_SECONDS: Final = 10.0
HIDDEN: Final = "[key]"


class TemporaryFault(Exception):
    """A fault after which it makes sense to try again.

    Attributes:
        why: why there is no answer.
        wait: seconds that the server asks to wait, None if it does not.
        is_limit: whether the server limits the number of requests.
    """

    def __init__(self, why: str, *, wait: float | None = None, is_limit: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait
        self.is_limit = is_limit


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer of the server.

    Attributes:
        status: HTTP status.
        text: the body, with every occurrence of the key removed.
        retry_after: the header Retry-After, "" if there is none.
        location: the header Location, "" if there is none, with the key removed.
    """

    status: int
    text: str
    retry_after: str
    location: str


class ChatSession:
    """A session with one address that several threads can use.

    Args:
        address: checked address of the endpoint.
        key: the key, None to send none.
        parallel: number of threads.
        seconds: longest time for an answer.
    """

    def __init__(self, address: str, key: str | None, *, parallel: int, seconds: float) -> None:
        self.address = address
        self._url = f"{address}/chat/completions"
        self._key = key
        self._seconds = seconds
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(address)
        self._session.auth = self._authorized  # requests would look for one in ~/.netrc otherwise
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=parallel))

    def post(self, body: dict[str, Any]) -> HttpAnswer:
        """Send a request and return the answer.

        Raises:
            TemporaryFault: no complete answer arrived in time.
        """
        deadline = time.monotonic() + self._seconds
        try:
            with self._session.post(
                self._url,
                json=body,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, self._seconds),
                headers={"Accept-Encoding": "identity"},
            ) as response:
                content = read_body(response.raw.read1, most_bytes=MAX_BYTES, deadline=deadline)
                return HttpAnswer(
                    response.status_code,
                    self._without_key(content.decode("utf-8", "replace")),
                    response.headers.get("Retry-After", ""),
                    self._without_key(response.headers.get("Location", "")),
                )
        except BodyTooLong:
            raise TemporaryFault(f"an answer of more than {MAX_BYTES:,} bytes") from None
        except BodyTooSlow:
            raise TemporaryFault("an answer that did not end in time") from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise TemporaryFault(f"no answer in {self._seconds:.0f} s") from None
        except urllib3.exceptions.HTTPError as error:
            raise TemporaryFault(f"answer cut short ({type(error).__name__})") from None
        except (requests.RequestException, OSError) as error:
            raise TemporaryFault(
                f"no connection ({type(innermost_cause(error)).__name__})"
            ) from None

    def _authorized(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def _without_key(self, text: str) -> str:
        """Remove the key: some servers repeat a key that they refuse, and models can be made to.

        JSON can hide it: `\\/` is a `/`, and any character can be written as `\\u0041`.
        """
        if not self._key:
            return text
        if "\\" in text:
            with suppress(ValueError, RecursionError):
                text = json.dumps(json.loads(text), ensure_ascii=False)
            text = text.replace(json.dumps(self._key)[1:-1], HIDDEN)
        return text.replace(self._key, HIDDEN)
