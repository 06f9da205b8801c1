"""The errors of Label Studio's SDK, and of the libraries below it, as ours: each with the next command.

Nothing unexpected passes here unmapped, and nothing secret is in a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from ...schema import RemoteError

TOKEN_VARIABLE: Final = "LABEL_STUDIO_API_KEY"
SERVE: Final = "mnerctl label serve"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@contextmanager
def mapped_errors(url: str) -> Iterator[None]:
    """Every error of the SDK and of the libraries below it, as ours. No other code may stand inside."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.parse_error import ParsingError

    try:
        yield
    except ApiError as error:
        # its text holds headers with the session's cookie: it must not get into a log
        raise _refusal(url, error.status_code, error.body) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RemoteError(
            f"{url}: no answer: {error or type(error).__name__}", _wake(url)
        ) from error
    except (ParsingError, ValidationError, TypeError) as error:
        # JSON of another shape than the SDK expects ends in a TypeError of its own
        raise not_label_studio(url) from error


def _refusal(url: str, status: int | None, body: object) -> RemoteError:
    detail = body
    if isinstance(body, dict):
        detail = body.get("validation_errors") or body.get("detail") or body
    if status is None or status < 400:
        return not_label_studio(url)
    if status == 401:
        return RemoteError(
            f"{url}: the token in {TOKEN_VARIABLE} is not valid here ({detail})",
            f"copy the token from {url}/user/account, then: export {TOKEN_VARIABLE}=...",
        )
    text = " ".join(str(detail).split())[:300]
    return RemoteError(f"{url}: Label Studio refused with {status}: {text}", _wake(url))


def not_label_studio(url: str) -> RemoteError:
    """The error for an answer that no Label Studio gives."""
    return RemoteError(f"{url}: what answers there is not a Label Studio that we know", _wake(url))


def _wake(url: str) -> str:
    is_ours = urlsplit(url).hostname in LOOPBACK
    return (
        SERVE if is_ours else f"curl {url}/health    # then mend the address (--url) or the server"
    )
