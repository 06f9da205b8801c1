"""A private Label Studio (`mnerctl label serve`): started, recognised, stopped.

It lives in an environment of its own (`install.py`) and gets none of our variables.
The switches keep it from calling home, from open sign-up and, unless a host is named, from any network but
this machine's own. Who runs it holds a lock: a server without a living keeper has been left behind.
What it does not do: anything inside Label Studio (`studio/client.py`).
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ...schema import RemoteError, UsageError
from ...schema.corpus.lock import lock
from .install import OnStep, environment_dir, install
from .login import EMAIL, owner_login, token_owner
from .process import ServerNote, end_process, is_server_of

HOST: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"
PORT: Final = 8090
LOG: Final = "server.log"
LOCK: Final = "server.lock"
FIRST_START_S: Final = 300
MOST_PORT: Final = 65535

# All that the server may know of our environment: what a program needs to run, no secrets, no PYTHONPATH.
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "TEMP")
_SWITCHES: Final[dict[str, str]] = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "true",
    "CORS_ALLOW_ALL_ORIGINS": "false",
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
    host: str = HOST,
    port: int = PORT,
    on_step: OnStep = lambda line: None,
) -> Iterator[Server]:
    """A server that shows the pictures below `document_root`; one that we started stops at the end.

    Raises UsageError where another program has the port, RemoteError where the server does not come up.
    """
    password, token_file = owner_login(data_dir)
    wanted = ServerNote(pid=0, host=host, port=port, document_root=str(document_root.resolve()))
    server = Server(address(host, port), EMAIL, password, token_file, process=None)
    with lock(data_dir / LOCK) as is_keeper:
        if not is_keeper:
            _refuse_another(wanted, server, data_dir)
            yield server
            return
        _end_left_behind(data_dir, on_step)
        _refuse_taken(host, port)
        program = install(environment_dir(), on_step=on_step)
        log = data_dir / LOG
        on_step(
            f"starting Label Studio at {server.url} (the first start takes a minute); log: {log}"
        )
        process = _start(program, wanted, server, data_dir)
        try:
            wanted.model_copy(update={"pid": process.pid}).write(data_dir)
            _wait_until_up(process, server, log)
            yield replace(server, process=process)
        finally:
            end_process(process.pid, has_ended=lambda: process.poll() is not None)


def address(host: str, port: int) -> str:
    """Where this machine reaches a server that listens at `host`."""
    return f"http://{HOST if host == EVERYWHERE else host}:{port}"


def _start(
    program: Path, wanted: ServerNote, server: Server, data_dir: Path
) -> subprocess.Popen[bytes]:
    arguments = (
        "start",
        "--no-browser",
        "--internal-host",
        wanted.host,
        "--port",
        str(wanted.port),
    )
    with (data_dir / LOG).open("wb") as out:
        return subprocess.Popen(
            [str(program), *arguments, "--data-dir", str(data_dir.resolve())],
            env={
                **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                **_SWITCHES,
                "LABEL_STUDIO_USERNAME": EMAIL,
                "LABEL_STUDIO_PASSWORD": server.password,
                "LABEL_STUDIO_USER_TOKEN": server.token,
                "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": wanted.document_root,
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=data_dir,
            start_new_session=True,
        )


def _refuse_another(wanted: ServerNote, server: Server, data_dir: Path) -> None:
    """Raises an error unless the server that somebody keeps running is the wanted one."""
    running = ServerNote.read(data_dir)
    url = address(running.host, running.port) if running else server.url
    if running is None or token_owner(url, server.token) != EMAIL:
        raise RemoteError(
            f"another mnerctl starts Label Studio with the data of {data_dir}, and it does not answer yet",
            f"tail -n 40 {data_dir / LOG}    # then again: mnerctl label serve",
        )
    stop = "stop it with Ctrl-C where it was started, then: mnerctl label serve"
    if (running.host, running.port) != (wanted.host, wanted.port):
        raise UsageError(f"Label Studio with the data of {data_dir} runs at {url} already", stop)
    if running.document_root != wanted.document_root:
        raise UsageError(
            f"Label Studio runs at {url} already and shows the pictures of {running.document_root}",
            stop,
        )


def _end_left_behind(data_dir: Path, on_step: OnStep) -> None:
    """Ends a server whose keeper was killed: two of them would write into one database."""
    left = ServerNote.read(data_dir)
    if left and is_server_of(left.pid, data_dir):
        url = address(left.host, left.port)
        on_step(f"stopping the Label Studio at {url} that a killed run left behind")
        end_process(left.pid, has_ended=lambda: not is_server_of(left.pid, data_dir))


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                free = port + 1 if port < MOST_PORT else PORT
                raise UsageError(
                    f"port {port} is taken by another program, or by a Label Studio of other data",
                    f"mnerctl label serve --port {free}",
                ) from error
            raise UsageError(
                f"Label Studio cannot listen at {host}:{port}: {error.strerror}",
                "mnerctl label serve    # at 127.0.0.1:8090; --host takes an IPv4 address of this machine",
            ) from error


def _wait_until_up(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    """Until the server that answers is ours: it would take the next port where another was quicker."""
    until = time.monotonic() + FIRST_START_S
    while token_owner(server.url, server.token) != EMAIL:
        has_ended = process.poll() is not None
        if has_ended or time.monotonic() > until:
            state = _last_words(log) if has_ended else f"did not answer in {FIRST_START_S} s"
            raise RemoteError(f"Label Studio at {server.url} {state}", f"tail -n 40 {log}")
        time.sleep(0.5)


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return "ended: " + next(
        (line.strip() for line in reversed(lines) if line.strip()), "no word in its log"
    )
