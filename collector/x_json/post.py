"""Parse one post in the form of X's API v2 into the answer of a source. Pure functions.

`v1.py` and `gallery_dl.py` convert other forms to this one first. Details of X's data that matter here: the
order of images is that of `media_keys`; offsets are those of the escaped text; several photos share one
link; the complete text of a long post is in its note; the text of a retweet is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from ...schema import Fate, Image, Post, clean_text
from ...schema.post import Kind
from ..inputs.urls import url_of
from ..source import Answer, Found, Missing, Redirect
from .v2_models import Media, PostData, TextLink

KINDS: Final[dict[str, Kind]] = {"replied_to": "reply", "quoted": "quote"}
PHOTO: Final = "photo"
MEDIA_DISPLAY: Final = ("pic.twitter.com/", "pic.x.com/")
ById = Mapping[str, dict[str, Any]]
NOTHING: Final[ById] = {}


def answer_of(
    row: dict[str, Any],
    *,
    source: str,
    media: ById = NOTHING,
    users: ById = NOTHING,
    payload: bytes | None = None,
) -> Answer:
    """Parse one post.

    Args:
        row: the post, in the form of API v2.
        source: name of the source to store in the post.
        media: the media of its page, by key.
        users: the users of its page, by id.
        payload: the original answer, if the post was converted from another form.
    """
    try:
        data = PostData.model_validate(row)
        attached = _attached(data, media)
    except ValidationError as error:
        return malformed(row["id"], error)
    payload = payload or payload_of(row, data, media=media, users=users)
    for reference in data.references:
        if reference.type == "retweeted":
            return Redirect(data.id, reference.id, payload)
    photos = [(key, found) for key, found in attached if not found or found.type == PHOTO]
    post = _post(data, photos, _author(data, users), source)
    try:
        post.model_dump_json()
    except ValueError:
        return Missing(
            data.id, "unaccounted", "X's answer is malformed: half a surrogate pair in a text"
        )
    return Found(data.id, post, payload, *_fate(data, attached))


def malformed(post_id: str, error: ValidationError) -> Missing:
    """Return the answer for a post that does not have the expected form."""
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"]))
    return Missing(post_id, "unaccounted", f"X's answer is malformed: {field}: {first['msg']}")


def payload_of(row: dict[str, Any], data: PostData, *, media: ById, users: ById) -> bytes:
    """Return a page with one post, as X sent it, so that a later parser can read it again."""
    shown = {
        "media": [media[key] for key in data.attachments.media_keys if key in media],
        "users": [users[data.author_id]] if data.author_id in users else [],
    }
    return json.dumps({"data": [row], "includes": shown}).encode("ascii")


def _attached(data: PostData, media: ById) -> list[tuple[str | None, Media | None]]:
    """Return (key, media) in the order of the post; the media are None if X or twarc did not return them."""
    own = {one.media_key: one for one in data.attachments.media if one.media_key}
    keys = data.attachments.media_keys
    if not keys:
        return [
            (one.media_key or None, one if one.type else None) for one in data.attachments.media
        ]
    found = [
        (key, own.get(key) or (Media.model_validate(media[key]) if key in media else None))
        for key in keys
    ]
    return [(key, one if one and one.type else None) for key, one in found]


def _author(data: PostData, users: ById) -> str | None:
    name = data.author.username or users.get(data.author_id, {}).get("username")
    return name if isinstance(name, str) and name else None


def _post(
    data: PostData, photos: list[tuple[str | None, Media | None]], author: str | None, source: str
) -> Post:
    kinds = {reference.type for reference in data.references}
    return Post(
        id=data.id,
        url=url_of(data.id, author),
        text_raw=data.note.text if data.note else data.text,
        text=_clean(data),
        created_at=data.created_at,
        lang=data.lang,
        author=author,
        conversation_id=data.conversation_id,
        edit_ids=data.edit_ids,
        kind=next((kind for name, kind in KINDS.items() if name in kinds), "original"),
        possibly_sensitive=data.possibly_sensitive,
        images=tuple(_image(place, key, found) for place, (key, found) in enumerate(photos)),
        source=source,
    )


def _image(position: int, key: str | None, media: Media | None) -> Image:
    if media is None:
        return Image(position=position, media_key=key, status="not_given")
    return Image(
        position=position,
        media_key=key,
        source_url=media.url,
        width=media.width,
        height=media.height,
        alt_text=media.alt_text,
    )


def _fate(
    data: PostData, attached: list[tuple[str | None, Media | None]]
) -> tuple[Fate | None, str]:
    """Return (fate, reason) if the answer alone shows that the post is not kept."""
    if data.withheld:
        where = ", ".join(data.withheld.country_codes) or "everywhere"
        why = " for copyright" if data.withheld.copyright else ""
        return "withheld", f"withheld in {where}{why}"
    missing = sum(found is None for _, found in attached)
    if missing:
        return "partial_media", f"{missing} of its {len(attached)} media are not in the answer"
    if attached and not any(found and found.type == PHOTO for _, found in attached):
        return "video_only", "a video or a GIF, and no picture"
    return None, ""


def _clean(data: PostData) -> str:
    """Return the text without links to the post's own media.

    They are removed by their offsets if those are right, else by their string.
    """
    text = data.note.text if data.note else data.text
    own = [link for link in data.entities.urls if link.url and _is_own_media(link, data)]
    exact = {
        (link.start, link.end)
        for link in own
        if 0 <= link.start < link.end and text[link.start : link.end] == link.url
    }
    moved = {link.url for link in own} - {text[start:end] for start, end in exact}
    return clean_text(text, [*exact, *_places(text, moved)])


def _is_own_media(link: TextLink, data: PostData) -> bool:
    if link.media_key or link.display_url.startswith(MEDIA_DISPLAY):
        return True
    own = {data.id, *data.edit_ids}
    parts = link.expanded_url.split("/")
    return len(parts) > 6 and parts[4:7:2] == ["status", "photo"] and parts[5] in own


def _places(text: str, links: Iterable[str]) -> Iterator[tuple[int, int]]:
    for link in links:
        start = text.rfind(link)
        if start >= 0:
            yield start, start + len(link)
