"""Measure `label agree` on 5,000 posts of 25 tokens by three annotators, with 1,000 resamples.

The posts are drawn in memory, with four spans each. Each annotator misses one span in ten and gives
one in ten a random type. The limits are 20 s and 150 MB.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from mnerctl.annotation.agreement.agreement import agreement_of
from mnerctl.annotation.agreement.bootstrap import RESAMPLES
from mnerctl.annotation.agreement.shared_post import SharedPost
from mnerctl.schema import TYPES, Span
from support.shared_posts import NAMES, shared, shared_post

POSTS, TOKENS = 5_000, 25
MAX_SECONDS, MAX_MEGABYTES = 20, 150


def drawn_post(number: int, random: Random) -> SharedPost:
    """Draw a post with the spans of every annotator."""
    true = [Span(at, at + random.randint(1, 3), random.choice(TYPES)) for at in range(2, 20, 5)]
    spans = {
        name: [
            Span(span.start, span.end, random.choice(TYPES) if random.random() < 0.1 else span.type)
            for span in true
            if random.random() > 0.1
        ]
        for name in NAMES
    }
    return shared_post(str(number), TOKENS, spans, images=2 + number % 3)


def main() -> None:
    """Print the figures as a table; exit with 1 if one is over its limit."""
    random = Random(7)
    posts = shared([drawn_post(number, random) for number in range(POSTS)])
    started = time.perf_counter()
    agreement_of(posts)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| posts | annotators | resamples | seconds | peak MB |")
    print("|---|---|---|---|---|")
    print(f"| {POSTS:,} | {len(NAMES)} | {RESAMPLES:,} | {seconds:.1f} | {peak:.0f} |")
    if seconds > MAX_SECONDS or peak > MAX_MEGABYTES:
        sys.exit(1)


if __name__ == "__main__":
    main()
