"""The frozen tweet tokenizer: clean text in, tokens with code-point offsets out. Version `tweet-1`.

It cuts as the published Twitter-2017 is cut (nearly every mark is a token of its own), apart from
what the eye reads as one piece: `'s` and `n't`, `U.S`, an emoji of several code points. The rules
and the measured agreement are in docs/explain/tokens.md.

It promises that
- `text[start:end] == token.text`; tokens are in order, never empty, never overlap;
- every character that is not white space (`str.isspace`) is in exactly one token;
- a token depends on nothing beyond the white space around it, and never on labels;
- a combining mark, a variation selector or a joiner stays with the character it belongs to;
- the work is linear in the length of the text.

It does not normalise, lower, unescape or drop anything: clean the text first. Letter, mark, emoji:
these are Unicode properties as the `regex` package ships them (17.0), not as Python or the machine
does. So the same `regex` gives the same tokens everywhere; a newer one may know newer characters.
Any other change of a rule is a new version, because released tokens are frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import regex

TOKENIZER: Final = "tweet-1"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the clean text: `[start, end)` in code points, and the text that stands there."""

    start: int
    end: int
    text: str


# What follows a character and is read as part of it; UAX #29 calls it Extend and SpacingMark:
# combining marks, variation selectors (U+FE0F), the non-joiner, emoji tags, skin tones.
_MARK: Final = r"[\p{M}\p{GCB=Extend}\p{GCB=SpacingMark}]"

# The same after anything but an emoji, where a skin tone is shown, and cut, as an emoji of its own.
# A joiner (ZWJ) that joins no two emoji belongs to what is before it, too.
_EXTEND: Final = rf"[[{_MARK}\u200D]--\p{{Emoji_Modifier}}]"

# Letters of scripts that put no space between words: Chinese, Japanese, Thai, Khmer and their kin.
_UNSPACED: Final = r"[[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{Line_Break=SA}]&&\p{L}]"
_LETTER: Final = rf"[\p{{L}}--{_UNSPACED}]"
_WORD: Final = rf"[{_LETTER}\p{{N}}_{_EXTEND}]"

_NT: Final = rf"[nN]['\u2019][tT](?!{_WORD})"
_KEYCAP: Final = r"[0-9\#*]\uFE0F?\u20E3"
_LINK: Final = r"(?i:https?://|pic\.twitter\.com/)"

# One character of a word, a name or a number, unless something that is no word begins there.
_INNER: Final = rf"(?!{_KEYCAP}|{_NT}|{_LINK}){_WORD}"
_DIGIT: Final = rf"(?!{_KEYCAP})\p{{N}}"

# The first alternative that fits wins, and whatever it took keeps its marks. Runs are possessive
# (`*+`) and a look ahead or behind is short or covers only what is then taken: linear time.
_TOKEN: Final = regex.compile(
    rf"""
    (?:
      (?P<url>          # https://t.co/x1, www.nba.com, but not a stop or bracket behind it
        (?: {_LINK} | (?i:www)\.(?=[A-Za-z0-9]) )
        [A-Za-z0-9._~:/?\#\[\]@!$&()*+,;=%-]* [A-Za-z0-9/_=] )

    | (?P<emoji>        # what is shown as one picture
        \p{{RI}} \p{{RI}}                           # a flag is two regional indicators
      | {_KEYCAP}                                   # 1️⃣
      | \p{{ExtPict}} {_MARK}*+                     # ❤️, 👍🏽
        (?: \u200D \p{{ExtPict}} {_MARK}*+ )*+ )    # 👨‍👩‍👧

    | (?P<emoticon>     # :) ;-( =) and, where no word touches it, :D :P :O :/ <3
        [:;=] -? [()]
      | (?<!{_WORD}) (?: [:;=] -? [DPpOo/] | <3 ) (?![{_WORD}/]) )

    | (?P<clitic>       # Trump|'s and do|n't, so that the name before it can be marked
        {_NT}
      | (?<=[{_WORD}.]) ['\u2019] (?i:s|m|d|re|ll|ve) (?!{_WORD}) )

    | (?P<name>         # #NBA, @jk_rowling, #76ers behind the mark; not #1, for digits name nothing
        (?<=[@\uFF20]) (?=\p{{N}}*+[\p{{L}}_]) (?: {_INNER} )++
      | (?<=[\#\uFF03]) (?=\p{{N}}*+[\p{{L}}_]) (?: {_INNER} | {_UNSPACED} )++ )

    | (?P<abbreviation> # U.S, p.m, J.K; a closing dot may end the sentence and is a token
        {_LETTER} (?: \. {_LETTER} (?!{_WORD}) )++ )

    | (?P<number>       # 2017, 10,000, 3.5; it ends with its digits in 10:30, 50%, 4th, 76ers
        (?: {_DIGIT} )++ (?: [.,] (?: {_DIGIT} )++ )*+ )

    | (?P<unspaced>     # no spaces to cut at, so any character can begin or end an entity
        {_UNSPACED} )

    | (?P<word>         # a letter, then letters, digits and underscores
        {_LETTER} (?: {_INNER} )*+ )

    | (?P<invisible>    # zero-width space, direction marks, BOM; a mark with nothing to stand on
        [\p{{Cf}}{_EXTEND}]++ )

    | (?P<symbol>       # any other character, alone: # @ . , ! - ' " $ % and each dot of ...
        [^\s\x1C-\x1F] )   # \x1C-\x1F are white space to str.isspace, not to \s
    )
    {_EXTEND}*+
    """,
    regex.VERBOSE | regex.VERSION1,
)


def tokenize(text: str) -> list[Token]:
    """The tokens of a clean text, in order: `Trump's #NBA` gives Trump, 's, #, NBA."""
    return [Token(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text)]
