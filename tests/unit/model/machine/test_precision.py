"""The number format: what each kind of hardware answers, forced through the flags and through torch."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.machine import precision  # noqa: E402
from mnerctl.model.machine.precision import choose_precision  # noqa: E402
from mnerctl.model.systems.preset import CAME_LATER, PRESETS  # noqa: E402

AVX512 = "fpu sse2 avx2 avx512f avx512bw avx512vl avx512_vnni"
NEITHER = "the processor has neither AVX512-BF16 nor AMX-BF16"
PROCESSORS = {
    "AVX2": ("fpu sse2 avx2", False, NEITHER),
    "AVX512 without BF16": (AVX512, False, NEITHER),
    "AMX for integers only": (f"{AVX512} amx_tile amx_int8", False, NEITHER),
    "AVX512-BF16": (f"{AVX512} avx512_bf16", True, "the processor has AVX512-BF16"),
    "AMX-BF16": (f"{AVX512} amx_bf16 amx_tile", True, "the processor has AMX-BF16"),
    "both": (
        f"{AVX512} avx512_bf16 amx_bf16",
        True,
        "the processor has AVX512-BF16 and AMX-BF16",
    ),
}


@pytest.fixture(autouse=True)
def linux_without_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(platform, "system", lambda: "Linux")


def set_cores(monkeypatch: pytest.MonkeyPatch, folder: Path, *cores: str) -> None:
    text = "".join(f"processor\t: {n}\nflags\t\t: {flags}\n\n" for n, flags in enumerate(cores))
    (folder / "cpuinfo").write_text(text)
    monkeypatch.setattr(precision, "CPUINFO", folder / "cpuinfo")


@pytest.mark.parametrize(("flags", "has_it", "why"), PROCESSORS.values(), ids=PROCESSORS)
def test_a_processor_answers_by_its_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, has_it: bool, why: str
) -> None:
    """torch's own question is true for AVX512 without BF16; it is not asked."""
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None, raising=False)
    set_cores(monkeypatch, tmp_path, flags, flags)
    auto = choose_precision("auto")
    assert (auto.name, auto.reason) == ("bfloat16" if has_it else "float32", why)
    assert not auto.is_emulated
    asked = choose_precision("bfloat16")
    assert (asked.name, asked.is_emulated) == ("bfloat16", not has_it)
    slow = "" if has_it else ", emulated and slow"
    assert asked.reason == f"as --precision says{slow}{';' if has_it else ':'} {why}"
    assert choose_precision("float32").name == "float32"


def test_every_core_must_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_cores(monkeypatch, tmp_path, f"{AVX512} avx512_bf16", AVX512)
    assert choose_precision("auto").name == "float32"


@pytest.mark.parametrize("has_it", [True, False])
def test_a_gpu_answers_for_itself(monkeypatch: pytest.MonkeyPatch, has_it: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(
        torch.cuda,
        "is_bf16_supported",
        lambda *, including_emulation: has_it or including_emulation,
    )
    found = choose_precision("auto")
    assert found.name == ("bfloat16" if has_it else "float32")
    assert found.reason == f"the GPU {'multiplies' if has_it else 'does not multiply'} bfloat16"


def test_without_an_answer_it_is_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "CPUINFO", tmp_path / "nothing")
    missing = choose_precision("auto")
    assert missing.name == "float32" and missing.reason.endswith("No such file or directory")
    set_cores(monkeypatch, tmp_path)
    assert choose_precision("auto").reason.endswith("names no flags of an x86 processor")
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    mac = choose_precision("auto")
    assert (mac.name, mac.reason) == (
        "float32",
        "processors are not asked for bfloat16 on Darwin",
    )


def test_a_training_is_another_one_only_if_the_format_was_asked_for() -> None:
    from dataclasses import asdict, replace

    quick = PRESETS["quick"]
    assert "precision" not in quick.identity()
    neither = CAME_LATER | {"config", "workers"}
    assert quick.identity() == {k: v for k, v in asdict(quick).items() if k not in neither}
    assert replace(quick, precision="float32").identity()["precision"] == "float32"
