"""Every writer of text, pictures or names of posts looks once more for posts that were removed meanwhile.

A command that reads a release, works for hours and then writes would bring a withdrawn post back. A new
module that writes files has to be entered here: with its guard, or with the reason why it needs none.
"""

from __future__ import annotations

import ast
from pathlib import Path

import mnerctl

PACKAGE = Path(mnerctl.__file__).parent
WINGS = ("annotation", "cli", "collector", "model", "release", "schema")
THE_WRITER = "schema/files/atomic_write.py"
WRITERS = {"write_file", "open_file", "whole_folder"}
GUARDS = {"none_withdrawn", "removed_since", "none_removed", "removed_of", "is_forgotten"}

GUARDED = {
    "annotation/agreement/page.py": ("cli/label/agree.py",),
    "model/chat/report.py": ("model/chat/report.py",),
    "model/gate/report_files.py": ("model/gate/report_files.py",),
    "model/inputs/pixel_cache.py": ("model/inputs/pixel_cache.py",),
    "model/suspects/page.py": ("model/suspects/page.py",),
    "model/tagging/predictions_file.py": (
        "model/chat/report.py",
        "model/gate/report_files.py",
        "model/tagging/predict.py",
    ),
    "release/export/export.py": ("release/export/export.py",),
    "release/gallery/gallery.py": ("release/gallery/gallery.py",),
    "release/lifecycle/dehydrate.py": ("release/lifecycle/dehydrate.py",),
    "schema/release/agreement.py": ("cli/label/agree.py",),
    "schema/release/freeze.py": (
        "release/assemble/build.py",
        "release/assemble/merge_plus.py",
        "release/lifecycle/rehydrate.py",
    ),
}
"""A module that writes to the modules that hold a guard around it."""
WITHOUT_POSTS = {
    "annotation/server/install.py": "a mark that a server is installed",
    "annotation/server/login.py": "the password of a server",
    "annotation/server/process.py": "the address of a server",
    "annotation/suggest/suggestion.py": "ids and places of spans, no text",
    "collector/made/folder.py": "made posts",
    "model/comparison/page.py": "scores of systems",
    "model/comparison/run.py": "scores, and counts for each post without its id",
    "model/inputs/model_folder.py": "the vocabulary of a tokenizer, as it was read",
    "model/inputs/word_reader.py": "the words that a model knows, each once",
    "model/systems/saved_model.py": "the settings of a model",
    "model/training/checkpoints.py": "figures of a training",
    "release/export/card.py": "counts, and what the authors wrote",
    "release/lifecycle/notice_files.py": "removes posts",
    "release/lifecycle/withdraw.py": "removes posts",
    "release/lifecycle/withdraw_derived.py": "removes posts",
    "release/stats/plots.py": "counts",
    "schema/corpus/image_store.py": "pictures; comply deletes those that no post of the corpus has",
    "schema/corpus/settings.py": "the settings of a new corpus",
}


def names_in(module: str) -> set[str]:
    """Return all names and attributes that a module uses."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_module_that_writes_is_known() -> None:
    files = (path for wing in WINGS for path in (PACKAGE / wing).rglob("*.py"))
    modules = {path.relative_to(PACKAGE).as_posix() for path in files}
    found = {one for one in modules if names_in(one) & WRITERS}
    assert found - {THE_WRITER} == GUARDED.keys() | WITHOUT_POSTS.keys()


def test_the_guards_are_there() -> None:
    holders = {holder for module in GUARDED for holder in GUARDED[module]}
    assert {one for one in holders if not names_in(one) & GUARDS} == set()
