"""Compare pictures per second and peak memory of `mnerctl fetch` and img2dataset on the same files.

A server in a separate process serves distinct JPEGs of about 100 kB, at once or after 100 ms. `mnerctl
fetch` looks up the posts, then downloads, decodes, hashes (SHA-256 and perceptual) and stores the pictures;
img2dataset downloads, decodes, hashes (SHA-256) and stores them. Start-up counts for both, because users
wait for it. img2dataset is installed into a temporary environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
from PIL import Image

POSTS, EACH = 500, 4
LATENCIES_MS = (0, 100)
PEER = "img2dataset==1.47.0"
FIRST_ID = 1_790_000_000_000_000_000


def jpegs(count: int) -> list[bytes]:
    """Return distinct pictures of 1024 x 768 pixels and about 100 kB."""
    chance = random.Random(1)
    found = []
    for _ in range(count):
        grain = Image.frombytes("RGB", (48, 36), chance.randbytes(48 * 36 * 3))
        file = io.BytesIO()
        grain.resize((1024, 768), Image.Resampling.BICUBIC).save(file, "JPEG", quality=80)
        found.append(file.getvalue())
    return found


def with_comment(jpeg: bytes, number: int) -> bytes:
    """Return the same picture with other bytes: a comment follows its first marker."""
    comment = f"{number:012d}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def page(ids: list[str]) -> bytes:
    """Return X's answer for these posts."""
    keys = {post_id: [f"3_{post_id}{place}" for place in range(EACH)] for post_id in ids}
    data = [
        {
            "id": post_id,
            "text": "Ada in Porto",
            "author_id": "1",
            "attachments": {"media_keys": own},
        }
        for post_id, own in keys.items()
    ]
    media = [
        {
            "media_key": key,
            "type": "photo",
            "url": f"https://pbs.twimg.com/media/{key}.jpg",
            "width": 1024,
            "height": 768,
        }
        for own in keys.values()
        for key in own
    ]
    users = [{"id": "1", "name": "Ada", "username": "ada_w"}]
    return json.dumps({"data": data, "includes": {"media": media, "users": users}}).encode()


async def serve(latency: float) -> None:
    """Print the port, then answer requests until the process is stopped."""
    pictures = jpegs(20)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                target = urlsplit(request.split(b" ", 2)[1].decode())
                if target.path == "/2/tweets":
                    body, kind = (
                        page(parse_qs(target.query)["ids"][0].split(",")),
                        "application/json",
                    )
                else:
                    number = int(re.findall(r"\d+", target.path)[-1])
                    body, kind = with_comment(pictures[number % 20], number), "image/jpeg"
                    await asyncio.sleep(latency)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def measured(command: list[str], folder: Path, **environment: str) -> tuple[float, float]:
    """Run a command; return its seconds and the peak megabytes of all its processes."""
    watch = [sys.executable, "-P", __file__, "watch", *command]
    started = time.perf_counter()
    done = subprocess.run(
        watch, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return seconds, float(done.stdout.rsplit(maxsplit=1)[-1])


def watch(command: list[str]) -> None:
    """Run a command and print the peak memory of its processes in megabytes.

    Memory that processes share counts once.
    """
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        process = psutil.Process(running.pid)
        while running.poll() is None:
            with contextlib.suppress(psutil.Error):
                family = (process, *process.children(recursive=True))
                peak = max(peak, sum(one.memory_full_info().pss for one in family))
            time.sleep(0.2)
    print(peak / 1e6)
    sys.exit(running.returncode)


def with_mnerctl(folder: Path, port: int) -> tuple[float, float]:
    """Measure `mnerctl fetch` into a new corpus; exit if a picture is missing."""
    urls = "".join(f"https://x.com/ada_w/status/{FIRST_ID + n}\n" for n in range(POSTS))
    (folder / "urls.txt").write_text(urls)
    mnerctl = str(Path(sys.executable).with_name("mnerctl"))
    command = [mnerctl, "fetch", "urls.txt", "--corpus", "corpus"]
    figures = measured(
        command, folder, MNERCTL_X_API_URL=f"http://127.0.0.1:{port}", X_BEARER_TOKEN="measured"
    )
    check_count(len(list(folder.glob("corpus/images/*/*.jpg"))))
    return figures


def with_peer(folder: Path, port: int, python: Path) -> tuple[float, float]:
    """Measure img2dataset with the settings closest to `mnerctl fetch`, storing the bytes unchanged."""
    urls = "".join(
        f"http://127.0.0.1:{port}/media/3_{FIRST_ID + n}{place}.jpg\n"
        for n in range(POSTS)
        for place in range(EACH)
    )
    (folder / "urls.txt").write_text(urls)
    command = [
        *(str(python.with_name("img2dataset")), "--url_list", "urls.txt", "--output_folder", "out"),
        *("--processes_count", "2", "--thread_count", "32", "--number_sample_per_shard", "1000"),
        *("--resize_mode", "no", "--skip_reencode", "True", "--compute_hash", "sha256"),
        *("--enable_wandb", "False"),
    ]
    figures = measured(command, folder, NO_ALBUMENTATIONS_UPDATE="1")
    check_count(len(list(folder.glob("out/*/*.jpg"))))
    return figures


def check_count(found: int) -> None:
    """Exit if a run lost pictures."""
    if found != POSTS * EACH:
        sys.exit(f"{found} pictures stored, wanted {POSTS * EACH}")


def main() -> None:
    """Print a row for each program and latency; exit with 1 if mnerctl needs more time or memory."""
    behind = []
    with tempfile.TemporaryDirectory() as name:
        python = Path(name) / "peer" / "bin" / "python"
        venv.create(python.parents[1], with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", PEER], check=True, stderr=subprocess.DEVNULL
        )
        print(f"| {POSTS * EACH:,} JPEGs of about 100 kB | latency | images/s | peak memory |")
        print("|---|--:|--:|--:|")
        for latency in LATENCIES_MS:
            command = [sys.executable, "-P", __file__, "serve", str(latency / 1000)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
                assert server.stdout is not None
                port = int(server.stdout.readline())
                folders = [
                    Path(name) / f"{program}-{latency}" for program in ("mnerctl", "img2dataset")
                ]
                for folder in folders:
                    folder.mkdir()
                ours = with_mnerctl(folders[0], port)
                theirs = with_peer(folders[1], port, python)
                server.terminate()
            for program, (seconds, peak) in (("mnerctl fetch", ours), ("img2dataset", theirs)):
                rate = POSTS * EACH / seconds
                print(f"| {program} | {latency} ms | {rate:.0f} | {peak:.0f} MB |", flush=True)
            if ours[0] > theirs[0] or ours[1] > theirs[1]:
                behind.append(f"{latency} ms")
    if behind:
        sys.exit(f"behind img2dataset at {' and '.join(behind)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(float(sys.argv[2])))
    elif sys.argv[1:2] == ["watch"]:
        watch(sys.argv[2:])
    else:
        main()
