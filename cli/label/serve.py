"""`mnerctl label serve`: run a private Label Studio, for this machine only or for a network."""

from __future__ import annotations

import shlex
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import CorpusDir
from .connection import LOCAL

if TYPE_CHECKING:
    from ...annotation import Server


def serve(
    corpus: CorpusDir = Path("corpus"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8090,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="IPv4 address of this machine to listen on, or 0.0.0.0 for all. "
            "The server has no TLS; see docs/how-to/label-remotely.md.",
        ),
    ] = "127.0.0.1",
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder for its database and login.",
            show_default="~/.local/share/mnerctl/label-studio",
        ),
    ] = None,
) -> None:
    """Run a private Label Studio on this machine.

    It shows the pictures of one corpus.

    Example: mnerctl label serve
    """
    from ...annotation import default_data_dir, running_server
    from ...annotation.server.install import REMOTE
    from ...schema import Corpus
    from ...schema.files.system import require_posix
    from ..console import say

    require_posix("mnerctl label serve", REMOTE)
    with Corpus.open(corpus) as opened:
        root = opened.folder
    try:
        with running_server(
            data_dir=data_dir or default_data_dir(),
            document_root=root,
            host=host,
            port=port,
            again=_again(corpus, data_dir),
            on_step=say,
        ) as server:
            _print_login(server, corpus)
            if not host.startswith(("127.", "localhost")):
                name = socket.gethostname() if host == "0.0.0.0" else host
                say(
                    f"others open http://{name}:{port} after you invite them (Organization, Add Members)"
                )
                say(
                    "warning: no TLS: others on the network can read passwords and posts; a tunnel is safer:"
                )
                say("  docs/how-to/label-remotely.md")
            if server.process is None:
                say("it was already running; in its own terminal, Ctrl-C stops it")
            else:
                say("Ctrl-C stops it")
                server.wait()
    except KeyboardInterrupt:
        say("stopped; all work is saved")


def _again(corpus: Path, data_dir: Path | None) -> str:
    """Return the command that serves this corpus, for hints."""
    words = ["mnerctl", "label", "serve"]
    words += [] if corpus == Path("corpus") else ["--corpus", str(corpus)]
    words += [] if data_dir is None else ["--data-dir", str(data_dir)]
    return shlex.join(words)


def _print_login(server: Server, corpus: Path) -> None:
    from ...annotation import TOKEN_VARIABLE
    from ..console import print_line

    print_line(f"Label Studio:  {server.url}")
    print_line(f"log in as:     {server.email}")
    print_line(f"password:      {server.password}")
    print_line("then type, in another terminal:")
    print_line(f"  export {TOKEN_VARIABLE}=$(cat '{server.token_file}')")
    url = "" if server.url == LOCAL else f" --url {server.url}"
    print_line(f"  mnerctl label push --corpus '{corpus}'{url}")
