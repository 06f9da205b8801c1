"""An HTTP server on a free loopback port, for the length of a `with` block."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Print the error, unless the client hung up: tests kill clients."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], *, before_end: Callable[[], object] = lambda: None
) -> Iterator[str]:
    """Run a server and yield its address, without a slash at the end.

    Args:
        handler: handles one connection.
        before_end: releases handlers that still wait.
    """
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            before_end()
            server.shutdown()
            thread.join()
