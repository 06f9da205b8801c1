"""`mnerctl predict`: find entities in posts with a trained system, for annotators or for evaluation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

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
        Path,
        typer.Argument(metavar="INPUT", help="A corpus, or a release (mnerctl's or published)."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The JSON Lines file to write.")] = Path(
        "predictions.jsonl"
    ),
    as_json: AsJson = False,
) -> None:
    """Tag posts or records with a trained model.

    Reads the kept posts of a corpus, or the records of a release.

    Example: mnerctl predict reports/1.0.0-tpm-mi-quick corpus -o predictions.jsonl
    """
    from ..console import print_json, print_problems, progress, say

    quiet_libraries()
    from ...model.systems.saved_model import SavedModel
    from ...model.tagging.predict import predict as tag_all
    from ...model.tagging.predict import read_source, write_predictions

    saved = SavedModel(model)
    with progress("reading") as on_file:
        read = read_source(source, on_file=on_file)
    print_problems(read.release.problems)
    with progress("pictures") as on_picture, progress("tagging") as on_record:
        found = tag_all(
            saved, read, on_picture=on_picture, on_record=on_record, on_problems=print_problems
        )
    print_problems(write_predictions(out, read, found).problems())
    types = Counter(span["type"] for line in found.lines for span in line["spans"])
    if as_json:
        summary = {"model": str(saved.folder), "system": saved.system.name, "input": str(source)}
        counts = {f"{read.item}s": len(found.lines), "without_words": read.without_words}
        images = {"images_named": found.images_named, "images_masked": found.images_masked}
        entities = {"entities": dict(sorted(types.items())), "out": str(out)}
        print_json(summary | counts | images | entities)
    skipped = f", {read.without_words} without words skipped" if read.without_words else ""
    say(
        f"{len(found.lines):,} {read.item}s tagged by {saved.system.name}{skipped}:"
        f" {types.total():,} entities; {found.images_masked} of {found.images_named} images masked;"
        f" written to {out}"
    )
    if read.item == "post":
        say(f"  next: mnerctl label suggest --corpus {source} --predictions {out}")
