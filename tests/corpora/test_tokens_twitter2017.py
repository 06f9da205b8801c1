"""The tokenizer on real tweets: the published tokens of Twitter-2017, joined to text again."""

from __future__ import annotations

import pytest

from support.twitter2017 import FILES, MISSING, is_available, measure, read_posts, reglue

needs_data = pytest.mark.skipif(not is_available(), reason=MISSING)

GLUED = {
    "": "",
    "Don ' t miss # NBA , @ jk_rowling !": "Don't miss #NBA, @jk_rowling!",
    "O ' Reilly ' s ' Good Time ' , Girls ' team": "O'Reilly's 'Good Time', Girls' team",
    "“ It ’ s ” ( ‘ so ’ ) . . .": "“It’s” (‘so’)...",
    'he said " no " at 8 : 30 pm , 6 \' 10 "': 'he said "no" at 8:30pm, 6\'10"',
    "All - Star 5 / 29 / 16 - - 4 – 2 win": "All-Star 5/29/16 -- 4–2 win",
    "the 4 th 76 ers for $ 10,000 or 50 %": "the 4th 76ers for $10,000 or 50%",
    "U . S . President J . K . Rowling , U . S . U - 16": (
        "U.S. President J.K. Rowling, U.S. U-16"
    ),
    "so 😂 😂 🇺 🇸 ❤ \ufe0f 👍 🏽 & gt ; you": "so 😂😂🇺🇸❤\ufe0f👍🏽 &gt; you",
}


@pytest.mark.parametrize(("published", "text"), GLUED.items())
def test_tokens_are_joined_to_text(published: str, text: str) -> None:
    tokens = published.split()
    glued, offsets = reglue(tokens)
    assert glued == text
    assert [glued[start:end] for start, end in offsets] == tokens


@needs_data
@pytest.mark.parametrize("name", FILES)
def test_every_entity_begins_and_ends_on_a_token_edge(name: str) -> None:
    agreement = measure([name])
    assert agreement.entities > 1000
    assert agreement.cut == []


@needs_data
@pytest.mark.parametrize("name", FILES)
def test_at_least_95_percent_of_the_published_tokens_are_the_same(name: str) -> None:
    """Emoji that the publication splits count as different in `same` and not in `shown`."""
    agreement = measure([name])
    assert agreement.same / agreement.published >= 0.95
    assert agreement.shown_same / agreement.shown >= agreement.same / agreement.published


@needs_data
def test_joining_keeps_every_published_token() -> None:
    for tokens, _ in read_posts("train.txt"):
        text, offsets = reglue(tokens)
        assert [text[start:end] for start, end in offsets] == tokens
