"""The number format of training: bfloat16 where the hardware multiplies it, float32 everywhere else.

The processor is asked by its flags, and the GPU through torch, never by timing. Libraries also compute
bfloat16 where the hardware cannot: emulated, a step takes 3 times as long with AVX512 and 10 times as long
with AVX2. Importing this module loads no torch.
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ..systems.preset import PrecisionChoice

CPUINFO: Final = Path("/proc/cpuinfo")
FLAGS: Final = {"avx512_bf16": "AVX512-BF16", "amx_bf16": "AMX-BF16"}
"""Flags, as Linux names them, of the instructions that multiply bfloat16."""


@dataclass(frozen=True, slots=True)
class Precision:
    """A number format of training.

    Attributes:
        name: `float32` or `bfloat16`.
        reason: why it was chosen.
        is_emulated: whether the hardware lacks it, so that it is slow.
    """

    name: Literal["float32", "bfloat16"]
    reason: str
    is_emulated: bool = False


def choose_precision(asked: PrecisionChoice) -> Precision:
    """Return the number format for this machine, or the one that was asked for.

    Args:
        asked: `auto` chooses bfloat16 if the hardware has it.
    """
    if asked == "float32":
        return Precision("float32", "as --precision says")
    has_it, why = bfloat16_in_hardware()
    if asked == "auto":
        return Precision("bfloat16" if has_it else "float32", why)
    if has_it:
        return Precision("bfloat16", f"as --precision says; {why}")
    return Precision("bfloat16", f"as --precision says, emulated and slow: {why}", is_emulated=True)


def bfloat16_in_hardware() -> tuple[bool, str]:
    """Return whether the hardware that trains multiplies bfloat16, and what says so."""
    import torch

    if torch.cuda.is_available():
        has_it = bool(torch.cuda.is_bf16_supported(including_emulation=False))
        return has_it, f"the GPU {'multiplies' if has_it else 'does not multiply'} bfloat16"
    return _in_processor()


def _in_processor() -> tuple[bool, str]:
    """Return whether every core has one of `FLAGS`; only Linux is asked."""
    if platform.system() != "Linux":
        return False, f"processors are not asked for bfloat16 on {platform.system()}"
    try:
        text = CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return False, f"the flags of the processor cannot be read: {CPUINFO}: {error.strerror}"
    cores = [set(line.split()) for line in re.findall(r"^flags\s*:(.*)$", text, re.MULTILINE)]
    if not cores:
        return False, f"{CPUINFO} names no flags of an x86 processor"
    common = set.intersection(*cores)
    found = [name for flag, name in FLAGS.items() if flag in common]
    if found:
        return True, f"the processor has {' and '.join(found)}"
    return False, f"the processor has neither {' nor '.join(FLAGS.values())}"
