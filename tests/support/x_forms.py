"""One post in each form that X's posts come in, so that the parsers can be compared."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Final

from mnerctl.collector.source import Answer
from mnerctl.collector.sources.archive_forms import FORMS

POST_ID: Final = "1790000000000000001"
OTHER: Final = "1780000000000000005"
LINK: Final = "https://t.co/aaaaaaaaaa"
KEYS: Final = {"photo": "3_", "video": "7_", "animated_gif": "16_"}
LACKS: Final[dict[str, set[str]]] = {
    "post": set(),
    "tweet": set(),
    "flattened": set(),
    "v1": {"conversation_id", "edit_ids"},
    "syndication": {"conversation_id", "media_key"},
    "gallery-dl": {"edit_ids", "media_key", "text_raw"},
}
"""The fields that each form lacks; gallery-dl has the text, but not escaped as X does."""


@dataclass(frozen=True)
class Spec:
    """The content of the post.

    text: the clean text, without the link to the media.
    media: (type, alternative text) of each, in order.
    """

    text: str = "Ada & Grace <3 in Porto 🛥️"
    media: tuple[tuple[str, str], ...] = (("photo", "Two people"), ("photo", ""))
    reply: bool = False
    quote: bool = False
    retweet: bool = False


def written(spec: Spec, form: str) -> Any:
    """Return the post in one of the forms of `LACKS`."""
    return {
        "post": _page,
        "tweet": lambda one: _page(one, edits="edit_history_tweet_ids", refs="referenced_tweets"),
        "flattened": _flattened,
        "v1": _v1,
        "syndication": _syndication,
        "gallery-dl": _sidecars,
    }[form](spec)


def parsed(value: object) -> Answer:
    """Return the answer that our parsers return for the post."""
    (posts,) = (found for form in FORMS if (found := form(value)))
    return posts.own[POST_ID]("archive")


def _raw(spec: Spec) -> str:
    return html.escape(spec.text, quote=False) + (f" {LINK}" if spec.media else "")


def _page(
    spec: Spec, edits: str = "edit_history_post_ids", refs: str = "referenced_posts"
) -> dict[str, Any]:
    kinds = {"retweeted": spec.retweet, "replied_to": spec.reply, "quoted": spec.quote}
    media = [
        {
            "media_key": f"{KEYS[kind]}{place}",
            "type": kind,
            "width": 40,
            "height": 30 + place,
            **({"url": f"https://pbs.twimg.com/media/K{place}.jpg"} if kind == "photo" else {}),
            **({"alt_text": alt} if alt else {}),
        }
        for place, (kind, alt) in enumerate(spec.media, start=1)
    ]
    keys = [one["media_key"] for one in media]
    start = len(_raw(spec)) - len(LINK)
    link = {"start": start, "end": start + len(LINK), "url": LINK}
    row = {
        "id": POST_ID,
        "text": _raw(spec),
        "created_at": "2024-05-13T08:44:25.000Z",
        "lang": "en",
        "author_id": "9",
        "conversation_id": POST_ID,
        "possibly_sensitive": False,
        edits: [POST_ID],
        refs: [{"type": kind, "id": OTHER} for kind, holds in kinds.items() if holds],
        "attachments": {"media_keys": keys},
        "entities": {"urls": [{**link, "media_key": key} for key in keys]},
    }
    users = [{"id": "9", "username": "ada_w"}]
    return {"data": [row], "includes": {"media": media[::-1], "users": users}}


def _flattened(spec: Spec) -> dict[str, Any]:
    page = _page(spec)
    row, includes = page["data"][0], page["includes"]
    attachments = {**row["attachments"], "media": includes["media"][::-1]}
    return {**row, "author": includes["users"][0], "attachments": attachments}


def _older_media(spec: Spec) -> list[dict[str, Any]]:
    start = len(_raw(spec)) - len(LINK)
    return [
        {
            "type": kind,
            "media_url_https": f"https://pbs.twimg.com/media/K{place}.jpg",
            "url": LINK,
            "display_url": "pic.x.com/aaaaaaaaaa",
            "expanded_url": f"https://x.com/ada_w/status/{POST_ID}/photo/1",
            "indices": [start, start + len(LINK)],
            "original_info": {"width": 40, "height": 30 + place, "focus_rects": []},
            **({"ext_alt_text": alt} if alt else {}),
        }
        for place, (kind, alt) in enumerate(spec.media, start=1)
    ]


def _v1(spec: Spec) -> dict[str, Any]:
    media = [{**one, "id_str": str(n)} for n, one in enumerate(_older_media(spec), start=1)]
    other = {"id_str": OTHER, "full_text": "other", "user": {"screen_name": "bo_t"}}
    return {
        "id_str": POST_ID,
        "full_text": _raw(spec),
        "truncated": False,
        "display_text_range": [0, len(_raw(spec)) - len(LINK) - 1],
        "created_at": "Mon May 13 08:44:25 +0000 2024",
        "lang": "en",
        "user": {"screen_name": "ada_w"},
        "possibly_sensitive": False,
        "in_reply_to_status_id_str": OTHER if spec.reply else None,
        "is_quote_status": spec.quote,
        "entities": {"media": media[:1]} if media else {},
        **({"extended_entities": {"media": media}} if media else {}),
        **(
            {"quoted_status": {**other, "extended_entities": {"media": media}}}
            if spec.quote
            else {}
        ),
        **({"retweeted_status": other} if spec.retweet else {}),
    }


def _syndication(spec: Spec) -> dict[str, Any]:
    media = _older_media(spec)
    links = [{key: media[0][key] for key in ("url", "display_url", "indices")}] if media else []
    return {
        "__typename": "Tweet",
        "id_str": POST_ID,
        "text": _raw(spec),
        "created_at": "2024-05-13T08:44:25.000Z",
        "lang": "en",
        "user": {"screen_name": "ada_w"},
        "possibly_sensitive": False,
        "entities": {"media": links},
        "edit_control": {"edit_tweet_ids": [POST_ID]},
        **({"mediaDetails": media} if media else {}),
        **({"in_reply_to_status_id_str": OTHER} if spec.reply else {}),
        **({"quoted_tweet": {"id_str": OTHER, "mediaDetails": media}} if spec.quote else {}),
    }


def _sidecars(spec: Spec) -> list[dict[str, Any]]:
    post: dict[str, Any] = {
        "tweet_id": int(POST_ID),
        "retweet_id": int(OTHER) if spec.retweet else 0,
        "quote_id": 0,
        "quoted_id": int(OTHER) if spec.quote else 0,
        "reply_id": int(OTHER) if spec.reply else 0,
        "conversation_id": int(POST_ID),
        "date": "2024-05-13 08:44:25",
        "author": {"id": 9, "name": "ada_w", "nick": "Ada W"},
        "lang": "en",
        "sensitive": False,
        "content": spec.text,
        "count": len(spec.media),
        "category": "twitter",
    }
    media = [
        {
            **post,
            "num": place,
            "type": kind,
            "width": 40,
            "height": 30 + place,
            "filename": f"K{place}",
            "extension": "jpg" if kind == "photo" else "mp4",
            **({"description": alt} if alt else {}),
        }
        for place, (kind, alt) in enumerate(spec.media, start=1)
    ]
    return media or [{**post, "extension": "txt"}]
