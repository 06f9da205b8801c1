"""The owner's login to the private Label Studio: made once, readable by this user only."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from ...schema.files.atomic_write import write_file

EMAIL: Final = "me@mnerctl.localhost"


def owner_login(data_dir: Path) -> tuple[str, Path]:
    """Return the owner's password and the file with the token, after making them if they are missing."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, secret in (("password", secrets.token_urlsafe(12)), ("token", secrets.token_hex(20))):
        path = data_dir / name
        if not path.exists():
            write_file(path, f"{secret}\n", is_private=True)
    return (data_dir / "password").read_text(encoding="utf-8").strip(), data_dir / "token"


def token_owner(url: str, token: str) -> str | None:
    """Return the e-mail of the token's user at `url`; None if no Label Studio answers there."""
    request = urllib.request.Request(
        f"{url}/api/current-user/whoami", headers={"Authorization": f"Token {token}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as answer:
            who = json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return None
    email = who.get("email") if isinstance(who, dict) else None
    return email if isinstance(email, str) else None
