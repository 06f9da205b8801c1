"""The vocabulary of made posts: ambiguous names, and separate words for each split.

Every name can be a person, a place, a brand or some other thing. The splits share the names, punctuation and
words of up to three letters, but no other word, hashtag, user name, person or emoji (a test checks this), so
that a model can transfer nothing but the pictures from one split to another. No template shows what type a
name has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...schema import Split

NAMES: Final = (
    "Amazon", "Apollo", "Atlas", "Aurora", "Austin", "Avalon", "Bristol", "Brooklyn", "Carolina",
    "Charlotte", "Chelsea", "Dakota", "Dallas", "Delta", "Eden", "Florence", "Ford", "Georgia",
    "Hamilton", "Houston", "Hudson", "India", "Jackson", "Jordan", "Juno", "Lady Bird", "Lincoln",
    "Madison", "Mercedes", "Milan", "Orion", "Orlando", "Paris", "Phoenix", "Saint Laurent",
    "Santa Fe", "Sierra", "Troy", "Victoria", "Virginia",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of one split's posts. A text has an opener, one clause per name, a closer, and extras.

    clauses: templates in which `{}` is the name.
    joins: (separator of clauses, separator before the last clause).
    people: (user name, shown name) of the authors, who are also the users that posts mention.
    """

    openers: tuple[str, ...]
    clauses: tuple[str, ...]
    joins: tuple[tuple[str, str], ...]
    closers: tuple[str, ...]
    tags: tuple[str, ...]
    emoji: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


WORDS: Final[dict[Split, Words]] = {
    "train": Words(
        openers=(
            "throwback to", "Sunday album:", "camera roll today:", "what a day!", "thread:",
            "left to right:", "woke up thinking about", "guess who did this...", "archive >>",
            "on the wall of our cafe\N{COMBINING ACUTE ACCENT}:", "Q&A later, but first", "R&B night:",
            "web tip: write &amp; for &.", "we saw", "still here:", "four hours, no regrets:",
            "so. many. pictures. of", "my whole weekend in one post:", "ok ok ok,", "not sorry for",
            "before & after:", "half asleep, yet", "posting without comment:", "old > new:",
        ),
        clauses=(
            "more {}", "{} again", "#{}", "{} at last", "all about {}", "{}'s moment",
            "hello {}", "“{}”", "{} (finally)", "{}, obviously", "a bit of {}", "thinking of {}",
            "{} of course", "team {}", "never enough {}", "{}!", "just {}", "that {} thing",
        ),
        joins=(
            (", ", " and "), (", ", ", "), (" + ", " + "), ("; ", "; "), (" / ", " / "), ("\n", "\n"),
            (" then ", " then "), (" | ", " | "), (" & ", " & "), (", ", ", also "), ("... ", "... "),
        ),
        closers=(
            "<3", "what a time", "thanks everyone", "10/10", ":)", "who else?", "love it",
            "that is all.", "zoom in >>>", "no filter", "should be enough for now", "see y'all soon",
        ),
        tags=(
            "#throwback", "#weekend", "#nofilter", "#photodump", "#caturday", "#goals", "#2024recap",
            "#lifeisgood", "#TBT", "#dayoff", "#instamood",
        ),
        emoji=("👩🏽‍💻", "👨‍👩‍👧‍👦", "🇧🇷", "🏳️‍🌈", "👍🏿", "❤️", "1️⃣", "🔥", "😂", "🫶🏼", "🥳", "📸"),
        people=(
            ("made_ada", "Ada (made)"), ("made_bruno", "Bruno 🔥"), ("made_chidi_o", "chidi"),
            ("made_dagny", "Dagny & co"), ("made_emeka7", "Emeka"), ("made_fatou", "Fatou <3"),
            ("made_goro", "Goro"), ("made_hilde_h", "Hilde"),
        ),
    ),
    "dev": Words(
        openers=(
            "quick roundup -", "favourites from yesterday:", "desk update:", "oh look,", "in short:",
            "mood board >", "as promised (B&W too):", "Friday leftovers:", "who ordered", "spotted:",
        ),
        clauses=(
            "{} twice", "#{}", "some {}", "{}'s corner", "bonus {}",
            "{} (yes!)", "hi {}", "'{}'", "{} hour", "finding {}",
        ),
        joins=((", ", " plus "), (" -> ", " -> "), (", ", ", "), (" x ", " x "), (" & ", " & ")),
        closers=("<33", "makes sense, no?", "carry on", "and now?", "bye :D", "A+"),
        tags=("#fridayfeeling", "#bnw", "#moodboard", "#dailydose", "#outtakes"),
        emoji=("🧑🏻‍🚀", "🇯🇵", "👋🏻", "☕️", "✨", "👩‍👧", "5️⃣"),
        people=(
            ("made_ines", "Ines (not real)"), ("made_jiro", "jiro & jiro"), ("made_keza", "Keza ✨"),
            ("made_lars_l", "LARS"),
        ),
    ),
    "test": Words(
        openers=(
            "recap:", "everything since noon =", "mail day!", "sketchbook says", "bits & bobs:",
            "tiny gallery:", "can't choose between", "pinned:", "note to self >", "one trip on:",
            "Monday needs", "reminder:",
        ),
        clauses=(
            "only {}", "#{}", "{} forever", "{}’s turn", "dear {}", "({})", "{}?!",
            "lots of {}", "hey {}", "\"{}\"", "{} up close", "mostly {}",
        ),
        joins=((", ", " & "), (" · ", " · "), ("\n• ", "\n• "), (", ", " or "), (" — ", " — "), (", ", ", ")),
        closers=("&lt;3 means <3", "good evening", "your call", "xo", "worth every minute", ";)"),
        tags=("#mondays", "#smallgallery", "#keepsake", "#latepost", "#wow"),
        emoji=("👩🏾‍🔬", "🇿🇦", "🙌🏾", "🌈", "⚡️", "🐻‍❄️", "🎉"),
        people=(
            ("made_mona", "Mona"), ("made_nils", "nils 🎉"), ("made_oyelaran", "Oyelaran (drawn)"),
            ("made_pia_p", "Pia > all"), ("made_quim", "Quim"),
        ),
    ),
}  # fmt: skip
