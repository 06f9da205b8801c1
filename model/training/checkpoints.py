"""Where an interrupted training goes on: a folder beside the report, named for what is trained.

The Hugging Face Trainer writes into it (weights, optimizer, random state; nothing in it is unpickled
without `weights_only`); `finished.json` says that training has ended and which weights are the best.
Other records, images or encoders, another system, preset, seed or version of what trains have a folder
of their own, so that nothing is continued that began differently.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ...schema import UsageError
from ...schema.corpus.lock import lock
from ..systems.preset import Preset
from . import processes

FINISHED: Final = "finished.json"
STATE: Final = "trainer_state.json"
VERSIONS_OF: Final = ("mnerctl", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Finished:
    """A training that has ended. best: the name of the checkpoint with the weights that are kept."""

    best: str
    dev_f1: list[float]
    seconds: float


def checkpoint_folder(
    out: Path, *, inputs_sha256: str, system: str, preset: Preset, seed: int
) -> Path:
    """`<out>.partial-training/KEY`: the same for the same training, started again."""
    versions = {name: version(name) for name in VERSIONS_OF}
    what = [inputs_sha256, system, asdict(preset), seed, versions]
    key = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]
    return out.with_name(f"{out.name}.partial-training") / key


@contextmanager
def removed_when_done(*folders: Path) -> Iterator[None]:
    """Removes these folders when the block ends well; else they stay, if there is anything in them.

    Raises UsageError where another process trains there: each would write over what the other keeps.
    """
    if not processes.is_first():
        yield
        return
    with ExitStack() as held:
        for folder in folders:
            held.enter_context(_alone_in(folder))
        yield
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    file = folder.with_name(f"{folder.name}.lock")
    with lock(file) as is_ours:
        if not is_ours:
            raise UsageError(
                f"{folder.parent}: another process trains the same there",
                "wait for it, or give this one another folder with --out",
            )
        try:
            yield
        finally:
            file.unlink()
            for path in (folder, folder.parent):
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()


def latest_complete(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end: the Trainer's state is its last file."""
    found = []
    for state in folder.glob(f"checkpoint-*/{STATE}"):
        try:
            found.append((json.loads(state.read_bytes())["global_step"], state.parent))
        except (ValueError, KeyError, TypeError):
            continue  # killed while this was written
    return max(found)[1] if found else None


def read_finished(folder: Path) -> Finished | None:
    """None where training has not ended, or what it left is gone."""
    try:
        finished = Finished(**json.loads((folder / FINISHED).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return finished if (folder / finished.best / "model.safetensors").is_file() else None


def write_finished(folder: Path, finished: Finished) -> None:
    """The last act of a training."""
    partial = folder / f"{FINISHED}.partial"
    partial.write_text(json.dumps(asdict(finished)), encoding="utf-8")
    partial.replace(folder / FINISHED)
