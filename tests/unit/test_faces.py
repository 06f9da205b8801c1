"""The `__init__.py` of each package: the names it exports exist, and it contains nothing but re-exports."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import mnerctl.schema
from mnerctl.schema import errors
from support.checkout import ROOT, package_folders

INIT_FILES = [folder.relative_to(ROOT) / "__init__.py" for folder in package_folders()]
MAX_LINES = 40


def test_every_exported_name_of_the_schema_exists_once() -> None:
    names = mnerctl.schema.__all__
    assert sorted(set(names)) == sorted(names)
    assert [name for name in names if not hasattr(mnerctl.schema, name)] == []


def test_every_exported_class_and_function_of_the_schema_has_a_docstring() -> None:
    """And it is defined in a module of the schema."""
    for name in mnerctl.schema.__all__:
        value = getattr(mnerctl.schema, name)
        if isinstance(value, type) or (callable(value) and hasattr(value, "__module__")):
            if value.__module__ == "typing":
                continue
            assert value.__module__.startswith("mnerctl.schema."), name
            assert value.__doc__ and not value.__doc__.startswith(f"{name}("), name


def test_the_schema_exports_what_it_imports() -> None:
    tree = ast.parse((ROOT / "schema" / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(mnerctl.schema.__all__)


@pytest.mark.parametrize("init_file", INIT_FILES, ids=str)
def test_an_init_file_is_short_and_only_re_exports(init_file: Path) -> None:
    text = (ROOT / init_file).read_text(encoding="utf-8")
    assert len(text.splitlines()) < MAX_LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    kinds = {type(node) for node in tree.body[1:]}
    assert kinds <= {ast.ImportFrom, ast.Assign, ast.AnnAssign}


@pytest.mark.parametrize("init_file", INIT_FILES, ids=str)
def test_all_exported_names_exist(init_file: Path) -> None:
    if init_file.parts[0] == "model":
        pytest.importorskip("torch")
    module = importlib.import_module(f"mnerctl.{init_file.parent.as_posix().replace('/', '.')}")
    assert [name for name in getattr(module, "__all__", []) if not hasattr(module, name)] == []


def test_the_docstring_of_errors_lists_every_exit_code() -> None:
    classes = [errors.MnerctlError, *errors.MnerctlError.__subclasses__()]
    codes = {cls.__name__: cls.exit_code for cls in classes}
    assert codes == {
        "MnerctlError": 1,
        "UsageError": 2,
        "DataError": 3,
        "RemoteError": 4,
        "CheckFailed": 5,
        "PartlyDone": 6,
    }
    for name, code in codes.items():
        (line,) = (
            line
            for line in (errors.__doc__ or "").splitlines()
            if line.strip(" ├└─").startswith(f"{name} ")
        )
        assert name == "MnerctlError" or f" {code} " in line
