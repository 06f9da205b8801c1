"""Training an image encoder from cached pictures gives the same weights, whatever the cache has."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from PIL.Image import Image  # noqa: E402
from transformers import set_seed  # noqa: E402

from mnerctl.model.inputs import pixel_cache  # noqa: E402
from mnerctl.model.inputs.pretrained import SMOKE  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.image_inputs import load_image_inputs  # noqa: E402
from mnerctl.model.systems.preset import PRESETS  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.training.train import TrainedSystem, train  # noqa: E402
from mnerctl.schema import Release  # noqa: E402
from mnerctl.schema import picture as picture_module  # noqa: E402
from support.made_release import made_plus  # noqa: E402
from support.paper_encoders import write_encoders  # noqa: E402

pytestmark = pytest.mark.slow
PAPER = replace(
    PRESETS["paper"], text_encoder=SMOKE, epochs=2, threads=1, precision="float32", workers=1
)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    """Return a release with pictures and the folder of a tiny ViT."""
    folder = tmp_path_factory.mktemp("given")
    write_encoders(folder, tiny=True)
    return made_plus(folder, train=15, dev=6, test=6, pictures=6), folder / "vit"


def trained(
    given: tuple[Release, Path],
    *,
    workers: int = 1,
    checkpoints: Path | None = None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> TrainedSystem:
    """Train on the pictures of the release, which are read before."""
    release, vit = given
    preset = replace(PAPER, image_encoder=str(vit), workers=workers)
    images = load_image_inputs(release, SYSTEMS["tpm-mi"], preset, on_picture=lambda *_: None)
    set_seed(7)
    inputs = BuildInputs(
        train=release.splits["train"],
        preset=preset,
        seed=7,
        image_encoder=images.encoder,
        pictures=images.pictures,
    )
    return train(
        SYSTEMS["tpm-mi"].build(inputs),
        release,
        preset,
        seed=7,
        on_step=on_step,
        on_epoch=lambda epoch, f1: None,
        checkpoints=checkpoints,
    )


class Stopped(Exception):
    """Stands for Ctrl-C, which pytest would take as its own."""


def test_the_cache_changes_nothing_but_the_time(
    given: tuple[Release, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    decodings: list[int] = []
    opened = picture_module._opened

    def counting(content: bytes) -> Image:
        decodings.append(1)
        return opened(content)

    monkeypatch.setattr(picture_module, "_opened", counting)
    filled = trained(given)
    pictures = len(decodings)
    assert pictures == len(
        list((tmp_path / "cache" / "pixels").glob("*/*"))
    )  # each once, in two epochs
    again = trained(given, workers=3)
    assert len(decodings) == pictures
    monkeypatch.setattr(pixel_cache, "MOST_BYTES", 0)
    shutil.rmtree(tmp_path / "cache" / "pixels")
    without = trained(given, workers=3)
    assert len(decodings) > 3 * pictures
    assert not list((tmp_path / "cache").glob("pixels/*/*"))

    def stop(done: int, total: int) -> None:
        if done == 3:
            shutil.rmtree(tmp_path / "cache" / "pixels", ignore_errors=True)
            raise Stopped

    monkeypatch.undo()
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    with pytest.raises(Stopped):
        trained(given, checkpoints=tmp_path / "checkpoints", on_step=stop)
    continued = trained(given, workers=2, checkpoints=tmp_path / "checkpoints")
    for other in (again, without, continued):
        assert other.losses == filled.losses and other.dev_f1 == filled.dev_f1
        for name, weight in filled.built.model.state_dict().items():
            assert torch.equal(other.built.model.state_dict()[name], weight), name
