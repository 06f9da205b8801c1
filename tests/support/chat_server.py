"""A chat endpoint on loopback with the OpenAI-compatible protocol, which can be made to misbehave.

Its model knows the names in `names` and answers with those that a post contains; it obeys the orders in
`obeyed`. `server.next` holds answers to give instead, in order. Requests without the key, or without the
shape of the protocol, are refused.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from support.loopback import serving

KEY: Final = "sk-test-0123456789abcdefSECRET"
PATH: Final = "/v1/chat/completions"


@dataclass(frozen=True)
class Answer:
    """An answer to send; a body that is not bytes is sent as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


Misbehave = Callable[[BaseHTTPRequestHandler], None]


def completion(
    content: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    reasoning: int = 0,
    cached: int = 0,
) -> Answer:
    """Return a complete answer of the protocol.

    Args:
        content: what the model says, None if nothing.
        finish: why it ended.
        refusal: what it says instead.
        reasoning: tokens of reasoning, beside 10 of the answer.
        cached: tokens of the request that the server had in its cache, of 100.
    """
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return Answer(
        body={
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "made-1-2024",
            "choices": [
                {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
            ],
            "usage": {
                "prompt_tokens": 100,
                "completion_tokens": 10 + reasoning,
                "total_tokens": 110 + reasoning,
                "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
            },
        }
    )


def answer_with(*entities: tuple[str, str], reasoning: int = 0, cached: int = 0) -> Answer:
    """Return an answer with these entities: (text, type)."""
    found = [{"text": text, "type": kind} for text, kind in entities]
    return completion(json.dumps({"entities": found}), reasoning=reasoning, cached=cached)


def error(
    status: int, message: str, *, code: str | None = None, param: str | None = None, **headers: str
) -> Answer:
    """Return an error of the protocol; header names have `_` in place of `-`."""
    kind = "invalid_request_error"
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


REFUSALS: Final = {
    "max_tokens": error(
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
        " 'max_completion_tokens' instead.",
        code="unsupported_parameter",
        param="max_tokens",
    ),
    "temperature": error(
        400,
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1)"
        " value is supported.",
        code="unsupported_value",
        param="temperature",
    ),
    "reasoning_effort": error(400, "Unrecognized request argument supplied: reasoning_effort"),
}
"""The errors of OpenAI, word for word."""


class ChatServer:
    """The state behind the server.

    Attributes:
        posts: texts of the posts that it has answered, in order.
        takes_format: whether it accepts response_format.
        refuses: parameters that it does not take, with the error about each.
        thinks: tokens of reasoning before each answer; without room for them the answer is empty.
        most_tokens: most room that it gives, None for any.
        by_post: answer to every post that contains this text.
        hold: number of answers after which the next ones wait for `release`.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.next: deque[Answer | Misbehave] = deque()
        self.by_post: dict[str, Answer | Misbehave] = {}
        self.obeyed: dict[str, str] = {}
        self.takes_format = True
        self.refuses: dict[str, Answer] = {}
        self.thinks = 0
        self.most_tokens: int | None = None
        self.key: str | None = KEY
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.posts: list[str] = []
        self.hold: int | None = None
        self.held = threading.Event()
        self.release = threading.Event()
        self.at_once = self.most_at_once = 0
        self.delay = 0.0
        self.lock = threading.Lock()
        self.url = ""

    def answer(self, headers: Mapping[str, str], body: dict[str, Any]) -> Answer | Misbehave:
        """Return the answer to a request."""
        if self.next:
            return self.next.popleft()
        if self.key and headers.get("authorization") != f"Bearer {self.key}":
            given = headers.get("authorization", "none")
            return error(401, f"Incorrect API key provided: {given}.", code="invalid_api_key")
        for name, refusal in self.refuses.items():
            if name in body:
                return refusal
        room = body.get("max_tokens", body.get("max_completion_tokens"))
        if room is None or ("max_tokens" in body) == ("max_completion_tokens" in body):
            return error(400, "wanted either max_tokens or max_completion_tokens")
        if self.most_tokens is not None and room > self.most_tokens:
            return error(400, f"max_tokens is too large: {room}.", param="max_tokens")
        wanted = None if "temperature" in self.refuses else 0
        if body.get("temperature") != wanted or body["messages"][0]["role"] != "system":
            return error(400, "not as wanted here")
        if "response_format" in body and not self.takes_format:
            return error(400, "Invalid parameter: 'response_format' of type 'json_schema'")
        post = post_of(body)
        for part, given in self.by_post.items():
            if part in post:
                return given
        for order, what in self.obeyed.items():
            if order in post:
                return completion(what)
        if self.thinks >= room:
            return completion("", finish="length", reasoning=room - 10)
        found = sorted((post.find(name), name) for name in self.names if name in post)
        return answer_with(*((name, self.names[name]) for _, name in found), reasoning=self.thinks)


def post_of(body: dict[str, Any]) -> str:
    """Return the text of the post that a request asks about."""
    content = body["messages"][-1]["content"]
    text = content if isinstance(content, str) else content[0]["text"]
    post = json.loads(text)["post"]
    assert isinstance(post, str)
    return post


@contextmanager
def running_chat() -> Iterator[ChatServer]:
    """Run the server on a free port until the block ends."""
    world = ChatServer()

    class Handler(_Handler):
        server_world = world

    with serving(Handler, before_end=world.release.set) as address:
        world.url = f"{address}/v1"
        yield world


class _Handler(BaseHTTPRequestHandler):
    server_world: ChatServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 20

    def do_POST(self) -> None:
        world = self.server_world
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with world.lock:
            world.requests.append(body)
            world.headers.append(headers)
            world.times.append(time.monotonic())
            world.at_once += 1
            world.most_at_once = max(world.most_at_once, world.at_once)
            answer = (
                error(404, "no such path") if self.path != PATH else world.answer(headers, body)
            )
            must_wait = world.hold is not None and len(world.posts) >= world.hold
        try:
            if must_wait:
                world.held.set()
                world.release.wait(20)
            time.sleep(world.delay)
            if isinstance(answer, Answer):
                with world.lock:
                    if answer.status == 200:
                        world.posts.append(post_of(body))
                send(self, answer)
            else:
                answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with world.lock:
                world.at_once -= 1

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    """Write a complete answer."""
    content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    handler.send_response(answer.status)
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        **answer.headers,
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection before the first byte of an answer."""
    handler.close_connection = True
    handler.connection.close()


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send a body without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    while True:
        handler.wfile.write(b" " * 65_536)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send single bytes with pauses."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)
