"""Read the type names of other corpora as entity types, and count the entities of each name.

Known spellings are read without help. Any other name is an error until a person assigns a type to it.
Entities cannot be left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..labels import OUTSIDE, EntityType, entity_type


class LabelNames:
    """The type names of one corpus.

    Args:
        decided: type by name, in any case; takes precedence over the known spellings.

    Attributes:
        counts: number of entities by (name as written in the files, type); filled while reading.
    """

    def __init__(self, decided: Mapping[str, EntityType] | None = None) -> None:
        self._decided = {name.upper(): kind for name, kind in (decided or {}).items()}
        self.counts: Counter[tuple[str, EntityType]] = Counter()

    def type_of(self, name: str) -> EntityType | None:
        """Return the type for a name, or None."""
        return self._decided.get(name.upper()) or entity_type(name)

    def count(self, tags: list[str]) -> None:
        """Count the entities of one example; its tags are as written in the file, with known names only."""
        before, kind_before = OUTSIDE, None
        for tag in tags:
            if tag == OUTSIDE:
                before, kind_before = OUTSIDE, None
                continue
            prefix, _, name = tag.partition("-")
            kind = self.type_of(name)
            if kind and (prefix in "BS" or kind != kind_before or before in "ES"):
                self.counts[name, kind] += 1
            before, kind_before = prefix, kind
