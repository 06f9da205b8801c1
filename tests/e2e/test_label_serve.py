"""`mnerctl label serve` on the command line: first installs, used ports, dead servers and killed runs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import mnerctl.annotation.server.install as install_module
from mnerctl.annotation.server.install import VERSION, install
from support.command import heed_signals
from support.corpora import corpus_of
from support.label_studio import free_port
from support.made_label_studio import made_label_studio

pytestmark = pytest.mark.e2e

SECONDS = 120
LOCK = "stand-in.lock"
WITH_LOCK = """
import sys
from pathlib import Path
from mnerctl.annotation.server import install
from mnerctl.cli.app import main
install.LOCKS = (Path(sys.argv.pop(1)),)
main()
"""
"""The command, which installs what another lock file names."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    assert made_label_studio(folder).name == LOCK
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> Path:
    """The server's environment, installed once for this module."""
    folder = tmp_path_factory.mktemp("environment") / "label-studio"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(packages))
        patch.setattr(install_module, "LOCKS", (packages / LOCK,))
        install(folder)
    return folder


@dataclass(frozen=True)
class Run:
    """A run that is up, and what it has printed so far."""

    process: subprocess.Popen[str]
    out: str
    err: str

    def ended(self, number: int | None = None) -> tuple[int, str, str]:
        if number is not None:
            self.process.send_signal(number)
        code, out, err = ended(self.process)
        return code, self.out + out, self.err + err


def up(process: subprocess.Popen[str]) -> Run:
    """Read the output of a process until its last line before it waits."""
    assert process.stdout is not None and process.stderr is not None
    out = err = ""
    while "  mnerctl label push" not in out:
        out += (line := process.stdout.readline())
        assert line, process.stderr.read()
    while "Ctrl-C stops it" not in err:
        err += process.stderr.readline()
    return Run(process, out, err)


