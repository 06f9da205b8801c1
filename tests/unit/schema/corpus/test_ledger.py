"""The ledger: the fates sum to the lines after any sequence of entering, redirecting and retrying."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema import Corpus, Fate, InputLine, UsageError
from mnerctl.schema.corpus import ledger


def line(number: int, post_id: str | None, source: str = "a.txt") -> InputLine:
    return InputLine(source, number, f"line {number}", post_id, "" if post_id else "no post")


def enter(corpus: Corpus, *lines: InputLine) -> None:
    corpus.enter_lines(lines, replacing={one.source for one in lines})


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.open(tmp_path, create=True)


def test_each_line_has_one_fate(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"), line(2, None), line(3, "8"), line(5, "7"))
    assert corpus.line_fates() == {"pending": 2, "refused": 1, "duplicate": 1}
    corpus.settle("7", "kept")
    corpus.settle("8", "gone", "Not Found")
    assert corpus.line_fates() == {"kept": 1, "refused": 1, "duplicate": 1, "gone": 1}
    assert list(corpus.lines_with_fate("gone")) == [
        InputLine("a.txt", 3, "line 3", "8", "Not Found")
    ]
    assert list(corpus.lines_with_fate("refused")) == [
        InputLine("a.txt", 2, "line 2", None, "no post")
    ]
    assert list(corpus.lines_with_fate("duplicate")) == [
        InputLine("a.txt", 5, "line 5", "7", "post 7 again")
    ]


def test_entering_again_changes_nothing_and_a_shorter_file_deletes_lines(corpus: Corpus) -> None:
    lines = [line(1, "7"), line(2, "8"), line(3, None)]
    enter(corpus, *lines)
    corpus.settle("7", "kept")
    enter(corpus, *lines)
    assert corpus.line_fates() == {"kept": 1, "pending": 1, "refused": 1}
    enter(corpus, lines[0], lines[2])
    assert corpus.line_fates() == {"kept": 1, "refused": 1}
    enter(corpus, line(2, "9"))
    assert corpus.line_fates() == {"pending": 1}
    corpus.enter_lines([], replacing=["a.txt"])
    assert corpus.line_fates() == {}


def test_an_id_that_no_line_leads_to_any_more_is_not_fetched(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"), line(2, "8"), line(3, "9"), line(4, "6"))
    corpus.settle_same("9", "5", "a retweet of 5")
    corpus.settle("6", "gone")
    enter(corpus, line(1, "8"))
    assert [row.post_id for row in corpus.with_fate("pending")] == ["8"]
    assert [row.post_id for row in corpus.with_fate("gone")] == ["6"]
    enter(corpus, line(1, "8"), line(2, "9"))
    assert list(corpus.pending()) == ["5", "8"]
    assert corpus.line_fates() == {"pending": 2}


def test_a_changed_line_names_another_post(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"), line(2, "8"))
    corpus.enter_lines([line(1, "7"), InputLine("a.txt", 2, "other", "9")], replacing=["a.txt"])
    assert list(corpus.pending()) == ["7", "9"]


def test_an_id_that_no_line_leads_to_any_more_is_not_retried(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"), line(2, "8"))
    corpus.settle("7", "media_failed", can_retry=True)
    corpus.settle("8", "kept")
    corpus.enter_lines([line(1, "9")], replacing=["a.txt"])
    assert corpus.count_open() == (1, 0)
    assert [row.post_id for row in corpus.with_fate()] == ["8", "9"]  # what is kept stays


def test_lines_of_several_sources(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"), line(2, "8"))
    enter(corpus, line(1, "8", "b.txt"), line(2, "9", "b.txt"))
    assert corpus.line_fates() == {"pending": 3, "duplicate": 1}
    (again,) = corpus.lines_with_fate("duplicate")
    assert (again.source, again.post_id) == ("b.txt", "8")


def test_a_retweet_counts_as_its_original(corpus: Corpus) -> None:
    enter(corpus, line(1, "9"))
    corpus.settle_same("9", "5", "a retweet of 5")
    assert list(corpus.pending()) == ["5"]
    assert corpus.line_fates() == {"pending": 1}
    corpus.settle("5", "kept")
    assert corpus.line_fates() == {"kept": 1}
    enter(corpus, line(1, "9"), line(2, "5"))
    assert corpus.line_fates() == {"kept": 1, "duplicate": 1}


def test_a_chain_of_duplicates_resolves_to_the_last_post(corpus: Corpus) -> None:
    enter(corpus, line(1, "9"))
    corpus.settle_same("9", "5", "a retweet of 5")
    corpus.settle_same("5", "4", "another edit of 4")
    enter(corpus, line(1, "9"), line(2, "8"))
    corpus.settle_same("8", "5", "a retweet of 5")
    assert list(corpus.pending()) == ["4"]
    corpus.settle("4", "kept")
    assert corpus.line_fates() == {"kept": 1, "duplicate": 1}
    with pytest.raises(ValueError, match="which is the same as 4"):
        corpus.settle_same("4", "9", "a circle")


def test_each_pending_id_comes_once_while_fates_are_set(corpus: Corpus) -> None:
    ids = [f"{number:05}" for number in range(2500)]
    enter(corpus, *(line(number, post_id) for number, post_id in enumerate(ids)))
    seen = []
    for post_id in corpus.pending():
        seen.append(post_id)
        corpus.settle(post_id, "gone")
    assert seen == ids


def test_only_ids_that_can_be_retried_are_reopened(corpus: Corpus) -> None:
    enter(corpus, *(line(number, str(number)) for number in range(1, 4)))
    corpus.settle("1", "media_failed", can_retry=True)
    corpus.settle("2", "media_failed")
    assert corpus.count_open() == (1, 1)
    corpus.reopen()
    assert corpus.count_open() == (2, 0)
    assert [(row.post_id, row.attempts) for row in corpus.with_fate("pending")] == [
        ("1", 1),
        ("3", 0),
    ]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as one, Corpus.open(tmp_path) as two:
        with one.only_writer(), pytest.raises(UsageError) as caught, two.only_writer():
            raise AssertionError
        assert "another fetch or comply is running" in caught.value.message
        with two.only_writer():
            pass


def test_an_empty_database_file_becomes_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "corpus.db").touch()
    with Corpus.open(tmp_path, create=True) as corpus:
        assert corpus.line_fates() == {}


def test_fates_counted_in_two_ways_are_equal(corpus: Corpus) -> None:
    """For random sequences of entering, redirecting, settling and removing lines."""
    chance = random.Random(4)
    for _ in range(60):
        ids = [chance.choice([None, *map(str, range(1, 30))]) for _ in range(chance.randrange(40))]
        source = chance.choice("ab")
        lines = [line(number, one, source) for number, one in enumerate(ids, start=1)]
        corpus.enter_lines(lines, replacing=[source])
        for _ in range(5):
            one, other = (str(chance.randrange(1, 30)) for _ in "ab")
            with contextlib.suppress(ValueError):
                corpus.settle_same(one, other, "a retweet")
        for one in list(corpus.pending())[:5]:
            corpus.settle(one, chance.choice(["kept", "gone", "duplicate", "refused"]))
        listed = {fate: len(list(corpus.lines_with_fate(fate))) for fate in get_args(Fate)}
        assert corpus.line_fates() == {fate: count for fate, count in listed.items() if count}


# checks and clocks

DATES = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
LATER = datetime(2999, 1, 1, tzinfo=UTC)


class Clock:
    """A clock in place of `datetime` that shows what it is set to."""

    shows = LATER

    @classmethod
    def now(cls, _: object) -> datetime:
        return cls.shows


def due_after(corpus: Corpus, *, checked: datetime, now: datetime, age: timedelta) -> bool:
    """Check the one post at one time on the clock, and return whether it is due at another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "datetime", Clock)
        Clock.shows = checked
        corpus.mark_checked("7")
        Clock.shows = now
        return corpus.due(now - age) == ["7"]


