"""A server on loopback with the part of X that we use: posts by id (API v2), syndication, and pictures.

It supports both vocabularies of the API. `x_contract.py` checks its answers and our requests against X's own
description. It can misbehave: `server.next` holds answers to send instead, in order.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from support.loopback import serving

TOKEN: Final = "AAAAAAAAAAAAAAAAAAAAAtoken%3DforTests"
IMAGE_HOST: Final = "pbs.twimg.com"
PROBLEMS: Final = {
    "post": "https://api.x.com/2/problems/",
    "tweet": "https://api.twitter.com/2/problems/",
}
TWEET_WORDS: Final = {
    "edit_history_post_ids": "edit_history_tweet_ids",
    "note_post": "note_tweet",
    "referenced_posts": "referenced_tweets",
}


@dataclass(frozen=True)
class Answer:
    """An answer to send; a body that is not bytes is sent as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Exchange:
    """A lookup and its answer."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    answer: Answer


Misbehave = Callable[[BaseHTTPRequestHandler], None]


class XServer:
    """The state of the server.

    posts: posts by id, in the newer vocabulary.
    faults: id to (problem, extra fields).
    tweet_results: id to the answer of syndication; others get a 404.
    pictures: media key to bytes, or to a function that writes the whole answer itself.
    silent: ids that are in neither data nor errors.
    """

    def __init__(self) -> None:
        self.vocabulary: str = "post"
        self.posts: dict[str, dict[str, Any]] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, tuple[str, dict[str, Any]]] = {}
        self.silent: set[str] = set()
        self.tweet_results: dict[str, dict[str, Any]] = {}
        self.pictures: dict[str, bytes | Misbehave] = {}
        self.next: deque[Answer | Misbehave] = deque()
        self.exchanges: list[Exchange] = []
        self.asked_pictures: list[str] = []
        self.delay = 0.0
        self.url = ""
        self.lock = threading.Lock()

    def add(
        self,
        post_id: str,
        *,
        text: str = "Ada in Porto",
        pictures: tuple[bytes | Misbehave, ...] = (),
        others: tuple[str, ...] = (),
        lost: int = 0,
        **fields: Any,
    ) -> None:
        """Add a post with pictures, then media of other types; the last `lost` media are not returned."""
        keys = []
        for place, picture in enumerate(pictures):
            key = f"3_{post_id}{place}"
            url = f"https://{IMAGE_HOST}/media/K{post_id}_{place}.jpg"
            self.media[key] = {
                "media_key": key,
                "type": "photo",
                "url": url,
                "width": 8,
                "height": 8,
            }
            self.pictures[f"K{post_id}_{place}"] = picture
            keys.append(key)
        for place, kind in enumerate(others):
            key = f"7_{post_id}{place}"
            self.media[key] = {"media_key": key, "type": kind, "width": 8, "height": 8}
            keys.append(key)
        for key in keys[len(keys) - lost :]:
            del self.media[key]
        self.users["1"] = {"id": "1", "name": "Ada", "username": "ada_w"}
        self.posts[post_id] = {
            "id": post_id,
            "text": text,
            "author_id": "1",
            "created_at": "2024-05-13T08:44:25.000Z",
            "lang": "en",
            "conversation_id": post_id,
            "possibly_sensitive": False,
            "edit_history_post_ids": [post_id],
            **({"attachments": {"media_keys": keys}} if keys else {}),
            **fields,
        }

    def lookup(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        """Return the answer of `GET /2/tweets`."""
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(
                401,
                {
                    "title": "Unauthorized",
                    "type": "about:blank",
                    "status": 401,
                    "detail": "Unauthorized",
                },
            )
        other = {"post": "tweet", "tweet": "post"}[self.vocabulary]
        if f"{other}.fields" in query:
            return Answer(
                400, invalid_request(f"{other}.fields", query[f"{other}.fields"], self.vocabulary)
            )
        ids = query["ids"].split(",")
        found = [self.posts[one] for one in ids if one in self.posts and one not in self.faults]
        errors = [self._problem(one) for one in ids if self._is_missing(one)]
        keys = [key for post in found for key in post.get("attachments", {}).get("media_keys", ())]
        media = [self.media[key] for key in reversed(keys) if key in self.media]
        users = [self.users[one] for one in sorted({post["author_id"] for post in found})]
        body: dict[str, Any] = {}
        if found:
            body["data"] = [self._words(post) for post in found]
            body["includes"] = {"users": users, **({"media": media} if media else {})}
        if errors:
            body["errors"] = errors
        return Answer(200, body)

    def tweet_result(self, query: dict[str, str]) -> Answer:
        """Return the answer of syndication, which needs the token of the id."""
        found = self.tweet_results.get(query["id"])
        if found is None or not query["token"] or query["lang"] != "en":
            return Answer(404, b"<html>", {"Content-Type": "text/html"})
        return Answer(200, found)

    def _is_missing(self, post_id: str) -> bool:
        return post_id not in self.silent and (post_id not in self.posts or post_id in self.faults)

    def _problem(self, post_id: str) -> dict[str, Any]:
        kind, extra = self.faults.get(post_id, ("resource-not-found", {"resource_id": post_id}))
        return {
            "value": post_id,
            "resource_type": "tweet",
            "parameter": "ids",
            "title": kind.replace("-", " ").title(),
            "detail": f"{kind}: [{post_id}].",
            "type": PROBLEMS[self.vocabulary] + kind,
            **extra,
        }

    def _words(self, post: dict[str, Any]) -> dict[str, Any]:
        words = TWEET_WORDS if self.vocabulary == "tweet" else {}
        return {words.get(key, key): value for key, value in post.items()}


def invalid_request(parameter: str, value: str, vocabulary: str = "post") -> dict[str, Any]:
    """Return the body of a 400."""
    return {
        "errors": [
            {"parameters": {parameter: value.split(",")}, "message": f"{parameter}: not valid"}
        ],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS[vocabulary] + "invalid-request",
    }


@contextmanager
def running_x() -> Iterator[XServer]:
    """Run the server on a free port until the block ends."""
    world = XServer()

    class Handler(_Handler):
        server_world = world

    with serving(Handler) as world.url:
        yield world


class _Handler(BaseHTTPRequestHandler):
    server_world: XServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 20

    def do_GET(self) -> None:
        world = self.server_world
        parts = urlsplit(self.path)
        try:
            if self.headers.get("Host") == IMAGE_HOST:
                self._picture(world, parts.path, parts.query)
            elif parts.path in ("/2/tweets", "/tweet-result"):
                self._lookup(world, parts.path, parts.query)
            else:
                send(self, Answer(404, {}))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _lookup(self, world: XServer, path: str, query: str) -> None:
        words = {name: values[0] for name, values in parse_qs(query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        with world.lock:
            if world.next:
                answer = world.next.popleft()
            elif path == "/tweet-result":
                answer = world.tweet_result(words)
            else:
                answer = world.lookup(path, words, headers)
            if isinstance(answer, Answer):
                world.exchanges.append(Exchange(path, words, headers, answer))
        if isinstance(answer, Answer):
            send(self, answer)
        else:
            answer(self)

    def _picture(self, world: XServer, path: str, query: str) -> None:
        time.sleep(world.delay)
        with world.lock:
            world.asked_pictures.append(f"{path}?{query}")
        picture = world.pictures.get(path.removeprefix("/media/"))
        if picture is None:
            send(self, Answer(404, b"", {"Content-Type": "text/plain"}))
        elif isinstance(picture, bytes):
            send(self, Answer(200, picture, {"Content-Type": "image/jpeg"}))
        else:
            picture(self)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    """Write a complete answer."""
    content = answer.content
    handler.send_response(answer.status)
    for name, value in {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(content)),
        **answer.headers,
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


class TooMuch:
    """Answers with a JSON text of 6 GB, as long as somebody reads it."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"[")
        part = b"0," * 2**19
        while self.sent < 6 * 2**30:
            handler.wfile.write(part)
            self.sent += len(part)


def packed_bomb() -> Answer:
    """Return an answer of some kilobytes that are a JSON text of 64 MiB, compressed without being asked."""
    return Answer(200, gzip.compress(b" " * 2**26), {"Content-Encoding": "gzip"})
