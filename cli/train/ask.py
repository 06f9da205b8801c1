"""`mnerctl ask`: ask a language model behind a chat endpoint for the entities of a release."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..options import OUT_HELP, AsJson, ReleasePath
from .options import report_folder

if TYPE_CHECKING:
    from ...model.chat import Plan
    from ...model.chat.report import AskReport


def ask(
    release: ReleasePath,
    model: Annotated[
        str,
        typer.Option(envvar="MNERCTL_CHAT_MODEL", help="Name of the model at the endpoint."),
    ],
    system: Annotated[
        Literal["gpt4", "minigpt4"],
        typer.Option(help="gpt4: text only. minigpt4: text and the first image."),
    ] = "gpt4",
    url: Annotated[
        str | None,
        typer.Option(
            envvar="MNERCTL_CHAT_URL",
            help="OpenAI-compatible endpoint, such as https://HOST/v1; its key is read from"
            " MNERCTL_CHAT_KEY. Without an endpoint, only cached answers are used.",
        ),
    ] = None,
    allow_external: Annotated[
        bool, typer.Option("--allow-external", help="Allow posts to be sent to that endpoint.")
    ] = False,
    effort: Annotated[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None,
        typer.Option(help="How much a reasoning model thinks.", show_default="the model's own"),
    ] = None,
    shots: Annotated[
        int, typer.Option(min=0, help="Number of examples in each request, from train only.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed for the choice of examples.")] = 1234,
    all_images: Annotated[
        bool, typer.Option("--all-images", help="minigpt4: send all images, not only the first.")
    ] = False,
    split: Annotated[Literal["dev", "test"], typer.Option(help="Split to ask about.")] = "test",
    parallel: Annotated[
        int, typer.Option(min=1, max=64, help="Number of simultaneous requests.")
    ] = 4,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Largest number of requests per minute.")
    ] = None,
    max_requests: Annotated[
        int | None,
        typer.Option(min=1, help="Stop after this many requests; the same command continues."),
    ] = None,
    price_in: Annotated[
        float | None, typer.Option(min=0, help="Dollars per million input tokens.")
    ] = None,
    price_cached: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Dollars per million input tokens in the endpoint's cache.",
            show_default="--price-in",
        ),
    ] = None,
    price_out: Annotated[
        float | None,
        typer.Option(min=0, help="Dollars per million output tokens, reasoning included."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Print the expected cost; send nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=OUT_HELP, show_default="reports/NAME-SYSTEM-MODEL"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a language model and score its answers.

    Posts of the release are sent to the endpoint, which needs --allow-external. Answers are kept: if the
    same command runs again, it asks only about posts that have no answer yet.

    Example: mnerctl ask releases/1.0.0 --model gpt-4o --shots 5 --allow-external
    """
    from ...model.chat import ChatSettings, plan
    from ...model.chat import ask as ask_all
    from ...model.chat.report import report_of, write_report
    from ...schema import Release
    from ...schema.files.atomic_write import refuse_existing
    from ..console import print_json, print_problems, progress, say

    settings = ChatSettings(
        system=system,
        model=model,
        address=url or None,
        allow_external=allow_external,
        effort=effort,
        shots=shots,
        seed=seed,
        all_images=all_images,
        parallel=parallel,
        per_minute=per_minute,
        max_requests=max_requests,
        price_in=price_in,
        price_cached=price_cached,
        price_out=price_out,
    )
    with progress("reading") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    name = re.sub(r"[^\w.-]+", "-", model)
    folder = out or report_folder(loaded, f"{system}-{name}")
    refuse_existing(folder, "a report")
    if dry_run:
        _print_plan(plan(loaded, settings, splits=[split]))
        return
    with progress("asking") as on_post:
        results = ask_all(
            loaded,
            settings,
            splits=[split],
            on_plan=_print_plan,
            on_count=on_post,
            on_wait=lambda seconds, why: say(f"waiting {seconds:,.0f} s: {why}"),
        )
    report = report_of(loaded, settings, results)
    print_problems(write_report(folder, report, results, loaded).problems())
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print(report)
    run = report.run
    if run.changes:
        say(f"the endpoint does not take every parameter: {', '.join(run.changes)}")
    reasoning = f" ({run.tokens_reasoning:,} of reasoning)" if run.tokens_reasoning else ""
    paid = "" if run.dollars is None else f", ${run.dollars:,.2f}"
    say(
        f"{sum(one.posts for one in report.answers.values()):,} posts, {run.requests:,} requests now;"
        f" all answers took {run.tokens_in:,} tokens in and {run.tokens_out:,} out{reasoning}{paid};"
        f" see {folder}/report.md"
    )


def _print_plan(planned: Plan) -> None:
    """Print the pictures that will be left out, and the expected cost."""
    from ..console import print_problems, say

    print_problems(planned.pictures.problems)
    say(str(planned))


def _print(report: AskReport) -> None:
    from ...model.chat.report import SCORE_COLUMNS, answer_rows, score_rows
    from ..console import print_table

    for split, scores in report.scores.items():
        title = f"{report.run.release}: {report.run.system}, {report.run.model}, {split}"
        print_table(title, SCORE_COLUMNS, score_rows(scores))
        print_table("answers", ("", "count"), answer_rows(report.answers[split]))
