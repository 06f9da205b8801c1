"""KnownName names of a corpus, to suggest where they stand again.

A name is a row of tokens, upper and lower case as they are. Its score is how often it is marked as its
commonest type, of all times that it stands in a text that somebody has read (but not in a longer name);
names that are marked no more than every second time are not suggested. What it does not do: know
anything from elsewhere.
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
LEAST: Final = 0.5

Name = tuple[str, ...]


class KnownName(NamedTuple):
    """What a name mostly is, and how sure that is."""

    type: EntityType
    score: float


def known_names(readings: Iterable[tuple[str, Iterable[Span]]]) -> dict[Name, KnownName]:
    """The names marked in texts that were read, each with the spans found in it (code points)."""
    marked: dict[Name, Counter[EntityType]] = {}
    texts: list[list[Token]] = []
    for text, spans in readings:
        tokens = tokenize(text)
        texts.append(tokens)
        for span in spans:
            name = tuple(t.text for t in tokens if span.start <= t.start and t.end <= span.end)
            if name:
                marked.setdefault(name, Counter())[span.type] += 1
    stands = Counter(name for tokens in texts for _, _, name in _names_in(tokens, marked))
    known: dict[Name, KnownName] = {}
    for name, types in marked.items():
        type, times = min(types.items(), key=lambda entry: (-entry[1], entry[0]))
        # a span off token edges may be counted where its name does not stand
        known[name] = KnownName(type, times / max(times, stands[name]))
    return {name: found for name, found in known.items() if found.score > LEAST}


def dictionary_suggestions(corpus: Corpus) -> Iterator[Suggestion]:
    """For each kept post that nobody has read yet and in which known names stand.

    Posts that somebody has read are left out, so that no annotator is shown what another has marked there.
    """
    gold = {one.post_id: one for one in corpus.gold()}
    read = [(one.text, one.spans) for one in gold.values()]
    seen = set(gold)
    for annotation in corpus.annotations():
        seen.add(annotation.post_id)
        if annotation.post_id not in gold and annotation.status == "done":
            read.append((annotation.text, annotation.spans))
    known = known_names(read)
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
    """(first, last token, name), wherever one of the names stands: from the left, the longest first."""
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
