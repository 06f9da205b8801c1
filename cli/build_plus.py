"""`mnerctl build-plus`: MNER-MI and Twitter-2017 become MNER-MI-Plus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, Out

MnerMi = Annotated[
    Path,
    typer.Option("--mner-mi", help="A release, or the published MNER-MI folder (text/, images/)."),
]
Twitter2017 = Annotated[
    Path, typer.Option("--twitter-2017", help="The folder with train.txt, valid.txt and test.txt.")
]
Twitter2017Images = Annotated[
    Path | None,
    typer.Option("--twitter-2017-images", help="The folder with its <IMGID>.jpg files."),
]


def build_plus(
    mner_mi: MnerMi,
    twitter_2017: Twitter2017,
    out: Out,
    twitter_2017_images: Twitter2017Images = None,
    version: Annotated[str, typer.Option(help="The version of the new release.")] = "1.0.0",
    as_json: AsJson = False,
) -> None:
    """Merge an MNER-MI release with Twitter-2017 into MNER-MI-Plus.

    Example: mnerctl build-plus --mner-mi MNER-MI --twitter-2017 twitter2017 --out releases/plus-1.0.0
    """
    from datetime import UTC, datetime

    from ..release import merge_plus, statistics
    from ..schema import Release
    from .console import print_json, print_problems, progress, say
    from .tables import print_statistics

    with progress("reading") as on_file:
        multi = Release.load(mner_mi, on_file=on_file)
        single = Release.load(twitter_2017)
    with progress("images") as on_file:
        plus = merge_plus(
            multi,
            single,
            out=out,
            version=version,
            twitter_2017_images=twitter_2017_images,
            created=datetime.now(UTC).date(),
            on_file=on_file,
        )
    print_problems([*multi.problems, *single.problems])
    counts = statistics(plus)
    missing = plus.manifest.missing_images if plus.manifest else 0
    if as_json:
        print_json({"release": str(out), "missing_images": missing, "statistics": counts.as_dict()})
    else:
        print_statistics(f"{plus.name} {version}", counts)
    say(f"{out}: {counts.summary()}; {missing} images are missing and were not replaced")
