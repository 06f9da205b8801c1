"""Run `train-check` on sound and damaged releases: verdict, reason and advice must be the right ones.

Each case damages one thing. The made posts are read by TPM-MI, the text of Twitter-2017 by `bert-crf`. The
cases whose answer does not depend on what the system learns train for one epoch. Names of cases as arguments
run those alone: `gate.py "made posts: sound"`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).parents[1]))

from mnerctl.schema import Release
from support import damaged_releases as damaged
from support.command import MNERCTL
from support.twitter2017 import FOLDER, MISSING, is_available

MADE: Final = "made posts"
TWITTER: Final = "Twitter-2017"
SEEDS: Final = (1234, 1235, 1236)
BRIEF: Final = ("--epochs", "1")
VIEWS: Final = ("none", "first", "shuffled", "reordered")
LEAKS: Final = "mnerctl release leaks RELEASE"
Wanted = tuple[str, str, str, str]
"""Name, level, and words of the reason and of the advice of a check."""


@dataclass(frozen=True, slots=True)
class Case:
    """A release and what train-check has to say about it.

    name: what is done to it.
    write: writes it, from the sound release.
    verdict: `pass` or `fail`; `stop` if the command must end with an error of the data.
    wanted: the checks; for `stop`, words of the error.
    options: more options of the command.
    """

    name: str
    write: Callable[[Release, Path], None]
    verdict: str
    wanted: tuple[Wanted, ...] | str
    options: tuple[str, ...] = ()


NO_NOISE: Final = ("label-noise", "pass", "gold contradicts ", "")
NOISE: Final = ("label-noise", "warn", "gold contradicts ", "mnerctl suspects RELEASE")
COPIED: Final = ("leaks", "fail", "nearly word for word", LEAKS)
ONE_TYPE: Final = (
    "learnability",
    "warn",
    "undecided: the dictionary ",
    "names that train does not have",
)
FEW: Final = ("learnability", "warn", "undecided: only ", "nothing need be wrong")
FEW_NOISE: Final = ("label-noise", "warn", "undecided: only ", "more posts in dev and test")


def of_made_posts(folder: Path) -> list[Case]:
    """Return the cases of made posts."""
    shown = (("images-help", "pass", "shown: ", ""), ("image-order", "pass", "shown: ", ""))
    unhelpful = ("images-help", "fail", "not shown: ", "check that they belong to their posts")
    no_images = ("images-help", "warn", "not shown: the release has no images", "--system bert-crf")
    few_images = ("images-help", "warn", "undecided: ", "a larger test split")
    pictures = ("leaks", "fail", " by a picture", LEAKS)
    required = ("--require", "images", "--require", "order", "--require", "labels")
    against = ("--against", str(folder / MADE / "sound-report"))
    spoilt = ("--image-encoder", str(damaged.write_huge_encoder(folder / "huge")))
    regression = ("regression", "fail", "a loss: ", "mnerctl release diff OLD NEW")
    return [
        Case("sound", damaged.write_sound, "pass", (*shown, NO_NOISE), required),
        Case("other pictures", damaged.write_other_pictures, "fail", (unhelpful,), required[:2]),
        Case("wrong labels", damaged.write_wrong_labels, "pass", (NOISE,)),
        Case("wrong labels, compared", damaged.write_wrong_labels, "fail", (regression,), against),
        Case(
            "test in train",
            damaged.write_test_in_train,
            "fail",
            (("leaks", "fail", "", LEAKS),),
            BRIEF,
        ),
        Case("near copies", damaged.write_near_copies, "fail", (COPIED,), BRIEF),
        Case("shared pictures", damaged.write_shared_pictures, "fail", (pictures,), BRIEF),
        Case("huge encoder", damaged.write_sound, "stop", "65,504", (*spoilt, *BRIEF)),
        Case("one type", damaged.write_one_type, "pass", (ONE_TYPE,)),
        Case("few posts", damaged.write_few_posts, "pass", (FEW, few_images, FEW_NOISE)),
        Case("no images", damaged.write_no_images, "fail", (no_images,), BRIEF),
    ]


def of_twitter() -> list[Case]:
    """Return the cases of Twitter-2017, whose pictures are not here; its names are no closed list."""
    return [
        *(
            Case(f"{name}, seed {seed}", write, "pass", (check,), ("--seed", str(seed)))
            for seed in SEEDS
            for name, write, check in (
                ("sound", damaged.write_sound, NO_NOISE),
                ("wrong labels", damaged.write_wrong_labels, NOISE),
            )
        ),
        Case("near copies", damaged.write_near_copies, "fail", (COPIED,), BRIEF),
        Case("one type", damaged.write_one_type, "pass", (("learnability", "pass", "beats", ""),)),
        Case("few posts", damaged.write_few_posts, "pass", (FEW, FEW_NOISE)),
    ]


def main() -> None:
    """Print a row per case; exit with 1 if a verdict, reason or advice is not the wanted one."""
    print(f"| release | verdict | not passed | test F1 | {' | '.join(VIEWS)} | seconds |")
    print("|---|---|---|--:|" + "--:|" * (len(VIEWS) + 1))
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["MNERCTL_CACHE"] = f"{folder}/cache"
        sound = damaged.made_release(folder / "made")
        missed += run_all(MADE, sound, of_made_posts(folder), folder)
        if is_available():
            text_only = ("--system", "bert-crf", "--allow-missing-images")
            missed += run_all(TWITTER, Release.load(FOLDER), of_twitter(), folder, *text_only)
        else:
            print(MISSING, file=sys.stderr)
    if missed:
        sys.exit("\n".join(missed))


def run_all(text: str, sound: Release, cases: list[Case], folder: Path, *options: str) -> list[str]:
    """Run the cases that were asked for, and return what is not as wanted."""
    missed = []
    for case in cases:
        title = f"{text}: {case.name}"
        if sys.argv[1:] and title not in sys.argv[1:]:
            continue
        case.write(sound, folder / text / case.name)
        given = ("--seed", str(SEEDS[0]), *options, *case.options)
        missed += [f"{title}: {what}" for what in judged(folder / text, title, case, given)]
    return missed


def judged(folder: Path, title: str, case: Case, options: tuple[str, ...]) -> list[str]:
    """Run the command on a case, print its row, and return what is not as wanted."""
    words = [folder / case.name, "--out", folder / f"{case.name}-report", "--json", *options]
    started = time.monotonic()
    done = subprocess.run(
        [MNERCTL, "train-check", *words], capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - started
    if done.returncode not in (0, 5):
        print(f"| {title} | stop | - | {'- | ' * (len(VIEWS) + 1)}{seconds:.0f} |", flush=True)
        is_wanted = case.verdict == "stop" and str(case.wanted) in done.stderr
        return [] if is_wanted else [done.stderr]
    report: dict[str, Any] = json.loads(done.stdout)
    print(row(title, report, seconds), flush=True)
    if case.verdict != report["verdict"]:
        return [f"{report['verdict']}, wanted {case.verdict}"]
    checks = {check["name"]: check for check in report["checks"]}
    return [
        f"{name}: {found}"
        for name, level, reason, advice in case.wanted
        if (found := checks[name])["level"] != level
        or reason not in found["reason"]
        or advice not in found["advice"]
    ]


def row(title: str, report: dict[str, Any], seconds: float) -> str:
    """Return the row of a case that was judged."""
    views = {one["view"]: 100 * one["scores"]["f1"] for one in report["ablations"]}
    cells = [f"{views[view]:.2f}" if view in views else "-" for view in VIEWS]
    not_passed = [
        f"{check['name']} ({'undecided' if check['is_undecided'] else check['level']})"
        for check in report["checks"]
        if check["level"] != "pass"
    ]
    f1 = 100 * report["scores"]["test"]["micro"]["f1"]
    named = ", ".join(not_passed) or "-"
    return f"| {title} | {report['verdict']} | {named} | {f1:.2f} | {' | '.join(cells)} | {seconds:.0f} |"


if __name__ == "__main__":
    main()
