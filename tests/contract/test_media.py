"""Downloads against a server on loopback that misbehaves with real bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import requests

from mnerctl.collector.network import download as media
from mnerctl.collector.network import session as session_module
from mnerctl.collector.network.download import TRIES, Downloader, refuse_address, variant_url
from mnerctl.collector.network.session import loopback_of_environment, restrict_session
from mnerctl.collector.source import MediaFailure
from mnerctl.schema import UsageError
from support.pictures import jpeg
from support.x_server import Answer, XServer, running_x, send

pytestmark = pytest.mark.contract
Handler = BaseHTTPRequestHandler
PICTURE = jpeg(1)
URL = "https://pbs.twimg.com/media/K.jpg"


@pytest.fixture
def server() -> Iterator[XServer]:
    with running_x() as server:
        yield server


def download(server: XServer, *, seconds: float = 5) -> tuple[bytes, str]:
    waited: list[float] = []
    return Downloader(loopback=server.url, seconds=seconds, sleep=waited.append).picture(URL)


def failure(server: XServer, picture: Callable[[Handler], None], **options: float) -> MediaFailure:
    server.pictures["K"] = picture
    with pytest.raises(MediaFailure) as caught:
        download(server, **options)
    return caught.value


def test_the_bytes_are_unchanged_and_in_the_variant_that_was_asked_for(server: XServer) -> None:
    server.pictures["K"] = PICTURE
    assert download(server) == (PICTURE, "large")
    original = Downloader(variant="orig", loopback=server.url).picture(URL)
    assert original == (PICTURE, "orig")
    assert server.asked_pictures == [f"/media/K?format=jpg&name={one}" for one in ("large", "orig")]


def answer(status: int = 200, body: bytes = PICTURE, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: send(
        handler, Answer(status, body, {"Content-Type": "image/jpeg", **named})
    )


def endless(handler: Handler) -> None:
    """A body without a length and without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.end_headers()
    while True:
        handler.wfile.write(b"\xff" * 65_536)


def drip(handler: Handler) -> None:
    """Single bytes with short pauses, so that no read times out."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"\xff")
        time.sleep(0.02)


def cut(handler: Handler) -> None:
    """Half of the bytes that Content-Length promises."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.send_header("Content-Length", str(len(PICTURE)))
    handler.end_headers()
    handler.wfile.write(PICTURE[: len(PICTURE) // 2])
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


MISBEHAVIOUR = {
    "redirect": (answer(302, Location="https://evil.example/a.jpg"), "redirected", False),
    "404": (answer(404), "not_there", False),
    "410": (answer(410), "not_there", False),
    "403": (answer(403), "refused", False),
    "206": (answer(206), "refused", False),
    "500": (answer(500), "server_error", True),
    "429": (answer(429), "server_error", True),
    "html with 200": (answer(Content_Type="text/html; charset=utf-8"), "html", True),
    "wrong type": (answer(Content_Type="application/json"), "wrong_type", False),
    "no type": (answer(Content_Type=""), "wrong_type", False),
    "too long by Content-Length": (answer(Content_Length="20000001"), "too_many_bytes", False),
    "cut": (cut, "cut_short", True),
    "hang up": (hang_up, "no_connection", True),
}


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_each_misbehaviour_has_its_status(server: XServer, name: str) -> None:
    picture, status, can_retry = MISBEHAVIOUR[name]
    found = failure(server, picture)
    assert (found.status, found.can_retry) == (status, can_retry)
    assert len(server.asked_pictures) == (TRIES if can_retry else 1)


def test_an_empty_body_is_not_a_failure_of_the_download(server: XServer) -> None:
    server.pictures["K"] = b""
    assert download(server) == (b"", "large")


def test_an_endless_body_ends_at_the_cap(server: XServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 1_000_000)
    assert failure(server, endless).status == "too_many_bytes"


def test_a_slow_drip_ends_at_the_deadline(server: XServer) -> None:
    begun = time.monotonic()
    assert failure(server, drip, seconds=0.3).status == "timed_out"
    assert time.monotonic() - begun < TRIES * 1.0


def test_a_silent_server_times_out(server: XServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "TIMEOUT", (0.2, 0.2))
    assert failure(server, lambda handler: time.sleep(0.6)).status == "timed_out"


def test_a_failure_that_may_pass_is_tried_again(server: XServer) -> None:
    turns = iter([answer(503), cut, answer()])
    server.pictures["K"] = lambda handler: next(turns)(handler)
    assert download(server) == (PICTURE, "large")


@pytest.mark.parametrize(
    "url",
    [
        "http://pbs.twimg.com/media/K.jpg",
        "https://pbs.twimg.com.evil.example/media/K.jpg",
        "https://evil.example/media/K.jpg",
        "https://ada@pbs.twimg.com/media/K.jpg",
        "https://pbs.twimg.com:8443/media/K.jpg",
        "https://127.0.0.1/media/K.jpg",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_other_addresses_are_never_asked(url: str) -> None:
    with pytest.raises(MediaFailure) as caught:
        refuse_address(url)
    assert caught.value.status == "refused_address"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (URL, "https://pbs.twimg.com/media/K?format=jpg&name=large"),
        (
            "https://pbs.twimg.com/media/K.png",
            "https://pbs.twimg.com/media/K?format=png&name=large",
        ),
        ("https://pbs.twimg.com/media/K?format=jpg&name=small", None),
        ("https://pbs.twimg.com/media/K", None),
        ("https://pbs.twimg.com/tweet_video_thumb/K.jpg", None),
    ],
)
def test_the_url_of_a_variant(url: str, asked: str | None) -> None:
    assert variant_url(url, "large") == (asked or url)


def test_no_byte_is_sent_to_a_name_that_leads_to_a_private_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(media, "HOSTS", ("localhost",))
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(5)
        port = trap.getsockname()[1]

        def listen() -> None:
            with trap.accept()[0] as connection:
                connection.settimeout(5)
                received.append(connection.recv(100))

        thread = threading.Thread(target=listen)
        thread.start()
        session = restrict_session(requests.Session())
        session.trust_env = False
        with pytest.raises(requests.ConnectionError, match="not a public address"):
            session.get(f"https://localhost:{port}/media/K.jpg", timeout=5)
        thread.join()
    assert received == [b""]


def test_plain_http_is_refused() -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        restrict_session(requests.Session()).get("http://pbs.twimg.com/media/K.jpg")


def test_a_login_in_netrc_is_not_used(
    server: XServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    session = restrict_session(requests.Session(), server.url)
    session.trust_env = True
    session.get("https://api.twitter.com/2/tweets?ids=1", headers={"Authorization": "Bearer x"})
    assert server.exchanges[0].headers["authorization"] == "Bearer x"


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1:80",
        "http://localhost.evil.example:80",
        "https://127.0.0.1:80",
        "http://127.0.0.1:80@evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:80/path",
    ],
)
def test_another_machine_in_the_loopback_setting_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(session_module.LOOPBACK, address)
    with pytest.raises(UsageError):
        loopback_of_environment()


def test_the_loopback_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(session_module.LOOPBACK, raising=False)
    assert loopback_of_environment() is None
    monkeypatch.setenv(session_module.LOOPBACK, "http://127.0.0.1:8099/")
    assert loopback_of_environment() == "http://127.0.0.1:8099"
