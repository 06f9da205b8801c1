"""`mnerctl build-plus`: merge MNER-MI with Twitter-2017 into MNER-MI-Plus, or with other corpora."""

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
        help="Another corpus in the format of Twitter-2017, such as Twitter-2015=twitter2015;"
        " can be repeated.",
    ),
]
ConllImages = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=PATH",
        help="The folder with the <IMGID>.jpg files of that corpus; can be repeated.",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=TYPE",
        help="Read this label of published files as this entity type; can be repeated.",
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
            help="Compare pictures too, and drop train records that leak into dev or test of another corpus.",
        ),
    ] = False,
    version: Annotated[str, typer.Option(help="Version of the release, X.Y.Z.")] = "1.0.0",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Print the result; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Merge MNER-MI and Twitter-2017.

    The result is MNER-MI-Plus. Other corpora of tweets can be merged as well, or instead of Twitter-2017.

    Example: mnerctl build-plus --mner-mi MNER-MI --twitter-2017 twitter2017 --out releases/plus-1.0.0
    """
    from datetime import UTC, datetime

    from ...release import FIRST, Part, plan_plus, read_pictures, statistics, write_plus
    from ...schema import Release
    from ...schema.files.atomic_write import refuse_existing
    from ...schema.formats.label_names import LabelNames
    from ...schema.release.freeze import refuse_bad_pictures
    from ..console import print_json, print_problems, progress, say
    from ..tables import print_statistics
    from .build_plus_report import leaks_sentence, merge_document, print_merge

    folders = _folders(twitter_2017, twitter_2017_images, conll or [], conll_images or [])
    types = _label_types(label_map or [])
    names = {name: LabelNames(types) for name in (FIRST, *folders)}
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
    refuse_existing(out, "a release", hint="give another --out, or a new version")
    if dry_run:
        plus = plan.as_release()
        images = (image for record in plus.records() for image in record.images)
        refuse_bad_pictures(out, images, plan.image_source)
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
            *_unused(types, names),
            *(replace(x.problem(), level="warning") for x in plan.leaks if x.is_across),
        ]
    )
    counts = statistics(plus)
    if as_json:
        print_json(
            {
                "release": None if dry_run else str(out),
                "missing_images": missing,
                **merge_document(plan, names, counts),
                "statistics": counts.as_dict(),
            }
        )
    else:
        print_merge(plan, names, counts)
        print_statistics(f"{plus.name} {version}", counts)
    say(leaks_sentence(plan, compared_pictures=drop_leaks))
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
    """Return name of a corpus to its folder and its image folder. Raises UsageError."""
    from ...release import FIRST, TWITTER_2017, id_prefix
    from ...schema import UsageError

    folders = dict(_pair("--conll", value) for value in conll)
    pictures = dict(_pair("--conll-images", value) for value in conll_images)
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
            f"--conll: the names {', '.join(folders)} give the same prefix of ids",
            "give corpora names that differ in letters or digits",
        )
    if unknown := pictures.keys() - folders.keys():
        raise UsageError(
            f"--conll-images: no corpus {min(unknown)!r}; wanted one of {', '.join(folders)}",
            f"--conll {min(unknown)}=PATH",
        )
    return {
        name: (Path(path), Path(pictures[name]) if name in pictures else None)
        for name, path in folders.items()
    }


def _label_types(label_map: Sequence[str]) -> dict[str, EntityType]:
    """Return label name to entity type, from the values of `--map`. Raises UsageError."""
    from ...schema import TYPES, UsageError

    types: dict[str, EntityType] = {}
    for value in label_map:
        name, kind = _pair("--map", value)
        found = next((one for one in TYPES if one == kind), None)
        if not found:
            raise UsageError(
                f"--map {value!r}: {kind!r} is not an entity type; wanted one of {', '.join(TYPES)}",
                f"--map {name}=MISC",
            )
        if types.setdefault(name, found) != found:
            raise UsageError(
                f"--map: {name} is both {types[name]} and {found}; wanted one type",
                f"--map {name}={found}",
            )
    return types


def _pair(option: str, text: str) -> tuple[str, str]:
    from ...schema import UsageError

    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise UsageError(
            f"{option} {text!r}: not a pair; wanted two words joined by =", f"{option} a=b"
        )
    return name, value


def _unused(types: Mapping[str, EntityType], names: Mapping[str, LabelNames]) -> Iterator[Problem]:
    """Yield a row for each `--map` of a label that no file has."""
    from ...schema import Problem

    seen = {name.upper() for one in names.values() for name, _ in one.counts}
    for name, kind in types.items():
        if name.upper() not in seen:
            yield Problem(
                "warning",
                "label-map",
                f"--map {name}={kind}",
                f"no label {name}",
                "a label of the files",
            )
