"""Start, recognise and stop a private Label Studio (`mnerctl label serve`).

The server runs in a Python environment of its own (`install.py`) and gets none of our environment variables.
Its settings turn off telemetry and open sign-up; it listens on this machine only, unless a host is named. The
process that started it holds a lock: a server whose lock is free was left behind by a killed run. This module
does not use Label Studio itself (`studio/client.py`).
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
from functools import partial
from pathlib import Path
from typing import Final

from ...schema import RemoteError, UsageError
from ...schema.files.atomic_write import open_log
from ...schema.files.lock import lock
from .install import OnStep, environment_dir, install
from .login import EMAIL, owner_login, token_owner
from .process import ServerNote, end_process, servers_of

HOST: Final = "127.0.0.1"
ALL_ADDRESSES: Final = "0.0.0.0"
PORT: Final = 8090
LOG: Final = "server.log"
LOCK: Final = "server.lock"
FIRST_START_S: Final = 300
MAX_PORT: Final = 65535

# the variables that a program needs to run; no secrets, no PYTHONPATH
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
    """A running Label Studio of ours.

    url: its address.
    email, password: the owner's login.
    token_file: the file with the owner's token.
    process: its process, or None if another mnerctl started it.
    """

    url: str
    email: str
    password: str
    token_file: Path
    process: subprocess.Popen[bytes] | None

    @property
    def token(self) -> str:
        """The owner's token, read from its file so that it never appears on a command line."""
        return self.token_file.read_text(encoding="utf-8").strip()

    def wait(self) -> None:
        """Wait for the server that we started.

        Raises:
            RemoteError: it ended by itself.
        """
        if self.process is not None:
            code = self.process.wait()
            log = self.token_file.with_name(LOG)
            raise RemoteError(f"Label Studio at {self.url} ended with {code}", f"tail -n 40 {log}")


def default_data_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the server's database and of the owner's password and token."""
    home = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "mnerctl" / "label-studio"


@contextmanager
def running_server(
    *,
    data_dir: Path,
    document_root: Path,
    host: str = HOST,
    port: int = PORT,
    again: str = "mnerctl label serve",
    on_step: OnStep = lambda line: None,
) -> Iterator[Server]:
    """Yield a server that shows the pictures below `document_root`, and stop it if we started it.

    Args:
        again: the command that serves this corpus at the usual port, for hints.

    Raises:
        UsageError: another program uses the port, or a server of this data runs with other settings.
        RemoteError: the server does not start.
    """
    password, token_file = owner_login(data_dir)
    wanted = ServerNote(host=host, port=port, document_root=str(document_root.resolve()))
    server = Server(address(host, port), EMAIL, password, token_file, process=None)
    with lock(data_dir / LOCK) as is_keeper:
        if not is_keeper:
            _refuse_another(wanted, server, data_dir, again)
            yield server
            return
        _end_left_behind(data_dir, on_step)
        _refuse_taken(host, port, again)
        program = install(environment_dir(), again=again, on_step=on_step)
        log = data_dir / LOG
        on_step(
            f"starting Label Studio at {server.url} (the first start takes a minute); log: {log}"
        )
        wanted.write(data_dir)
        process = _start(program, wanted, server, data_dir)
        try:
            _wait_until_up(process, server, log)
            yield replace(server, process=process)
        finally:
            end_process(process.pid, has_ended=lambda: process.poll() is not None)


def address(host: str, port: int) -> str:
    """Return the URL at which this machine reaches a server that listens at `host`."""
    return f"http://{HOST if host == ALL_ADDRESSES else host}:{port}"


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
    with open_log(data_dir / LOG) as out:
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


def _refuse_another(wanted: ServerNote, server: Server, data_dir: Path, again: str) -> None:
    """Raise an error unless the server that another mnerctl runs is the wanted one."""
    running = ServerNote.read(data_dir)
    url = address(running.host, running.port) if running else server.url
    if running is None or token_owner(url, server.token) != EMAIL:
        raise RemoteError(
            f"another mnerctl is starting Label Studio with the data of {data_dir}; it does not answer yet",
            f"tail -n 40 {data_dir / LOG}    # then: {again}",
        )
    stop = f"stop it with Ctrl-C in its terminal, then: {again}"
    if (running.host, running.port) != (wanted.host, wanted.port):
        raise UsageError(f"Label Studio with the data of {data_dir} already runs at {url}", stop)
    if running.document_root != wanted.document_root:
        raise UsageError(
            f"Label Studio already runs at {url} and shows the pictures of {running.document_root}",
            stop,
        )


def _end_left_behind(data_dir: Path, on_step: OnStep) -> None:
    """Stop servers left behind by killed runs, because two servers would write to one database.

    They are found by their command line: a run that was killed early has not noted the process.
    """
    if not servers_of(data_dir):
        return
    left = ServerNote.read(data_dir)
    where = f" at {address(left.host, left.port)}" if left else ""
    on_step(f"stopping the Label Studio{where} that a killed run left behind")
    for pid in servers_of(data_dir):
        end_process(pid, has_ended=partial(_has_ended, pid, data_dir))


def _has_ended(pid: int, data_dir: Path) -> bool:
    return pid not in servers_of(data_dir)


def _refuse_taken(host: str, port: int, again: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                free = port + 1 if port < MAX_PORT else PORT
                raise UsageError(
                    f"port {port} is used by another program, or by a Label Studio with other data",
                    f"{again} --port {free}",
                ) from error
            raise UsageError(
                f"Label Studio cannot listen at {host}:{port}: {error.strerror}",
                f"{again}    # at 127.0.0.1:8090; --host takes an IPv4 address of this machine",
            ) from error


def _wait_until_up(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    """Wait until our server answers; if another program took the port, ours would use the next one."""
    until = time.monotonic() + FIRST_START_S
    while token_owner(server.url, server.token) != EMAIL:
        has_ended = process.poll() is not None
        if has_ended or time.monotonic() > until:
            state = _last_line(log) if has_ended else f"did not answer in {FIRST_START_S} s"
            raise RemoteError(f"Label Studio at {server.url} {state}", f"tail -n 40 {log}")
        time.sleep(0.5)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return "ended: " + next(
        (line.strip() for line in reversed(lines) if line.strip()), "its log is empty"
    )
