"""`mnerctl label ...`: posts to Label Studio and back, and spans made elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .agree import agree
from .options import AsJson, CorpusDir
from .serve import LOCAL, serve

if TYPE_CHECKING:
    from ..annotation import Entered, Pulled, Pushed, Studio
    from ..schema import Problem

label = typer.Typer(
    name="label",
    help="Annotate posts in Label Studio, or enter spans made elsewhere.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
label.command()(serve)
label.command()(agree)

CORPUS = Path("corpus")

Url = Annotated[str, typer.Option(help="The address of Label Studio.")]
Project = Annotated[
    str | None, typer.Option(help="The project's title  [mnerctl CORPUS]", show_default=False)
]


@label.command()
def push(
    corpus: CorpusDir = CORPUS,
    url: Url = LOCAL,
    project: Project = None,
    as_json: AsJson = False,
) -> None:
    """Put kept posts into a Label Studio project: only those that are missing there.

    Example: mnerctl label push --corpus corpus
    """
    from ..annotation import push as push_posts
    from ..schema import Corpus, DataError
    from ..schema.problem import errors_in
    from .console import progress, say

    title = project or default_title(corpus)
    with Corpus.open(corpus) as opened, progress("posts") as on_count:
        pushed = push_posts(opened, _studio(url), title=title, on_count=on_count)
    _show(pushed, pushed.problems, as_json=as_json)
    say(
        f"{pushed.added + pushed.present + pushed.refused} posts: {pushed.added} added, "
        f"{pushed.present} there already, {pushed.refused} refused; annotate at {pushed.link}"
    )
    if wrong := errors_in(pushed.problems):
        raise DataError(
            f"{len(wrong)} errors in posts or their tasks, named above; the others are there",
            f"mnerctl status --corpus {corpus}    # then mend them, and push again",
        )


@label.command()
def pull(
    corpus: CorpusDir = CORPUS,
    url: Url = LOCAL,
    project: Project = None,
    as_json: AsJson = False,
) -> None:
    """Bring annotations back from Label Studio, each span checked.

    Example: mnerctl label pull --corpus corpus
    """
    from ..annotation import pull as pull_answers
    from ..schema import Corpus, DataError
    from .console import progress, say

    title = project or default_title(corpus)
    with Corpus.open(corpus) as opened, progress("answers") as on_count:
        pulled = pull_answers(opened, _studio(url), title=title, on_count=on_count)
    _show(pulled, pulled.problems, as_json=as_json)
    answers = pulled.stored + pulled.unchanged + pulled.refused + pulled.superseded
    say(
        f"{answers} answers: {pulled.stored} stored, {pulled.unchanged} unchanged, "
        f"{pulled.refused} refused, {pulled.superseded} replaced by a later one "
        f"({pulled.spans} spans, {pulled.skipped} skipped); "
        f"tasks without an answer: {pulled.open}, begun and not submitted: {pulled.drafts}"
    )
    if pulled.refused:
        raise DataError(
            f"{pulled.refused} of {answers} answers have errors and were not stored",
            f"open the links above, mend the spans, press Update, then: mnerctl label pull --corpus {corpus}",
        )


@label.command("import")
def import_spans(
    file: Annotated[Path, typer.Argument(help="JSON lines or CoNLL.")],
    annotator: Annotated[str, typer.Option(help="Whose spans these are.")],
    corpus: CorpusDir = CORPUS,
    as_json: AsJson = False,
) -> None:
    """Enter spans made elsewhere as one annotator's; with an error in the file nothing is stored.

    Example: mnerctl label import spans.jsonl --annotator ada
    """
    from ..annotation import enter_spans
    from ..schema import Corpus
    from .console import say

    with Corpus.open(corpus) as opened:
        entered = enter_spans(opened, file, annotator=annotator)
    _show(entered, entered.problems, as_json=as_json)
    say(
        f"{file}: {entered.posts} posts: {entered.stored} stored, {entered.unchanged} unchanged "
        f"({entered.spans} spans, {entered.skipped} skipped)"
    )


def default_title(corpus: Path) -> str:
    """The project of a corpus; Label Studio takes titles of 3 to 50 characters."""
    return f"mnerctl {corpus.resolve().name}"[:50].strip()


def _studio(url: str) -> Studio:
    from ..annotation import TOKEN_VARIABLE, Studio

    return Studio.connect(url, os.environ.get(TOKEN_VARIABLE))


def _show(result: Entered | Pushed | Pulled, problems: Sequence[Problem], *, as_json: bool) -> None:
    from .console import print_json, print_problems

    print_problems(problems)
    if as_json:
        print_json(asdict(result))
