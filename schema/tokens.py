"""The frozen tweet tokenizer, version `tweet-1`: it splits clean text into tokens with code-point offsets.

It splits like the published Twitter-2017 (nearly every punctuation mark is its own token), except for
sequences that people read as one unit: `'s` and `n't`, `U.S`, an emoji of several code points. The rules
and the measured agreement are in docs/explain/tokens.md.

It guarantees that
- `text[start:end] == token.text`; tokens are in order, never empty and never overlap;
- every character that is not white space (`str.isspace`) is in exactly one token;
- a token depends only on the text up to the white space around it, and never on labels;
- a combining mark, a variation selector or a joiner stays with its character;
- the running time is linear in the length of the text.

It does not normalise, lowercase, unescape or drop anything: clean the text first. Letters, marks and emoji
are Unicode properties from the `regex` package (17.0), not from Python or the operating system, so the same
`regex` gives the same tokens everywhere. A newer `regex` may know newer characters. Any other change of a
rule needs a new version, because released tokens are frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import regex

TOKENIZER: Final = "tweet-1"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its range `[start, end)` in code points of the clean text, and its text."""

    start: int
    end: int
    text: str


# Characters that belong to the character before them (Extend and SpacingMark in UAX #29):
# combining marks, variation selectors (U+FE0F), the non-joiner, emoji tags, skin tones.
_MARK: Final = r"[\p{M}\p{GCB=Extend}\p{GCB=SpacingMark}]"

# The same after a character that is not an emoji. There a skin tone is displayed as its own emoji, so it
# is its own token, and a joiner (ZWJ) belongs to the character before it.
_EXTEND: Final = rf"[[{_MARK}\u200D]--\p{{Emoji_Modifier}}]"

# Letters of scripts without spaces between words, such as Chinese, Japanese, Thai and Khmer.
_UNSPACED: Final = r"[[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{Line_Break=SA}]&&\p{L}]"
_LETTER: Final = rf"[\p{{L}}--{_UNSPACED}]"
_WORD: Final = rf"[{_LETTER}\p{{N}}_{_EXTEND}]"

_NT: Final = rf"[nN]['\u2019][tT](?!{_WORD})"
_KEYCAP: Final = r"[0-9\#*]\uFE0F?\u20E3"
_LINK: Final = r"(?i:https?://|pic\.twitter\.com/)"

# One character of a word, a name or a number, unless a token of another kind begins there.
_INNER: Final = rf"(?!{_KEYCAP}|{_NT}|{_LINK}){_WORD}"
_DIGIT: Final = rf"(?!{_KEYCAP})\p{{N}}"

# The first alternative that matches wins, and the match takes its marks along. To stay linear, runs are
# possessive (`*+`), and a look-around is short or covers only text that the match then takes.
_TOKEN: Final = regex.compile(
    rf"""
    (?:
      (?P<url>          # https://t.co/x1, www.nba.com, without a full stop or bracket after it
        (?: {_LINK} | (?i:www)\.(?=[A-Za-z0-9]) )
        [A-Za-z0-9._~:/?\#\[\]@!$&()*+,;=%-]* [A-Za-z0-9/_=] )

    | (?P<emoji>        # displayed as one picture
        \p{{RI}} \p{{RI}}                           # a flag is two regional indicators
      | {_KEYCAP}                                   # 1️⃣
      | \p{{ExtPict}} {_MARK}*+                     # ❤️, 👍🏽
        (?: \u200D \p{{ExtPict}} {_MARK}*+ )*+ )    # 👨‍👩‍👧

    | (?P<emoticon>     # :) ;-( =) and, if no word touches it, :D :P :O :/ <3
        [:;=] -? [()]
      | (?<!{_WORD}) (?: [:;=] -? [DPpOo/] | <3 ) (?![{_WORD}/]) )

    | (?P<clitic>       # Trump|'s and do|n't, so that annotators can mark the name alone
        {_NT}
      | (?<=[{_WORD}.]) ['\u2019] (?i:s|m|d|re|ll|ve) (?!{_WORD}) )

    | (?P<name>         # NBA in #NBA, jk_rowling in @jk_rowling, 76ers in #76ers; not 1 in #1
        (?<=[@\uFF20]) (?=\p{{N}}*+[\p{{L}}_]) (?: {_INNER} )++
      | (?<=[\#\uFF03]) (?=\p{{N}}*+[\p{{L}}_]) (?: {_INNER} | {_UNSPACED} )++ )

    | (?P<abbreviation> # U.S, p.m, J.K; the last dot may end the sentence, so it is a token
        {_LETTER} (?: \. {_LETTER} (?!{_WORD}) )++ )

    | (?P<number>       # 2017, 10,000, 3.5; only the digits in 10:30, 50%, 4th, 76ers
        (?: {_DIGIT} )++ (?: [.,] (?: {_DIGIT} )++ )*+ )

    | (?P<unspaced>     # no spaces between words, so any character can begin or end an entity
        {_UNSPACED} )

    | (?P<word>         # a letter, then letters, digits and underscores
        {_LETTER} (?: {_INNER} )*+ )

    | (?P<invisible>    # zero-width space, direction marks, BOM; a mark without a base character
        [\p{{Cf}}{_EXTEND}]++ )

    | (?P<symbol>       # any other single character: # @ . , ! - ' " $ % and each dot of ...
        [^\s\x1C-\x1F] )   # \x1C-\x1F are white space to str.isspace, not to \s
    )
    {_EXTEND}*+
    """,
    regex.VERBOSE | regex.VERSION1,
)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a clean text, in order: `Trump's #NBA` gives Trump, 's, #, NBA."""
    return [Token(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text)]
