"""X's compliance result: what a complete one asks for, and files that only look like one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.collector import apply_rulings, read_result
from mnerctl.collector.compliance_file import FATES, Ruling
from mnerctl.schema import Corpus, DataError, InputLine
from support.corpora import made_post
from support.x_contract import sample

ID = "1790000000000000404"
LINE = {
    "id": ID,
    "action": "delete",
    "created_at": "2024-05-01T00:00:00.000Z",
    "redacted_at": "2024-05-10T00:00:00.000Z",
    "reason": "deleted",
}


def line(**fields: Any) -> str:
    """A line in X's form."""
    return json.dumps(LINE | fields) + "\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        corpus.enter_lines([InputLine("a", 1, ID, ID), InputLine("a", 2, "5", "5")])
        yield corpus


@pytest.fixture
def result(tmp_path: Path) -> Path:
    return tmp_path / "result.jsonl"


def test_lines_and_reasons_are_the_same_as_in_x_documentation() -> None:
    shape = sample("sample_compliance.json")
    assert shape["result_line"] == LINE
    assert shape["reasons"] == list(FATES)


def test_what_each_reason_asks_for(corpus: Corpus, result: Path) -> None:
    result.write_text("".join(line(reason=reason) for reason in FATES) + "\n")
    rulings = read_result(result, corpus, length=result.stat().st_size)
    assert [one.fate for one in rulings] == ["gone", "gone", "protected", "protected", None]
    assert rulings[0] == Ruling(ID, "gone", "X's compliance result: deleted 2024-05-10")


def test_an_empty_file_affects_no_post(corpus: Corpus, result: Path) -> None:
    result.touch()
    assert read_result(result, corpus, length=0) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (line() + line()[:-20], "not a complete compliance result; nothing was changed"),
        (line() + line(id="x"), "not a complete compliance result; nothing was changed"),
        (line(reason="moved"), "not a complete compliance result; nothing was changed"),
        ('{"data": []}\n', "not a complete compliance result; nothing was changed"),
        ("<html>over capacity</html>\n", "not a complete compliance result; nothing"),
        (line(id="77") + line(id="78"), "none of its 2 ids is in "),
    ],
)
def test_a_file_that_is_not_a_complete_result_of_this_corpus_is_refused(
    corpus: Corpus, result: Path, content: str, words: str
) -> None:
    result.write_text(content)
    with pytest.raises(DataError) as caught:
        read_result(result, corpus)
    assert caught.value.message.startswith(f"{result}: {words}")


def test_a_file_cut_between_two_lines_is_detected_by_its_length(
    corpus: Corpus, result: Path
) -> None:
    result.write_text(line())
    assert len(read_result(result, corpus)) == 1
    with pytest.raises(DataError) as caught:
        read_result(result, corpus, length=2 * len(line()))
    assert "bytes; wanted 3" in caught.value.message
    with pytest.raises(DataError, match="No such file"):
        read_result(result.with_name("no.jsonl"), corpus)


def test_each_ruling_has_one_outcome(corpus: Corpus) -> None:
    corpus.enter_lines([InputLine("b", n, str(n), str(n)) for n in (6, 7, 8, 9, 10)])
    with corpus.transaction():
        for post_id in (ID, "6", "7"):
            corpus.put_post(made_post(post_id, "Ada"))
            corpus.settle(post_id, "kept")
        corpus.put_post(made_post("10", "Ada").model_copy(update={"edit_ids": ("9", "10")}))
        corpus.settle("10", "kept")
        corpus.settle_same("9", "10", "another edit of 10")
        corpus.settle_same("8", "7", "a retweet of 7")
        for post_id in ("6", "8"):
            corpus.put_payload(post_id, "x-api", b"{}")
        rulings = [
            Ruling(ID, "gone", "deleted"),
            Ruling(ID, "gone", "deleted"),  # again: nothing is left
            Ruling("6", None, "scrub_geo"),
            Ruling("8", "gone", "deleted"),  # a retweet; its original stays
            Ruling("9", "protected", "protected"),  # an edit of 10
            Ruling("5", "gone", "deleted"),  # never collected
            Ruling("77", "gone", "deleted"),
        ]
        counts = apply_rulings(corpus, rulings)
    assert counts == {
        "gone": 1, "protected": 1, "withheld": 0, "cleared": 2, "nothing_held": 2, "unknown": 1,
    }  # fmt: skip
    assert [post.id for post in corpus.kept_posts()] == ["6", "7"]
    assert [(one.post_id, one.fate) for one in corpus.tombstones()] == [
        ("10", "protected"),
        (ID, "gone"),
    ]
