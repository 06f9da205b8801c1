"""The baselines: worked examples."""

from __future__ import annotations

from mnerctl.model.measures.baselines import Dictionary, Majority, baselines
from mnerctl.schema import Record, Span


def record(tagged: str) -> Record:
    """Return `Paris/B-LOC in/O` as a record."""
    pairs = [word.split("/") for word in tagged.split()]
    text, label = zip(*pairs, strict=True)
    return Record(id=tagged, text=text, label=label, images=())


TRAIN = [
    record("Jordan/B-PER scores/O"),
    record("Jordan/B-LOC is/O warm/O"),
    record("Jordan/B-PER !/O"),
    record("Michael/B-PER Jordan/I-PER and/O New/B-LOC York/I-LOC"),
    record("New/B-ORG York/I-ORG Times/I-ORG"),
]


def found(text: str, train: list[Record] = TRAIN) -> list[Span]:
    unlabelled = " ".join(f"{word}/O" for word in text.split())
    return Dictionary(train).spans(record(unlabelled))


def test_a_form_has_its_most_frequent_type() -> None:
    assert found("in Jordan") == [Span(1, 2, "PER")]


def test_the_longest_form_wins_from_left_to_right() -> None:
    assert found("Michael Jordan reads New York Times in New York") == [
        Span(0, 2, "PER"),
        Span(3, 6, "ORG"),
        Span(7, 9, "LOC"),
    ]


def test_case_does_not_matter() -> None:
    assert found("JORDAN new YORK") == [Span(0, 1, "PER"), Span(1, 3, "LOC")]


def test_forms_side_by_side_do_not_overlap() -> None:
    assert found("New York York Jordan Jordan") == [
        Span(0, 2, "LOC"),
        Span(3, 4, "PER"),
        Span(4, 5, "PER"),
    ]


def test_a_form_cut_off_at_the_end() -> None:
    assert found("Michael") == []
    assert found("New") == []


def test_empty_training_data() -> None:
    assert found("Jordan", train=[]) == []
    assert found("Jordan", train=[record("a/O")]) == []


def test_it_finds_all_training_entities() -> None:
    unambiguous = TRAIN[3:]
    dictionary = Dictionary(unambiguous)
    assert [dictionary.spans(one) for one in unambiguous] == [one.spans for one in unambiguous]


def test_every_word_has_its_most_frequent_label() -> None:
    """`york` is I- twice, so after O it begins an entity; `new` was LOC first; `times` was part of an ORG."""
    text = record("JORDAN/O in/O York/O new/O York/O Times/O nobody/O")
    assert Majority(TRAIN).spans(text) == [
        Span(0, 1, "PER"),
        Span(2, 3, "LOC"),
        Span(3, 5, "LOC"),
        Span(5, 6, "ORG"),
    ]


def test_both_are_scored_on_test() -> None:
    test = [record("Jordan/B-PER in/O New/B-LOC York/I-LOC")]
    assert baselines(TRAIN, test) == {"dictionary": 1.0, "majority": 1.0}
    assert baselines(TRAIN, [record("Nobody/B-PER")]) == {"dictionary": 0.0, "majority": 0.0}
