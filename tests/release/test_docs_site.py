"""The site of docs/ builds without a warning, has every page, and loads nothing from another host."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from support.checkout import ROOT

pytestmark = pytest.mark.release

pytest.importorskip("material", reason="needs mnerctl[docs]")
pytest.importorskip("mkdocstrings_handlers.python", reason="needs mnerctl[docs]")

DOCS = ROOT / "docs"
BIN = Path(sys.executable).parent
QUIET = {
    **{
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    },
    "NO_COLOR": "1",
    "NO_MKDOCS_2_WARNING": "1",
}
FROM_ELSEWHERE = re.compile(r"(https?:)?//")


@dataclass
class Page(HTMLParser):
    """The links of a HTML page, the files that it loads, and its anchors.

    Attributes:
        links: addresses of all links.
        listed: addresses of the links in the navigation.
        loaded: addresses of scripts, styles, pictures and the like.
        ids: anchors.
        classes: CSS classes of all elements.
    """

    links: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.ids |= {has.get("id", ""), has.get("name", "")}
        self.classes |= set(has.get("class", "").split())
        if tag != "a":
            self.loaded |= {has[name] for name in ("src", "href", "data", "poster") if name in has}
            self.loaded |= set(has.get("srcset", "").replace(",", " ").split())
        elif "href" in has:
            self.links.add(has["href"])
            if "md-nav__link" in has.get("class", "").split():
                self.listed.add(has["href"])


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def ran(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=ROOT, env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def sources() -> list[str]:
    return sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built by `make docs` in the present environment."""
    if not shutil.which("make"):
        pytest.skip("needs make")
    folder = tmp_path_factory.mktemp("docs") / "site"
    ended = ran("make", "--old-file=.venv/docs.done", "docs", f"BIN={BIN}", f"SITE={folder}")
    assert ended.returncode == 0, ended.stdout
    assert not re.search("^(WARNING|ERROR)", ended.stdout, re.MULTILINE), ended.stdout
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: read(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_there_and_listed(site: Path, pages: dict[Path, Page]) -> None:
    wanted = [source.removesuffix(".md") + ".html" for source in sources()]
    assert [page for page in wanted if site / page not in pages] == []
    listed = {link.partition("#")[0] for link in pages[site / "index.html"].listed}
    assert sorted(set(wanted) - listed) == []


def test_no_sources_are_copied(site: Path) -> None:
    assert [path for path in site.rglob("*") if path.suffix in {".py", ".pyc", ".md"}] == []


def test_nothing_is_loaded_from_another_host(site: Path, pages: dict[Path, Page]) -> None:
    loaded = {address for page in pages.values() for address in page.loaded}
    loaded |= {address for path in site.rglob("*.css") for address in addresses_in_css(path)}
    assert sorted(address for address in loaded if FROM_ELSEWHERE.match(address)) == []
    # the theme loads the script for diagrams from another host
    assert [path for path, page in pages.items() if "mermaid" in page.classes] == []


def addresses_in_css(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r"""url\(\s*["']?([^"')]+)""", text)
    yield from re.findall(r"""@import\s+["']([^"']+)""", text)


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    """Links in raw HTML, from the theme and from docstrings too: mkdocs checks links in Markdown only."""
    lost = []
    for path, page in pages.items():
        if path.name == "404.html":  # shown at any address, so it links from the root of a server
            continue
        for link in page.links | page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.exists() or (
                anchor and target in pages and anchor not in pages[target].ids
            ):
                lost.append(f"{path.relative_to(site)}: {link}")
    assert lost == []


def test_the_site_can_be_searched_from_disk(site: Path, pages: dict[Path, Page]) -> None:
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert index.startswith("var __index = ")
    for path, page in pages.items():
        assert any(address.endswith("iframe-worker.js") for address in page.loaded), path


def test_the_python_reference_has_names_types_and_words(
    site: Path, pages: dict[Path, Page]
) -> None:
    page = pages[site / "reference" / "python.html"]
    (module,) = re.findall(r"^::: (\S+)$", (DOCS / "reference/python.md").read_text("utf-8"), re.M)
    assert len({name for name in page.ids if name.startswith(f"{module}.")}) > 10
    assert {"doc-heading", "doc-signature", "doc-contents"} <= page.classes


@pytest.mark.parametrize(
    ("fault", "warning"),
    [
        ("[gone](gone.md)", "a link 'gone.md', but the target"),
        ("![gone](gone.png)", "a link 'gone.png', but the target"),
        ("[gone](#gone)", "no such anchor"),
        ("[gone](other.md#gone)", "does not contain an anchor '#gone'"),
        ("[gone][mnerctl.gone]", "Could not find cross-reference target 'mnerctl.gone'"),
        ("unlisted.md", 'not included in the "nav"'),
    ],
)
def test_a_fault_fails_the_build(fault: str, warning: str, faulty: str) -> None:
    assert warning in faulty


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the output of a build with the settings of this site and a page with every fault."""
    folder = tmp_path_factory.mktemp("faulty")
    docs = folder / "docs"
    docs.mkdir()
    marks = {mark.name: mark for mark in test_a_fault_fails_the_build.pytestmark}
    faults = [fault for fault, _ in marks["parametrize"].args[1]]
    (docs / "index.md").write_text("# Faults\n\n" + "\n\n".join(faults), encoding="utf-8")
    for name in ("other.md", "unlisted.md"):
        (docs / name).write_text("# Other\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        f"INHERIT: {ROOT / 'mkdocs.yml'}\nnav: [index.md, other.md]\n", encoding="utf-8"
    )
    ended = ran(BIN / "python", "-m", "mkdocs", "build", "--config-file", folder / "mkdocs.yml")
    assert ended.returncode == 1, ended.stdout
    return ended.stdout
