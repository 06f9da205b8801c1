"""The checkout that is tested: its root, and which folders are packages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOP_FILES = ("__init__.py", "__main__.py", "api.py", "py.typed")


def pyproject() -> dict[str, Any]:
    """Return the content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def top_folders() -> list[Path]:
    """Return the folders at the root that are packages."""
    return sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name[0] != ".")


def package_folders() -> list[Path]:
    """Return all package folders below the root, nested ones too."""
    return sorted(path.parent for top in top_folders() for path in top.rglob("__init__.py"))


def package_files() -> set[str]:
    """Return every file that belongs in the wheel, by its path from the root."""
    files = [path for top in top_folders() for path in top.rglob("*") if path.is_file()]
    return {
        *TOP_FILES,
        *(str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts),
    }
