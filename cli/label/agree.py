"""`mnerctl label agree`: measure and print how far annotators agree."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir

if TYPE_CHECKING:
    from ...annotation.agreement.shared_post import SharedPost
    from ...schema.release.agreement import Agreement, DividedPost, Figure, GroupAgreement

MOST_DIVIDED = 5


def agree(
    corpus: CorpusDir = Path("corpus"),
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the result as an HTML page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how far annotators agree.

    The corpus keeps the result as agreement.json.

    Example: mnerctl label agree --corpus corpus --html agreement.html
    """
    from ...annotation import (
        agreement_of,
        read_suggestions,
        shared_posts,
        suggestion_outcomes,
        write_agreement_page,
    )
    from ...schema import Corpus, DataError
    from ...schema.release.agreement import write_agreement
    from ..console import print_problems, progress, say

    with Corpus.open(corpus) as opened:
        shared = shared_posts(opened)
        print_problems(shared.problems)
        if not shared.posts:
            done = ", ".join(f"{name} {work.done}" for name, work in shared.annotators.items())
            raise DataError(
                f"{corpus}: no post was done by two annotators (done: {done or 'none'})",
                f"mnerctl label import FILE --annotator NAME --corpus {corpus}    # or label pull",
            )
        suggestions = suggestion_outcomes(read_suggestions(opened.folder), opened.annotations())
        with progress("resampled") as on_count:
            agreement = agreement_of(shared, suggestions=suggestions, on_count=on_count)
        kept = write_agreement(opened.folder, agreement)
    if html:
        write_agreement_page(html, agreement, shared.posts)
    if as_json:
        print(agreement.model_dump_json(indent=2))
    else:
        _print(agreement, shared.posts)
    say(f"{summary(agreement)}; kept in {kept}")


def summary(agreement: Agreement) -> str:
    """Return one sentence of counts that add up to the annotated posts."""
    posts = agreement.posts
    return (
        f"{posts.annotated:,} annotated posts: {posts.compared:,} compared, {posts.skipped:,} skipped, "
        f"{posts.single:,} done by one annotator, {posts.outdated:,} outdated, {posts.not_kept:,} not kept"
    )


def _print(agreement: Agreement, posts: tuple[SharedPost, ...]) -> None:
    from ..console import print_table

    _print_work(agreement)
    everything = agreement.overall
    print_table(
        f"agreement on {everything.posts:,} posts, {everything.spans:,} spans",
        ("measure", "value", "95 %"),
        [
            ("exact span F1", *_cells(everything.f1)),
            ("  any type", *_cells(agreement.any_type.f1)),
            ("Fleiss' kappa, tokens", *_cells(everything.fleiss_kappa)),
            ("Krippendorff's alpha, tokens", *_cells(everything.alpha)),
            ("Krippendorff's u-alpha, spans", *_cells(everything.u_alpha)),
        ],
    )
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
    texts = {post.id: post.text for post in posts}
    for divided in agreement.divided[:MOST_DIVIDED]:
        _print_divided(divided, texts[divided.post_id])


def _print_work(agreement: Agreement) -> None:
    """Print how much each annotator did, the median time per post, and the broken guideline rules."""
    from ..console import print_table

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

    print(f"\npost {divided.post_id}: {divided.unmatched:.1f} unmatched spans")
    for reading in divided.readings:
        print(
            fill(
                f"{', '.join(map(_name, reading.annotators))}:",
                80,
                initial_indent="  ",
                subsequent_indent="  ",
            )
        )
        if not reading.spans:
            print("    nothing")
        for span in reading.spans:
            print(f"    {span.type:4} {short_repr(text[span.start : span.end])}")


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
