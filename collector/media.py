"""Pictures: downloaded with suspicion, verified whole, named by their hash.

`verify` is a pure function of bytes; `Downloader` is the only code that fetches pictures, and only from
`HOSTS`. A picture is kept as it came: turning and converting is for whoever reads it. Nothing is
repaired: half a picture is a failure with a status of its own.
"""

from __future__ import annotations

import hashlib
import time
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

import requests
from PIL import Image, UnidentifiedImageError

from ..schema.post import EXTENSIONS
from .wire import guarded_session

HOSTS: Final = ("pbs.twimg.com",)
MOST_BYTES: Final = 20_000_000
MOST_PIXELS: Final = 50_000_000
SECONDS: Final = 30.0
TRIES: Final = 3
VARIANTS: Final = ("orig", "large")
FORMATS: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}


class MediaFailure(Exception):
    """Why there are no pixels: a short status for the ledger, and what was seen."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole picture is. phash: 64-bit difference hash, 16 hex digits."""

    media_type: str
    width: int
    height: int
    sha256: str
    phash: str

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.media_type]


def verify(content: bytes) -> Verified:
    """Decodes the whole picture. Raises MediaFailure where it is none, half a one, or a bomb."""
    if not content:
        raise MediaFailure("empty", "0 bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise MediaFailure("not_an_image", f"begins with {content[:12]!r}") from error
    media_type = FORMATS.get(image.format or "")
    if media_type is None:
        raise MediaFailure("unsupported_type", f"{image.format}, wanted JPEG, PNG, WebP or GIF")
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise MediaFailure("too_many_pixels", f"{width} x {height}, wanted at most {MOST_PIXELS:,}")
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise MediaFailure("damaged", str(error)[:120]) from error
    sha256 = hashlib.sha256(content).hexdigest()
    return Verified(media_type, width, height, sha256, difference_hash(image))


def difference_hash(image: Image.Image) -> str:
    """Whether each cell of a 9 x 8 grey reduction is darker than its right neighbour: 64 bits, hex."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = 9 * row + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return f"{bits:016x}"


class Downloader:
    """Fetches pictures over https from `HOSTS`, with a cap on bytes and on time, without redirects."""

    def __init__(self, loopback: str | None = None) -> None:
        """loopback: send everything to this server on this machine instead (tests)."""
        self._session = guarded_session(loopback)

    def best(self, url: str) -> tuple[bytes, str]:
        """(bytes, variant) of the largest variant that is served. Raises MediaFailure."""
        for variant in VARIANTS:
            try:
                return self.get(variant_url(url, variant)), variant
            except MediaFailure as failure:
                if failure.status != "not_found" or variant == VARIANTS[-1]:
                    raise
        raise AssertionError("a variant either answers or fails")

    def get(self, url: str) -> bytes:
        """The bytes at `url`; a server's passing fault is tried again. Raises MediaFailure."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname not in HOSTS or parts.port not in (None, 443):
            raise MediaFailure("refused_host", f"{url[:100]}; wanted https://{HOSTS[0]}/")
        for turn in range(TRIES):
            try:
                return self._once(url)
            except MediaFailure as failure:
                if (
                    failure.status not in ("server_error", "timed_out", "cut_off")
                    or turn == TRIES - 1
                ):
                    raise
                time.sleep(0.2 * 2**turn)
        raise AssertionError("the last try either answers or fails")

    def _once(self, url: str) -> bytes:
        deadline = time.monotonic() + SECONDS
        try:
            with self._session.get(
                url, stream=True, allow_redirects=False, timeout=(10, 10)
            ) as response:
                _refuse_status(response)
                return _body(response, deadline)
        except requests.Timeout as error:
            raise MediaFailure("timed_out", "no answer in time") from error
        except requests.RequestException as error:
            raise MediaFailure("cut_off", type(error).__name__) from error


def variant_url(url: str, name: str) -> str:
    """`https://pbs.twimg.com/media/KEY.jpg` as the address of a named size."""
    base, dot, extension = urlsplit(url).path.rpartition(".")
    if not dot:
        return url
    return f"https://{urlsplit(url).netloc}{base}?format={extension}&name={name}"


def _refuse_status(response: requests.Response) -> None:
    status = response.status_code
    if 300 <= status < 400:
        raise MediaFailure("redirected", f"HTTP {status}; redirects are not followed")
    if status in (404, 410):
        raise MediaFailure("not_found", f"HTTP {status}")
    if status >= 500 or status == 429:
        raise MediaFailure("server_error", f"HTTP {status}")
    if status != 200:
        raise MediaFailure("refused", f"HTTP {status}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/"):
        raise MediaFailure("wrong_type", f"Content-Type {kind or 'not given'}, wanted image/*")


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body, held to its own Content-Length, to `MOST_BYTES` and to the deadline."""
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) > MOST_BYTES:
        raise MediaFailure("too_many_bytes", f"{promised} bytes, wanted at most {MOST_BYTES:,}")
    content = bytearray()
    for chunk in response.iter_content(65_536):
        content += chunk
        if len(content) > MOST_BYTES:
            raise MediaFailure("too_many_bytes", f"more than {MOST_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise MediaFailure("timed_out", f"not whole after {SECONDS:.0f} s")
    if promised.isdigit() and len(content) != int(promised):
        raise MediaFailure("cut_off", f"{len(content)} of {promised} bytes")
    return bytes(content)
