"""The faces of the packages: what they offer is there, and they do nothing but offer it."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import mnerctl.schema
from mnerctl.schema import errors
from support.checkout import ROOT, package_folders

FACES = [folder.relative_to(ROOT) / "__init__.py" for folder in package_folders()]
MOST_LINES = 40


def test_every_public_name_of_the_schema_is_there_once() -> None:
    names = mnerctl.schema.__all__
    assert sorted(set(names)) == sorted(names)
    assert [name for name in names if not hasattr(mnerctl.schema, name)] == []


def test_every_public_name_of_the_schema_is_documented_where_it_is_at_home() -> None:
    """Classes and functions: their module is in `schema/`, and they have a docstring of their own."""
    for name in mnerctl.schema.__all__:
        value = getattr(mnerctl.schema, name)
        if isinstance(value, type) or (callable(value) and hasattr(value, "__module__")):
            if value.__module__ == "typing":
                continue
            assert value.__module__.startswith("mnerctl.schema."), name
            assert value.__doc__ and not value.__doc__.startswith(f"{name}("), name


def test_what_the_schema_imports_is_what_it_offers() -> None:
    tree = ast.parse((ROOT / "schema" / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(mnerctl.schema.__all__)


@pytest.mark.parametrize("face", FACES, ids=str)
def test_a_face_is_short_and_only_re_exports(face: Path) -> None:
    text = (ROOT / face).read_text(encoding="utf-8")
    assert len(text.splitlines()) < MOST_LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    kinds = {type(node) for node in tree.body[1:]}
    assert kinds <= {ast.ImportFrom, ast.Assign, ast.AnnAssign}


@pytest.mark.parametrize("face", FACES, ids=str)
def test_all_names_that_a_face_offers_are_there(face: Path) -> None:
    if face.parts[0] == "model":
        pytest.importorskip("torch")
    module = importlib.import_module(f"mnerctl.{face.parent.as_posix().replace('/', '.')}")
    assert [name for name in getattr(module, "__all__", []) if not hasattr(module, name)] == []


def test_the_root_is_a_docstring_and_nothing_else() -> None:
    """pytest imports it once more, under the folder's name (STYLE, section 3)."""
    body = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8")).body
    assert [type(node) for node in body] == [ast.Expr]


def test_every_error_has_its_exit_code_in_the_tree() -> None:
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
