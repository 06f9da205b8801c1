"""Spans imported from a file: both formats, every fault with its line, and all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation import import_spans
from mnerctl.annotation.spans.conll_file import raw_annotation, read_tagged_texts
from mnerctl.schema import Annotation, Corpus, DataError, Problem, Span
from mnerctl.schema.tokens import tokenize
from support.corpora import HARD_TEXTS, corpus_of, made_post

TEXTS = {"11": "LeBron James in Paris 🇫🇷", "12": "Go #NBA", "13": "نادي in Dubai"}


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    posts = [made_post(id, text) for id, text in TEXTS.items()]
    with corpus_of(tmp_path / "corpus", posts) as opened:
        opened.put_post(made_post("14", "gone"))
        opened.settle("14", "gone")
        yield opened


def imported(corpus: Corpus, tmp_path: Path, content: str, name: str = "spans") -> list[Annotation]:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    import_spans(corpus, path, annotator="ada")
    return list(corpus.annotations())


def test_json_lines_become_annotations(corpus: Corpus, tmp_path: Path) -> None:
    paris = {"start": 16, "end": 21, "type": "LOC", "text": "Paris"}
    lebron = {"start": 0, "end": 12, "type": "PER"}
    lines = [
        {"post_id": "11", "spans": [paris, lebron], "evidence": [[1], [0, 1]]},
        {"post_id": 12, "spans": [], "status": "skipped"},
    ]
    got = imported(corpus, tmp_path, "\n".join(map(json.dumps, lines)))
    assert got == [
        Annotation(
            post_id="11",
            annotator="ada",
            text=TEXTS["11"],
            spans=(Span(0, 12, "PER"), Span(16, 21, "LOC")),
            evidence=((0, 1), (1,)),
        ),
        Annotation(post_id="12", annotator="ada", text=TEXTS["12"], status="skipped"),
    ]


CONLL = """# id: 11
LeBron\tB-PER
James\tI-PER
in\tO
Paris\tB-LOC
🇫🇷\tO

IMGID:12
Go\tO
#\tO
NBA\tB-ORG
# id = 13

