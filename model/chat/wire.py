"""One request to a chat endpoint and the bytes that came back, bounded in size and time.

No redirect is followed, for a post must not go on to an address that nobody chose, and no login of
`~/.netrc` is sent. The proxies of the environment are used, but not to this machine. What it does not do:
try again, or say what an answer means; `client.py` does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ...schema.http_body import BodyTooLong, BodyTooSlow, innermost_cause, read_body
from .address import is_loopback

MOST_BYTES: Final = 4_000_000
CONNECT_SECONDS: Final = 10.0
HIDDEN: Final = "[key]"


class Passing(Exception):
    """A fault that may pass: why no answer came. wait: seconds that the server asks for, if it does."""

    def __init__(self, why: str, *, wait: float | None = None, is_limit: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait
        self.is_limit = is_limit


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back. text: with every mention of the key taken out."""

    status: int
    text: str
    retry_after: str
    location: str


class Wire:
    """A session that talks to one address; it can be used from several threads."""

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

    def post(self, body: dict[str, Any]) -> Heard:
        """Raises Passing where nothing whole came back in time."""
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
                content = read_body(
                    response.raw.read1, most_bytes=MOST_BYTES, deadline=deadline
                )
                return Heard(
                    response.status_code,
                    self._without_key(content.decode("utf-8", "replace")),
                    response.headers.get("Retry-After", ""),
                    self._without_key(response.headers.get("Location", "")),
                )
        except BodyTooLong:
            raise Passing(f"an answer of more than {MOST_BYTES:,} bytes") from None
        except BodyTooSlow:
            raise Passing("an answer that did not end in time") from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise Passing(f"no answer in {self._seconds:.0f} s") from None
        except urllib3.exceptions.HTTPError as error:
            raise Passing(f"cut short ({type(error).__name__})") from None
        except (requests.RequestException, OSError) as error:
            raise Passing(f"no connection ({type(innermost_cause(error)).__name__})") from None

    def _authorized(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def _without_key(self, text: str) -> str:
        """Some servers say the key that they refuse, and a model can be made to say anything."""
        return text.replace(self._key, HIDDEN) if self._key else text
