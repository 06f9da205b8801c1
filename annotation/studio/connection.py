"""Connect to a Label Studio with a token, and send requests whose answers the SDK does not parse for us.

The SDK is imported only when a connection is made, and only the part that does not import pandas (which would
take a second).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Self

from pydantic import TypeAdapter

from ...schema import UsageError
from ...schema.url_parts import url_parts
from .errors import SERVE, TOKEN_VARIABLE, mapped_errors, not_label_studio
from .shapes import StudioUser

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk.base_client import LabelStudioBase

TIMEOUT_S: Final = 60
_USERS: Final = TypeAdapter(tuple[StudioUser, ...])


class Connection:
    """A Label Studio where we are logged in.

    url: its address.
    user: our e-mail there.
    """

    def __init__(self, client: LabelStudioBase, url: str) -> None:
        self._client = client
        self.url = url
        self.user = self._whoami()

    @classmethod
    def connect(cls, url: str, token: str | None) -> Self:
        """Log in with a token, legacy or personal.

        Raises:
            UsageError: the address or the token is malformed, or the SDK is not installed.
            RemoteError: no Label Studio answers, or it refuses the token.
        """
        parts = url_parts(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"--url {url!r}: wanted the address of a Label Studio, such as http://127.0.0.1:8090",
                SERVE,
            )
        if not token:
            raise UsageError(
                f"no token for Label Studio: the variable {TOKEN_VARIABLE} is not set",
                f"{SERVE}    # it prints the line that sets the variable",
            )
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise UsageError(
                f"{TOKEN_VARIABLE} holds a space or another character that a token cannot have",
                f"{SERVE}    # it prints the line that sets the variable",
            )
        try:
            from label_studio_sdk.base_client import LabelStudioBase
        except ImportError as error:
            raise UsageError(
                f"label push and pull need the Label Studio SDK: {error}",
                "pip install 'mnerctl[label]'",
            ) from error
        url = url.rstrip("/")
        with mapped_errors(url):
            client = LabelStudioBase(base_url=url, api_key=token, timeout=TIMEOUT_S)
        return cls(client, url)

    def _whoami(self) -> str:
        with mapped_errors(self.url):
            email = self._client.users.whoami().email
        if not email:
            raise not_label_studio(self.url)
        return str(email)

    def users(self) -> dict[int, str]:
        """Return the e-mail of each user by id, or the user name if there is no e-mail."""
        answer = self._get("api/users/")
        with mapped_errors(self.url):
            users = _USERS.validate_json(answer.content)
        return {user.id: user.email or user.username or f"user-{user.id}" for user in users}

    def now(self) -> datetime:
        """Return the time of the server's clock, from which all its dates are."""
        date = self._get("api/current-user/whoami").headers.get("date")
        return parsedate_to_datetime(date) if date else datetime.now(UTC)

    def is_served(self, address: str) -> bool:
        """Return whether the server shows a picture at this address."""
        answer = self._answer("GET", address, {})
        return answer.is_success and answer.headers.get("content-type", "").startswith("image/")

    def _get(self, path: str, **parameters: str | int) -> httpx.Response:
        """Send a GET request, for answers that the SDK parses slowly or without checking their shape."""
        return self._request("GET", path, parameters)

    def _request(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int],
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        from label_studio_sdk.core.api_error import ApiError

        answer = self._answer(method, path, parameters, files)
        with mapped_errors(self.url):
            if not answer.is_success:
                raise ApiError(status_code=answer.status_code, body=_body(answer))
        return answer

    def _answer(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        with mapped_errors(self.url):
            # the SDK's own HTTP client knows the kind of our token, and retries where that can help
            return self._client._client_wrapper.httpx_client.request(
                path, method=method, params=dict(parameters), files=dict(files) if files else None
            )


def _body(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text
