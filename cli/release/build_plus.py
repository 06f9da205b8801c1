"""`mnerctl build-plus`: MNER-MI and Twitter-2017 become MNER-MI-Plus; other corpora can come in, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, Out

if TYPE_CHECKING:
    from ...schema import EntityType, Problem
    from ...schema.formats.label_names import LabelNames

MnerMi = Annotated[
    Path,
    typer.Option("--mner-mi", help="A release, or the published MNER-MI folder (text/, images/)."),
]
Twitter2017 = Annotated[
    Path | None,
    typer.Option("--twitter-2017", help="The folder with train.txt, valid.txt and test.txt."),
]
Twitter2017Images = Annotated[
    Path | None,
    typer.Option("--twitter-2017-images", help="The folder with its <IMGID>.jpg files."),
]
Conll = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=PATH",
        help="Another corpus in files like those of Twitter-2017, such as Twitter-2015=twitter2015.",
    ),
]
ConllImages = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=PATH", help="The folder with the <IMGID>.jpg files of that corpus."),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="NAME=TYPE", help="Read this name in published files as this type."
    ),
]


def build_plus(
    mner_mi: MnerMi,
    out: Out,
    twitter_2017: Twitter2017 = None,
    twitter_2017_images: Twitter2017Images = None,
    conll: Conll = None,
    conll_images: ConllImages = None,
    label_map: Map = None,
    drop_leaks: Annotated[
        bool,
        typer.Option(
            "--drop-leaks",
            help="Compare pictures, too, and leave out train records that another's dev or test has.",
        ),
    ] = False,
    version: Annotated[str, typer.Option(help="The version of the new release.")] = "1.0.0",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what would come out, and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Merge an MNER-MI release with Twitter-2017 into MNER-MI-Plus, or with other corpora of tweets.

    Example: mnerctl build-plus --mner-mi MNER-MI --twitter-2017 twitter2017 --out releases/plus-1.0.0
    """
    from datetime import UTC, datetime

    from ...release import FIRST, Part, plan_plus, read_pictures, statistics, write_plus
    from ...schema import Release
    from ...schema.formats.label_names import LabelNames
    from ..console import print_json, print_problems, progress, say
    from ..tables import print_statistics
    from .build_plus_report import account, leaks_sentence, print_account

    folders = _folders(twitter_2017, twitter_2017_images, conll or [], conll_images or [])
    decided = _decided(label_map or [])
    names = {name: LabelNames(decided) for name in (FIRST, *folders)}
    with progress("reading") as on_file:
        first = Release.load(mner_mi, on_file=on_file, names=names[FIRST])
        others = [
            Part(name, Release.load(path, names=names[name]), images)
            for name, (path, images) in folders.items()
        ]
    with progress("pictures") as on_picture:
        plan = plan_plus(
            first,
            others,
            drop_leaks=drop_leaks,
            pictures=lambda part: read_pictures(part, on_picture) if drop_leaks else {},
        )
    if dry_run:
        plus = plan.as_release()
        missing = len(plus.missing_images())
    else:
        with progress("images") as on_file:
            plus = write_plus(
                plan, out=out, version=version, created=datetime.now(UTC).date(), on_file=on_file
            )
        missing = plus.manifest.missing_images if plus.manifest else 0
    print_problems(
        [
            *(row for part in plan.parts for row in part.release.problems),
            *_unused(decided, names),
            *(replace(x.problem(), level="warning") for x in plan.leaks if x.is_across),
        ]
    )
    counts = statistics(plus)
    if as_json:
        print_json(
            {
                "release": None if dry_run else str(out),
                "missing_images": missing,
                **account(plan, names, counts),
                "statistics": counts.as_dict(),
            }
        )
    else:
        print_account(plan, names, counts)
        print_statistics(f"{plus.name} {version}", counts)
    say(leaks_sentence(plan, looked_at_pictures=drop_leaks))
    say(
        f"{out}{' would be' if dry_run else ''}: {counts.summary()};"
        f" {missing} images are missing and were not replaced"
    )


def _folders(
    twitter_2017: Path | None,
    twitter_2017_images: Path | None,
    conll: Sequence[str],
    conll_images: Sequence[str],
) -> dict[str, tuple[Path, Path | None]]:
    """Name of a corpus to its folder and the folder of its pictures. Raises UsageError."""
    from ...release import FIRST, TWITTER_2017, id_prefix
    from ...schema import UsageError

    folders = dict(_pair("--conll", word) for word in conll)
    pictures = dict(_pair("--conll-images", word) for word in conll_images)
    if twitter_2017:
        folders = {TWITTER_2017: str(twitter_2017)} | folders
    if twitter_2017_images:
        pictures[TWITTER_2017] = str(twitter_2017_images)
    if not folders:
        raise UsageError(
            "build-plus: nothing to merge with; wanted --twitter-2017 or --conll",
            "mnerctl build-plus --help",
        )
    prefixes = {id_prefix(name) for name in folders}
    if len(prefixes) < len(conll) + bool(twitter_2017) or prefixes & {"-", id_prefix(FIRST)}:
        raise UsageError(
            f"--conll: the names {', '.join(folders)} cannot be told apart in ids",
            "give each corpus a name of its own letters and digits",
        )
    if strange := pictures.keys() - folders.keys():
        raise UsageError(
            f"--conll-images: no corpus {min(strange)!r}; there are {', '.join(folders)}",
            f"--conll {min(strange)}=PATH",
        )
    return {
        name: (Path(path), Path(pictures[name]) if name in pictures else None)
        for name, path in folders.items()
    }


def _decided(label_map: Sequence[str]) -> dict[str, EntityType]:
    """What `--map` says. Raises UsageError."""
    from ...schema import TYPES, UsageError

    decided: dict[str, EntityType] = {}
    for word in label_map:
        name, kind = _pair("--map", word)
        found = next((one for one in TYPES if one == kind), None)
        if not found:
            raise UsageError(
                f"--map {word!r}: {kind!r} is no type; wanted one of {', '.join(TYPES)}",
                f"--map {name}=MISC",
            )
        if decided.setdefault(name, found) != found:
            raise UsageError(
                f"--map: {name} is to be {decided[name]} and {found}; wanted one of them",
                f"--map {name}={found}",
            )
    return decided


def _pair(option: str, word: str) -> tuple[str, str]:
    from ...schema import UsageError

    name, sign, value = word.partition("=")
    if not (name and sign and value):
        raise UsageError(f"{option} {word!r}: no pair; wanted two words around =", f"{option} a=b")
    return name, value


def _unused(
    decided: Mapping[str, EntityType], names: Mapping[str, LabelNames]
) -> Iterator[Problem]:
    """A row for each decision about a name that no file has."""
    from ...schema import Problem

    seen = {name.upper() for one in names.values() for name, _ in one.counts}
    for name, kind in decided.items():
        if name.upper() not in seen:
            yield Problem(
                "warning", "label-map", f"--map {name}={kind}", "no such name", "one of the files"
            )