class Place:
    """A folder with a corpus, in which `mnerctl label serve` runs."""

    def __init__(self, folder: Path, environment: Path, packages: Path) -> None:
        self.folder, self.port, self.lock = folder, free_port(), packages / LOCK
        self.environment = {
            **os.environ,
            "MNERCTL_LS_VENV": str(environment),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(packages),
        }

    def serve(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        command = ["label", "serve", "--data-dir", "ls", "--port", str(self.port), *words]
        return subprocess.Popen(
            [sys.executable, "-P", "-c", WITH_LOCK, self.lock, *command],
            cwd=self.folder,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_signals,
        )

    @contextmanager
    def served(self, *words: str) -> Iterator[Run]:
        """Yield a run that is up, and stop it in the end if it still runs."""
        run = up(self.serve(*words))
        try:
            yield run
        finally:
            run.process.send_signal(signal.SIGINT)
            run.process.communicate(timeout=SECONDS)

    def server(self) -> list[int]:
        """Return the process ids of the servers of this folder."""
        mark = os.fsencode(self.folder / "ls")
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue
            if b"label-studio" in line and mark in line:
                found.append(int(path.parent.name))
        return found


@pytest.fixture
def place(tmp_path: Path, environment: Path, packages: Path) -> Place:
    with corpus_of(tmp_path / "corpus", []):
        return Place(tmp_path, environment, packages)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def test_two_first_runs_at_once_install_once(place: Place, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    words = ("--data-dir", "other", "--port", str(free_port()))
    variables = {"MNERCTL_LS_VENV": str(environment)}
    started = [place.serve(**variables), place.serve(*words, **variables)]
    runs = [up(process) for process in started]
    texts = sorted(run.ended(signal.SIGINT)[2].splitlines()[0] for run in runs)
    assert texts == [
        f"installing label-studio {VERSION} in {environment} (once; about 1 GB, a few minutes)",
        f"waiting for another mnerctl that is installing in {environment}",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_prints_how_to_log_in_and_stops_cleanly(place: Place, number: int) -> None:
    run = up(place.serve())
    password = (place.folder / "ls" / "password").read_text().strip()
    assert run.out == (
        f"Label Studio:  http://127.0.0.1:{place.port}\n"
        "log in as:     me@mnerctl.localhost\n"
        f"password:      {password}\n"
        "then type, in another terminal:\n"
        "  export LABEL_STUDIO_API_KEY=$(cat 'ls/token')\n"
        f"  mnerctl label push --corpus 'corpus' --url http://127.0.0.1:{place.port}\n"
    )
    secrets = [place.folder / "ls" / name for name in ("token", "password")]
    assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600, 0o600]
    assert len(place.server()) == 1
    assert run.ended(number) == (
        0,
        run.out,
        f"starting Label Studio at http://127.0.0.1:{place.port} (the first start takes a minute); "
        "log: ls/server.log\nCtrl-C stops it\nstopped; all work is saved\n",
    )
    assert place.server() == []


def test_a_second_run_finds_the_first(place: Place, tmp_path: Path) -> None:
    with place.served() as first, place.served() as second:
        code, _, err = second.ended()
        assert (code, err) == (0, "it was already running; in its own terminal, Ctrl-C stops it\n")
        assert first.process.poll() is None
        assert ended(place.serve("--port", "8099"))[::2] == (
            2,
            f"error: Label Studio with the data of ls already runs at http://127.0.0.1:{place.port}\n"
            "  try: stop it with Ctrl-C in its terminal, then: mnerctl label serve --data-dir ls\n",
        )
        with corpus_of(tmp_path / "more", []):
            code, _, err = ended(place.serve("--corpus", "more"))
        assert (code, err.splitlines()[0]) == (
            2,
            f"error: Label Studio already runs at http://127.0.0.1:{place.port} and shows the pictures of "
            f"{tmp_path / 'corpus'}",
        )


def test_a_server_left_behind_by_a_killed_run_is_stopped_by_the_next(place: Place) -> None:
    with place.served() as run:
        run.process.kill()
    [left] = place.server()
    other = free_port()
    with place.served("--port", str(other)) as run:
        assert left not in place.server()
        _, _, err = run.ended(signal.SIGINT)
    assert err.splitlines()[0] == (
        f"stopping the Label Studio at http://127.0.0.1:{place.port} that a killed run left behind"
    )
    assert place.server() == []


def test_a_server_is_found_without_its_note_and_another_folder_is_left_alone(place: Place) -> None:
    with place.served() as run:
        run.process.kill()
    [left] = place.server()
    (place.folder / "ls" / "server.json").unlink()
    with place.served("--port", str(free_port()), "--data-dir", "ls2"):
        assert left in place.server()
    with place.served() as run:
        assert left not in place.server()
    assert "stopping the Label Studio that a killed run left behind" in run.ended()[2]


def test_hints_name_the_corpus(place: Place, tmp_path: Path) -> None:
    with corpus_of(tmp_path / "more", []), socket.create_server(("127.0.0.1", place.port)):
        _, _, err = ended(place.serve("--corpus", "more"))
    again = f"mnerctl label serve --corpus more --data-dir ls --port {place.port + 1}"
    assert err.splitlines()[-1] == f"  try: {again}"


def test_a_server_that_dies(place: Place) -> None:
    with place.served() as run:
        [server] = place.server()
        os.kill(server, signal.SIGKILL)
        code, _, err = run.ended()
    assert (code, err.splitlines()[-2:]) == (
        4,
        [
            f"error: Label Studio at http://127.0.0.1:{place.port} ended with -9",
            "  try: tail -n 40 ls/server.log",
        ],
    )


def test_a_server_that_cannot_start(place: Place) -> None:
    (place.folder / "corpus" / "fail").touch()
    code, out, err = ended(place.serve())
    assert (code, out, err.splitlines()[-2:]) == (
        4,
        "",
        [
            f"error: Label Studio at http://127.0.0.1:{place.port} ended: database is locked",
            "  try: tail -n 40 ls/server.log",
        ],
    )


def test_a_server_open_to_the_network_warns(place: Place) -> None:
    with place.served("--host", "0.0.0.0") as run:
        code, _, err = run.ended(signal.SIGINT)
    lines = re.sub(r"http://[^ ]*:", "http://NAME:", err).splitlines()[-5:]
    assert (code, lines) == (
        0,
        [
            f"others open http://NAME:{place.port} after you invite them (Organization, Add Members)",
            "warning: no TLS: others on the network can read passwords and posts; a tunnel is safer:",
            "  docs/how-to/label-remotely.md",
            "Ctrl-C stops it",
            "stopped; all work is saved",
        ],
    )


def test_a_port_of_another_program(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.port)):
        assert ended(place.serve()) == (
            2,
            "",
            f"error: port {place.port} is used by another program, or by a Label Studio with other data\n"
            f"  try: mnerctl label serve --data-dir ls --port {place.port + 1}\n",
        )


def test_an_address_of_another_machine(place: Place) -> None:
    assert ended(place.serve("--host", "192.0.2.1")) == (
        2,
        "",
        f"error: Label Studio cannot listen at 192.0.2.1:{place.port}: Cannot assign requested address\n"
        "  try: mnerctl label serve --data-dir ls    "
        "# at 127.0.0.1:8090; --host takes an IPv4 address of this machine\n",
    )


def test_a_first_run_without_a_network(place: Place, tmp_path: Path) -> None:
    variables = {
        "MNERCTL_LS_VENV": str(tmp_path / "env"),
        "PIP_NO_INDEX": "0",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
    }
    pip = f"{tmp_path}/env/bin/python -m pip install --quiet --no-input --disable-pip-version-check"
    assert ended(place.serve(**variables)) == (
        4,
        "",
        f"installing label-studio {VERSION} in {tmp_path}/env (once; about 1 GB, a few minutes)\n"
        f"error: label-studio {VERSION} could not be installed in {tmp_path}/env: "
        "the package index cannot be reached; check the network\n"
        "  try: "
        f"{pip} --no-deps --require-hashes --no-build-isolation --requirement {place.lock}    "
        "# shows all messages; then: mnerctl label serve --data-dir ls\n",
    )


def test_an_environment_with_other_packages_is_brought_to_the_lock(
    place: Place, tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Environments of before have versions that nobody pinned; they are not made from the start."""
    folder = tmp_path / "env"
    (folder / "bin").mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    for name in (f"mnerctl-{VERSION}", "mine"):
        (folder / name).touch()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages))
    monkeypatch.setattr(install_module, "LOCKS", (packages / LOCK,))
    lines: list[str] = []
    assert install(folder, on_step=lines.append).is_file()
    assert len(lines) == 1 and (folder / "mine").exists()
    assert install(folder, on_step=lines.append).is_file() and len(lines) == 1


def test_a_package_that_somebody_replaced_is_not_installed(place: Place, tmp_path: Path) -> None:
    lock = tmp_path / "other.lock"
    lock.write_text(f"label-studio=={VERSION} --hash=sha256:{'0' * 64}\n")
    place.lock = lock
    code, _, err = ended(place.serve(MNERCTL_LS_VENV=str(tmp_path / "env")))
    assert code == 4 and f"label-studio {VERSION} could not be installed" in err
    assert not (tmp_path / "env" / "bin" / "label-studio").exists()
