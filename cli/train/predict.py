"""`mnerctl predict`: find entities in posts with a trained system, for annotators, evaluation or use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ...model.machine.quiet import quiet_libraries
from ..options import AsJson


def predict(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL", help="The report folder of train-check, or its model/ folder."
        ),
    ],
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="INPUT",
            help="A corpus, a release (mnerctl's or published), a text file with one post per line, or"
            " JSON lines (.jsonl).",
            show_default="the texts of --text",
        ),
    ] = None,
    texts: Annotated[
        list[str] | None,
        typer.Option("--text", help="Tag this text instead of INPUT; can be repeated."),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Pictures of posts given as text: ID_1.jpg, ID_2.jpg, or as their lines name them.",
            show_default="those that JSON lines name, beside INPUT",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The JSON Lines file to write.")] = Path(
        "predictions.jsonl"
    ),
    as_json: AsJson = False,
) -> None:
    """Tag posts or records with a trained model.

    Reads the kept posts of a corpus, the records of a release, or your own posts. JSON lines have the
    fields text or tokens, and, if wanted, id and images.

    Example: mnerctl predict reports/1.0.0-tpm-mi-quick corpus -o predictions.jsonl
    """
    from ...model.systems.saved_model import SavedModel
    from ...model.tagging.given_posts import posts_of_texts
    from ...model.tagging.source import given_source, read_source
    from ...schema import DataError
    from ...schema.problem import errors_in
    from ..console import print_json, print_problems, progress, say

    if (source is None) == (not texts):
        raise typer.BadParameter("give either INPUT or --text", param_hint="'INPUT'")
    if source is not None and source.resolve() == out.resolve():
        raise typer.BadParameter(f"{out} is INPUT itself", param_hint="'--out'")

    saved = SavedModel(model)
    if source is None:
        read = given_source(posts_of_texts(texts or (), images), "--text")
    else:
        with progress("reading") as on_file:
            read = read_source(source, images=images, on_file=on_file)
    print_problems(read.release.problems)
    if images is not None and not saved.system.uses_images:
        say(f"{saved.system.name} reads text only; --images is not used")
    quiet_libraries()
    from ...model.tagging.predict import predict as tag_all
    from ...model.tagging.predict import write_predictions

    with progress("pictures") as on_picture, progress("tagging") as on_record:
        found = tag_all(
            saved, read, on_picture=on_picture, on_record=on_record, on_problems=print_problems
        )
    print_problems(write_predictions(out, read, found).problems())
    types = Counter(span["type"] for line in found.lines for span in line["spans"])
    if as_json:
        given = None if source is None else str(source)
        summary = {"model": str(saved.folder), "system": saved.system.name, "input": given}
        counts = {f"{read.item}s": len(found.lines), "without_words": read.without_words}
        counts |= {"truncated": found.truncated}
        of_images = {"images_named": found.images_named, "images_masked": found.images_masked}
        entities = {"entities": dict(sorted(types.items())), "out": str(out)}
        print_json(summary | counts | of_images | entities)
    elif texts:
        _print_entities(found.lines)
    skipped = f", {read.without_words} without words skipped" if read.without_words else ""
    cut = f", the end of {found.truncated:,} not read" if found.truncated else ""
    say(
        f"{len(found.lines):,} {read.item}s tagged by {saved.system.name}{skipped}{cut}:"
        f" {types.total():,} entities; {found.images_masked} of {found.images_named} images masked;"
        f" written to {out}"
    )
    if wrong := {one.where for one in errors_in(read.release.problems)}:
        raise DataError(
            f"{source}: {len(wrong)} {'line' if len(wrong) == 1 else 'lines'} could not be read; the others"
            f" are tagged in {out}",
            "fix the lines above, then run the same command again",
        )
    if read.item == "post" and not read.is_given:
        say(f"  next: mnerctl label suggest --corpus {source} --predictions {out}")


def _print_entities(lines: Sequence[dict[str, Any]]) -> None:
    """Print the entities of texts that were given on the command line."""
    from ..console import print_table

    rows = [
        (line["id"], one["text"], one["type"], one["start"], one["end"], f"{one['score']:.2f}")
        for line in lines
        for one in line["spans"]
    ]
    print_table("entities", ("text", "entity", "type", "start", "end", "score"), rows)
