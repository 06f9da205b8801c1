"""Find X's bearer token: in the environment, else in `.env` in the current folder, and nowhere else.

A corpus is copied and shared, so it must not contain a secret. No message shows any part of a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ...schema import UsageError
from ...schema.files.given_file import read_whole

TOKEN: Final = "X_BEARER_TOKEN"
FILE: Final = ".env"
MAX_BYTES: Final = 2**20
_LINE: Final = re.compile(r"""(?:export\s+)?(\w+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s'"]*))""")


def refuse_secrets_in(corpus: Path) -> None:
    """Check that no `.env` is in the corpus folder, and that none would be read from inside it.

    Raises:
        UsageError: there is one.
    """
    outside = corpus.resolve().parent
    files = [corpus / FILE]
    if Path.cwd().is_relative_to(corpus.resolve()):
        files.append(Path(FILE))
    for file in files:
        if file.exists():
            raise UsageError(
                f"{file}: a corpus is copied and shared; it must not contain secrets",
                f"mv {file} {os.path.relpath(outside)}    # and run mnerctl there",
            )


def token_of_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Return the token, unchanged.

    Raises:
        UsageError: there is none.
    """
    token = environment.get(TOKEN) or _values(Path(FILE)).get(TOKEN)
    if not token:
        raise UsageError(
            f"no token for X: {TOKEN} is neither set nor in {FILE} in this folder",
            f"export {TOKEN}=...    # or without a token: --source archive --archive posts.jsonl",
        )
    return token


def _values(file: Path) -> dict[str, str]:
    """Return the NAME=VALUE lines of a file, none if there is no file. No value is expanded."""
    try:
        content = read_whole(file, most=MAX_BYTES) if file.exists() else b""
        lines = content.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: cannot be read ({type(error).__name__})", f"ls -l {file}"
        ) from None
    values = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if line and not line.startswith("#"):
            found = _LINE.fullmatch(line)
            if found is None:
                raise UsageError(
                    f"{file}:{number}: wanted NAME=VALUE", f"fix line {number} of {file}"
                )
            values[found[1]] = found[2] or found[3] or found[4] or ""
    return values
