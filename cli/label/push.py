"""`mnerctl label push`: push kept posts to Label Studio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from .connection import LOCAL, Url, default_title, studio_at

if TYPE_CHECKING:
    from ...annotation import PushResult
    from ...schema import Problem


def push(
    corpus: CorpusDir = Path("corpus"),
    url: Url = LOCAL,
    project: Annotated[
        str | None, typer.Option(help="Title of the project.", show_default="mnerctl CORPUS")
    ] = None,
    annotators: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Names such as ada,ben,cho: one blind project for each of them.",
        ),
    ] = None,
    round: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Round of --annotators or --suspects.",
            show_default="1, or 2 with --suspects",
        ),
    ] = None,
    overlap: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Share of posts that all --annotators get; each other post goes to one of them.",
            show_default="1",
        ),
    ] = None,
    suspects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='Push only the posts of this file again: JSON lines {"id", "reason"}.',
        ),
    ] = None,
    upload: Annotated[
        bool,
        typer.Option("--upload", help="Upload the pictures to a Label Studio on another machine."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Push kept posts to Label Studio.

    Posts that are already there stay as they are.

    Example: mnerctl label push --corpus corpus --annotators ada,ben,cho --overlap 0.2
    """
    from ...annotation import annotator_names, push_round, read_suspects, suspects_title
    from ...annotation import push as push_posts
    from ...schema import Corpus, UsageError
    from ..console import progress

    if annotators is None and (overlap is not None or (round is not None and suspects is None)):
        raise UsageError(
            "--round and --overlap need --annotators",
            "mnerctl label push --annotators ada,ben,cho --overlap 0.2",
        )
    names = annotator_names(annotators) if annotators is not None else []
    number = round or (2 if suspects else 1)
    title = project or default_title(corpus)
    problems: list[Problem] = []
    with Corpus.open(corpus) as opened, progress("uploaded") as on_count:
        only = read_suspects(opened, suspects, problems) if suspects else None
        studio = studio_at(url)
        if names:
            pushed = push_round(
                opened,
                studio,
                title=title,
                annotators=names,
                round=number,
                overlap=overlap,
                only=only,
                is_uploaded=upload,
                on_count=on_count,
            )
        else:
            if suspects and not project:
                title = suspects_title(title, number)
            pushed = [
                push_posts(
                    opened,
                    studio,
                    title=title,
                    round=number,
                    only=only,
                    is_uploaded=upload,
                    on_count=on_count,
                )
            ]
    _say_pushed(pushed, problems, corpus, as_json=as_json)


def _say_pushed(
    pushed: Sequence[PushResult], file_problems: Sequence[Problem], corpus: Path, *, as_json: bool
) -> None:
    from ...schema import DataError
    from ...schema.problem import errors_in
    from ..console import print_json, print_problems, say

    problems = list(
        dict.fromkeys((*file_problems, *(row for one in pushed for row in one.problems)))
    )
    print_problems(problems)
    if as_json:
        print_json([asdict(one) for one in pushed])
    for one in pushed:
        prefix = f"{one.annotator}: " if one.annotator else ""
        say(
            f"{prefix}{one.added + one.present + one.refused} posts: {one.added} added, "
            f"{one.present} already there, {one.refused} refused; annotate at {one.link}"
        )
    if wrong := errors_in(problems):
        raise DataError(
            f"{len(wrong)} errors in posts, their tasks or the file of suspects, named above; "
            "all other posts were pushed",
            f"mnerctl status --corpus {corpus}    # fix the errors, then push again",
        )
