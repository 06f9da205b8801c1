"""Corrupt 5 % of the entities of a release and count how many of the worst suspects are those errors.

A quarter of the errors each: another type, an edge moved by a word, an entity removed, an entity invented.
The limit: at least 80 of the worst 100 suspects on made posts. On Twitter-2017 some false alarms are real
errors of the published labels. Recall is measured among as many suspects as 5 % of the entities. A suspect
points at an error if the two share a word.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).parents[1]))

from mnerctl.model.suspects.find import Suspects, find_suspects, fold_folders
from mnerctl.model.suspects.parts import with_enough_steps
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.image_inputs import load_image_inputs
from mnerctl.model.systems.preset import PRESETS
from mnerctl.schema import Release
from support.command import MNERCTL
from support.corrupted import KINDS, Fault, corrupted, faults_found
from support.twitter2017 import FOLDER, MISSING, is_available

SHARE = 0.05
FOLDS = 3
POSTS = 1500
SEED = 1234
TOP = 100
MIN_HITS = 80


def main() -> None:
    """Print a row per data set; exit with 1 if made posts miss the limit."""
    print(
        "| text | judge | folds | entities | errors | found in the worst 100 | of the same kind |",
        end="",
    )
    print(" recall in the worst 5 % | " + " | ".join(KINDS) + " | F1 of the judges | seconds |")
    print("|---|---|--:|--:|--:|--:|--:|--:|" + "--:|" * (len(KINDS) + 2))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MNERCTL_CACHE"] = f"{folder}/cache"
        right = row("made posts", Release.load(released(Path(folder))), "tpm-mi", Path(folder))
        if is_available():
            row("Twitter-2017", Release.load(FOLDER), "bert-crf", Path(folder))
        else:
            print(MISSING, file=sys.stderr)
    if right < MIN_HITS:
        sys.exit(f"made posts: {right} of the worst {TOP}, wanted at least {MIN_HITS}")


def row(name: str, clean: Release, system: str, folder: Path) -> int:
    """Corrupt, search and print a row; return how many of the worst suspects are inserted errors."""
    release, faults = corrupted(clean, SHARE, seed=SEED)
    judge = SYSTEMS[system]
    preset = with_enough_steps(judge.adapt(PRESETS["quick"]), release, FOLDS)
    images = load_image_inputs(release, judge, preset, on_picture=ignore)
    out = folder / name
    checkpoints = fold_folders(release, judge, preset, folds=FOLDS, seed=SEED, out=out)
    found = find_suspects(
        release,
        judge,
        preset,
        folds=FOLDS,
        seed=SEED,
        image=images.encoder,
        pictures=images.pictures,
        checkpoints=checkpoints,
        on_text=ignore,
        on_fold=ignore,
    )
    print(f"| {name} | {system} | {FOLDS} | " + " | ".join(figures(found, faults, release)) + " |")
    return sum(map(bool, faults_found(found.ranked[:TOP], faults, release)))


def figures(found: Suspects, faults: list[Fault], release: Release) -> list[str]:
    """Return the cells of a row after its name, recall by kind included."""
    hits = faults_found(found.ranked, faults, release)
    worst = zip(found.ranked[:TOP], hits[:TOP], strict=True)
    same = sum(hit is not None and hit.kind == one.doubt.kind for one, hit in worst)
    within = {hit for hit in hits[: round(SHARE * found.entities)] if hit}
    made, seen = (Counter(fault.kind for fault in some) for some in (faults, within))
    return [
        f"{found.entities:,}",
        str(len(faults)),
        str(sum(map(bool, hits[:TOP]))),
        str(same),
        f"{100 * len(within) / len(faults):.1f} %",
        *(f"{100 * seen[kind] / made[kind]:.1f} %" for kind in KINDS),
        f"{100 * sum(found.judge_f1) / FOLDS:.2f}",
        f"{found.seconds:.0f}",
    ]


def released(folder: Path) -> Path:
    """Build a release from made posts with the commands; return its folder."""
    corpus, release = folder / "corpus", folder / "release"
    for line in (
        f"fetch --source made --max-posts {POSTS} --corpus {corpus}",
        f"label import {corpus}/made/spans.jsonl --annotator truth --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator truth --splits {corpus}/made/splits.json"
        f" --corpus {corpus} --out {release}",
    ):
        subprocess.run([MNERCTL, *line.split()], check=True, stdout=subprocess.DEVNULL)
    return release


def ignore(*_: object) -> None:
    """Ignore progress."""


if __name__ == "__main__":
    main()
