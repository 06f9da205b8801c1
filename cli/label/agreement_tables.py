"""The tables of `mnerctl label agree`."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Final

from ..console import print_document, print_line, print_table

if TYPE_CHECKING:
    from ...annotation.agreement.shared_post import SharedPost
    from ...schema.release.agreement import Agreement, DividedPost, Figure, GroupAgreement

MAX_DIVIDED: Final = 5


def print_agreement(agreement: Agreement, posts: Sequence[SharedPost]) -> None:
    """Print all tables, and the posts on which annotators differ most."""
    _print_work(agreement)
    _print_overall(agreement)
    _print_groups(agreement)
    _print_pairs(agreement)
    _print_confusions(agreement)
    texts = {post.id: post.text for post in posts}
    for divided in agreement.divided[:MAX_DIVIDED]:
        _print_divided(divided, texts[divided.post_id])


def _print_overall(agreement: Agreement) -> None:
    overall = agreement.overall
    print_table(
        f"agreement on {overall.posts:,} posts, {overall.spans:,} spans",
        ("measure", "value", "95 %"),
        [
            ("exact span F1", *_cells(overall.f1)),
            ("  any type", *_cells(agreement.any_type.f1)),
            ("Fleiss' kappa, tokens", *_cells(overall.fleiss_kappa)),
            ("Krippendorff's alpha, tokens", *_cells(overall.alpha)),
            ("Krippendorff's u-alpha, spans", *_cells(overall.u_alpha)),
        ],
    )


def _print_groups(agreement: Agreement) -> None:
    groups: dict[str, GroupAgreement] = {str(t): group for t, group in agreement.by_type.items()}
    groups |= {_images(number): group for number, group in agreement.by_images.items()}
    print_table(
        "by type and by number of images",
        ("", "posts", "spans", "F1", "95 %", "kappa", "alpha", "u-alpha"),
        [
            (
                *(name, group.posts, group.spans, *_cells(group.f1)),
                *(_value(one.value) for one in (group.fleiss_kappa, group.alpha, group.u_alpha)),
            )
            for name, group in groups.items()
        ],
    )


def _print_pairs(agreement: Agreement) -> None:
    numbers = {name: str(number) for number, name in enumerate(agreement.annotators, start=1)}
    print_table(
        "by pair: precision and recall of the second, with the first as gold",
        ("", "posts", "P", "R", "F1", "95 %", "Cohen", "u-alpha"),
        [
            (
                *(" - ".join(numbers[name] for name in pair.annotators), pair.posts),
                *(_value(pair.precision), _value(pair.recall), *_cells(pair.f1)),
                *(_value(pair.cohen_kappa.value), _value(pair.u_alpha.value)),
            )
            for pair in agreement.by_pair
        ],
    )


def _print_confusions(agreement: Agreement) -> None:
    """Print what annotators confuse, and what they did with suggested spans."""
    answers = [answer.replace("_", " ") for answer in next(iter(agreement.confusions.values()))]
    print_table(
        "where one annotator marked ..., the other marked",
        ("", *answers),
        [(name, *row.values()) for name, row in agreement.confusions.items()],
    )
    if agreement.suggestions:
        print_table(
            "what annotators did with suggested spans",
            ("from", "kept", "changed", "deleted", "added"),
            [
                (_name(source), one.kept, one.changed, one.deleted, one.added)
                for source, one in agreement.suggestions.items()
            ],
        )


def _print_work(agreement: Agreement) -> None:
    """Print how much each annotator did, the median time per post, and the broken guideline rules."""
    works = agreement.annotators
    print_table(
        "annotators",
        ("", "name", "done", "skipped", "compared", "s/post"),
        [
            (
                *(number, _name(name), work.done, work.skipped, work.compared),
                "-" if work.seconds is None else f"{work.seconds:.1f}",
            )
            for number, (name, work) in enumerate(works.items(), start=1)
        ],
    )
    if rules := sorted({rule for work in works.values() for rule in work.broken}):
        print_table(
            "spans that break a guideline rule",
            ("rule of docs/guidelines.md", *(str(number) for number in range(1, len(works) + 1))),
            [(rule, *(work.broken.get(rule, 0) for work in works.values())) for rule in rules],
        )


def _print_divided(divided: DividedPost, text: str) -> None:
    """Print a post with every reading of it, one span per line, with its text quoted and cut."""
    from ...annotation import short_repr

    print_line("")
    print_line(f"post {divided.post_id}: {divided.unmatched:.1f} unmatched spans")
    for reading in divided.readings:
        names = f"{', '.join(map(_name, reading.annotators))}:"
        lines = fill(names, 80, initial_indent="  ", subsequent_indent="  ")
        print_document(f"{lines}\n")
        if not reading.spans:
            print_line("    nothing")
        for span in reading.spans:
            print_line(f"    {span.type:4} {short_repr(text[span.start : span.end])}")


def _name(annotator: str) -> str:
    """Return a name without control characters, which a terminal would interpret."""
    from ...annotation import short_repr

    return annotator if annotator.isprintable() else short_repr(annotator)


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number} images"


def _cells(figure: Figure) -> tuple[str, str]:
    """Return a value and its interval."""
    if figure.low is None or figure.high is None:
        return _value(figure.value), "-"
    return _value(figure.value), f"{figure.low:.3f}..{figure.high:.3f}"


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
