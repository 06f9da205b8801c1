"""All measures together: properties that hold for any annotators, and equality with other programs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import krippendorff
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from mnerctl.annotation.agreement import bootstrap
from mnerctl.annotation.agreement.agreement import agreement_of
from mnerctl.annotation.agreement.bootstrap import RESAMPLES, resampled_sums, with_interval
from mnerctl.annotation.agreement.counts import ALL, ANY, BY_TYPE, Scope, Totals, row_of, scale_of
from mnerctl.annotation.agreement.shared_post import SharedPost
from mnerctl.schema import LABELS, TYPES, DataError, Span
from mnerctl.schema.release.agreement import Agreement, Figure, write_agreement
from support.shared_posts import NAMES, shared, shared_post, shared_posts

SCOPES = [ALL, ANY, *BY_TYPE.values()]


def totals_of(posts: list[SharedPost]) -> Totals:
    scale = scale_of(posts)
    rows = [row_of(post, scale) for post in posts]
    return Totals.of([sum(column) for column in zip(*rows, strict=True)], scale)


def values(posts: list[SharedPost], scope: Scope = ALL) -> dict[str, float | None]:
    return totals_of(posts).measures(scope)


def quick_agreement(posts: list[SharedPost]) -> Agreement:
    """Return the agreement with intervals from few samples, where a test is not about the intervals."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "RESAMPLES", 20)
        return agreement_of(shared(posts))


def drawn_posts(seed: int, names: tuple[str, ...] = NAMES) -> list[SharedPost]:
    """30 posts of 12 tokens, on which annotators agree more often than not."""
    random = Random(seed)
    posts = []
    for number in range(30):
        true = [Span(at, at + random.randint(1, 3), random.choice(TYPES)) for at in (0, 4, 8)]
        spans = {
            name: [
                Span(span.start, span.end, random.choice([span.type, *TYPES]))
                for span in true
                if random.random() < 0.8
            ]
            for name in names
        }
        posts.append(shared_post(str(number), 12, spans))
    return posts


@given(shared_posts(), st.sampled_from(SCOPES))
def test_identical_annotators_agree_fully(posts: list[SharedPost], scope: Scope) -> None:
    identical = [
        shared_post(post.id, len(post.text), dict.fromkeys(post.spans, post.spans[min(post.spans)]))
        for post in posts
    ]
    assert set(values(identical, scope).values()) <= {1.0, None}
    if any(spans for post in identical for spans in post.spans.values()):
        assert values(identical, ALL)["f1"] == 1.0


@given(shared_posts(fewest_names=3), st.permutations(NAMES), st.sampled_from(SCOPES))
def test_the_order_of_annotators_does_not_matter(
    posts: list[SharedPost], names: list[str], scope: Scope
) -> None:
    pair = [post.only(*names[:2]) for post in posts]
    reversed_pair = [post.only(*reversed(names[:2])) for post in posts]
    assert values(pair, scope) == pytest.approx(values(reversed_pair, scope), nan_ok=True)
    everybody = [post.only(*names) for post in posts]
    of_many = {name: value for name, value in values(posts, scope).items() if "cohen" not in name}
    assert {n: v for n, v in values(everybody, scope).items() if n in of_many} == pytest.approx(
        of_many
    )


@settings(max_examples=10)
@given(shared_posts(), st.randoms(use_true_random=False))
def test_the_order_of_posts_does_not_matter(posts: list[SharedPost], random: Random) -> None:
    mixed = random.sample(posts, len(posts))
    assert quick_agreement(mixed) == quick_agreement(posts)


@pytest.mark.parametrize("seed", range(10))
def test_measures_of_a_pair_equal_seqeval_nltk_and_krippendorff(seed: int) -> None:
    posts = drawn_posts(seed, NAMES[:2])
    one, other = ([list(post.tags[name]) for post in posts] for name in NAMES[:2])
    ours = values(posts)
    theirs = precision_recall_fscore_support(one, other, average="micro", scheme=IOB2)
    spans = totals_of(posts).count_spans(ALL)
    assert (spans.precision, spans.recall, ours["f1"]) == pytest.approx(theirs[:3])
    flat = [
        [LABELS.index(tag) for tags in posts_tags for tag in tags] for posts_tags in (one, other)
    ]
    data = [
        (name, n, v) for name, labels in zip("ab", flat, strict=True) for n, v in enumerate(labels)
    ]
    assert ours["cohen_kappa"] == pytest.approx(AnnotationTask(data).kappa())
    assert ours["alpha"] == pytest.approx(krippendorff.alpha(flat, level_of_measurement="nominal"))


