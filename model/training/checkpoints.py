"""Checkpoints: the folder beside the report from which an interrupted training continues.

The Hugging Face Trainer writes weights, optimizer and random state there; nothing in the folder is
unpickled without `weights_only`. `finished.json` states that training has ended and names the best
weights. The folder's name depends on the records, images, encoders, system, preset, seed and package
versions, so a training never continues from one that started with other inputs.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ...schema import UsageError
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import parse_json
from ...schema.files.links import links_below, refuse_link, refuse_links
from ...schema.files.lock import lock
from ..machine import processes
from ..machine.machine import Machine, read_machine
from ..systems.preset import Preset

FINISHED: Final = "finished.json"
STATE: Final = "trainer_state.json"
WEIGHTS: Final = "model.safetensors"
VERSIONS_OF: Final = ("mnerctl", "torch", "transformers")
STEPS: Final = 2
"""The way in which steps are computed and ordered; the state of another way cannot be continued."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A training that has ended.

    Attributes:
        best: name of the checkpoint with the best weights.
        dev_f1: dev F1 after each epoch, 0 to 1.
        seconds: seconds of training.
        machine: how it computed, as `Machine.stored` gives it; None in files of earlier versions.
        losses: the curve of the loss; empty in files of earlier versions.
        settings: its settings, as `Preset.identity` gives them; None in files of earlier versions.
    """

    best: str
    dev_f1: list[float]
    seconds: float
    machine: dict[str, Any] | None = None
    losses: list[float] = field(default_factory=list)
    settings: dict[str, Any] | None = None


def checkpoint_folder(
    out: Path, *, inputs_sha256: str, system: str, preset: Preset, seed: int
) -> Path:
    """Return the folder `<out>.partial-training/KEY`; a repeated training gets the same one."""
    versions = {name: version(name) for name in VERSIONS_OF}
    parts = [inputs_sha256, system, preset.identity(), seed, versions, STEPS]
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    return out.with_name(f"{out.name}.partial-training") / key


@contextmanager
def removed_when_done(*folders: Path) -> Iterator[None]:
    """Remove these folders if the block succeeds; if it raises, keep those that are not empty.

    Raises:
        UsageError: another process trains in one of the folders, and each would overwrite the
            other's files.
    """
    if not processes.is_first():
        yield
        return
    with ExitStack() as held:
        for folder in folders:
            held.enter_context(_locked(folder))
        yield
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; afterwards remove the folder and its parent if they are empty.

    Raises:
        DataError: the folder, its parent or something below it is a link.
    """
    refuse_link(folder.parent)
    refuse_link(folder)
    refuse_links(folder, links_below(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    file = folder.with_name(f"{folder.name}.lock")
    with lock(file) as is_ours:
        if not is_ours:
            raise UsageError(
                f"{folder.parent}: another process runs the same training there",
                "wait for it to end, or give this one another folder with --out",
            )
        try:
            yield
        finally:
            file.unlink()
            for path in (folder, folder.parent):
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()


def latest_complete(folder: Path) -> Path | None:
    """Return the newest complete checkpoint; the Trainer writes the file of its state last."""
    found = []
    for state in folder.glob(f"checkpoint-*/{STATE}"):
        try:
            found.append((json.loads(read_whole(state))["global_step"], state.parent))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # the process was killed while it wrote this checkpoint
    return max(found)[1] if found else None


def stored_machine(folder: Path) -> Machine | None:
    """Return how the training in a folder computes; None if it has not begun, or does not say."""
    if finished := read_finished(folder):
        return read_machine(finished.machine)
    return read_machine(_noted(folder, "machine"))


def _noted(folder: Path, what: str) -> dict[str, Any] | None:
    """Return what the monitor noted under this name in the state of the newest checkpoint, if anything."""
    last = latest_complete(folder)
    if last is None:
        return None
    try:
        history = json.loads(read_whole(last / STATE))["log_history"]
        return dict(next(entry[what] for entry in history if what in entry))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None


def refuse_other_settings(folders: Sequence[Path], preset: Preset) -> None:
    """Check that no interrupted training of this report had other settings; it could not be continued.

    Args:
        folders: what `checkpoint_folder` returned for the trainings that are about to run.
        preset: their settings.

    Raises:
        UsageError: one had other settings.
    """
    parent, now = folders[0].parent, preset.identity()
    others = sorted(parent.iterdir()) if parent.is_dir() else []
    for folder in (one for one in others if one.is_dir() and one not in folders):
        finished = read_finished(folder)
        then = finished.settings if finished else _noted(folder, "settings")
        changed = [] if then is None else [key for key in now if then.get(key) != now[key]]
        if then is not None and changed:
            differences = ", ".join(f"{key} {then.get(key)}, now {now[key]}" for key in changed)
            raise UsageError(
                f"{parent}: an interrupted training has other settings: {differences}",
                f"give its settings to continue it, another --out, or rm -r {parent} to begin again",
            )


def read_finished(folder: Path) -> Finished | None:
    """Return the finished training of a folder; None if it has not ended or its weights are gone."""
    try:
        finished = Finished(**parse_json(read_whole(folder / FINISHED)))
    except (OSError, ValueError, TypeError):
        return None
    return finished if (folder / finished.best / WEIGHTS).is_file() else None


def write_finished(folder: Path, finished: Finished) -> None:
    """Write `finished.json`, as the last act of a training, and remove all but the best weights.

    The state of the optimizer is twice as large, and a search for suspects keeps the folders of all folds.
    """
    write_file(folder / FINISHED, json.dumps(asdict(finished)))
    for checkpoint in folder.glob("checkpoint-*"):
        for path in checkpoint.iterdir():
            if (checkpoint.name, path.name) != (finished.best, WEIGHTS):
                path.unlink()
        if checkpoint.name != finished.best:
            checkpoint.rmdir()