def test_a_check_of_a_clock_that_was_ahead_counts_as_none(corpus: Corpus) -> None:
    enter(corpus, line(1, "7"))
    corpus.settle("7", "kept")
    now, hour = datetime(2026, 5, 20, 12, tzinfo=UTC), timedelta(hours=1)
    assert due_after(corpus, checked=LATER, now=now, age=timedelta(0))
    assert due_after(corpus, checked=now + hour, now=now, age=24 * hour)
    assert not due_after(corpus, checked=now - hour, now=now, age=24 * hour)
    assert due_after(corpus, checked=now - 25 * hour, now=now, age=24 * hour)
    assert due_after(corpus, checked=now, now=now, age=timedelta(0))
    assert not due_after(corpus, checked=now, now=now, age=hour)


def test_no_clock_can_silence_a_check(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Corpus.open(tmp_path_factory.mktemp("clocks"), create=True) as corpus:
        enter(corpus, line(1, "7"))
        corpus.settle("7", "kept")

        @given(checked=DATES, now=DATES, seconds=st.integers(1, 10**6))
        def is_due_or_was_checked_lately(checked: datetime, now: datetime, seconds: int) -> None:
            age = timedelta(seconds=seconds)
            if not due_after(corpus, checked=checked, now=now, age=age):
                assert now - age - timedelta(seconds=1) <= checked <= now + timedelta(seconds=1)

        is_due_or_was_checked_lately()