نادي O
in O
Dubai NNP B-location
"""


def test_conll_tokens_are_aligned_with_the_text(corpus: Corpus, tmp_path: Path) -> None:
    assert [(a.post_id, a.spans) for a in imported(corpus, tmp_path, CONLL)] == [
        ("11", (Span(0, 12, "PER"), Span(16, 21, "LOC"))),
        ("12", (Span(4, 7, "ORG"),)),
        ("13", (Span(8, 13, "LOC"),)),
    ]


def test_importing_twice_changes_nothing_and_counts_as_unchanged(
    corpus: Corpus, tmp_path: Path
) -> None:
    path = tmp_path / "spans.conll"
    path.write_text(CONLL, encoding="utf-8")
    first, second = (import_spans(corpus, path, annotator="ada") for _ in range(2))
    assert (first.posts, first.stored, first.unchanged, first.spans) == (3, 3, 0, 4)
    assert (second.posts, second.stored, second.unchanged, second.spans) == (3, 0, 3, 4)
    alias = Problem("note", "type", f"{path}:16", "'location'", "LOC", "read as LOC")
    assert alias in first.problems


@pytest.mark.parametrize(
    ("line", "rule", "found", "wanted"),
    [
        ("{", "json", "'{': Expecting property name enclosed in double quotes at column 2",
         "one JSON object on a line"),
        ("[]", "json", "[]", "a JSON object"),
        ('{"spans": []}', "json", "post_id None", "the id of a post"),
        ('{"post_id": "11"}', "json", "spans None", "a list of spans, each an object"),
        ('{"post_id": "11", "spans": [], "status": "x"}', "json", "status 'x'", "done or skipped"),
        ('{"post_id": "11", "spans": [{"start":0,"end":12,"type":"PER"}], "evidence": []}', "json",
         "evidence []", "a list of image positions for each of the 1 spans"),
        ('{"post_id": "11", "spans": [{"start":0,"end":12,"type":"PER","text":1}]}', "json",
         "text 1", "the text that the span covers"),
        ('{"post_id": "99", "spans": []}', "post", "post 99", "a post kept in CORPUS"),
        ('{"post_id": "14", "spans": []}', "post", "post 14", "a post kept in CORPUS"),
        ('{"post_id": "12", "spans": []}', "post-once", "post 12 again", "each post once"),
        ('{"post_id": "11", "spans": [{"start":0,"end":99,"type":"PER"}]}', "bounds", "[0, 99)",
         "inside the text of 24 code points"),
    ],
)  # fmt: skip
def test_with_one_bad_line_nothing_is_stored(
    corpus: Corpus, tmp_path: Path, line: str, rule: str, found: str, wanted: str
) -> None:
    with pytest.raises(DataError) as caught:
        imported(corpus, tmp_path, '{"post_id": "12", "spans": []}\n' + line)
    detail = f"first at {tmp_path}/spans:1" if rule == "post-once" else ""
    wanted = wanted.replace("CORPUS", str(corpus.folder))
    assert caught.value.problems == (
        Problem("error", rule, f"{tmp_path}/spans:2", found, wanted, detail),
    )
    assert caught.value.message == (
        f"{tmp_path}/spans: 1 error on 1 line; nothing was stored (1 post without an error)"
    )
    assert list(corpus.annotations()) == []


@pytest.mark.parametrize(
    ("text", "line", "rule", "found", "wanted"),
    [
        ("Go\tO", 1, "conll", "'Go\\tO'", "`# id: <post id>` before the tokens"),
        ("IMGID:12\nGo", 2, "conll", "'Go'", "a token and its tag, or `# id: <post id>`"),
        ("IMGID:12\nGone\tO", 2, "conll-text", "token 'Gone'", "the text from code point 0: 'Go #NBA'"),
        ("IMGID:12\nGo\tO\n", 1, "conll-text", "only 1 tokens",
         "tokens for the rest of the text: '#NBA'"),
        ("IMGID:12\nGo\tO\n#\tO\nNBA\tB-TEAM", 4, "type", "'TEAM'", "one of PER, LOC, ORG, MISC"),
    ],
)  # fmt: skip
def test_a_conll_line_that_does_not_fit_is_named(
    corpus: Corpus, tmp_path: Path, text: str, line: int, rule: str, found: str, wanted: str
) -> None:
    with pytest.raises(DataError) as caught:
        imported(corpus, tmp_path, text)
    where = f"{tmp_path}/spans:{line}"
    assert caught.value.problems[0] == Problem("error", rule, where, found, wanted)
    assert list(corpus.annotations()) == []


def test_a_broken_guideline_rule_is_a_warning_and_the_span_is_stored(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.put_post(made_post("17", "so @ada said"))
    corpus.settle("17", "kept")
    path = tmp_path / "spans.jsonl"
    path.write_text('{"post_id": "17", "spans": [{"start": 3, "end": 7, "type": "PER"}]}')
    result = import_spans(corpus, path, annotator="ben")
    assert [(row.level, row.rule, row.where, row.detail) for row in result.problems] == [
        ("warning", "sign", f"{path}:1 ben", "docs/guidelines.md#sign")
    ]
    assert result.stored == 1


def test_an_unknown_field_is_a_note(corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "spans"
    path.write_text('{"post_id": "12", "spans": [], "evidense": []}', encoding="utf-8")
    found = "unknown field 'evidense'"
    wanted = "only evidence, post_id, spans, status"
    assert import_spans(corpus, path, annotator="ada").problems == (
        Problem("note", "field", f"{path}:1", found, wanted, "1 times"),
    )


@pytest.mark.parametrize("content", ["", "\n\n", "# a comment\n"])
def test_a_file_without_posts_is_an_error(corpus: Corpus, tmp_path: Path, content: str) -> None:
    with pytest.raises(DataError, match="no posts; wanted JSON lines or CoNLL"):
        imported(corpus, tmp_path, content)


@given(text=st.sampled_from([text for text in HARD_TEXTS if text]), data=st.data())
def test_tags_of_any_spans_are_read_as_these_spans(text: str, data: st.DataObject) -> None:
    post = made_post("7", text)
    tokens = tokenize(post.text)
    tags = data.draw(
        st.lists(
            st.sampled_from(["O", "B-PER", "B-LOC"]), min_size=len(tokens), max_size=len(tokens)
        )
    )
    lines = ["# id: 7", *(f"{token.text}\t{tag}" for token, tag in zip(tokens, tags, strict=True))]
    problems: list[Problem] = []
    (tagged,) = read_tagged_texts(Path("f"), enumerate(lines, start=1), problems)
    raw = raw_annotation(tagged, post, problems)
    assert problems == []
    assert raw is not None
    assert [(span.start, span.end, span.type) for span in raw.spans] == [
        (token.start, token.end, tag[2:])
        for token, tag in zip(tokens, tags, strict=True)
        if tag != "O"
    ]
