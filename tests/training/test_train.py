"""Training a tiny random system: repeated, interrupted, accumulated and stopped early."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from transformers import set_seed  # noqa: E402

from mnerctl.model.machine import precision, threads  # noqa: E402
from mnerctl.model.machine.machine import Machine  # noqa: E402
from mnerctl.model.machine.precision import Precision  # noqa: E402
from mnerctl.model.machine.threads import Threads  # noqa: E402
from mnerctl.model.networks.tagger import BuiltSystem  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS, Preset  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.model.training import train as train_module  # noqa: E402
from mnerctl.model.training.checkpoints import (  # noqa: E402
    FINISHED,
    STATE,
    checkpoint_folder,
    latest_complete,
    read_finished,
    refuse_other_settings,
    removed_when_done,
    stored_machine,
)
from mnerctl.model.training.cost_estimate import Estimate  # noqa: E402
from mnerctl.model.training.train import TrainedSystem, train  # noqa: E402
from mnerctl.schema import Release, UsageError  # noqa: E402
from support.made_release import made_plus  # noqa: E402

pytestmark = pytest.mark.slow
SMALL = replace(PRESETS["smoke"], batch_size=8, epochs=3, threads=1)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_plus(tmp_path_factory.mktemp("plus"), train=15, dev=6, test=6, pictures=0)


def fresh(release: Release, preset: Preset) -> BuiltSystem:
    set_seed(7)
    inputs = BuildInputs(train=release.splits["train"], preset=preset, seed=7)
    return SYSTEMS["bert-crf"].build(inputs)


def trained(
    release: Release,
    preset: Preset = SMALL,
    *,
    folder: Path | None = None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
    on_epoch: Callable[[int, float], None] = lambda epoch, f1: None,
    on_estimate: Callable[[Estimate], None] = lambda estimate: None,
) -> TrainedSystem:
    return train(
        fresh(release, preset),
        release,
        preset,
        seed=7,
        on_step=on_step,
        on_epoch=on_epoch,
        on_estimate=on_estimate,
        checkpoints=folder,
    )


@pytest.fixture(scope="module")
def whole(release: Release) -> TrainedSystem:
    """Return a training that was not interrupted and kept no checkpoints."""
    return trained(release)


def weights(run: TrainedSystem) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in run.built.model.state_dict().items()}


def same(left: TrainedSystem, right: TrainedSystem) -> bool:
    return (
        left.dev_f1 == right.dev_f1
        and left.losses == right.losses
        and left.predictions == right.predictions
        and all(torch.equal(weights(right)[name], value) for name, value in weights(left).items())
    )


def test_the_same_seed_gives_the_same_system(release: Release, whole: TrainedSystem) -> None:
    assert len(whole.dev_f1) == 3
    assert len(whole.losses) == 12 and whole.losses[-1] < whole.losses[0]  # an epoch has 4 steps
    assert same(trained(release), whole)


class Stopped(Exception):
    """Stands for Ctrl-C, which pytest would take as its own."""


def stop_at(step: int) -> Callable[[int, int], None]:
    def on_step(done: int, total: int) -> None:
        if done == step:
            raise Stopped

    return on_step


@pytest.mark.parametrize(
    ("step", "often"),
    [(6, False), (7, True), (12, False)],
    ids=["saved by epoch", "saved by step", "at the very end"],
)
def test_an_interrupted_training_continues_where_it_stopped(
    release: Release,
    whole: TrainedSystem,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    often: bool,
) -> None:
    if often:
        monkeypatch.setattr(train_module, "SAVE_SECONDS", 0)
    with pytest.raises(Stopped):
        trained(release, folder=tmp_path, on_step=stop_at(step))
    steps: list[int] = []
    epochs: list[int] = []
    again = trained(
        release,
        folder=tmp_path,
        on_step=lambda done, total: steps.append(done),
        on_epoch=lambda epoch, f1: epochs.append(epoch),
    )
    begin = step if often else 1 + (step - 1) // 4 * 4
    assert steps == list(range(begin, 13))
    assert epochs == [1, 2, 3]
    assert same(again, whole)


def test_a_finished_training_is_not_repeated(
    release: Release, whole: TrainedSystem, tmp_path: Path
) -> None:
    first = trained(release, folder=tmp_path)
    assert same(first, whole)
    left = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["finished.json", "model.safetensors"]
    steps: list[int] = []
    again = trained(release, folder=tmp_path, on_step=lambda done, total: steps.append(done))
    assert steps == []
    assert same(again, whole)
    assert again.seconds == pytest.approx(first.seconds, abs=0.5)


def test_an_incomplete_checkpoint_is_ignored(release: Release, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        trained(release, folder=tmp_path, on_step=stop_at(10))
    last = latest_complete(tmp_path)
    assert last is not None and last.name == "checkpoint-8"
    (tmp_path / "checkpoint-9").mkdir()
    (tmp_path / "checkpoint-9" / "trainer_state.json").write_text('{"global_st')
    (tmp_path / "checkpoint-12").mkdir()
    assert latest_complete(tmp_path) == last
    assert read_finished(tmp_path) is None


def test_accumulated_steps_equal_whole_ones(release: Release) -> None:
    """There is no dropout; only rounding differs."""
    fixed = replace(SMALL, epochs=1, dropout=0.0, attention_dropout=0.0)
    one = weights(trained(release, fixed))
    four = weights(trained(release, replace(fixed, accumulate=4)))
    assert all(torch.allclose(four[name], value, atol=2e-3) for name, value in one.items())
    untrained = fresh(release, fixed).model.state_dict()
    assert any(not torch.allclose(untrained[name], value, atol=2e-3) for name, value in one.items())


def test_training_stops_early_if_dev_does_not_improve(release: Release, tmp_path: Path) -> None:
    no_learning = replace(
        SMALL,
        epochs=20,
        learning_rate=0.0,
        prompt_learning_rate=0.0,
        head_learning_rate=0.0,
        crf_learning_rate=0.0,
    )
    run = trained(release, replace(no_learning, patience=2), folder=tmp_path)
    assert len(run.dev_f1) == 3  # the first is the best, and two more are not better
    assert len(trained(release, replace(no_learning, patience=2), folder=tmp_path).dev_f1) == 3


def test_the_cost_is_estimated_without_changing_the_model(release: Release) -> None:
    estimates: list[Estimate] = []
    trained(release, replace(SMALL, epochs=1), on_estimate=estimates.append)
    (found,) = estimates
    model = fresh(release, SMALL).model
    assert found.parameters == found.trained == sum(p.numel() for p in model.parameters())
    assert found.steps == 4
    assert 0 < found.seconds < 60
    assert found.memory > 100e6


ESTIMATES = {
    "195.9 M parameters, 5.1 GB of memory, 12,855 steps of 0.91 s: about 3 h 15 min": Estimate(
        195_900_000, 195_900_000, 5_100_000_000, 12_855, 0.91
    ),
    "22.7 M parameters (22.1 M trained), 1.3 GB of memory, 320 steps of 0.31 s: about 2 min": (
        Estimate(22_700_000, 22_100_000, 1_300_000_000, 320, 0.31)
    ),
    "9,012 parameters, 0.5 GB of memory, 10 steps of 0.05 s: about 0 s": Estimate(
        9_012, 9_012, 500_000_000, 10, 0.05
    ),
    "22.7 M parameters, 1.3 GB of memory, 633 steps of 0.3 s: about 4 min": Estimate(
        22_700_000, 22_700_000, 1_300_000_000, 633, 0.3, tagging=50.0
    ),
}


@pytest.mark.parametrize(
    ("text", "estimate"), ESTIMATES.items(), ids=["paper", "quick", "smoke", "tagging"]
)
def test_an_estimate_as_text(text: str, estimate: Estimate) -> None:
    assert str(estimate) == text


def test_the_folder_of_checkpoints_depends_on_the_training(tmp_path: Path) -> None:
    out = tmp_path / "report"

    def named(**changes: object) -> Path:
        options = {"inputs_sha256": "a", "system": "tpm-mi", "preset": SMALL, "seed": 1} | changes
        return checkpoint_folder(out, **options)  # type: ignore[arg-type]

    others = [
        named(inputs_sha256="b"),
        named(system="bert"),
        named(preset=replace(SMALL, epochs=4)),
        named(seed=2),
    ]
    assert named() == named()
    assert len({named(), *others}) == 5
    assert {path.parent for path in (named(), *others)} == {tmp_path / "report.partial-training"}


def test_an_interrupted_training_is_continued_with_its_own_settings_only(
    release: Release, tmp_path: Path
) -> None:
    out = tmp_path / "report"

    def folder_of(preset: Preset) -> Path:
        return checkpoint_folder(out, inputs_sha256="a", system="x", preset=preset, seed=7)

    refuse_other_settings([folder_of(SMALL)], SMALL)
    for moment in (6, 0):  # interrupted, and then ended before the report was written
        on_step = stop_at(moment)
        with suppress(Stopped):
            trained(release, folder=folder_of(SMALL), on_step=on_step)
        refuse_other_settings([folder_of(SMALL)], replace(SMALL, workers=1))
        other = replace(SMALL, batch_size=4, learning_rate=0.5)
        with pytest.raises(UsageError) as caught:
            refuse_other_settings([folder_of(other)], other)
        assert caught.value.message == (
            f"{out}.partial-training: an interrupted training has other settings: batch_size 8, now 4,"
            " learning_rate 0.001, now 0.5"
        )
        assert f"rm -r {out}.partial-training" in caught.value.hint
    finished = folder_of(SMALL) / FINISHED
    kept = {"settings": None}  # as an earlier version wrote it
    finished.write_text(json.dumps(json.loads(finished.read_bytes()) | kept))
    refuse_other_settings([folder_of(other)], other)


def test_folders_are_removed_after_success_and_kept_after_an_error(tmp_path: Path) -> None:
    one, two = tmp_path / "x.partial-training" / "1", tmp_path / "x.partial-training" / "2"
    one.mkdir(parents=True)
    with pytest.raises(Stopped), removed_when_done(one):
        raise Stopped
    assert not one.parent.exists()  # it was empty
    for folder in (one, two):
        folder.mkdir(parents=True)
        (folder / "finished.json").write_text("{}")
    with pytest.raises(Stopped), removed_when_done(one):
        raise Stopped
    assert one.is_dir()
    with removed_when_done(one):
        pass
    assert (one.exists(), two.exists()) == (False, True)
    with removed_when_done(two):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_processes_cannot_train_in_the_same_folder(tmp_path: Path) -> None:
    one, two = tmp_path / "x.partial-training" / "1", tmp_path / "x.partial-training" / "2"
    with removed_when_done(one):
        with removed_when_done(two):
            pass
        refused = pytest.raises(UsageError, match="another process runs the same training")
        with refused as caught, removed_when_done(two, one):
            pass
        assert "--out" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def whole_machine(reason: str) -> Machine:
    return Machine(Precision("float32", reason), Threads(1, "as the system or --threads says"))


def answering(has_bfloat16: bool) -> Callable[[], tuple[bool, str]]:
    return lambda: (has_bfloat16, f"made: {has_bfloat16}")


def test_a_training_continues_in_the_number_format_in_which_it_began(
    release: Release, whole: TrainedSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began where there is no bfloat16, and continues, and is read again, where there is."""
    monkeypatch.setattr(precision, "bfloat16_in_hardware", answering(False))
    with pytest.raises(Stopped):
        trained(release, folder=tmp_path, on_step=stop_at(6))
    assert stored_machine(tmp_path) == whole_machine("made: False")
    monkeypatch.setattr(precision, "bfloat16_in_hardware", answering(True))
    for _ in range(2):
        again = trained(release, folder=tmp_path)
        assert again.machine.precision == Precision("float32", "made: False")
        assert same(again, whole)
    assert trained(release, replace(SMALL, epochs=1)).machine.precision.name == "bfloat16"


