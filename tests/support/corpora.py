"""Small corpora for tests: posts with hard texts, and pictures drawn on the spot."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image as Picture
from PIL import ImageDraw

from mnerctl.schema import Corpus, Image, Post, clean_text

HARD_TEXTS: Final = (
    "LeBron James and 👨‍👩‍👧‍👦 visit Paris 🇫🇷 with ❤️",
    "two  spaces\r\nand a CRLF in New York\nand an LF",
    "مرحبا بكم في دبي says Dubai Tourism",
    "a\u00a0no-break\u00a0space, U.S. e\u0301 combining, Trump's #NBA @jk_rowling",
    "  leads with spaces & <tags> \\n backslash",
    "",
)


def made_post(id: str, text: str, *, images: tuple[Image, ...] | int = 2) -> Post:
    """Return a post; if `images` is a number, its images have no files."""
    if isinstance(images, int):
        images = tuple(Image(position=i, status="ok", sha256=f"{i:064x}") for i in range(images))
    return Post(
        id=id,
        url=f"https://x.com/ada/status/{id}",
        text_raw=text,
        text=clean_text(text),
        images=images,
        source="made",
    )


def corpus_of(folder: Path, posts: Iterable[Post]) -> Corpus:
    """Return an open corpus in which these posts are kept."""
    corpus = Corpus.open(folder, create=True)
    for post in posts:
        corpus.put_post(post)
        corpus.settle(post.id, "kept")
    return corpus


def drawn_image(corpus: Corpus, position: int, *, size: tuple[int, int], colour: str) -> Image:
    """Draw a picture of this size and colour and store it in the corpus."""
    picture = Picture.new("RGB", size, colour)
    width, height = size
    ImageDraw.Draw(picture).ellipse(
        (width // 4, height // 4, width // 2, height // 2), fill="white"
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    sha256 = corpus.put_image(out.getvalue(), "png")
    return Image(position=position, status="ok", sha256=sha256, media_type="image/png")
