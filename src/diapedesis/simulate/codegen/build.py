"""From a program and a method to an object file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import TYPE_CHECKING, Literal

from diapedesis.simulate.codegen.blocks import emit_block
from diapedesis.simulate.codegen.cpu import InstructionSet
from diapedesis.simulate.codegen.dialect import Signature, Unit, translate
from diapedesis.simulate.codegen.tableaus import RODAS5P, TSIT5

if TYPE_CHECKING:
    from diapedesis.simulate.program import Program

Method = Literal["tsit5", "rodas5p"]
PATTERNS = 16
SAMPLES = 4
BISECTIONS = 48
FIELDS = {
    name: (slot, letter)
    for slot, (name, letter) in enumerate(
        (line.split())
        for line in """
        queue q
        rows i
        lockstep i
        given i
        t0 f
        t1 f
        rtol f
        first_step f
        max_steps i
        atol p
        low p
        p p
        y0 p
        schedule q
        stop_begin q
        base_row q
        stop_time p
        stop_row q
        stop_pattern q
        stop_jump q
        jump_state q
        jump_value p
        jump_replaces q
        u p
        n_own i
        own_input q
        own p
        times p
        times_stride i
        n_times i
        out p
        y_end p
        status q
        steps q
        event_time p
        event_count q
        sign p
        once q
        ends q
        then q
        n_looks i
        look_time p
        look_triggers q
        """.strip().splitlines()
    )
}
"""Slot and type of each field of the argument block of a kernel."""


@dataclass(frozen=True)
class Layout:
    """What a caller of the machine code must know.

    Attributes
    ----------
    width : int
        Lanes.
    n : int
        States, at least 1.
    workspace : int
        Doubles of workspace for each thread.
    """

    width: int
    n: int
    workspace: int


def lobatto() -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Return four nodes on 0 to 1, and for each the integral of its Lagrange polynomial over x.

    Row k holds c with integral from 0 to x = x (c[0] + c[1] x + c[2] x**2 + c[3] x**3).

    Examples
    --------
    >>> nodes, cumulative = lobatto()
    >>> [round(sum(c), 6) for c in cumulative]
    [0.083333, 0.416667, 0.416667, 0.083333]
    """
    half = Fraction(1, 2)
    inner = Fraction((1 / 20) ** 0.5)  # sqrt(5)/10
    nodes = (Fraction(0), half - inner, half + inner, Fraction(1))
    rows = []
    for k, own in enumerate(nodes):
        poly, scale = [Fraction(1)], Fraction(1)
        for j, other in enumerate(nodes):
            if j != k:
                none = [Fraction(0)]
                low = [*(-other * c for c in poly), *none]
                poly = [a + b for a, b in zip(low, none + poly, strict=True)]
                scale *= own - other
        rows.append(tuple(float(c / scale / (i + 1)) for i, c in enumerate(poly)))
    return tuple(float(x) for x in nodes), tuple(rows)


def _between(intervals: int, parts: int) -> tuple[tuple[float, ...], ...]:
    """Return weights of equidistant points for the polynomial through them, at points between."""
    n = intervals + 1
    fine = [p / parts for p in range(intervals * parts + 1) if p % parts]
    return tuple(
        tuple(math.prod((x - j) / (k - j) for j in range(n) if j != k) for k in range(n))
        for x in fine
    )


