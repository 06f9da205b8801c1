"""A private Label Studio on loopback (`mnerctl label serve`): started, recognised, stopped.

It lives in an environment of its own (`install.py`) and gets none of our variables.
The switches keep it from calling home, from open sign-up and from any network but this machine's own.
What it does not do: anything inside Label Studio (`studio.py`).
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..schema import RemoteError, UsageError
from .install import OnStep, environment_dir, install

HOST: Final = "127.0.0.1"
PORT: Final = 8090
EMAIL: Final = "me@mnerctl.localhost"
LOG: Final = "server.log"
ROOT: Final = "document-root"
FIRST_START_S: Final = 300
STOP_S: Final = 15

_ARGUMENTS: Final = ("start", "--no-browser", "--internal-host", HOST)
# All that the server may know of our environment: what a program needs to run, no secrets, no PYTHONPATH.
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "TEMP")
_SWITCHES: Final[dict[str, str]] = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server of ours; `process` is None where it ran before we came."""

    url: str
    email: str
    password: str
    token_file: Path
    process: subprocess.Popen[bytes] | None

    @property
    def token(self) -> str:
        """The owner's token, which never stands on a command line."""
        return self.token_file.read_text(encoding="utf-8").strip()

    def wait(self) -> None:
        """Waits while the server that we started runs; that it ends by itself is an error."""
        if self.process is not None:
            code = self.process.wait()
            log = self.token_file.with_name(LOG)
            raise RemoteError(f"Label Studio at {self.url} ended with {code}", f"tail -n 40 {log}")


def default_data_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the server keeps its database and the owner's password and token."""
    home = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "mnerctl" / "label-studio"


@contextmanager
def running_server(
    *,
    data_dir: Path,
    document_root: Path,
    port: int = PORT,
    on_step: OnStep = lambda line: None,
) -> Iterator[Server]:
    """A server that shows the pictures below `document_root`; one that we started stops at the end.

    Raises UsageError where another program has the port, RemoteError where the server does not come up.
    """
    url = f"http://{HOST}:{port}"
    password, token_file = _login(data_dir)
    token = token_file.read_text(encoding="utf-8").strip()
    if not _is_free(port):
        if _owner(url, token) != EMAIL:
            raise UsageError(
                f"port {port} is taken by another program, or by a Label Studio of other data",
                f"mnerctl label serve --port {port + 1}",
            )
        if (served := (data_dir / ROOT).read_text(encoding="utf-8")) != str(
            document_root.resolve()
        ):
            raise UsageError(
                f"Label Studio runs at {url} already and shows the pictures of {served}",
                "stop it with Ctrl-C where it was started, then: mnerctl label serve",
            )
        yield Server(url, EMAIL, password, token_file, process=None)
        return
    program = install(environment_dir(), on_step=on_step)
    (data_dir / ROOT).write_text(str(document_root.resolve()), encoding="utf-8")
    log = data_dir / LOG
    on_step(f"starting Label Studio at {url} (the first start takes a minute); log: {log}")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(program), *_ARGUMENTS, "--port", str(port), "--data-dir", str(data_dir.resolve())],
            env=_server_environment(document_root, password, token),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=data_dir,
            start_new_session=True,
        )
    try:
        _wait_until_up(process, url, token, log)
        yield Server(url, EMAIL, password, token_file, process)
    finally:
        _stop(process)


def _server_environment(document_root: Path, password: str, token: str) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        **_SWITCHES,
        "LABEL_STUDIO_USERNAME": EMAIL,
        "LABEL_STUDIO_PASSWORD": password,
        "LABEL_STUDIO_USER_TOKEN": token,
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(document_root.resolve()),
    }


def _login(data_dir: Path) -> tuple[str, Path]:
    """The owner's password and the file with the token; both are made once, for this user's eyes only."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, secret in (("password", secrets.token_urlsafe(12)), ("token", secrets.token_hex(20))):
        path = data_dir / name
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(secret + "\n")
    return (data_dir / "password").read_text(encoding="utf-8").strip(), data_dir / "token"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _owner(url: str, token: str) -> str | None:
    """Whose token this is for the server at `url`; None where nobody, or something else, answers."""
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


def _wait_until_up(process: subprocess.Popen[bytes], url: str, token: str, log: Path) -> None:
    """Until the server that answers is ours: it would take the next port where another was quicker."""
    until = time.monotonic() + FIRST_START_S
    while _owner(url, token) != EMAIL:
        if process.poll() is not None or time.monotonic() > until:
            state = (
                "ended" if process.poll() is not None else f"did not answer in {FIRST_START_S} s"
            )
            raise RemoteError(f"Label Studio at {url} {state}", f"tail -n 40 {log}")
        time.sleep(0.5)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                continue
