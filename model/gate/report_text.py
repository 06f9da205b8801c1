"""A report as table rows and as Markdown, in percent; what a maintainer needs first comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..measures.image_views import Ablation
from ..measures.score import Scores, percent
from ..systems.config import config_text
from ..tagging.truncated import truncated_text
from .check import Check, Verdict
from .report import Evidence, Report, Run

Row = tuple[str, ...]
ORDER: tuple[Verdict, ...] = ("fail", "warn", "pass")
ADVICE_TITLE = "What to do"
HOW = {"one model": "same model", "trained": "retrained"}
VIEWS = {
    "none": "no images",
    "first": "first image only",
    "shuffled": "images of other posts",
    "reordered": "own images, other order",
}
MISTAKES = {
    "right": "right",
    "type": "right boundaries, wrong type",
    "boundary": "right type, wrong boundaries",
    "both": "overlap, wrong type and boundaries",
    "missed": "missed",
    "spurious": "spurious",
}


def headline(scores: Scores) -> str:
    """Return F1, with its standard deviation if there are several seeds."""
    if scores.deviation is None:
        return percent(scores.f1)
    return f"{percent(scores.f1)} ± {percent(scores.deviation)}"


def truncated(run: Run) -> str:
    """Return one sentence about posts that are too long for the system, "" if there are none."""
    found = truncated_text(run.truncated)
    return f"Longer than the system reads: {found}. Lost entities count as missed" if found else ""


def score_rows(scores: Mapping[str, Scores]) -> list[Row]:
    """Return rows of name, precision, recall, F1 and number of gold entities."""
    return [
        (name, percent(s.precision), percent(s.recall), headline(s), str(s.gold))
        for name, s in scores.items()
    ]


def check_rows(checks: Iterable[Check]) -> list[Row]:
    """Return rows of name, answer, figure, threshold ("" for none) and reason, the worst first."""
    return [
        (
            c.name,
            c.level,
            short(c.figure),
            "" if c.threshold is None else short(c.threshold),
            c.reason,
        )
        for c in by_level(checks)
    ]


def not_asked(names: Mapping[str, str]) -> str:
    """Return one sentence about the checks that did not apply, "" if all did."""
    listed = (f"{name} ({how or 'no images'})" for name, how in names.items())
    return f"Not asked: {', '.join(listed)}" if names else ""


def by_level(checks: Iterable[Check]) -> list[Check]:
    """Return the checks, the worst first."""
    return sorted(checks, key=lambda check: ORDER.index(check.level))


def short(figure: float) -> str:
    """Format a number with two decimals, or none if it is whole."""
    return str(int(figure)) if figure == int(figure) else f"{figure:.2f}"


def ablation_rows(ablations: Iterable[Ablation]) -> list[Row]:
    """Return rows of view, model, F1, gain of all images, interval and p."""
    return [
        (
            VIEWS[one.view],
            HOW[one.how],
            headline(one.scores),
            f"{100 * one.difference.f1:+.2f}",
            f"{100 * one.difference.low:+.2f} to {100 * one.difference.high:+.2f}",
            f"{one.difference.p:.3f}",
        )
        for one in ablations
    ]


def evidence(found: Evidence) -> str:
    """Return one sentence about the agreement of image weights with annotators."""
    return (
        f"Image weights: in {100 * found.share:.1f} % of {found.pairs:,} pairs from {found.posts:,} posts,"
        " the image that annotators named as evidence has the larger weight (chance is 50 %)."
    )


def subject(run: Run) -> str:
    """Return what was trained, in a few words."""
    seeds = ", ".join(map(str, run.seeds))
    config = config_text(run.config)
    preset = f"{run.preset} with {config}" if config else run.preset
    return f"{run.system}, preset {preset}, seed{'s' if len(run.seeds) > 1 else ''} {seeds}"


def facts(run: Run) -> dict[str, str]:
    """Return what is needed to repeat the run, by name."""
    records = ", ".join(f"{split} {count:,}" for split, count in run.records.items())
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    image = f", image {run.image_encoder}" if run.image_encoder else ""
    return {
        "records": f"{records} (sha256 {run.records_sha256})",
        "images": f"{run.images_named:,} named, {run.images_masked:,} masked",
        **({"cut posts": truncated_text(run.truncated) or "none"} if run.truncated else {}),
        "system": subject(run),
        **(
            {"encoders": f"text {run.text_encoder}{image}"}
            if run.vectors is None
            else {"word vectors": run.vectors}
        ),
        "trained": f"{len(run.trainings)} in {run.seconds:.0f} s, {run.precision}, {run.hardware}",
        **({"number format": run.precision_reason} if run.precision_reason else {}),
        **({"threads": f"{run.threads} ({run.threads_reason})"} if run.threads else {}),
        **({"settings": _settings(run)} if run.settings else {}),
        "ended": run.at,
        "versions": versions,
    }


def _settings(run: Run) -> str:
    """Return all settings that have a value."""
    return ", ".join(f"{key} {value}" for key, value in run.settings.items() if value is not None)


def curve(values: Iterable[float]) -> str:
    """Return the F1 on dev of each epoch."""
    return ", ".join(map(percent, values))


def loss(values: Sequence[float]) -> str:
    """Return the first and the last loss, "" if the report has none."""
    return f"{values[0]:.3g} to {values[-1]:.3g}" if values else ""


def as_markdown(report: Report) -> str:
    """Return the report as a Markdown page."""
    run, micro = report.run, report.scores["test"]["micro"]
    lines = [
        f"# {run.release} {run.version}: {report.verdict}",
        "",
        f"Test F1 **{headline(micro)}** (strict; seqeval's default: {percent(report.seqeval_default.mean)}),"
        f" {subject(run)}. All scores are strict and in percent.",
        "",
    ]
    lines += _table(("check", "answer", "figure", "threshold", "reason"), check_rows(report.checks))
    lines += [f"{not_asked(report.not_asked)}.", ""] if report.not_asked else []
    with_advice = [check for check in by_level(report.checks) if check.advice]
    lines += [f"## {ADVICE_TITLE}", ""] if with_advice else []
    lines += [f"- **{check.name}** ({check.level}): {check.advice}" for check in with_advice]
    lines += [""] if with_advice else []
    lines += [f"{truncated(run)}.", ""] if truncated(run) else []
    columns = ("", "P", "R", "F1", "gold")
    for name, scores in [*report.scores.items(), *report.groups.items()]:
        lines += [f"## {name}", "", *_table(columns, score_rows(scores))]
    if report.ablations:
        head = ("test with", "model", "F1", "gain of all images", "95 %", "p")
        lines += ["## Images", "", *_table(head, ablation_rows(report.ablations))]
    if report.evidence:
        lines += [evidence(report.evidence), ""]
    lines += ["## Mistakes", ""]
    lines += _table(
        ("entities", "number"), [(MISTAKES[k], short(n)) for k, n in report.mistakes.items()]
    )
    lines += ["## Trainings", ""]
    lines += _table(
        ("seed", "images", "seconds", "loss", "dev F1 by epoch"),
        [
            (str(t.seed), t.images, f"{t.seconds:.0f}", loss(t.loss), curve(t.dev_f1))
            for t in run.trainings
        ],
    )
    lines += ["## Run", "", *_table(("", ""), list(facts(run).items()))]
    return "\n".join(lines)


def _table(columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        cells = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""