@pytest.mark.parametrize("seed", range(10))
def test_alpha_of_two_or_three_annotators_per_post_equals_krippendorff(seed: int) -> None:
    random = Random(seed)
    posts = [
        post.only(*sorted(random.sample(NAMES, random.randint(2, 3)))) for post in drawn_posts(seed)
    ]
    table = [
        [
            LABELS.index(post.tags[name][at]) if name in post.tags else float("nan")
            for post in posts
            for at in range(12)
        ]
        for name in NAMES
    ]
    assert values(posts)["alpha"] == pytest.approx(
        krippendorff.alpha(table, level_of_measurement="nominal")
    )


def test_any_type_compares_places_only() -> None:
    posts = [shared_post("1", 6, {"ada": [Span(0, 2, "PER")], "ben": [Span(0, 2, "LOC")]})]
    found = quick_agreement(posts)
    assert found.overall.f1.value == 0
    assert [found.any_type.f1.value, found.any_type.alpha.value] == [1, 1]
    assert found.by_type["PER"].f1.value == 0
    assert found.by_type["ORG"].f1 == Figure(value=None, low=None, high=None)


def test_each_group_counts_its_own_posts() -> None:
    posts = [
        shared_post("1", 6, {"ada": [Span(0, 2, "PER")], "ben": [Span(0, 2, "PER")]}, images=2),
        shared_post("2", 6, {"ada": [Span(0, 2, "PER")], "ben": [], "cho": []}, images=4),
    ]
    found = quick_agreement(posts)
    assert {n: (g.posts, g.spans, g.f1.value) for n, g in found.by_images.items()} == {
        2: (1, 2, 1.0),
        4: (1, 1, 0.0),
    }
    assert [(pair.annotators, pair.posts, pair.spans) for pair in found.by_pair] == [
        (("ada", "ben"), 2, (2, 1)),
        (("ada", "cho"), 1, (1, 0)),
        (("ben", "cho"), 1, (0, 0)),
    ]
    assert (found.by_pair[1].precision, found.by_pair[1].recall) == (None, 0)


@settings(max_examples=10)
@given(shared_posts())
def test_the_written_file_can_be_read_and_holds_no_text_and_no_nan(
    tmp_path_factory: pytest.TempPathFactory, posts: list[SharedPost]
) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    agreement = quick_agreement(posts)
    text = write_agreement(folder, agreement).read_text(encoding="utf-8")
    assert Agreement.model_validate_json(text) == agreement
    assert [path.name for path in folder.iterdir()] == ["agreement.json"]
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the document"))
    assert "xx" not in text


def test_an_unwritable_folder_is_a_data_error(tmp_path: Path) -> None:
    agreement = quick_agreement([shared_post("1", 3, {"ada": [], "ben": []})])
    with pytest.raises(DataError, match=r"agreement\.json: No such file or directory"):
        write_agreement(tmp_path / "gone", agreement)


def test_samples_are_sums_of_rows() -> None:
    rows = [[1, 0, 70_000, 0], [2, 0, 1, 3]]
    sums = list(resampled_sums(rows))
    assert len(sums) == RESAMPLES
    possible = [[2, 0, 140_000, 0], [3, 0, 70_001, 3], [4, 0, 2, 6]]
    assert [one for one in possible if sums.count(one) > RESAMPLES / 5] == possible
    assert sum(map(sums.count, possible)) == RESAMPLES
    assert list(resampled_sums(rows[::-1])) == sums
    assert next(resampled_sums([[0, 0]])) == [0, 0]


def test_an_interval_is_the_middle_95_percent() -> None:
    resampled = [*(n / 1000 for n in range(1001)), None]
    assert with_interval(0.5, resampled) == Figure(value=0.5, low=0.025, high=0.975)
    assert with_interval(None, resampled) == Figure(value=None, low=None, high=None)
    assert with_interval(0.5, [None, None]) == Figure(value=0.5, low=None, high=None)


def test_intervals_contain_the_value_and_narrow_with_more_posts() -> None:
    few, many = agreement_of(shared(drawn_posts(1))), agreement_of(shared(drawn_posts(1) * 4))
    for name in ("f1", "fleiss_kappa", "alpha", "u_alpha"):
        narrow, wide = getattr(many.overall, name), getattr(few.overall, name)
        assert wide.low < wide.value < wide.high
        assert narrow.high - narrow.low < 0.7 * (wide.high - wide.low)
