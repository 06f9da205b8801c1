"""Kappa: the examples of Cohen 1960 and Fleiss 1971, and equality with NLTK on random labels."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from nltk.metrics.agreement import AnnotationTask

from mnerctl.annotation.agreement.kappa import cohen_kappa, fleiss_kappa

# Cohen 1960, table 2: two judges, three categories, 200 patients; p_o .70, p_c .41
COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]

# Fleiss 1971, table 1: 30 patients, each by six psychiatrists; rows are patients, columns depression,
# personality disorder, schizophrenia, neurosis, other. Mean agreement .556, by chance .220.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


def coincidences_of_counts(items: list[list[int]]) -> list[list[float]]:
    """Return the coincidences of items, each given by how many annotators gave each label."""
    size = range(len(items[0]))
    return [
        [sum(item[c] * (item[k] - (c == k)) / (sum(item) - 1) for item in items) for k in size]
        for c in size
    ]


def test_cohen_1960() -> None:
    assert cohen_kappa(COHEN) == pytest.approx((0.70 - 0.41) / (1 - 0.41))
    assert round(cohen_kappa(COHEN) or 0, 3) == 0.492


def test_fleiss_1971() -> None:
    items = [[int(count) for count in patient] for patient in FLEISS.split()]
    assert [sum(column) for column in zip(*items, strict=True)] == [26, 26, 30, 55, 43]
    assert round(fleiss_kappa(coincidences_of_counts(items)) or 0, 3) == 0.430


@pytest.mark.parametrize("seed", range(50))
def test_both_equal_nltk_on_random_labels(seed: int) -> None:
    random = Random(seed)
    size, annotators = random.randint(2, 5), random.randint(2, 5)
    items = [
        [min(random.randrange(size), random.randrange(size)) for _ in range(annotators)]
        for _ in range(random.randint(3, 40))
    ]
    data = [
        (str(who), str(number), str(label))
        for number, labels in enumerate(items)
        for who, label in enumerate(labels)
    ]
    task = AnnotationTask(data)
    counts = [[labels.count(label) for label in range(size)] for labels in items]
    assert fleiss_kappa(coincidences_of_counts(counts)) == pytest.approx(task.pi())
    pairs = Counter((labels[0], labels[1]) for labels in items)
    confusion = [[pairs[c, k] for k in range(size)] for c in range(size)]
    assert cohen_kappa(confusion) == pytest.approx(task.kappa_pairwise("0", "1"))


def test_cohen_is_symmetric_and_1_for_full_agreement() -> None:
    assert cohen_kappa([list(column) for column in zip(*COHEN, strict=True)]) == pytest.approx(
        cohen_kappa(COHEN)
    )
    assert cohen_kappa([[5, 0], [0, 3]]) == fleiss_kappa([[5, 0], [0, 3]]) == 1


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[7, 0], [0, 0]], [[0.3, 0], [0, 0]]])
def test_both_are_undefined_without_variance(table: list[list[float]]) -> None:
    assert cohen_kappa(table) is None
    assert fleiss_kappa(table) is None
