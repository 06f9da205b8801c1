"""Pictures from a server on loopback into the corpus: what each kind of bytes leads to.

`test_media.py` tests downloads alone, `tests/unit/collector/test_post_pictures.py` the verification of bytes.
Here both run in the loop of fetch, between an answer of the API and the corpus.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Picture

from mnerctl.collector import Downloader, Rules, XApi, fetch
from mnerctl.collector.network import download as media
from mnerctl.schema import Corpus, Image, InputLine
from support.pictures import drawn, encoded, jpeg
from support.x_server import TOKEN, Answer, XServer, running_x, send

pytestmark = [
    pytest.mark.contract,
    pytest.mark.filterwarnings("ignore"),
]  # Pillow warns about odd files
Handler = BaseHTTPRequestHandler
Served = bytes | Callable[[Handler], None]
FIRST = jpeg(0)
POST_ID = "1790000000000000001"
RULES = Rules(min_images=2, max_images=4)


@pytest.fixture
def server() -> Iterator[XServer]:
    with running_x() as server:
        yield server


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        yield corpus


def settled(
    server: XServer,
    corpus: Corpus,
    *,
    rules: Rules = RULES,
    variant: str = "large",
    seconds: float = 5,
) -> tuple[str, str, tuple[Image, ...]]:
    """Fetch the post and return its (fate, reason, images)."""
    corpus.enter_lines([InputLine("a", 1, POST_ID, POST_ID)])
    downloader = Downloader(
        variant=variant, loopback=server.url, seconds=seconds, sleep=lambda seconds: None
    )
    fetch(corpus, XApi(TOKEN, pictures=downloader, loopback=server.url), rules)
    (row,) = corpus.with_fate()
    post = corpus.post(POST_ID)
    return row.fate, row.reason, post.images if post else ()


def collect(
    server: XServer, corpus: Corpus, *pictures: Served, **options: Any
) -> tuple[str, str, tuple[Image, ...]]:
    """Do the same for a post with these pictures."""
    server.add(POST_ID, pictures=pictures)
    return settled(server, corpus, **options)


def files_in(corpus: Corpus) -> list[bytes]:
    return [path.read_bytes() for path in corpus.folder.glob("images/*/*")]


def upright() -> Picture.Exif:
    """The picture is to be shown turned by 90 degrees."""
    exif = Picture.Exif()
    exif[0x0112] = 6
    return exif


SIXTEEN_BITS = drawn(1, mode="L").convert("I").point(lambda level: level * 257).convert("I;16")
WHOLE = {
    "jpeg": (jpeg(1), "image/jpeg"),
    "progressive": (encoded(drawn(1), progressive=True), "image/jpeg"),
    "cmyk": (encoded(drawn(1, mode="CMYK")), "image/jpeg"),
    "exif-rotated": (encoded(drawn(1), exif=upright()), "image/jpeg"),
    "png": (encoded(drawn(1), "PNG"), "image/png"),
    "16 bits": (encoded(SIXTEEN_BITS, "PNG"), "image/png"),
    "palette": (encoded(drawn(1, mode="P"), "PNG"), "image/png"),
    "webp": (encoded(drawn(1), "WEBP"), "image/webp"),
    "animated": (
        encoded(drawn(1, mode="P"), "GIF", save_all=True, append_images=[drawn(2, mode="P")]),
        "image/gif",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("variant", ["large", "orig"])
def test_a_whole_picture_is_kept_byte_for_byte(
    server: XServer, corpus: Corpus, name: str, variant: str
) -> None:
    """Its type comes from its bytes, whatever the server says; the variant is stored."""
    content, media_type = WHOLE[name]
    fate, _, images = collect(server, corpus, FIRST, content, variant=variant)
    assert fate == "kept"
    found = images[1]
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert corpus.image_path(found.sha256, found.extension).read_bytes() == content
    assert (found.media_type, found.variant) == (media_type, variant)
    assert (found.width, found.height, found.bytes) == (96, 64, len(content))
    assert found.phash and len(found.phash) == 16
    assert server.asked_pictures == [
        f"/media/K{POST_ID}_{place}?format=jpg&name={variant}" for place in range(2)
    ]


def corrupted(content: bytes) -> bytes:
    """Replace 40 bytes in the middle; the length stays the same."""
    middle = len(content) // 2
    return content[:middle] + random.Random(5).randbytes(40) + content[middle + 40 :]


def with_head(body: bytes, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: send(handler, Answer(200, body, {"Content-Type": "image/jpeg", **named}))


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.end_headers()
    while True:
        handler.wfile.write(jpeg(1))


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"\xff")
        time.sleep(0.02)


def cut(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.send_header("Content-Length", str(len(LARGE) + 1))
    handler.end_headers()
    handler.wfile.write(LARGE)
    handler.close_connection = True


def elsewhere(handler: Handler) -> None:
    send(handler, Answer(302, b"", {"Location": "https://evil.example/a.jpg"}))


LARGE = jpeg(1, size=(400, 300))
BOMB = encoded(Picture.new("L", (12_000, 12_000)), "PNG")
BROKEN: dict[str, tuple[Served, str]] = {
    "truncated jpeg": (LARGE[: len(LARGE) // 2], "truncated"),
    "truncated jpeg with an end marker appended": (
        LARGE[: len(LARGE) // 2] + b"\xff\xd9",
        "truncated",
    ),
    "fewer bytes than promised": (cut, "cut_short"),
    "40 corrupt bytes in a png": (corrupted(encoded(drawn(1), "PNG")), "damaged"),
    "html with 200": (with_head(b"<html>", Content_Type="text/html"), "html"),
    "html that calls itself a jpeg": (with_head(b"<!DOCTYPE html><html>"), "html"),
    "wrong type": (with_head(b"{}", Content_Type="application/json"), "wrong_type"),
    "text that calls itself a jpeg": (with_head(b"Not Found"), "not_an_image"),
    "zero bytes": (b"", "empty"),
    "endless body": (endless, "too_many_bytes"),
    "slow drip": (drip, "timed_out"),
    "redirect to another host": (elsewhere, "redirected"),
    "decompression bomb": (BOMB, "too_many_pixels"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_picture_is_named_and_no_picture_of_its_post_is_stored(
    server: XServer, corpus: Corpus, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 1_000_000)
    served, status = BROKEN[name]
    fate, reason, images = collect(server, corpus, FIRST, served, jpeg(2), seconds=0.3)
    assert (fate, images[1].status) == ("media_failed", status)
    assert reason.startswith(f"image 1: {status}: ")
    assert files_in(corpus) == [] and list(corpus.kept_posts()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_with_keep_partial_the_other_pictures_keep_their_positions(
    server: XServer, corpus: Corpus, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 1_000_000)
    rules = Rules(min_images=2, max_images=4, keep_partial=True)
    fate, _, images = collect(
        server, corpus, FIRST, BROKEN[name][0], jpeg(2), rules=rules, seconds=0.3
    )
    assert (fate, [image.position for image in images]) == ("kept", [0, 2])
    assert sorted(files_in(corpus)) == sorted([FIRST, jpeg(2)])


def test_a_corrupt_jpeg_that_decodes_completely_is_kept_unchanged(
    server: XServer, corpus: Corpus
) -> None:
    """JPEG has no checksums: if the length is right and every block decodes, the error cannot be detected.
    The bytes are kept as they came."""
    content = corrupted(jpeg(1, size=(700, 500)))
    with Picture.open(BytesIO(content)) as picture:
        picture.load()
    fate, _, images = collect(server, corpus, FIRST, content)
    assert fate == "kept" and images[1].sha256 == hashlib.sha256(content).hexdigest()
    assert content in files_in(corpus)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("media/../../../../etc/passwd.jpg", "/etc/passwd"),
        ("media/%2e%2e%2f%2e%2e%2fa.jpg", "..%2F..%2Fa"),
        ("media/K/..\\..\\b.jpg", "K/..%5C..%5Cb"),
    ],
)
def test_a_file_name_with_a_path_in_it_leads_nowhere(
    server: XServer, corpus: Corpus, path: str, asked: str, tmp_path: Path
) -> None:
    """The names of stored files depend only on their content."""
    server.add(POST_ID, pictures=(FIRST, jpeg(1)))
    server.media[f"3_{POST_ID}1"]["url"] = f"https://pbs.twimg.com/{path}"
    server.pictures[asked] = jpeg(1)
    assert settled(server, corpus)[0] == "kept", server.asked_pictures
    names = {file.name for file in corpus.folder.glob("images/*/*")}
    assert names == {f"{hashlib.sha256(one).hexdigest()}.jpg" for one in (FIRST, jpeg(1))}
    assert {file.name for file in tmp_path.iterdir()} == {"corpus"}


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/media/K.jpg", "https://10.0.0.1/K.jpg", "http://pbs.twimg.com/K.jpg"]
)
def test_another_address_is_never_asked(server: XServer, corpus: Corpus, url: str) -> None:
    server.add(POST_ID, pictures=(FIRST, jpeg(1)))
    server.media[f"3_{POST_ID}0"]["url"] = url
    fate, reason, _ = settled(server, corpus)
    assert fate == "media_failed" and reason.startswith("image 0: refused_address: ")
    assert server.asked_pictures == []
