"""`--help` is fast, imports little, and has for every command an example that works."""

from __future__ import annotations

import os
import resource
import runpy
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from support.checkout import ROOT
from support.command import MNERCTL

pytestmark = pytest.mark.release

MAX_SECONDS = 0.4
HEAVY = {"torch", "transformers", "datasets", "label_studio_sdk", "numpy", "PIL"}
REFERENCE = runpy.run_path(str(ROOT / "docs" / "reference" / "generate.py"))


def commands() -> dict[str, Any]:
    """Return every command by its full name."""
    import typer

    from mnerctl.cli.app import app

    return dict(REFERENCE["commands"](typer.main.get_command(app), "mnerctl"))


def example_of(command: Any) -> list[str]:
    """Return the words of `Example: ...`, which may span lines."""
    _, _, example = (command.help or "").partition("Example: ")
    return shlex.split(example.split("\n\n")[0].replace("\n", " "))


def guide() -> str:
    """Return README and all pages except the generated one."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return "\n".join(
        page.read_text(encoding="utf-8") for page in pages if page != REFERENCE["PAGE"]
    )


def test_help_is_quick() -> None:
    """In processor seconds, because other tests run beside this one."""
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([MNERCTL, "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < MAX_SECONDS


def groups() -> dict[str, Any]:
    """Return every group of commands by its full name."""
    import typer

    from mnerctl.cli.app import app

    root = typer.main.get_command(app)
    return {
        "mnerctl": root,
        **{f"mnerctl {n}": c for n, c in root.commands.items() if hasattr(c, "commands")},
    }


@pytest.mark.parametrize("name", groups())
def test_no_listing_is_cut_at_80_columns(name: str) -> None:
    group = groups()[name]
    with group.make_context(name, [], resilient_parsing=True, terminal_width=80) as context:
        listing = group.get_help(context)
    assert "..." not in listing.partition("\n\n")[2]
    for command in group.commands.values():
        assert len(command.get_short_help_str(limit=200)) <= 45
        assert command.get_short_help_str(limit=200) in listing


@pytest.mark.parametrize("name", groups())
def test_every_command_is_listed_under_a_title_of_its_group(name: str) -> None:
    group = groups()[name]
    titles = [group.commands[command].rich_help_panel for command in group.list_commands(None)]
    assert set(titles) == set(group.titles)
    assert titles == sorted(titles, key=group.titles.index)


def test_the_version_is_that_of_the_package() -> None:
    ended = subprocess.run([MNERCTL, "--version"], check=True, capture_output=True, text=True)
    assert ended.stdout == f"mnerctl {version('mnerctl')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_offered_for_common_shells(shell: str) -> None:
    """The shell is named: typer otherwise looks for one above this process, which may be any."""
    named = os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    words = [MNERCTL, "--show-completion", shell]
    ended = subprocess.run(words, check=True, capture_output=True, text=True, env=named)
    assert f"complete_{shell}" in ended.stdout


@pytest.mark.parametrize("words", [(), ("train-check",), ("compare",)], ids=" ".join)
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "mnerctl", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "mnerctl.cli.app" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


@pytest.mark.parametrize(("name", "command"), commands().items(), ids=commands())
def test_every_command_has_an_example_that_can_be_typed(name: str, command: Any) -> None:
    assert command.help
    example = example_of(command)
    words = name.split()
    assert example[: len(words)] == words
    command.make_context(name, example[len(words) :])


def test_the_help_names_every_system() -> None:
    from mnerctl.model.systems import SYSTEMS

    (system,) = (one for one in commands()["mnerctl train-check"].params if one.name == "system")
    named = system.help.removeprefix("System to train: ").removesuffix(".").split(", ")
    assert named == list(SYSTEMS)


@pytest.mark.parametrize("name", commands())
def test_every_command_is_in_the_guide(name: str) -> None:
    assert name in guide()


def test_the_reference_is_not_stale() -> None:
    page = Path(REFERENCE["PAGE"]).read_text(encoding="utf-8")
    assert page == REFERENCE["page"](), "run: make reference"
    rules = Path(REFERENCE["RULES_PAGE"]).read_text(encoding="utf-8")
    assert rules == REFERENCE["rules_page"](), "run: make reference"
    config = Path(REFERENCE["CONFIG_PAGE"]).read_text(encoding="utf-8")
    assert config == REFERENCE["config_page"](), "run: make reference"
    schema = Path(REFERENCE["SCHEMA_PAGE"]).read_text(encoding="utf-8")
    assert schema == REFERENCE["schema_page"](), "run: make reference"
