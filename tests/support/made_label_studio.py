"""A stand-in for the package label-studio that starts at once and only recognises its owner's token.

It tests what `label serve` does around a server: install, find, stop. The contract tests use the real one.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Final

from mnerctl.annotation.server.install import VERSION

_PROGRAM: Final = """
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        mine = self.headers["Authorization"] == "Token " + os.environ["LABEL_STUDIO_USER_TOKEN"]
        body = json.dumps({"email": os.environ["LABEL_STUDIO_USERNAME"]} if mine else {}).encode()
        self.send_response(200 if mine else 401)
        self.end_headers()
        self.wfile.write(body)

def main():
    option = dict(zip(sys.argv[3::2], sys.argv[4::2]))
    root = os.environ["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"]
    if os.path.exists(os.path.join(root, "fail")):
        sys.exit("database is locked")
    ThreadingHTTPServer((option["--internal-host"], int(option["--port"])), Handler).serve_forever()
"""


def made_label_studio(folder: Path) -> Path:
    """Write the package as a wheel into `folder`, where pip finds it, and return the lock file for it."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"label_studio-{VERSION}.dist-info"
    files = {
        "label_studio_stub.py": _PROGRAM,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: label-studio\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: made\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nlabel-studio = label_studio_stub:main\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    wheel = folder / f"label_studio-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    lock = folder / "stand-in.lock"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(f"label-studio=={VERSION} --hash=sha256:{digest}\n")
    return lock
