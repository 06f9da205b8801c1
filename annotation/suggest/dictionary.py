"""Suggest names that annotators have already marked in this corpus wherever they occur again.

A name is a sequence of tokens; upper and lower case matter. Its score is the share of its occurrences in
annotated texts (outside longer names) that are marked with its most common type. Names with a score of 0.5 or
less are not suggested. No other source of names is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ...schema import Corpus, EntityType, Post, Span
from ...schema.tokens import Token, tokenize
from .predictions_file import suggestion_of
from .suggestion import Suggestion

DICTIONARY: Final = "dictionary"
MIN_SCORE: Final = 0.5

Name = tuple[str, ...]


class KnownName(NamedTuple):
    """The most common type of a name, and the share of its occurrences that have it, 0 to 1."""

    type: EntityType
    score: float


def known_names(readings: Iterable[tuple[str, Iterable[Span]]]) -> dict[Name, KnownName]:
    """Return the names to suggest.

    Args:
        readings: annotated texts, each with its spans in code points.
    """
    marked: dict[Name, Counter[EntityType]] = {}
    texts: list[list[Token]] = []
    for text, spans in readings:
        tokens = tokenize(text)
        texts.append(tokens)
        for span in spans:
            name = tuple(t.text for t in tokens if span.start <= t.start and t.end <= span.end)
            if name:
                marked.setdefault(name, Counter())[span.type] += 1
    occurrences = Counter(name for tokens in texts for _, _, name in _names_in(tokens, marked))
    known: dict[Name, KnownName] = {}
    for name, types in marked.items():
        type, times = min(types.items(), key=lambda entry: (-entry[1], entry[0]))
        # a span that is not on token edges is counted although its name does not occur as tokens
        known[name] = KnownName(type, times / max(times, occurrences[name]))
    return {name: found for name, found in known.items() if found.score > MIN_SCORE}


def dictionary_suggestions(corpus: Corpus) -> Iterator[Suggestion]:
    """Yield a suggestion for each kept post that nobody has annotated yet and that contains known names.

    Annotated posts are left out, so that no annotator sees what another has marked in a post.
    """
    gold = {one.post_id: one for one in corpus.gold()}
    readings = [(one.text, one.spans) for one in gold.values()]
    seen = set(gold)
    for annotation in corpus.annotations():
        seen.add(annotation.post_id)
        if annotation.post_id not in gold and annotation.status == "done":
            readings.append((annotation.text, annotation.spans))
    known = known_names(readings)
    for post in corpus.kept_posts():
        if post.id not in seen and (suggestion := _suggestion(post, known)):
            yield suggestion


def _suggestion(post: Post, known: Mapping[Name, KnownName]) -> Suggestion | None:
    tokens = tokenize(post.text)
    spans: list[Span] = []
    scores: dict[tuple[int, int], float] = {}
    for first, last, name in _names_in(tokens, known):
        start, end = tokens[first].start, tokens[last].end
        spans.append(Span(start, end, known[name].type))
        scores[start, end] = known[name].score
    return suggestion_of(post.id, DICTIONARY, tuple(spans), scores) if spans else None


def _names_in(tokens: list[Token], names: Mapping[Name, object]) -> Iterator[tuple[int, int, Name]]:
    """Yield first token, last token and name of each occurrence, from the left, the longest name first."""
    longest = max(map(len, names), default=0)
    words = tuple(token.text for token in tokens)
    first = 0
    while first < len(words):
        for end in range(min(first + longest, len(words)), first, -1):
            if (name := words[first:end]) in names:
                yield first, end - 1, name
                first = end
                break
        else:
            first += 1
