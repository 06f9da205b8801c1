"""Turn the errors of the Label Studio SDK, and of the libraries below it, into ours, each with a hint.

Every error of these libraries is mapped, and no message contains a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pydantic import ValidationError

from ...schema import RemoteError
from ...schema.url_parts import url_parts

TOKEN_VARIABLE: Final = "LABEL_STUDIO_API_KEY"
SERVE: Final = "mnerctl label serve"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@contextmanager
def mapped_errors(url: str) -> Iterator[None]:
    """Raise every error of the SDK and of the libraries below it as a RemoteError.

    Put only calls of these libraries inside, because TypeError is mapped as well.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.parse_error import ParsingError

    try:
        yield
    except ApiError as error:
        # its text contains headers with the session's cookie, which must not get into a log
        raise _refusal(url, error.status_code, error.body) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RemoteError(
            f"{url}: no answer: {error or type(error).__name__}", _hint(url)
        ) from error
    except (ParsingError, ValidationError, TypeError) as error:
        # the SDK raises TypeError for JSON of an unexpected shape
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
    return RemoteError(f"{url}: Label Studio refused with {status}: {text}", _hint(url))


def not_label_studio(url: str) -> RemoteError:
    """Return the error for an answer that does not come from a Label Studio."""
    return RemoteError(
        f"{url}: the server there is not a Label Studio of a known version", _hint(url)
    )


def _hint(url: str) -> str:
    is_ours = url_parts(url).hostname in LOOPBACK
    return (
        SERVE if is_ours else f"curl {url}/health    # then fix the address (--url) or the server"
    )
