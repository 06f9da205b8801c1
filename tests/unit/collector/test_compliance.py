"""The end of a removal: quotations in other payloads go too, even if an earlier run was stopped."""

from __future__ import annotations

import json
from pathlib import Path

from mnerctl.collector import finish_removal
from mnerctl.schema import Corpus
from support.corpora import made_post

SECRET = "a deleted text"


def test_a_quotation_in_another_payload_is_removed_with_the_post(tmp_path: Path) -> None:
    quoted = {"type": "quoted", "id": "5", "text": SECRET}
    payload = {"data": [{"id": "7", "text": "look", "referenced_tweets": [quoted]}]}
    other = b'{"data": [{"id": "8", "text": "the number 5"}]}'
    with Corpus.open(tmp_path, create=True) as corpus:
        for post_id, text in (("5", SECRET), ("7", "look"), ("8", "the number 5")):
            corpus.put_post(made_post(post_id, text))
            corpus.settle(post_id, "kept")
        corpus.put_payload("7", "archive", json.dumps(payload).encode())
        corpus.put_payload("8", "archive", other)
        with corpus.transaction():
            corpus.bury("5", "gone", "deleted")
    with Corpus.open(tmp_path) as corpus:  # as after a run that was stopped here
        finish_removal(corpus)
        rest = corpus.payload("7", "archive")
        assert rest is not None and json.loads(rest) == {
            "data": [{"id": "7", "text": "look", "referenced_tweets": [
                {"type": "quoted", "id": "5"},
            ]}],
        }  # fmt: skip
        assert corpus.payload("8", "archive") == other
        assert [post.id for post in corpus.kept_posts()] == ["7", "8"]
        assert corpus.unfinished_burials() == []
    assert SECRET.encode() not in (tmp_path / "corpus.db").read_bytes()
