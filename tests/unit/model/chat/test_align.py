"""Strings of an answer get places among tokens: left to right, without overlaps, and none is lost."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.chat.align import align, shown_text
from mnerctl.model.chat.prompt import perfect_answer
from mnerctl.model.chat.reply import NamedEntity, Reply, parse_reply
from mnerctl.model.chat.results import AskResults, RecordResult
from mnerctl.schema import TYPES, Counts, Record, Span, tags_from_spans
from mnerctl.schema.tokens import tokenize
from support.record_strategies import records

HARD = [
    "👨‍👩‍👧‍👦",
    "🇺🇸",
    "שָׁלוֹם",
    "O'Reilly",
    "İstanbul",
    "straße",
    "\u200b",
    "#",
    "@",
    "a",
    "A",
    "é",
    "e\u0301",
]


def record_of(text: str, *spans: Span) -> Record:
    """Return a record as in Twitter-2017: tokens without the raw text."""
    words = tuple(text.split(" "))
    return Record(id="1", text=words, images=(), label=tuple(tags_from_spans(spans, len(words))))


def raw_record(raw: str) -> Record:
    """Return a record with its raw text and offsets."""
    tokens = tokenize(raw)
    return Record(
        id="1",
        text=tuple(token.text for token in tokens),
        images=(),
        label=("O",) * len(tokens),
        raw=raw,
        offsets=tuple((token.start, token.end) for token in tokens),
    )


def named(*pairs: tuple[str, str]) -> list[NamedEntity]:
    return [NamedEntity(text=text, type=kind) for text, kind in pairs]


@pytest.mark.parametrize(
    ("text", "answer", "spans", "unplaced"),
    [
        ("Ada in Paris", [("Ada", "PER"), ("Paris", "LOC")], [(0, 1, "PER"), (2, 3, "LOC")], []),
        ("Ada in Paris", [("Paris", "LOC"), ("Ada", "PER")], [(0, 1, "PER"), (2, 3, "LOC")], []),
        ("Ada in Paris", [("Rome", "LOC")], [], ["invented"]),
        ("Ada in Paris", [("", "LOC"), (" ", "PER")], [], ["invented", "invented"]),
        ("Ada in Paris", [("Par", "LOC"), ("da in", "PER")], [], ["invented", "invented"]),
        ("Ada in Paris", [("Paris", "CITY")], [], ["unknown type"]),
        ("Ada in Paris", [("paris", "location"), ("ADA", "Person")],
         [(0, 1, "PER"), (2, 3, "LOC")], []),
        ("# NBA tonight", [("#NBA", "ORG")], [(0, 2, "ORG")], []),
        ("New York City", [("New  York\n City", "LOC")], [(0, 3, "LOC")], []),
        ("it is It", [("It", "MISC")], [(2, 3, "MISC")], []),
        ("It is it", [("It", "MISC"), ("It", "MISC")], [(0, 1, "MISC"), (2, 3, "MISC")], []),
        ("Jordan plays in Jordan", [("Jordan", "PER"), ("Jordan", "LOC")],
         [(0, 1, "PER"), (3, 4, "LOC")], []),
        ("Jordan , X and Jordan", [("X", "ORG"), ("Jordan", "LOC")],
         [(2, 3, "ORG"), (4, 5, "LOC")], []),
        ("Jordan , X", [("X", "ORG"), ("Jordan", "LOC")], [(0, 1, "LOC"), (2, 3, "ORG")], []),
        ("Ada sings", [("Ada", "PER"), ("Ada", "PER")], [(0, 1, "PER")], ["repeated"]),
        ("Ada sings", [("Ada", "PER"), ("Ada", "ORG")], [(0, 1, "PER")], ["surplus"]),
        ("New York Times", [("New York Times", "ORG"), ("New York", "LOC")],
         [(0, 3, "ORG")], ["surplus"]),
        ("the e\u0301lan", [("\u00e9lan", "MISC")], [(1, 2, "MISC")], []),
    ],
)  # fmt: skip
def test_places(
    text: str,
    answer: list[tuple[str, str]],
    spans: list[tuple[int, int, str]],
    unplaced: list[str],
) -> None:
    found = align(record_of(text), named(*answer))
    assert [(span.start, span.end, span.type) for span in found.spans] == spans
    assert [one.why for one in found.unplaced] == unplaced


def test_the_text_of_the_post_is_shown_and_found_unchanged() -> None:
    record = raw_record("It's #NBA  in New\r\nYork, Ada's town 👨‍👩‍👧‍👦!")
    assert shown_text(record) == record.raw
    found = align(record, named(("NBA", "ORG"), ("New\r\nYork", "LOC"), ("Ada", "PER")))
    assert [shown_text(record, span.start, span.end) for span in found.spans] == [
        "NBA", "New\r\nYork", "Ada",
    ]  # fmt: skip
    assert align(record, named(("New York", "LOC"))).spans == found.spans[1:2]


def test_entities_that_count_as_predicted() -> None:
    """By hand: of five, one is right, two have no place, one is repeated and one has an unknown type."""
    record = record_of("Ada in Paris", Span(0, 1, "PER"), Span(2, 3, "LOC"))
    given = named(("Ada", "PER"), ("Ada", "PER"), ("Ada", "ORG"), ("Rome", "LOC"), ("in", "VERB"))
    answer = RecordResult(
        record, Reply(outcome="answered"), parse_reply(Reply(outcome="cut")), align(record, given)
    )
    assert answer.wrong == ["ORG", "LOC"]
    results = AskResults({"test": [answer]})
    assert results.matches("test") == [Counts(gold=2, predicted=3, correct=1)]
    score = results.score("test")
    assert score.micro == Counts(2, 3, 1)
    assert score.by_type["ORG"] == Counts(0, 1, 0) and score.by_type["LOC"] == Counts(1, 1, 0)
    assert sum(score.by_type.values(), start=Counts(0, 0, 0)) == score.micro


pieces = st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(
    st.lists(st.sampled_from(HARD), min_size=1, max_size=8),
    st.lists(
        st.tuples(
            st.lists(pieces, max_size=3).map(" ".join), st.sampled_from([*TYPES, "mis", "X"])
        ),
        max_size=8,
    ),
)
def test_nothing_is_lost_and_nothing_overlaps(
    words: list[str], answer: list[tuple[str, str]]
) -> None:
    record = Record(id="1", text=tuple(words), images=(), label=("O",) * len(words))
    found = align(record, named(*answer))
    assert len(found.spans) + len(found.unplaced) == len(answer)
    assert list(found.spans) == sorted(found.spans)
    assert all(left.end <= right.start for left, right in pairwise(found.spans))
    assert all(span.end <= len(words) for span in found.spans)
    named_texts = {simplified(text) for text, _ in answer}
    assert all(
        simplified(shown_text(record, span.start, span.end)) in named_texts for span in found.spans
    )


def simplified(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


@given(records())
def test_a_perfect_answer_is_gold(record: Record) -> None:
    """If each name occurs once: an answer cannot say which of two equal names it means."""
    parsed = parse_reply(Reply(outcome="answered", content=perfect_answer(record)))
    found = align(record, parsed.entities)
    assert parsed.verdict == "answered" and len(parsed.entities) == len(record.spans)
    if len({word.casefold() for word in record.text}) == len(record.text) and not any(
        one != other and one.casefold() in other.casefold()
        for one in record.text
        for other in record.text
    ):
        assert list(found.spans) == record.spans
    assert all(one.why != "invented" for one in found.unplaced)
