"""A real browser on the real labelling page, with mouse and keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

SCREEN: Final = {"width": 1366, "height": 768}
SECONDS: Final = 60

# the box of the first occurrence of these words in the shown text
_BOX: Final = """words => {
  const text = document.querySelector(".mner-text .lsf-richtext__container");
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const at = nodes.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(nodes.currentNode, at);
    range.setEnd(nodes.currentNode, at + words.length);
    return range.getBoundingClientRect();
  }
}"""


@contextmanager
def browser() -> Iterator[Any]:
    """Yield headless Chromium; skip the test if it is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs chromium: apt-get install chromium")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


class Person:
    """A person at the screen of a laptop."""

    def __init__(self, chromium: Any, url: str) -> None:
        self.url = url
        self.page = chromium.new_context(viewport=SCREEN).new_page()
        self.page.set_default_timeout(SECONDS * 1000)

    def log_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.url}/user/login/")
        self._enter(email, password)

    def sign_up(self, invitation: str, email: str, password: str) -> None:
        """Sign up with the link that the owner of the server gives out."""
        self.page.goto(self.url + invitation)
        self._enter(email, password)

    def _enter(self, email: str, password: str) -> None:
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "/user/" not in url)

    def begin(self, project: int) -> None:
        """Open the project and press "Label All Tasks"."""
        self.page.goto(f"{self.url}/projects/{project}/data")
        self.page.get_by_text("Label All Tasks").click()

    def open(self, project: int, task: int) -> None:
        """Open one task from the list of a project."""
        self.page.goto(f"{self.url}/projects/{project}/data?task={task}")
        self.page.get_by_label("Create an annotation").wait_for()

    def start_empty(self) -> None:
        """Begin an empty answer, without suggested spans."""
        self.page.get_by_label("Create an annotation").click()
        self.page.wait_for_function("() => !document.querySelector('.htx-highlight')")

    def see_pictures_beside_suggestions(self, images: int) -> None:
        """Wait for the pictures beside suggestions, where Label Studio's own <Image> fails."""
        for number in range(images):
            card = self.page.locator(".mner-card").nth(number)
            picture = card.locator(".lsf-image img, .mner-zoom img").filter(visible=True).first
            picture.wait_for()
            self.page.wait_for_function("img => img.naturalWidth > 0", arg=picture.element_handle())

    def see(self, text: str, images: int) -> None:
        """Wait until the page shows the post with all of its pictures."""
        self.page.locator(".mner-text .lsf-richtext__container", has_text=text).wait_for()
        for number in range(images):
            picture = self.page.locator(".mner-card .lsf-image img").nth(number)
            picture.wait_for()
            self.page.wait_for_function("img => img.naturalWidth > 0", arg=picture.element_handle())

    def mark(self, words: str, hotkey: str) -> None:
        """Press the key of a type and drag the mouse over the words."""
        marked = self.page.locator(".htx-highlight").count()
        self.page.keyboard.press(hotkey)
        self.page.locator(".mner-text .lsf-label_selected").wait_for()
        box = self.page.evaluate(_BOX, words)
        middle = box["top"] + box["height"] / 2
        self.page.mouse.move(box["left"] + 1, middle)
        self.page.mouse.down()
        self.page.mouse.move(box["right"] - 1, middle, steps=8)
        self.page.mouse.up()
        self.page.locator(".htx-highlight").nth(marked).wait_for()

    def choose_evidence(self, words: str, *hotkeys: str) -> None:
        """Click the marked words and press the keys of the needed pictures."""
        self.page.locator(".htx-highlight", has_text=words).click()
        question = self.page.locator(".mner-text .lsf-choices")
        question.wait_for()
        for number, hotkey in enumerate(hotkeys, start=1):
            self.page.keyboard.press(hotkey)
            question.locator("input:checked").nth(number - 1).wait_for(state="attached")

    def rate(self, picture: int, word: str) -> None:
        """Rate a picture (counted from 0): it helps, is neutral or misleads."""
        card = self.page.locator(".mner-card").nth(picture)
        card.get_by_text(word).click()
        card.locator(".ant-radio-wrapper-checked", has_text=word).wait_for()

    def chosen(self) -> list[str]:
        """Return the rating that the page shows for each picture, in order."""
        texts = self.page.locator(".mner-card .ant-radio-wrapper-checked").all_inner_texts()
        return [text.partition("[")[0] for text in texts]

    def press(self, button: str) -> None:
        """Press Submit or Skip, and wait until the server has the answer."""
        with self.page.expect_response(
            lambda answer: (
                "/annotations" in answer.url and answer.request.method in ("POST", "PATCH")
            )
        ) as answer:
            self.page.get_by_test_id(f"bottombar-{button.lower()}-button").click()
        assert answer.value.ok
