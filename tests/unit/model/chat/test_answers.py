"""The keys of the cache: answers that were paid for are found again, whatever becomes of the requests."""

from __future__ import annotations

import pytest

from mnerctl.model.chat import ChatSettings
from mnerctl.model.chat.answers import key_of_request
from mnerctl.model.chat.prompt import request_body
from mnerctl.model.chat.reply import Reply
from mnerctl.model.chat.settings import Effort
from mnerctl.schema import Record

POST = Record(id="1", text=("Ada", "in", "Paris"), images=(), label=("B-PER", "O", "B-LOC"))
TEXT = "a7584e205c2f47889df56d991a12425ad62cf81d06395fa4b67c47ce97ae824f"
WITH_PICTURE = "9731122dd260428b5df9dbf3c8e798a5f089d9d23c593f8657421756e097487f"


def key(effort: Effort | None = None) -> str:
    settings = ChatSettings(system="gpt4", model="gpt-4o", address=None, effort=effort)
    return key_of_request(request_body(POST, settings, examples=[], pictures=[])).hex()


def test_keys_of_the_first_version() -> None:
    """If the wording changes on purpose, change PROMPT_VERSION and these."""
    assert key() == TEXT
    settings = ChatSettings(system="minigpt4", model="gpt-4o", address=None)
    body = request_body(POST, settings, examples=[POST], pictures=["data:image/jpeg;base64,AA=="])
    assert key_of_request(body).hex() == WITH_PICTURE


@pytest.mark.parametrize("effort", ["none", "low"])
def test_each_effort_has_its_key(effort: Effort) -> None:
    assert key(effort) not in (TEXT, key("high"))


def test_an_answer_of_the_first_version() -> None:
    stored = '{"outcome":"cut","content":"","model":"m","tokens_in":5,"tokens_out":7,"is_structured":true}'
    reply = Reply.model_validate_json(stored)
    assert (reply.room, reply.asked, reply.changes, reply.tokens_reasoning) == (1024, 1, (), 0)
