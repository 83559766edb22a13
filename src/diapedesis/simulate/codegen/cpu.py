"""The vector registers of a CPU: how many subjects one instruction works on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class InstructionSet:
    """What machine code is made for.

    Attributes
    ----------
    name : str
    width : int
        Doubles in a vector register: the lanes of a kernel.
    cpu : str
        LLVM's name of the baseline, the same on every machine of this set, so that results are too.
    """

    name: str
    width: int
    cpu: str


SETS = {
    s.name: s
    for s in (
        InstructionSet("avx512", 8, "x86-64-v4"),
        InstructionSet("avx2", 4, "x86-64-v3"),
        InstructionSet("sse2", 2, "x86-64"),
        InstructionSet("neon", 2, "generic"),
        InstructionSet("scalar", 1, "generic"),
    )
}
NEEDS = {
    "avx512": ("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "avx2", "fma"),
    "avx2": ("avx2", "fma", "bmi", "bmi2", "f16c"),
    "sse2": ("sse2",),
    "neon": ("neon",),
}
"""Features, by LLVM's names, without which a set is not offered."""


def offered(features: Mapping[str, bool], architecture: str) -> tuple[str, ...]:
    """Return the names of the sets that a CPU can run, widest first.

    Examples
    --------
    >>> offered({"sse2": True, "avx2": False}, "x86_64")
    ('sse2', 'scalar')
    >>> offered({"neon": True}, "aarch64")
    ('neon', 'scalar')
    """
    arm = architecture.startswith(("aarch64", "arm64"))
    found = [s for s, needs in NEEDS.items() if all(features.get(n) for n in needs)]
    return (*(s for s in found if (s == "neon") == arm), "scalar")


@lru_cache(maxsize=1)
def _host() -> tuple[str, ...]:
    import llvmlite.binding as llvm

    architecture = llvm.get_process_triple().split("-")[0]
    return offered(llvm.get_host_cpu_features(), architecture)


def instruction_set() -> InstructionSet:
    """Return the widest set of this CPU, or the one that ``DIAPEDESIS_SIMD`` names.

    Raises
    ------
    ValueError
        When ``DIAPEDESIS_SIMD`` names a set that this CPU does not have.
    """
    known = _host()
    chosen = os.environ.get("DIAPEDESIS_SIMD") or known[0]
    if chosen not in known:
        raise ValueError(
            f"DIAPEDESIS_SIMD: found {chosen!r}, expected one that this CPU has: {', '.join(known)}"
        )
    return SETS[chosen]
