"""`mnerctl label agree`: measure and print how far annotators agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir

if TYPE_CHECKING:
    from ...schema.release.agreement import Agreement


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
    import json

    from ...annotation import (
        agreement_of,
        read_suggestions,
        shared_posts,
        suggestion_outcomes,
        write_agreement_page,
    )
    from ...schema import Corpus, DataError
    from ...schema.release.agreement import write_agreement
    from ..console import print_json, print_problems, progress, say
    from .agreement_tables import print_agreement

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
        with opened.none_removed(post.id for post in shared.posts):
            kept = write_agreement(opened.folder, agreement)
            if html:
                write_agreement_page(html, agreement, shared.posts)
    if as_json:
        print_json(json.loads(agreement.model_dump_json()))
    else:
        print_agreement(agreement, shared.posts)
    say(f"{summary(agreement)}; kept in {kept}")


def summary(agreement: Agreement) -> str:
    """Return one sentence of counts that add up to the annotated posts."""
    posts = agreement.posts
    return (
        f"{posts.annotated:,} annotated posts: {posts.compared:,} compared, {posts.skipped:,} skipped, "
        f"{posts.single:,} done by one annotator, {posts.outdated:,} outdated, {posts.not_kept:,} not kept"
    )