def assemble(
    program: Program, method: Method, width: int, continuous: tuple[int, ...] = ()
) -> tuple[str, Layout]:
    """Return the LLVM IR of a kernel, and its layout.

    `continuous` are the triggers to be watched all the time, not on given days alone.
    """
    unit = Unit(width, _constants(program, method, width, continuous), FIELDS)
    unit.functions |= _signatures(program, method)
    translate(unit, source("vectors.py"))
    driver, steps = source("driver.py"), source(f"steps_{method}.py")
    translate(unit, f"{driver}\n\n{steps}")
    blocks = {"subject": ("subject", ()), "segment": ("segment", ()), "start": ("start", ("y",))}
    blocks["rhs"] = ("rhs", ("y", "dy"))
    blocks["observe"] = ("observe", ("y", "z", "o"))
    blocks["integrand"] = ("integrand", ("y", "f"))
    blocks["watch"] = ("watch", ("y", "z", "r"))
    if method == "rodas5p":
        blocks["factor"] = ("factor", ("y", "c", "dy", "m", "w"))
        blocks["back_substitute"] = ("solve", ("m", "x"))
    for name, (block, pointers) in blocks.items():
        emit_block(unit, name, getattr(program, block), pointers)
    for j, action in enumerate(program.actions):
        emit_block(unit, f"action_{j}", action, ("y", "z", "ye", "pe"), {"y": "ye", "p": "pe"})
    n = int(unit.constants["N"])
    return unit.module(), Layout(width, n, unit.size * width)


def source(name: str) -> str:
    """Return the text of a module of the language."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _constants(
    program: Program, method: Method, width: int, continuous: tuple[int, ...]
) -> dict[str, object]:
    nodes, cumulative = lobatto()
    n = max(len(program.states), 1)
    constants: dict[str, object] = {
        "W": width,
        "N": n,
        "NP": len(program.parameters),
        "NU": len(program.inputs),
        "NS": program.n_subject,
        "NG": program.n_segment,
        "NO": len(program.outputs),
        "NZ": len(program.integrals),
        "NR": len(program.triggers),
        "NPATTERN": PATTERNS,
        "SAMPLES": SAMPLES,
        "BISECTIONS": BISECTIONS,
        "FINE": _between(SAMPLES, 4),
        "NODES": nodes,
        "CUMULATIVE": cumulative,
        "INFINITY": float("inf"),
        "NAN": float("nan"),
        "NEEDED": tuple(range(n)) if continuous else _needed(program),
        "CONTINUOUS": continuous,
        "ACTIONS": tuple(f"action_{j}" for j in range(len(program.actions))),
        "ACTS": tuple(bool(a.stores) for a in program.actions),
        "SET_STATES": tuple(_targets(a, "y") for a in program.actions),
        "SET_PARAMETERS": tuple(_targets(a, "p") for a in program.actions),
    }
    if method == "rodas5p":
        return {
            **constants,
            "NM": program.n_m,
            **RODAS5P,
        }
    return {**constants, **TSIT5}


def _targets(action: object, space: str) -> tuple[int, ...]:
    return tuple(i for s, i, _ in action.stores if s == space)  # type: ignore[attr-defined]


def _needed(program: Program) -> tuple[int, ...]:
    """Return the states that the outputs and integrands read."""
    ops = [*program.observe.ops, *program.integrand.ops]
    return tuple(
        sorted({op.value[1] for op in ops if isinstance(op.value, tuple) and op.value[0] == "y"})
    )


def _signatures(program: Program, method: Method) -> dict[str, Signature]:
    counts = {"subject": 0, "segment": 0, "start": 1, "rhs": 2, "observe": 3, "integrand": 2}
    counts["watch"] = 3
    if method == "rodas5p":
        counts |= {"factor": 5, "back_substitute": 2}
    counts |= {f"action_{j}": 4 for j in range(len(program.actions))}
    return {name: Signature(("p",) * n, "") for name, n in counts.items()}


def compile_object(text: str, target: InstructionSet) -> bytes:
    """Turn LLVM IR into an object file for an instruction set."""
    import llvmlite.binding as llvm

    _initialise()
    machine = target_machine(target)
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    found: bytes = machine.emit_object(module)
    return found


def target_machine(target: InstructionSet):  # type: ignore[no-untyped-def]
    """Return LLVM's machine for an instruction set of this computer."""
    import llvmlite.binding as llvm

    _initialise()
    triple = llvm.get_process_triple()
    found = llvm.Target.from_triple(triple).create_target_machine(
        cpu=target.cpu, opt=2, reloc="pic", codemodel="default", jit=True
    )
    return found


def _initialise() -> None:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
