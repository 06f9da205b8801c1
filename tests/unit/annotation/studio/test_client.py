"""Logging in to Label Studio: each way to fail ends in a message and a command."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mnerctl.annotation import Studio
from mnerctl.schema import MnerctlError, RemoteError, UsageError

TOKEN = "0" * 40


@contextmanager
def answering(status: int, body: str, kind: str = "application/json") -> Iterator[int]:
    """Run a server on loopback that gives every request the same answer; yield its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def refusal(url: str, token: str | None = TOKEN) -> MnerctlError:
    with pytest.raises(MnerctlError) as caught:
        Studio.connect(url, token)
    return caught.value


def test_without_a_token() -> None:
    error = refusal("http://127.0.0.1:9", None)
    assert isinstance(error, UsageError)
    assert error.message == (
        "no token for Label Studio: the variable LABEL_STUDIO_API_KEY is not set"
    )
    assert error.hint == "mnerctl label serve    # it prints the line that sets the variable"


@pytest.mark.parametrize("token", ["a b", "tök", "a\nb"])
def test_a_malformed_token_is_not_printed(token: str) -> None:
    error = refusal("http://127.0.0.1:9", token)
    assert isinstance(error, UsageError)
    assert token not in error.message


@pytest.mark.parametrize("url", ["127.0.0.1:8090", "", "ftp://x", "http://"])
def test_a_malformed_address(url: str) -> None:
    error = refusal(url)
    assert isinstance(error, UsageError)
    assert error.message.startswith(f"--url {url!r}: wanted the address of a Label Studio")


def test_no_server_at_the_address() -> None:
    pytest.importorskip("label_studio_sdk")
    error = refusal("http://127.0.0.1:9")
    assert isinstance(error, RemoteError)
    assert error.message == "http://127.0.0.1:9: no answer: [Errno 111] Connection refused"
    assert error.hint == "mnerctl label serve"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "<html>a shop</html>", "text/html"),
        (200, "[]", "application/json"),
        (200, '{"a": 1}', "application/json"),
        (200, "", "application/json"),
    ],
)
def test_another_server_at_the_address(status: int, body: str, kind: str) -> None:
    pytest.importorskip("label_studio_sdk")
    with answering(status, body, kind) as port:
        error = refusal(f"http://127.0.0.1:{port}/")
    assert isinstance(error, RemoteError)
    assert error.message == (
        f"http://127.0.0.1:{port}: the server there is not a Label Studio of a known version"
    )


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, '{"detail": "Invalid token."}',
         "the token in LABEL_STUDIO_API_KEY is not valid here (Invalid token.)"),
        (403, '{"detail": "No."}', "Label Studio refused with 403: No."),
        (500, "<html>sorry</html>", "Label Studio refused with 500: <html>sorry</html>"),
    ],
)  # fmt: skip
def test_a_refusal_names_its_reason(status: int, body: str, message: str) -> None:
    pytest.importorskip("label_studio_sdk")
    with answering(status, body) as port:
        error = refusal(f"http://127.0.0.1:{port}")
    assert error.message == f"http://127.0.0.1:{port}: {message}"
    assert error.__cause__ is None  # the SDK's error prints the session's cookie
