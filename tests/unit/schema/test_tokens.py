"""The tweet tokenizer: difficult strings with their tokens, and properties of all strings."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema.tokens import TOKENIZER, Token, tokenize

CASES = {
    # No tokens
    "": [],
    " \t\r\n\u00a0\u2028\u3000\x1c": [],
    # Hashtags, handles, names
    "#NBA: @KingJames": ["#", "NBA", ":", "@", "KingJames"],
    ".@jk_rowling @_x_ RT @a_b: hi": [
        *(".", "@", "jk_rowling", "@", "_x_", "RT", "@", "a_b", ":", "hi"),
    ],
    "@76ers #76ers #1 @4:30 76ers": [
        *("@", "76ers", "#", "76ers", "#", "1", "@", "4", ":", "30", "76", "ers"),
    ],
    "##a # @ C# a@b.co": ["#", "#", "a", "#", "@", "C", "#", "a", "@", "b", ".", "co"],
    "#Beyoncé's #映画 @nhk_newsさん": [
        *("#", "Beyoncé", "'s", "#", "映画", "@", "nhk_news", "さ", "ん"),
    ],
    "Giants_101 _foo_": ["Giants_101", "_", "foo_"],
    # Clitics with both apostrophes; any other apostrophe is a symbol
    "Trump's Trump’s TRUMP'S": ["Trump", "'s", "Trump", "’s", "TRUMP", "'S"],
    "don't can’t WON'T n't": ["do", "n't", "ca", "n’t", "WO", "N'T", "n't"],
    "I'm you’re she'd we'll they’ve": [
        *("I", "'m", "you", "’re", "she", "'d", "we", "'ll", "they", "’ve"),
    ],
    "won't've Jr.'s 90's": ["wo", "n't", "'ve", "Jr", ".", "'s", "90", "'s"],
    "O'Reilly y'all Cubs' '90s 'S": [
        *("O", "'", "Reilly", "y", "'", "all", "Cubs", "'", "'", "90", "s", "'", "S"),
    ],
    "‘Dilbert’ “now”": ["‘", "Dilbert", "’", "“", "now", "”"],
    # Links
    "see (https://t.co/aB3).": ["see", "(", "https://t.co/aB3", ")", "."],
    "HTTP://nba.com/d?x=1&y=%20#top, www.nba.com!": [
        *("HTTP://nba.com/d?x=1&y=%20#top", ",", "www.nba.com", "!"),
    ],
    "Trumphttps://t.co/a pic.twitter.com/b’s": [
        *("Trump", "https://t.co/a", "pic.twitter.com/b", "’s"),
    ],
    "https://… Awww. www...": [
        *("https", ":", "/", "/", "…", "Awww", ".", "www", ".", ".", "."),
    ],
    # Numbers, prices, times
    "$1,000.50 £3 €2m 50% .5": [
        *("$", "1,000.50", "£", "3", "€", "2", "m", "50", "%", ".", "5"),
    ],
    "10:30pm 5-4 5/29/16 4th 2, 8x10": [
        *("10", ":", "30", "pm", "5", "-", "4", "5", "/", "29", "/", "16"),
        *("4", "th", "2", ",", "8", "x10"),
    ],
    "m² ½ ①": ["m²", "½", "①"],
    # Abbreviations, full stops
    "U.S. p.m. J.K. Rowling": ["U.S", ".", "p.m", ".", "J.K", ".", "Rowling"],
    "U.S.army J.Lo St. No. 1": [
        *("U.S", ".", "army", "J", ".", "Lo", "St", ".", "No", ".", "1"),
    ],
    "no... way… !! --": ["no", ".", ".", ".", "way", "…", "!", "!", "-", "-"],
    "Spider-Man AC/DC AT&T": ["Spider", "-", "Man", "AC", "/", "DC", "AT", "&", "T"],
    # Text that was HTML-unescaped
    '<b> 3 > 2 & "x" >>': ["<", "b", ">", "3", ">", "2", "&", '"', "x", '"', ">", ">"],
    # Emoticons
    "hi:) :-( ;D :O <3 :/ =)": ["hi", ":)", ":-(", ";D", ":O", "<3", ":/", "=)"],
    "re:D 8:D <3s :(( ^_^ http:/": [
        *("re", ":", "D", "8", ":", "D", "<", "3", "s", ":(", "(", "^", "_", "^"),
        *("http", ":", "/"),
    ],
    # Emoji: one token for each displayed picture
    "😂😂a😂": ["😂", "😂", "a", "😂"],
    "👨‍👩‍👧‍👦👩🏽‍🚀❤️‍🔥🏳️‍🌈": ["👨‍👩‍👧‍👦", "👩🏽‍🚀", "❤️‍🔥", "🏳️‍🌈"],
    "🇺🇸🇨🇦 🇺🇸🇨": ["🇺🇸", "🇨🇦", "🇺🇸", "🇨"],
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!": [
        *("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "!"),
    ],
    "👍🏽👍 🏽 a🏽": ["👍🏽", "👍", "🏽", "a", "🏽"],
    "1️⃣12️⃣ #️⃣NBA *⃣": ["1️⃣", "1", "2️⃣", "#️⃣", "NBA", "*⃣"],
    "©2016 ™ ☺︎": ["©", "2016", "™", "☺︎"],
    # Selectors, joiners and marks belong to the character before them, but never to a space
    "\ufe0f a": ["\ufe0f", "a"],
    "a \ufe0f b\ufe0f": ["a", "\ufe0f", "b\ufe0f"],
    "\u200d 😂\u200d x": ["\u200d", "😂\u200d", "x"],
    "e\u0301a \u0301 :)\ufe0f": ["e\u0301a", "\u0301", ":)\ufe0f"],
    "https://t.co/a\u0301 #\u0301": ["https://t.co/a\u0301", "#\u0301"],
    "می\u200cخواهم": ["می\u200cخواهم"],
    # What cannot be seen is a token of its own, so that a name is the same with and without it
    "a\u200bb\u200e \ufeff": ["a", "\u200b", "b", "\u200e", "\ufeff"],
    "a\x00b\ud800": ["a", "\x00", "b", "\ud800"],
    # Other white space
    "a\r\nb\u00a0c  d\u3000e\x1ff": ["a", "b", "c", "d", "e", "f"],
    # Other scripts
    "دونالد ترامب، شالوم!": ["دونالد", "ترامب", "،", "شالوم", "!"],
    "שָׁלוֹם, צה״ל": ["שָׁלוֹם", ",", "צה", "״", "ל"],
    "中国队vs東京タワー": ["中", "国", "队", "vs", "東", "京", "タ", "ワ", "ー"],
    "ｶﾞ สวัสดีน้ำ": ["ｶﾞ", "ส", "วั", "ส", "ดี", "น้ำ"],
    "서울에 हिन्दी Дональд": ["서울에", "हिन्दी", "Дональд"],
}

SPACES = " \t\r\n\u00a0\u2028\u3000\x1c"
DENSE = [
    *SPACES,
    *"aNtTsdmw1200#@'’\"“.,:;!?-_/()<&…",
    *("n't", "'s", "http://", "www.", "pic.twitter.com/", ":)", "U.S"),
    *"😂❤👩🚀🏽🇺🇸©\ufe0f\ufe0e\u200d\u200c\u200b\u20e3\u0301\u093f\u0e33\U000e0067\ufeff\x00",
    *"é中ーｶﾞสىש서",
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(DENSE)).map("".join))

HOSTILE = [
    *("a", "1", "#", "@1", "'", "n'", "n't", "a.", "a.b", "1,", "1.", ":", ":-", "<", "a'"),
    *("https://", "https:/", "www.", "www.)", "pic.twitter.com/", "h", "_", "#1"),
    *("😂", "😂\u200d", "🇺", "🏽", "1\ufe0f", "1\ufe0f\u20e3", "\u200d", "a\u0301", " \u0301"),
    *("中", "\u200b", "\u0301 ", " "),
]


def pieces(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(("text", "tokens"), CASES.items(), ids=ascii)
def test_difficult_strings(text: str, tokens: list[str]) -> None:
    assert pieces(text) == tokens


def test_offsets_are_code_points() -> None:
    assert tokenize("😂 Trump's") == [Token(0, 1, "😂"), Token(2, 7, "Trump"), Token(7, 9, "'s")]


def test_the_version_is_frozen() -> None:
    assert TOKENIZER == "tweet-1"


def test_letters_of_unicode_17_are_letters() -> None:
    """An older `regex` does not know the Beria Erfe script and would split it."""
    assert pieces("\U00016ea0\U00016ea1") == ["\U00016ea0\U00016ea1"]


@given(texts)
def test_tokens_and_white_space_are_the_whole_text(text: str) -> None:
    position = 0
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text != ""
        assert not any(character.isspace() for character in token.text)
        gap = text[position : token.start]
        assert gap == "" or gap.isspace()
        position = token.end
    assert text[position:] == "" or text[position:].isspace()


@given(texts, st.sampled_from(SPACES), texts)
def test_text_beyond_white_space_changes_no_token(left: str, space: str, right: str) -> None:
    shift = len(left) + len(space)
    shifted = [Token(t.start + shift, t.end + shift, t.text) for t in tokenize(right)]
    assert tokenize(left + space + right) == tokenize(left) + shifted


@given(texts)
def test_marks_stay_with_their_character(text: str) -> None:
    for token in tokenize(text):
        if token.start and not text[token.start - 1].isspace():
            assert not regex.match(r"[\p{M}\u200C\u200D]", token.text)


@given(st.lists(st.sampled_from([c for c in DENSE if not set(c) & set("'’#@")])).map("".join))
def test_tokens_joined_by_spaces_are_the_same_tokens(text: str) -> None:
    """Without `#`, `@` and apostrophes, after which names and clitics begin."""
    assert pieces(" ".join(pieces(text))) == pieces(text)


@given(st.lists(st.sampled_from([*"😂❤🚀🇺🇸🏴\ufe0f\u200d", "👩🏽"])).map("".join))
def test_emoji_are_split_at_grapheme_clusters(text: str) -> None:
    """This is the rule of UAX #29 if every mark has an emoji before it."""
    assert pieces("😂" + text) == regex.findall(r"\X", "😂" + text)


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_time_is_linear(unit: str) -> None:
    """8,000 characters take about 0.04 s of CPU time; quadratic time would take at least 1.6 s."""
    text = "https://" + ")" * 2_000 + " " + unit * (8_000 // len(unit)) + ")'"
    begin = time.process_time()
    tokenize(text)
    assert time.process_time() - begin < 1
