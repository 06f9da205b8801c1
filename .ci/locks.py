"""Write the lock files: every package with its exact version and the SHA-256 of each of its files.

    requirements.lock                        the extras of users, with the versions of constraints.txt
    annotation/server/label-studio.lock      what `mnerctl label serve` installs
    annotation/server/label-studio-build.lock    what builds the few packages of it that have no wheel

`make locks` runs it; it needs the package index. The versions of Label Studio's packages stay as they are in
its lock file until a line there is deleted.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "annotation" / "server"
VERSION = re.search(r'^VERSION: Final = "(.+)"', (SERVER / "install.py").read_text(), re.M)
HEADER = (
    "# Every package with its exact version and the hashes of its files. `make locks` writes it.\n"
)
EXTRAS = ("label", "publish", "train", "offline")
SYSTEMS = ("linux", "darwin", "win32")


def locked(
    requirements: list[str], constraints: list[str], systems: tuple[str, ...], python: str = "3.11"
) -> str:
    """Return the lines of a lock file for these systems and Python `python` to 3.13."""
    when = " and ".join((f"python_full_version >= '{python}'", "python_full_version < '3.14'"))
    environments = [f"{when} and sys_platform == '{one}'" for one in systems]
    project = {"name": "locked", "version": "1", "requires-python": f">={python}"}
    lines = [f"{key} = {value!r}" for key, value in project.items()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pyproject.toml").write_text(
            "\n".join(["[project]", *lines, f"dependencies = {requirements!r}"])
            + f"\n[tool.uv]\nenvironments = {environments!r}\n"
        )
        (folder / "constraints.txt").write_text("\n".join(constraints) + "\n")
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "--universal", "--generate-hashes"),
            *("--no-annotate", "--no-header", "--quiet", "--python-version", python),
            *("--constraint", "constraints.txt", "--output-file", "lock", "pyproject.toml"),
        ]
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return HEADER + without_common_marker((folder / "lock").read_text(), systems)


def without_common_marker(text: str, systems: tuple[str, ...]) -> str:
    """Remove the condition that all lines share: elsewhere a package must fail, not be left out."""
    names = " or ".join(f"sys_platform == '{one}'" for one in sorted(systems))
    always = f"python_full_version < '3.14' and ({names})"
    return text.replace(f" ; {always} \\", " \\").replace("python_full_version < '3.14' and ", "")


def versions(path: Path) -> list[str]:
    """Return the lines NAME==VERSION of a lock file or of constraints.txt."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return re.findall(r"^[\w.-]+==[^\s;]+", text, re.M)


def main() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for name in EXTRAS for one in about["optional-dependencies"][name]]
    pinned = versions(ROOT / "constraints.txt")
    lock = locked([*about["dependencies"], *extras, "setuptools"], pinned, SYSTEMS, "3.11.5")
    (ROOT / "requirements.lock").write_text(lock, encoding="utf-8")
    assert VERSION is not None
    path = SERVER / "label-studio.lock"
    kept = [one for one in versions(path) if not one.startswith("label-studio==")]
    server = locked([f"label-studio=={VERSION[1]}", "setuptools", "wheel"], kept, SYSTEMS[:2])
    path.write_text(server, encoding="utf-8")
    build = locked(["setuptools", "wheel"], versions(path), SYSTEMS[:2])
    (SERVER / "label-studio-build.lock").write_text(build, encoding="utf-8")


if __name__ == "__main__":
    main()
