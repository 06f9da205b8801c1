"""Writes commands.md from the commands' own help, rules.md from the rules of the audit, config.md from the
settings of a training, and the schema of report.json from its model.

`make reference` runs it; a test compares the pages with what this gives, so that they cannot grow stale.
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path

os.environ["COLUMNS"] = "100"  # the help is wrapped by the width of the terminal

import typer

from mnerctl.cli.app import app
from mnerctl.model.gate.report import Report
from mnerctl.model.systems.config import TrainingConfig
from mnerctl.model.systems.preset import PRESETS
from mnerctl.release import GROUPS

PAGE = Path(__file__).with_name("commands.md")
RULES_PAGE = Path(__file__).with_name("rules.md")
CONFIG_PAGE = Path(__file__).with_name("config.md")
SCHEMA_PAGE = Path(__file__).with_name("report.schema.json")
CONFIG_HEAD = """\
# Settings of a training

Made from the settings themselves by `make reference`; do not edit. `mnerctl train-check`, `compare` and
`suspects` read them from a TOML file (`--config FILE`) with lines such as `epochs = 5`; see
[Judge a release](../how-to/train-check.md#settings-in-a-file). A key that is left out has the value of the
preset, unless the [system](../explain/systems.md) has one of its own. A dash: nothing, or the encoder's own.

| key | meaning | value | quick | paper | smoke |
|---|---|---|---|---|---|
"""
RULES_HEAD = """\
# Rules of the audit

Made from the rules themselves by `make reference`; do not edit. `mnerctl release audit` asks them all.

An *error* means that a release cannot be used as it is (exit code 5), a *warning* that somebody should
look, a *note* that something was read as something else. "Ours" are releases that mnerctl froze, "published"
are corpora in the layouts of MNER-MI, MNER-MI-Plus and Twitter-2015/2017; records that a merge took over
are held to the milder of the two. A dash: it cannot happen there, or is not asked. A rule that ends in `*`
stands for one for each field.
"""


def page() -> str:
    """Return every command with its help, in the order of `mnerctl --help`."""
    root = typer.main.get_command(app)
    parts = ["# Commands", "", "Made from `--help` by `make reference`; do not edit.", ""]
    for name, command in commands(root, "mnerctl"):
        with command.make_context(name, [], resilient_parsing=True) as context:
            parts += [
                f"## {name}",
                "",
                "```text",
                inspect.cleandoc(command.get_help(context)),
                "```",
                "",
            ]
    return "\n".join(parts)


def commands(group: typer.core.TyperGroup, path: str) -> list[tuple[str, typer.core.TyperCommand]]:
    """Yield the commands below a group by their full name, without groups."""
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, f"{path} {name}")
        else:
            found.append((f"{path} {name}", command))
    return found


def rules_page() -> str:
    """Return every rule of the audit with its levels, by subject."""
    parts = [RULES_HEAD]
    for title, rules in GROUPS.items():
        parts += [
            f"## {title}",
            "",
            "| rule | ours | published | a sound release |",
            "|---|---|---|---|",
        ]
        for rule in rules:
            anchor = rule.id.replace("*", "any")
            levels = f"{rule.ours or '-'} | {rule.published or '-'}"
            parts.append(f'| <a id="{anchor}"></a>`{rule.id}` | {levels} | {rule.about} |')
        parts.append("")
    return "\n".join(parts)


def config_page() -> str:
    """Return every setting of a training, with its rule and its value in each preset."""
    rows = []
    for key, field in TrainingConfig.model_fields.items():
        values = (getattr(PRESETS[name], key) for name in ("quick", "paper", "smoke"))
        shown = ("-" if value is None else str(value).lower() for value in values)
        rows.append(
            f"| `{key}` | {field.description} | {field.json_schema_extra['wanted']} |"
            f" {' | '.join(shown)} |\n"
        )
    return CONFIG_HEAD + "".join(rows)


def schema_page() -> str:
    """Return the JSON Schema of the report.json that train-check writes."""
    return json.dumps(Report.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")
    CONFIG_PAGE.write_text(config_page(), encoding="utf-8")
    SCHEMA_PAGE.write_text(schema_page(), encoding="utf-8")
