"""Print how far the tokenizer agrees with Twitter-2017 and how fast it is, as Markdown tables.

The figures in docs/explain/tokens.md come from here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence, Sized
from pathlib import Path

from nltk.tokenize import TweetTokenizer

from mnerctl.schema.tokens import TOKENIZER, tokenize

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.twitter2017 import FILES, MISSING, is_available, measure, read_posts, reglue

ROUNDS = 5


def main() -> None:
    if not is_available():
        sys.exit(MISSING)
    print_agreement()
    print_differences()
    print_speed()


def print_agreement() -> None:
    rows = []
    for title, names in [*((name, [name]) for name in FILES), ("all", FILES)]:
        found = measure(names)
        on_edge = found.entities - len(found.cut)
        rows.append(
            (
                title,
                f"{found.posts:,}",
                f"{found.published:,}",
                f"{found.ours:,}",
                f"{found.same:,} ({found.same / found.published:.2%})",
                f"{found.shown_same:,} of {found.shown:,} ({found.shown_same / found.shown:.2%})",
                f"{on_edge:,} of {found.entities:,} ({on_edge / found.entities:.2%})",
            )
        )
    print_table(
        (
            *("file", "posts", "published tokens", f"tokens of {TOKENIZER}"),
            *("same", "same, emoji merged", "entities on token edges"),
        ),
        rows,
    )


def print_differences() -> None:
    found = measure()
    rows = [
        (f"`{published}`", f"`{ours}`", f"{times:,}")
        for (published, ours), times in found.differences.most_common(10)
    ]
    print_table(("published", TOKENIZER, "times"), rows)


def print_speed() -> None:
    texts = [reglue(tokens)[0] for name in FILES for tokens, _ in read_posts(name)]
    rows = [
        (name, *(f"{figure:,.0f}" for figure in speed(cut, texts)))
        for name, cut in [
            (TOKENIZER, tokenize),
            ("`nltk.tokenize.TweetTokenizer`", TweetTokenizer().tokenize),
        ]
    ]
    print_table(("one core", "tweets/s", "tokens/s"), rows)


def speed(cut: Callable[[str], Sized], texts: Sequence[str]) -> tuple[float, float]:
    """Return texts and tokens per second of CPU time, in the best of some rounds."""
    best = float("inf")
    tokens = 0
    for _ in range(ROUNDS):
        begin = time.process_time()
        tokens = sum(len(cut(text)) for text in texts)
        best = min(best, time.process_time() - begin)
    return len(texts) / best, tokens / best


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for row in (head, ["---"] * len(head), *rows):
        print("|", " | ".join(row), "|")
    print()


if __name__ == "__main__":
    main()
