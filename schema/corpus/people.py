"""Who is who: the person behind the names and logins under which answers came.

The lead lists the logins and other names of each annotator in `[members]` of `mnerctl.toml`. The corpus keeps
each answer under the name with which it came; who counts as one person is decided when answers are read. A
login is never guessed from its e-mail address, because anybody with an invitation can choose that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from ..span import Annotation
from .studio_rounds import Rounds

if TYPE_CHECKING:
    from .corpus import Corpus

_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


class People:
    """The annotators of a corpus, with their logins and other names."""

    def __init__(self, members: Mapping[str, Sequence[str]], names: Iterable[str] = ()) -> None:
        """Remember who is who.

        Args:
            members: logins and other names of each annotator.
            names: further annotators.
        """
        self._persons: dict[str, set[str]] = {}
        for name, others in members.items():
            for other in (name, *others):
                self._persons.setdefault(other.casefold(), set()).add(name)
        for name in names:
            self._persons.setdefault(name.casefold(), {name})

    @classmethod
    def of(cls, corpus: Corpus) -> People:
        """Return the people of a corpus: its members, and the annotators of its projects."""
        return cls(corpus.settings.members, Rounds.of(corpus).annotators())

    @property
    def are_named(self) -> bool:
        """Whether there are any, so that a login has to be the one of somebody."""
        return bool(self._persons)

    def persons(self, name: str) -> set[str]:
        """Return the annotators with this name or login: none, one, or several who share it."""
        return self._persons.get(name.casefold(), set())

    def person(self, name: str) -> str:
        """Return the only annotator with this name or login, or the name itself."""
        found = self.persons(name)
        return next(iter(found)) if len(found) == 1 else name

    def is_login_of(self, annotator: str, login: str) -> bool:
        """Return whether an annotator, by any of their names, has this login."""
        return self.person(annotator) in self.persons(login)


def latest_annotations(corpus: Corpus) -> Iterator[tuple[str, list[Annotation]]]:
    """Yield each annotated post with the latest annotation of each person, under that person's name.

    The latest is that of the highest round and, within a round, the one that changed last. Persons are in the
    order of their names.
    """
    people = People.of(corpus)
    for post_id, of_post in groupby(corpus.annotations(), key=attrgetter("post_id")):
        latest: dict[str, Annotation] = {}
        for one in of_post:
            name = people.person(one.annotator)
            if name not in latest or _age(one) >= _age(latest[name]):
                latest[name] = one
        yield (
            post_id,
            [
                one if name == one.annotator else one.model_copy(update={"annotator": name})
                for name, one in sorted(latest.items())
            ],
        )


def _age(annotation: Annotation) -> tuple[int, datetime]:
    return annotation.round, annotation.at or _UNDATED
