"""Scores against seqeval as the oracle, and groups that sum to the whole."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.measures.mistakes import KINDS, NONE, confusion, entity_pairs, kind_counts
from mnerctl.model.measures.score import Scores, breakdown, grouped, scores, seqeval_default
from mnerctl.schema import LABELS, TYPES, Counts, Record, Span, spans_from_tags, tags_from_spans
from support.record_strategies import records as some_records

WORDS = 9


def record(spans: list[Span], *, words: int = WORDS, images: int = 0, id: str = "1") -> Record:
    return Record(
        id=id,
        text=tuple(f"w{n}" for n in range(words)),
        label=tuple(tags_from_spans(spans, words)),
        images=tuple(f"{n}.jpg" for n in range(images)),
    )


@st.composite
def spans(draw: st.DrawFn, words: int = WORDS) -> list[Span]:
    """Return entities of one text."""
    edges = sorted(draw(st.sets(st.integers(0, words), max_size=6)))
    return [
        Span(start, end, draw(st.sampled_from(TYPES)))
        for start, end in pairwise(edges)
        if draw(st.booleans())
    ]


@st.composite
def tagged(draw: st.DrawFn) -> tuple[list[Record], list[list[list[Span]]]]:
    """Return some records, and predictions of two seeds for them."""
    count = draw(st.integers(1, 5))
    found = [record(draw(spans()), images=draw(st.integers(0, 4)), id=str(n)) for n in range(count)]
    return found, [[draw(spans()) for _ in range(count)] for _ in range(2)]


@pytest.mark.parametrize("seed", range(8))
def test_seqeval_is_the_oracle(seed: int) -> None:
    """Random tags, valid or not: strict scores equal its strict mode, and the default its default mode."""
    metrics = pytest.importorskip("seqeval.metrics")
    from seqeval.scheme import IOB2

    random = Random(seed)
    gold, tags = [], []
    for n in range(60):
        words = random.randrange(1, 12)
        predicted = [random.choice(LABELS) for _ in range(words)]
        true = spans_from_tags(predicted if random.random() < 0.7 else predicted[::-1])
        gold.append(record(true, words=words, id=str(n)))
        tags.append(predicted)
    wanted = [list(one.label) for one in gold]
    strict = scores(gold, [[spans_from_tags(row) for row in tags]])
    report = metrics.classification_report(
        wanted, tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    for name, row in report.items():
        if "macro" in name or "weighted" in name:
            continue
        ours = strict[name.partition(" ")[0]]
        expected = (row["precision"], row["recall"], row["f1-score"], row["support"])
        assert (ours.precision, ours.recall, ours.f1, ours.gold) == pytest.approx(expected)
    default = metrics.f1_score(wanted, tags, zero_division=0)
    assert seqeval_default(gold, [tags]).mean == pytest.approx(default)


@given(tagged())
def test_with_valid_tags_the_default_is_the_strict_one(
    made: tuple[list[Record], list[list[list[Span]]]],
) -> None:
    found, by_seed = made
    tags = [[tags_from_spans(row, WORDS) for row in one] for one in by_seed]
    assert seqeval_default(found, tags).mean == pytest.approx(scores(found, by_seed)["micro"].f1)


def counts(table: dict[str, Scores]) -> list[tuple[int, ...]]:
    """Return gold, predicted and correct entities of each seed, summed over the groups."""
    seeds = zip(*(one.seeds for one in table.values()), strict=True)
    return [
        tuple(sum(getattr(part, name) for part in row) for name in ("gold", "predicted", "correct"))
        for row in seeds
    ]


@given(tagged(), st.lists(some_records(), max_size=3))
def test_parts_sum_to_the_whole(
    made: tuple[list[Record], list[list[list[Span]]]], train: list[Record]
) -> None:
    found, by_seed = made
    whole = scores(found, by_seed)
    micro = counts({"micro": whole.pop("micro")})
    assert counts(whole) == micro
    for name, table in breakdown([*train, found[0]], found, by_seed).items():
        assert (counts(table) or [(0, 0, 0)] * 2) == micro, name


@given(tagged())
def test_mistakes_and_confusion_sum_up(
    made: tuple[list[Record], list[list[list[Span]]]],
) -> None:
    found, by_seed = made
    number = kind_counts(found, by_seed)
    gold = sum(len(one.spans) for one in found)
    predicted = sum(len(row) for one in by_seed for row in one) / 2
    met = sum(number[kind] for kind in ("right", "type", "boundary", "both"))
    assert met + number["missed"] == pytest.approx(gold)
    assert met + number["spurious"] == pytest.approx(predicted)
    assert number["right"] == sum(p.correct for p in scores(found, by_seed)["micro"].seeds) / 2
    table = confusion(found, by_seed)
    right = sum(table[kind][kind] for kind in TYPES)
    assert right == pytest.approx(number["right"])
    assert sum(sum(table[kind].values()) for kind in TYPES) == pytest.approx(gold)
    columns = [table[row][kind] for row in (*TYPES, NONE) for kind in TYPES]
    assert sum(columns) == pytest.approx(predicted)
    off = sum(table[a][b] for a in TYPES for b in TYPES if a != b)
    assert off == pytest.approx(number["type"])


@given(spans(), spans())
def test_every_entity_is_paired_once(gold: list[Span], predicted: list[Span]) -> None:
    pairs = entity_pairs(gold, predicted)
    assert sorted(pair.gold for pair in pairs if pair.gold) == sorted(gold)
    assert sorted(pair.predicted for pair in pairs if pair.predicted) == sorted(predicted)
    assert {pair.kind for pair in entity_pairs(gold, gold)} <= {"right"}


@pytest.mark.parametrize(
    ("gold", "predicted", "wanted"),
    [
        ([Span(0, 2, "PER")], [Span(0, 2, "PER")], ["right"]),
        ([Span(0, 2, "PER")], [Span(0, 2, "LOC")], ["type"]),
        ([Span(0, 2, "PER")], [Span(1, 2, "PER")], ["boundary"]),
        ([Span(0, 2, "PER")], [Span(1, 3, "LOC")], ["both"]),
        ([Span(0, 2, "PER")], [Span(2, 3, "PER")], ["missed", "spurious"]),
        # the one with more words in common is paired, the other one is spurious
        ([Span(0, 4, "PER")], [Span(0, 1, "PER"), Span(1, 4, "PER")], ["boundary", "spurious"]),
        # the same type is more important than more words in common
        ([Span(0, 4, "PER")], [Span(0, 3, "LOC"), Span(3, 4, "PER")], ["boundary", "spurious"]),
    ],
)
def test_kinds_of_mistakes(gold: list[Span], predicted: list[Span], wanted: list[str]) -> None:
    assert sorted(pair.kind for pair in entity_pairs(gold, predicted)) == wanted
    assert set(wanted) <= set(KINDS)


def test_entities_beyond_the_length_limit_count_as_missed() -> None:
    """A system that reads eight words predicts nothing for the ninth."""
    cut = record([Span(0, 1, "PER"), Span(8, 9, "LOC")])
    (micro,) = scores([cut], [[[Span(0, 1, "PER")]]])["micro"].seeds
    assert (micro.gold, micro.predicted, micro.correct) == (2, 1, 1)


def test_a_surface_is_seen_in_any_case_and_as_any_type() -> None:
    train = Record(id="0", text=("ADA",), label=("B-LOC",), images=())
    test = Record(id="1", text=("Ada", "met", "Bob"), label=("B-PER", "O", "B-PER"), images=())
    table = breakdown([train], [test], [[[Span(0, 1, "PER")]]])["seen in train"]
    assert {name: (one.gold, one.recall) for name, one in table.items()} == {
        "seen in train": (1, 1.0),
        "unseen": (1, 0.0),
    }


def test_groups_are_sorted_by_their_numbers() -> None:
    made = [record([Span(0, 1, "PER")], words=n, id=str(n), images=n % 3) for n in (40, 9, 12, 3)]
    nothing: list[list[Span]] = [[] for _ in made]
    found = breakdown([], made, [nothing])
    assert list(found["words of the post"]) == ["1 to 10", "11 to 20", "31 or more"]
    assert list(found["number of images"]) == ["0", "1"]
    assert list(grouped(made, [nothing], lambda one, span: "x", ("y",))) == ["y", "x"]


def test_mean_and_deviation_over_seeds() -> None:
    two = Scores.of([Counts(4, 4, 2), Counts(4, 4, 3)])
    assert (two.f1, two.deviation) == (0.625, pytest.approx(0.125 * 2**0.5))
    assert Scores.of([Counts(4, 4, 2)]).deviation is None