def test_a_training_continues_with_the_threads_with_which_it_began(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other core is busy when it begins, and idle when it continues."""
    free = replace(SMALL, threads=None, epochs=1)
    used: set[int] = set()

    def on_step(done: int, total: int) -> None:
        used.add(torch.get_num_threads())
        if done == 4 and not tmp_path.joinpath("stopped").exists():
            tmp_path.joinpath("stopped").touch()
            raise Stopped

    before = torch.get_num_threads()
    monkeypatch.setattr(train_module, "SAVE_SECONDS", 0)
    monkeypatch.setattr(threads, "clearly_fastest", lambda seconds: 1)
    try:
        torch.set_num_threads(2)
        with pytest.raises(Stopped):
            trained(release, free, folder=tmp_path, on_step=on_step)
        monkeypatch.setattr(threads, "clearly_fastest", lambda seconds: 2)
        again = trained(release, free, folder=tmp_path, on_step=on_step)
        assert (again.machine.threads.count, used) == (1, {1})
        assert again.machine.threads.reason.startswith(
            "seconds of a step by number of threads: 1: "
        )
        other = trained(release, free)
        assert other.machine.threads.count == torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_checkpoint_of_an_earlier_version_says_nothing_about_the_machine(
    release: Release, whole: TrainedSystem, tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        trained(release, folder=tmp_path, on_step=stop_at(6))
    last = latest_complete(tmp_path)
    assert last is not None
    state = json.loads((last / STATE).read_bytes())
    state["log_history"] = [one for one in state["log_history"] if "machine" not in one]
    (last / STATE).write_text(json.dumps(state))
    assert stored_machine(tmp_path) is None
    assert same(trained(release, folder=tmp_path), whole)
    finished = json.loads((tmp_path / FINISHED).read_bytes())
    (tmp_path / FINISHED).write_text(
        json.dumps({key: finished[key] for key in ("best", "dev_f1", "seconds")})
    )
    assert stored_machine(tmp_path) is None
    again = trained(release, folder=tmp_path)
    assert (again.losses, again.dev_f1) == ([], whole.dev_f1)
