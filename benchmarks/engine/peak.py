"""The share of a thread's arithmetic peak that is used: ``python -m benchmarks.engine.peak``.

The peak is measured: a loop of fused multiply-adds on independent registers, compiled here. The
solver's operations are counted from its own programs; ``exp``, ``log`` and ``pow`` count as one
each, step control and bookkeeping as none, so that the share is a lower bound.
"""

from __future__ import annotations

import ctypes
import time
from statistics import median

import llvmlite.binding as llvm

from diapedesis.simulate import solve
from diapedesis.simulate.codegen.cpu import instruction_set
from diapedesis.simulate.problem import program_of
from diapedesis.simulate.program import Program, flops

from .results import Results
from .workloads import Workload, workload

REGISTERS = 12
LOOPS = 20_000_000
REPEATS = 5
N = 2000


def main() -> None:
    """Measure both and write them down."""
    results, w = Results(), workload("c")
    gflops = peak()
    found = {"workload": w.id, "gflops": gflops, **share(w, gflops)}
    results.put(found, "peak")
    print(found)


def peak() -> float:
    """Return the measured peak of one thread [GFLOP/s]."""
    width = instruction_set().width
    run, engine = _compile(_fma_loop(width))
    operations = 2 * width * REGISTERS * LOOPS
    seconds = min(_seconds(run) for _ in range(REPEATS))
    del engine
    return operations / seconds / 1e9


def share(w: Workload, gflops: float) -> dict[str, float | str]:
    """Return the method taken, operations per subject and the share of the peak, one thread."""
    schedules, parameters = w.schedules(N), w.parameters(N)
    seconds = []
    for _ in range(REPEATS + 1):
        begin = time.perf_counter()
        found = solve(
            w.model, schedules, w.times, w.outputs, parameters=parameters, threads=1
        ).raise_failures()
        seconds.append(time.perf_counter() - begin)
    program = program_of(w.model, w.outputs, jacobian=found.method == "rodas5p")
    each = per_subject(program, found.method, float(found.steps.mean()), w.times.size)
    used = each * N / median(seconds[1:]) / 1e9
    return {
        "method": found.method,
        "steps": float(found.steps.mean()),
        "flops": each,
        "used": used,
        "fraction": used / gflops,
    }


def per_subject(program: Program, method: str, steps: float, n_times: int) -> float:
    """Return floating-point operations of one subject.

    tsit5: six right-hand sides a step, a multiply and an add for each of 21 stage terms and 7 terms
    of the error, and 7 terms of the interpolant at an output. rodas5p: seven right-hand sides, one
    with its factors, eight solves, 28 terms each of stages and their corrections, three terms of
    the interpolant.
    """
    n = len(program.states)
    read = flops(program.observe)
    if method == "tsit5":
        return steps * (6 * flops(program.rhs) + 2 * n * (21 + 7)) + n_times * (2 * n * 7 + read)
    step = 7 * flops(program.rhs) + flops(program.factor) + 8 * flops(program.solve)
    return steps * (step + 2 * n * (28 + 28)) + n_times * (2 * n * 3 + read)


def _fma_loop(width: int) -> str:
    vector = f"<{width} x double>"
    numbers = range(REGISTERS)
    entry = [f"  %start{i} = insertelement {vector} %b, double {1 + i / 8}, i32 0" for i in numbers]
    phi = [f"  %a{i} = phi {vector} [ %start{i}, %entry ], [ %n{i}, %loop ]" for i in numbers]
    fma = [
        f"  %n{i} = call {vector} @llvm.fma.v{width}f64({vector} %a{i}, {vector} %b, {vector} %c)"
        for i in numbers
    ]
    add = [
        f"  %s{i + 1} = fadd {vector} {'zeroinitializer' if i == 0 else f'%s{i}'}, %n{i}"
        for i in numbers
    ]
    return "\n".join(
        [
            f"declare {vector} @llvm.fma.v{width}f64({vector}, {vector}, {vector})",
            "define void @spin(ptr %data, i64 %loops) {",
            "entry:",
            f"  %b = load {vector}, ptr %data, align 8",
            f"  %place = getelementptr {vector}, ptr %data, i64 1",
            f"  %c = load {vector}, ptr %place, align 8",
            *entry,
            "  br label %loop",
            "loop:",
            "  %i = phi i64 [ 0, %entry ], [ %next, %loop ]",
            *phi,
            *fma,
            "  %next = add i64 %i, 1",
            "  %more = icmp slt i64 %next, %loops",
            "  br i1 %more, label %loop, label %end",
            "end:",
            *add,
            f"  store {vector} %s{REGISTERS}, ptr %data, align 8",
            "  ret void",
            "}",
        ]
    )


def _compile(text: str) -> tuple[ctypes._CFunctionType, object]:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3
    )
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(text), target)
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)
    return kind(engine.get_function_address("spin")), engine


def _seconds(run: ctypes._CFunctionType) -> float:
    width = instruction_set().width
    data = (ctypes.c_double * (2 * width))(*([0.5] * (2 * width)))
    begin = time.perf_counter()
    run(ctypes.addressof(data), LOOPS)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
