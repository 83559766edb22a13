"""Vector width from the CPU, and machine code for the other kinds."""

import llvmlite.binding as llvm
import pytest

from diapedesis.simulate.codegen.build import source
from diapedesis.simulate.codegen.cpu import SETS, instruction_set, offered
from diapedesis.simulate.codegen.dialect import Unit, translate

X86 = {f: True for f in ("sse2", "avx2", "fma", "bmi", "bmi2", "f16c")}
WIDE = X86 | {f"avx512{x}": True for x in ("f", "bw", "cd", "dq", "vl")}


@pytest.mark.parametrize(
    ("features", "architecture", "widest", "lanes"),
    [
        (WIDE, "x86_64", "avx512", 8),
        (X86, "x86_64", "avx2", 4),
        ({"sse2": True}, "x86_64", "sse2", 2),
        ({"neon": True}, "aarch64", "neon", 2),
        ({"neon": True}, "arm64", "neon", 2),
        ({}, "riscv64", "scalar", 1),
        (X86 | {"fma": False}, "x86_64", "sse2", 2),
    ],
)
def test_the_widest_set_is_offered_first(
    features: dict[str, bool], architecture: str, widest: str, lanes: int
) -> None:
    found = offered(features, architecture)
    assert found[0] == widest
    assert found[-1] == "scalar"
    assert SETS[widest].width == lanes


def test_a_set_that_the_cpu_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "neon" if "sse2" in offered(llvm.get_host_cpu_features(), "x86_64") else "avx2"
    monkeypatch.setenv("DIAPEDESIS_SIMD", other)
    with pytest.raises(ValueError, match=f"found '{other}', expected one that this CPU has"):
        instruction_set()


def test_the_set_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIAPEDESIS_SIMD", "scalar")
    assert instruction_set().width == 1


@pytest.mark.parametrize(
    ("triple", "set_name", "register"),
    [
        ("x86_64-unknown-linux-gnu", "avx512", "zmm"),
        ("x86_64-unknown-linux-gnu", "avx2", "ymm"),
        ("x86_64-unknown-linux-gnu", "sse2", "mulpd"),
        ("aarch64-unknown-linux-gnu", "neon", ".2d"),
    ],
)
def test_each_set_computes_in_its_own_registers(triple: str, set_name: str, register: str) -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    try:
        target = llvm.Target.from_triple(triple)
    except RuntimeError as error:
        pytest.skip(f"this build of LLVM has no such target: {error}")
    unit = Unit(
        SETS[set_name].width,
        {"INFINITY": float("inf"), "NAN": float("nan")},
        {"a": (0, "p")},
    )
    translate(unit, source("vectors.py"))
    translate(unit, "@entry\ndef simulate():\n    put(arg.a, 0, v_exp(vec(arg.a, 0)))\n")
    module = llvm.parse_assembly(unit.module())
    module.triple = triple
    machine = target.create_target_machine(cpu=SETS[set_name].cpu, opt=2)
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(2))
    builder.getModulePassManager().run(module, builder)
    assert register in machine.emit_assembly(module)
