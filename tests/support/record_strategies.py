"""Hypothesis strategies for records: difficult words, adjacent entities, 1 to 4 images."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from mnerctl.schema import TYPES, Record, Span, tags_from_spans

words = st.text(
    st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=8
) | st.sampled_from(["👨‍👩‍👧‍👦", "🇺🇸", "שָׁלוֹם", "O'Reilly", '"', "\\", "\u200b", "IMGID:1"])
file_ids = st.from_regex(r"[A-Za-z0-9_]{1,12}", fullmatch=True)
ids = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
    | st.integers(0, 10**19).map(str)
    | file_ids
)


@st.composite
def records(draw: st.DrawFn, ids: st.SearchStrategy[str] = ids, most_images: int = 4) -> Record:
    """Draw a valid record with images `<number>.jpg`, or `<id>.jpg` if records have one image."""
    id = draw(ids)
    text = draw(st.lists(words, min_size=1, max_size=6))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = [
        Span(start, end, draw(st.sampled_from(TYPES)))
        for start, end in pairwise(edges)
        if draw(st.booleans())
    ]
    number = draw(st.integers(1, most_images))
    return Record(
        id=id,
        text=tuple(text),
        label=tuple(tags_from_spans(spans, len(text))),
        images=tuple(f"{i}.jpg" for i in range(number)) if most_images > 1 else (f"{id}.jpg",),
        url=draw(st.sampled_from(["", "https://twitter.com/a/status/1"]))
        if most_images > 1
        else "",
    )


def record_lists(of: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Record]]:
    """Return a strategy for lists of up to 4 records with different ids."""
    return st.lists(of, max_size=4, unique_by=lambda record: record.id)


@st.composite
def whole_records(draw: st.DrawFn) -> Record:
    """Draw a record with any of the optional fields; its raw text has all kinds of gaps between tokens."""
    record = draw(records())
    positions = st.sets(st.integers(0, len(record.images) - 1)).map(sorted).map(tuple)
    more: dict[str, object] = {"origin": draw(st.sampled_from([None, "MNER-MI", "Twitter-2017"]))}
    if draw(st.booleans()):
        more["evidence"] = tuple(draw(positions) for _ in record.spans)
    if draw(st.booleans()):
        raw, offsets = draw(gaps), []
        for token in record.text:
            offsets.append((len(raw), len(raw) + len(token)))
            raw += token + draw(gaps)
        more |= {"raw": raw, "offsets": tuple(offsets)}
    return Record(**record.model_dump(exclude_none=True) | more)


gaps = st.sampled_from(["", " ", "  ", "\r\n", "\u00a0"])
