"""The gallery in a real browser, opened from disk: hostile posts are text, filters and pages work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.release.gallery.facts import Facts, gather_facts
from mnerctl.release.gallery.gallery import write_gallery
from mnerctl.schema import Corpus, Release
from support.browser import browser
from support.hostile import ALT, ENDLESS, SCRIPT, hostile_corpus, hostile_release
from support.sound_release import sound_release

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


class Viewer:
    """A browser tab with index.html from disk; it records all requests, messages and errors of the page."""

    def __init__(self, chromium: Any, folder: Path, address: str = "", **context: Any) -> None:
        self.page = chromium.new_context(**context).new_page()
        self.page.set_default_timeout(30_000)
        self.page.add_init_script("window.stolen = what => { window.loot = what; }")
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        self.page.goto((folder / "index.html").resolve().as_uri() + address)
        self.page.wait_for_selector("body[data-shown]")

    def choose(self, name: str, value: str) -> None:
        shown = self.page.evaluate("document.body.dataset.shown")
        self.page.select_option(f"select[name={name}]", value)
        self.page.wait_for_function("was => document.body.dataset.shown !== was", arg=shown)

    def count(self) -> str:
        return str(self.page.inner_text("#count"))

    def ids(self) -> list[str]:
        return list(self.page.locator("article .id").all_inner_texts())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    hostile_release(folder)
    with Corpus.open(hostile_corpus(folder)) as corpus:
        release = Release.load(folder / "hostile")
        write_gallery(release, folder / "gallery", gather_facts(release, corpus))
    return folder / "gallery"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    sound_release(folder)
    write_gallery(Release.load(folder / "sound"), folder / "gallery", Facts())
    return folder / "gallery"


def test_hostile_posts_are_text(chromium: Any, hostile: Path) -> None:
    viewer = Viewer(chromium, hostile)
    page = viewer.page
    assert viewer.count() == "4 posts"
    assert page.evaluate("window.loot") is None
    assert page.locator("article script, article svg, article iframe").count() == 0
    assert page.inner_text("article mark.PER bdi") == SCRIPT
    links = page.locator("article a").evaluate_all("all => all.map(one => one.href)")
    assert links == ["https://x.com/ada/status/1790000000000000001"]
    assert page.inner_text("mark.ORG bdi").startswith("U+202Egnp.exeU+202C U+2066U+2067")
    assert page.inner_text("mark.MISC bdi") == ENDLESS
    assert (
        page.locator("article", has_text="__proto__").locator(".text").bounding_box()["height"]
        < 300
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".none").inner_text() == "not shown: no file"
    assert viewer.messages == []
    assert all(url.startswith("file:") for url in viewer.requests)


def test_sensitive_pictures_are_not_loaded_before_a_click(chromium: Any, hostile: Path) -> None:
    viewer = Viewer(chromium, hostile, "#disagreement=yes")
    page = viewer.page
    assert viewer.count() == "1 of 4 posts"
    assert not [url for url in viewer.requests if url.endswith(".jpg")]
    page.get_by_text("possibly sensitive: show 2 pictures").click()
    page.wait_for_function("() => [...document.images].every(one => one.naturalWidth > 0)")
    assert page.locator("article img").count() == 2
    assert page.locator("article img").first.get_attribute("alt") == ALT
    caption = page.locator("figcaption").first.inner_text()
    assert "<script>" in caption and "U+202E" in caption
    page.get_by_text("what the annotators marked").click()
    rows = page.locator(".readings li").all_inner_texts()
    assert [row.replace("\n", "") for row in rows] == [
        f"1 annotator: {SCRIPT[:8]}PER",
        "1 annotator: nothing",
    ]
    assert viewer.messages == [] and page.evaluate("window.loot") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_page_fits_the_screen_and_is_readable(
    chromium: Any, hostile: Path, scheme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    viewer = Viewer(chromium, hostile, color_scheme=scheme, viewport=viewport)
    page = viewer.page
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for selector in ("mark.PER", "mark.LOC", "mark.ORG", "mark.MISC", ".head", "article a"):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


# Contrast ratio of a text and its background (WCAG 2, relative luminance).
CONTRAST = """element => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  const back = node => getComputedStyle(node).backgroundColor;
  while (back(behind) === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  const [low, high] = [light(getComputedStyle(element).color), light(back(behind))].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


def test_filters_and_pages(chromium: Any, sound: Path) -> None:
    viewer = Viewer(chromium, sound)
    page = viewer.page
    assert viewer.count() == "40 posts"
    assert page.inner_text("#pages span") == "page 1 of 2"
    first = viewer.ids()
    assert len(first) == 24
    page.locator("#pages").get_by_text("next").click()
    page.wait_for_function("() => document.querySelectorAll('article').length === 16")
    assert not set(first) & set(viewer.ids())
    assert page.url.endswith("#page=2")
    viewer.choose("split", "test")
    assert viewer.count() == "8 of 40 posts"
    assert set(page.locator("article .split").all_inner_texts()) == {"test"}
    viewer.choose("images", "4")
    four = viewer.ids()
    assert page.locator("article").first.locator("img").count() == 4
    assert page.url.endswith("#images=4&split=test")
    page.wait_for_function(
        "() => [...document.images].slice(0, 4).every(one => one.naturalWidth > 0)"
    )
    numbers = page.locator("article").first.locator(".number").all_inner_texts()
    assert numbers == ["1", "2", "3", "4"]
    label = page.locator("article mark.PER .label").first.inner_text()
    assert label.startswith("PER")
    again = Viewer(chromium, sound, "#images=4&split=test")
    assert again.ids() == four
    page.get_by_role("button", name="all posts").click()
    page.wait_for_function("() => document.querySelector('#count').textContent === '40 posts'")
    assert not page.locator("select[name=disagreement]").is_visible()
    assert viewer.messages == []


@pytest.mark.parametrize(
    "address", ["#type=%00&page=-7", "#problem=rule:none&page=9999", "#%E0%A4%A"]
)
def test_a_strange_address_shows_posts(chromium: Any, sound: Path, address: str) -> None:
    viewer = Viewer(chromium, sound, address)
    assert viewer.count() == "40 posts" and viewer.ids() and viewer.messages == []


def test_problems_are_shown_and_filtered(chromium: Any, hostile: Path) -> None:
    viewer = Viewer(chromium, hostile, "#problem=rule:url-form")
    assert viewer.count() == "3 of 4 posts"
    assert "url-form" in viewer.page.locator(".problems").first.inner_text()
    viewer.choose("problem", "rule:picture")
    assert viewer.count() == "1 of 4 posts" and viewer.ids() == ["constructor"]


def test_a_missing_data_file_is_reported(chromium: Any, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes((sound / "index.html").read_bytes())
    for path in sound.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data/index.js").write_bytes((sound / "data/index.js").read_bytes())
    viewer = Viewer(chromium, tmp_path)
    assert "data/posts-0000.js cannot be read" in viewer.page.inner_text("#posts")
