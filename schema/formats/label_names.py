"""How the type names in somebody else's files are read, and how many entities each name has there.

Known spellings need nobody; any other name is an error until a person says what it is. What this does
not do: map one of our types to another, or leave entities out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..labels import OUTSIDE, EntityType, entity_type


class LabelNames:
    """The reading of one corpus.

    decided: name to type, in any case; it goes before the known spellings. counts: entities by name, as
    it stands in the files, and type; filled by reading.
    """

    def __init__(self, decided: Mapping[str, EntityType] | None = None) -> None:
        self._decided = {name.upper(): kind for name, kind in (decided or {}).items()}
        self.counts: Counter[tuple[str, EntityType]] = Counter()

    def type_of(self, name: str) -> EntityType | None:
        """The type that a name stands for, or None."""
        return self._decided.get(name.upper()) or entity_type(name)

    def count(self, tags: list[str]) -> None:
        """Adds the entities of one example, whose tags are as they stand in the file and all known."""
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
