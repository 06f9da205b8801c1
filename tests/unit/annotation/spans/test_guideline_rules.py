"""The guideline's rules: each by examples, on real names, and with its anchor in the guideline."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation.spans.guideline_rules import RULES, guideline_problems
from mnerctl.schema import Annotation, EntityType, Span
from mnerctl.schema.tokens import tokenize
from support.checkout import ROOT


def rules_of(text: str, name: str, kind: EntityType = "PER") -> list[str]:
    start = text.index(name)
    annotation = Annotation(
        post_id="1", annotator="ada", text=text, spans=(Span(start, start + len(name), kind),)
    )
    rows = guideline_problems(annotation, "post 1 ada")
    assert all(row.level == "warning" and row.where == "post 1 ada" for row in rows)
    assert all(row.detail == f"docs/guidelines.md#{row.rule}" for row in rows)
    return [row.rule for row in rows]


@pytest.mark.parametrize(
    ("text", "name", "kind", "rules"),
    [
        ("Ada in Porto", "Ada", "PER", []),
        ("the U.S today", "U.S", "LOC", []),
        ("go #NBA go", "NBA", "ORG", []),
        ("go #NBA go", "#NBA", "ORG", ["sign"]),
        ("by @made_ada", "@made_ada", "PER", ["sign"]),
        ("Ada, and", "Ada,", "PER", ["edge-mark"]),
        ("“Dune” tonight", "“Dune”", "MISC", ["edge-mark"]),
        ("Queen (band) live", "Queen (band)", "ORG", []),
        ("(band) live)", "live)", "ORG", ["edge-mark"]),
        ("A$AP is here", "A$AP", "PER", []),
        ("Ada's cat", "Ada's", "PER", ["possessive"]),
        ("Ada\u2019s cat", "Ada\u2019s", "PER", ["possessive"]),
        ("at McDonald's now", "McDonald's", "ORG", ["possessive"]),
        ("see https://t.co/x1", "https://t.co/x1", "MISC", ["link"]),
        ("Ada 👩🏽\u200d💻 Byron", "Ada 👩🏽\u200d💻 Byron", "PER", ["emoji"]),
        ("I ❤️ NY shirt", "I ❤️ NY", "MISC", []),
        ("go 🇧🇷 go", "🇧🇷", "LOC", []),
        ("go 🇧🇷 go", "🇧🇷", "PER", ["emoji"]),
        ("hm ... hm", "...", "MISC", ["mark-only"]),
        ("Dr. Jane Roe", "Dr. Jane Roe", "PER", ["title"]),
        ("Dr. Pepper", "Dr. Pepper", "MISC", []),
        ("Mr Bean", "Mr", "PER", []),
        ("Ada\nByron", "Ada\nByron", "PER", ["line-break"]),
        ("a b c d e f g h i j k", "a b c d e f g h i j k", "MISC", ["long"]),
    ],
)
def test_each_rule(text: str, name: str, kind: EntityType, rules: list[str]) -> None:
    assert rules_of(text, name, kind) == rules


def test_a_post_without_spans_breaks_nothing() -> None:
    skipped = Annotation(post_id="1", annotator="ada", text="...", status="skipped")
    assert guideline_problems(skipped, "post 1") == []


@given(st.data(), st.text(min_size=1, max_size=30).filter(lambda text: text.strip()))
def test_any_span_can_be_checked(data: st.DataObject, text: str) -> None:
    tokens = tokenize(text)
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, len(tokens) - 1))
    span = Span(tokens[first].start, tokens[last].end, data.draw(st.sampled_from(["PER", "MISC"])))
    annotation = Annotation(post_id="1", annotator="ada", text=text, spans=(span,))
    assert {row.rule for row in guideline_problems(annotation, "x")} <= set(RULES)


def test_every_rule_has_its_anchor_and_every_anchor_a_rule() -> None:
    text = (ROOT / "docs" / "guidelines.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r'<a id="([a-z-]+)"></a>', text)) == sorted(RULES)
