"""Annotators at the real page in a real browser: the corpus and a release hold what they clicked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.annotation import push
from mnerctl.schema import Annotation, Corpus, Gold, Span
from support.browser import Person, browser
from support.corpora import corpus_of, drawn_image, made_post
from support.label_studio import Home, emptied, mnerctl

pytestmark = pytest.mark.contract

PANORAMA, TALL, TINY, SQUARE = (4000, 400), (400, 4000), (16, 16), (1000, 1000)
FAMILY = "👨‍👩‍👧‍👦"
TEXT = (
    f"LeBron James and {FAMILY} visit Paris 🇫🇷 with the whole Lakers squad for the new House of Innovation "
    "on the Champs-Élysées; never seen so many people in one place, @warriors send greetings & #NBA twitter "
    "goes wild, see you all on Sunday at the arena, bring friends, scarves and a good voice"
)
SHORT = "Nothing to see"
BEN = "ben@example.org"


@pytest.fixture
def corpus(label_studio: Home) -> Iterator[Corpus]:
    """Two posts, with four pictures of extreme shapes and with two, in the folder that the server shows."""
    with emptied(label_studio), corpus_of(label_studio.corpus, []) as opened:
        for post_id, text, sizes in (
            ("501", TEXT, (PANORAMA, TALL, TINY, SQUARE)),
            ("502", SHORT, (SQUARE, PANORAMA)),
        ):
            images = tuple(
                drawn_image(opened, position, size=size, colour=colour)
                for position, (size, colour) in enumerate(
                    zip(sizes, ("teal", "salmon", "gold", "navy"), strict=False)
                )
            )
            opened.put_post(made_post(post_id, text, images=images))
            opened.settle(post_id, "kept")
        yield opened


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def ada(label_studio: Home, chromium: Any) -> Person:
    """The owner of the server, logged in as `label serve` prints."""
    person = Person(chromium, label_studio.server.url)
    person.log_in(label_studio.server.email, label_studio.server.password)
    return person


def project_of(label_studio: Home, corpus: Corpus, title: str) -> int:
    assert push(corpus, label_studio.studio, title=title).added == 2
    [project] = [one for one in label_studio.studio.projects() if one.title == title]
    return project.id


def done(home: Home, *words: str) -> str:
    """Run a command that must succeed; return what it prints."""
    ended = mnerctl(home, *words)
    assert ended.code == 0, ended.err
    return ended.out


def test_the_page_needs_no_scrolling_and_opens_what_is_clicked(
    label_studio: Home, corpus: Corpus, ada: Person
) -> None:
    project = project_of(label_studio, corpus, "browser page")
    ada.begin(project)
    ada.see(TEXT, 4)
    page = ada.page
    area = page.locator(".lsf-main-content")
    assert area.evaluate("area => area.scrollHeight - area.clientHeight") == 0
    for number in range(4):
        card = page.locator(".mner-card").nth(number)
        assert card.get_by_text("misleads").is_visible()
        cover, large = card.locator(".mner-zoom summary"), card.locator(".mner-zoom img")
        cover.click()
        large.wait_for()
        box = large.bounding_box()
        assert box["width"] > 900 and box["height"] > 500
        assert area.evaluate("area => area.scrollHeight - area.clientHeight") == 0
        cover.click()
        large.wait_for(state="hidden")
    with page.context.expect_page() as opened:
        page.get_by_text("original size").nth(1).click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate(
        "[document.images[0].naturalWidth, document.images[0].naturalHeight]"
    ) == [*TALL]
    opened.value.close()
    guideline = page.get_by_text("The text decides what is a name")
    assert not guideline.is_visible()
    page.get_by_text("Guideline", exact=True).click()
    guideline.wait_for()
    page.get_by_text("Guideline", exact=True).click()
    guideline.wait_for(state="hidden")
    ada.press("Skip")
    ada.see(SHORT, 2)
    assert page.locator(".mner-card").count() == 2
    ada.mark("Nothing", "4")
    ada.choose_evidence("Nothing", "w")
    shown = [
        choice for choice in page.locator(".mner-text .lsf-choice").all() if choice.is_visible()
    ]
    assert [choice.inner_text()[:4] for choice in shown] == ["img1", "img2"]


def test_corpus_and_release_hold_what_people_click(
    label_studio: Home, corpus: Corpus, ada: Person, chromium: Any, tmp_path: Path
) -> None:
    members = {"ada": label_studio.server.email, "ben": BEN}
    with (corpus.folder / "mnerctl.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'{name} = ["{login}"]\n' for name, login in members.items())
    names = ("--project", "browser", "--annotators", "ada,ben", "--json")
    for_ada, for_ben = json.loads(done(label_studio, "label", "push", *names))
    ada.begin(for_ada["project"])
    ada.see(TEXT, 4)
    ada.mark("Paris", "2")
    ada.mark("LeBron James", "1")
    ada.choose_evidence("Paris", "w", "r")
    ada.rate(0, "misleads")
    ada.rate(3, "helps")
    ada.press("Submit")
    ada.see(SHORT, 2)
    ada.press("Skip")

    invitation: Any = label_studio.call("GET", "/api/invite")
    ben = Person(chromium, label_studio.server.url)
    ben.sign_up(invitation["invite_url"], BEN, "a-long-passphrase-17")
    ben.begin(for_ben["project"])
    ben.see(TEXT, 4)
    ben.mark("Lakers squad", "3")
    ben.mark("Paris", "4")
    ben.choose_evidence("Paris", "e")
    for picture in range(4):
        ben.rate(picture, "neutral")
    ben.rate(1, "helps")
    # the browser groups equal radio buttons of several pictures; the page must still show each choice
    assert ben.chosen() == ["neutral", "helps", "neutral", "neutral"]
    ben.press("Submit")
    ben.see(SHORT, 2)
    ben.press("Submit")

    done(label_studio, "label", "pull")
    stored = {(a.annotator, a.post_id): a for a in corpus.annotations()}
    assert all(one.seconds for one in stored.values() if one.status == "done")
    timeless = {"at": None, "seconds": None}
    assert {key: one.model_copy(update=timeless) for key, one in stored.items()} == {
        ("ada", "501"): Annotation(
            post_id="501",
            annotator="ada",
            text=TEXT,
            spans=(span("LeBron James", "PER"), span("Paris", "LOC")),
            evidence=((), (1, 3)),
            relevance=("misleads", None, None, "helps"),
        ),
        ("ada", "502"): Annotation(post_id="502", annotator="ada", text=SHORT, status="skipped"),
        ("ben", "501"): Annotation(
            post_id="501",
            annotator="ben",
            text=TEXT,
            spans=(span("Paris", "MISC"), span("Lakers squad", "ORG")),
            evidence=((2,), ()),
            relevance=("neutral", "helps", "neutral", "neutral"),
        ),
        ("ben", "502"): Annotation(post_id="502", annotator="ben", text=SHORT),
    }
    assert json.loads(done(label_studio, "label", "agree", "--json"))["posts"]["compared"] == 1
    decide(label_studio, ada)
    done(label_studio, "label", "pull")
    how = "adjudicated:ada"
    spans = (span("LeBron James", "PER"), span("Paris", "LOC"), span("Lakers squad", "ORG"))
    assert list(corpus.gold()) == [
        Gold(post_id="501", text=TEXT, spans=spans, how=how, evidence=((), (1,), ())),
        Gold(post_id="502", text=SHORT, spans=(Span(0, 7, "MISC"),), how=how),
    ]

    out = tmp_path / "release"
    words = ("--version", "1.0.0", "--split", "1,0,0", "--out", str(out))
    done(label_studio, "release", "build", *words)
    lines = (out / "train.jsonl").read_text(encoding="utf-8").splitlines()
    record, short = sorted(map(json.loads, lines), key=lambda one: str(one["id"]))
    assert named(record) == [
        *(("LeBron", "B-PER"), ("James", "I-PER"), ("Paris", "B-LOC")),
        *(("Lakers", "B-ORG"), ("squad", "I-ORG")),
    ]
    assert (record["evidence"], len(record["images"])) == ([[], [1], []], 4)
    assert named(short) == [("Nothing", "B-MISC")]


def decide(home: Home, adjudicator: Person) -> None:
    """Decide both posts in the review, which shows every annotator's spans under their name."""
    review = json.loads(done(home, "label", "adjudicate", "--json"))
    assert (review["undecided"], review["review"][0]["added"]) == (["501", "502"], 2)
    project = review["review"][0]["project"]
    page: Any = home.call("GET", f"/api/tasks/?project={project}&fields=all")
    makers = [{one["model_version"] for one in task["predictions"]} for task in page["tasks"]]
    assert makers == [{"ada", "ben", "~ majority"}, {"ada (skipped)", "ben", "~ majority"}]
    tasks = {task["data"]["post_id"]: task["id"] for task in page["tasks"]}
    adjudicator.open(project, tasks["501"])
    adjudicator.see_pictures_beside_suggestions(4)
    adjudicator.start_empty()
    adjudicator.mark("LeBron James", "1")
    adjudicator.mark("Paris", "2")
    adjudicator.mark("Lakers squad", "3")
    adjudicator.choose_evidence("Paris", "w")
    adjudicator.press("Submit")
    adjudicator.open(project, tasks["502"])
    adjudicator.start_empty()
    adjudicator.mark("Nothing", "4")
    adjudicator.press("Submit")


def named(record: Any) -> list[tuple[str, str]]:
    """Return the tokens of a record that are in a name, with their labels."""
    tokens = zip(record["text"], record["label"], strict=True)
    return [(token, label) for token, label in tokens if label != "O"]


def span(words: str, type: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words), type)
