"""Write a release and its corpus full of hostile text: scripts, escape sequences, an endless word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from mnerctl.schema import (
    Annotation,
    Corpus,
    Image,
    InputLine,
    Post,
    Record,
    Release,
    Span,
    write_release,
)  # fmt: skip
from mnerctl.schema.tokens import TOKENIZER
from support.pictures import jpeg

SCRIPT: Final = "<script>stolen('text')</script><img src=x onerror=stolen('img')>"
BREAK_OUT: Final = "\"]});stolen('json');//</script>\u2028\u2029'`${stolen('template')}"
OVERRIDE: Final = "\u202egnp.exe\u202c \u2066\u2067 עברית \u0000\u001b[31m"
STEERING: Final = (
    "\x1b]52;c;cm0gLXJm\x07 \x1b[2J\x1b[1;1H \x9b31m \x9d0;title\x9c \x00\x08\x0b\x0c\x7f\x85"
    " \u202eexe\u202c\u2066\u2069\u200f\u061c \u2028\u2029 [bold]:skull:[/] \rover\nerror: forged"
)
"""What a terminal would obey: clipboard, cursor, colour and title, C0 and C1, direction, a forged line."""
ENDLESS: Final = "W" * 10_000
ALT: Final = f"alt {SCRIPT} {OVERRIDE}"
URL: Final = "https://x.com/ada/status/1790000000000000001"
POSTS: Final = tuple(str(1_790_000_000_000_000_001 + number) for number in range(3))


def hostile_records() -> tuple[Record, ...]:
    """Return four records; the first is in the corpus, the others have hostile ids, URLs and image names."""
    images = tuple(f"{POSTS[0]}_{position}.jpg" for position in range(2))
    evil = "<svg onload=stolen('name')>'\"&.jpg"
    bad_url = "javascript:stolen('url')"
    return (
        Record(
            id=POSTS[0], text=(SCRIPT, BREAK_OUT, "Ada"), label=("B-PER", "O", "B-LOC"),
            images=images, url=URL, evidence=((0,), (0, 1)),
        ),
        Record(id=SCRIPT.replace("/", "|"), text=(OVERRIDE, "x"), label=("B-ORG", "O"),
            images=(evil,), url=bad_url),
        Record(id="__proto__", text=(ENDLESS,), label=("B-MISC",), images=(), url=f" {bad_url}"),
        Record(id="constructor", text=("\u202e", ENDLESS), label=("O", "O"), images=("gone.jpg",),
            url=f"https://x.com.evil.example/{BREAK_OUT}"),
    )  # fmt: skip


def hostile_release(folder: Path) -> Release:
    """Freeze `folder/hostile`; its records name four pictures, and three of them exist."""
    source = folder / "hostile-pictures"
    source.mkdir()
    records = hostile_records()
    names = [name for one in records for name in one.images if name != "gone.jpg"]
    for number, name in enumerate(names):
        (source / name).write_bytes(jpeg(number))
    return write_release(
        folder / "hostile",
        {"train": records[:2], "dev": records[2:3], "test": records[3:]},
        name=f"{SCRIPT} {OVERRIDE}",
        version="1.0.0",
        tokenizer=TOKENIZER,
        image_source=lambda name: source / name,
        created=date(2026, 5, 20),
    )


def hostile_corpus(folder: Path) -> Path:
    """Write `folder/corpus`: the first post, sensitive, with alternative texts and a disagreement."""
    text = " ".join(hostile_records()[0].text)
    with Corpus.open(folder / "corpus", create=True) as corpus:
        images = tuple(
            Image(
                position=position, status="ok", sha256=corpus.put_image(jpeg(position), "jpg"),
                media_type="image/jpeg", alt_text=ALT,
            )
            for position in range(2)
        )  # fmt: skip
        corpus.enter_lines([InputLine("urls.txt", 1, URL, POSTS[0])])
        corpus.put_post(
            Post(
                id=POSTS[0], url=URL, text_raw=text, text=text, images=images, source="x-api",
                possibly_sensitive=True,
            )
        )  # fmt: skip
        corpus.settle(POSTS[0], "kept")
        for name, spans in (("<b>ada", (Span(0, 8, "PER"),)), ("ben", ())):
            corpus.put_annotation(
                Annotation(post_id=POSTS[0], annotator=name, text=text, spans=spans)
            )
    return folder / "corpus"
