"""Our machine code beside a C++ compiler's: ``python -m benchmarks.engine.cpp``.

The same statement lists and the same step formulas, once by the package's own route (text of LLVM,
llvmlite) and once as C++ with vector extensions (``cpp_kernel.cpp``, g++). Both work on the same
memory, repeat one step from one state, and must agree on where it leads. Rounds take turns.
"""

from __future__ import annotations

import argparse
import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.models import pkpd
from diapedesis.simulate import Protocol, Pulse, Schedule, solve
from diapedesis.simulate.codegen.blocks import ROOMS, emit_block
from diapedesis.simulate.codegen.build import compile_object, source, target_machine
from diapedesis.simulate.codegen.cpu import instruction_set
from diapedesis.simulate.codegen.dialect import Signature, Unit, translate
from diapedesis.simulate.codegen.tableaus import RODAS5P, TSIT5
from diapedesis.simulate.problem import program_of
from diapedesis.simulate.program import Program, evaluate, memory

from . import standin
from .cpp_text import FIELDS, cpp_block, cpp_constants
from .results import PATH, Results

Method = Literal["tsit5", "rodas5p"]
METHODS: tuple[Method, ...] = ("tsit5", "rodas5p")
Run = Callable[[int, int], None]
HERE = Path(__file__).parent
FLAGS = (
    "-std=c++17", "-O3", "-march=native", "-ffp-contract=fast", "-fno-math-errno",
    "-fno-trapping-math", "-Wno-psabi", "-shared", "-fPIC",
)  # fmt: skip
ROUNDS = 15
SECONDS = 0.05
RTOL, STEP = 1e-6, 0.05
BLOCKS: dict[Method, dict[str, tuple[str, ...]]] = {
    "tsit5": {"rhs": ("y", "dy")},
    "rodas5p": {"rhs": ("y", "dy"), "factor": ("y", "c", "dy", "m", "w"), "solve": ("m", "x")},
}
LOOP = """
P = room(max(NP, 1))
U = room(max(NU, 1))
S = room(max(NS, 1))
G = room(max(NG, 1))
Y = room(N)
YN = room(N)
D = room(N)
H = room(1)
ERROR = room(1)

@entry
def repeat():
    for n in range(arg.repeats):
        error = step()
        put(ERROR, 0, error)
        for i in range(N):
            put(Y, i, where(error < 1e300, vec(Y, i), vec(YN, i)))
"""


@dataclass(frozen=True)
class Case:
    """A model, and what leads to the state from which it steps."""

    name: str
    model: Model
    outputs: tuple[str, ...]
    dose: Protocol | Schedule


@dataclass(frozen=True)
class Code:
    """Machine code of a repeated step, and how long it took to make [s]."""

    run: Run
    owner: Any
    seconds: float


def main() -> None:
    """Measure both models and formulas, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=PATH, help="file of the figures")
    asked = parser.parse_args()
    compiler = shutil.which("g++")
    if compiler is None:
        print("no compiler: not measured")
        return
    rows = [compare(case, method, compiler) for case in cases() for method in METHODS]
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    about = {"compiler": version.stdout.splitlines()[0], "flags": FLAGS, "rows": rows}
    Results(asked.results).put(about, "cpp")
    for row in rows:
        print(row)


def cases() -> Iterator[Case]:
    """Yield the models measured."""
    yield Case("pkpd", pkpd(), ("c", "c_free"), Protocol.every(28, n=1))
    infusion = Schedule((Pulse("infusion_rate", 0.0, 1 / 24, 72.0),))
    courses = tuple(f"{s.id}_course" for s in standin.STATES)
    yield Case("stand-in", standin.model(), courses, infusion)


def compare(case: Case, method: Method, compiler: str) -> dict[str, Any]:
    """Return time per vector step of both routes [ns], compile times [s] and the difference."""
    program = program_of(case.model, case.outputs, (), (), jacobian=method == "rodas5p")
    made = time.perf_counter()
    unit = our_unit(program, method)
    ours = our_code(unit, made)
    theirs = cpp_code(program, method, unit, compiler)
    spaces = state(program, case)
    pairs = [(Memory(unit, spaces, program), code) for code in (ours, theirs)]
    agree(pairs, len(program.states))
    times = interleave(pairs)
    ns = [1e9 * median(t) for t in times]
    return {
        "model": case.name, "method": method, "lanes": unit.width,
        "ours_ns": ns[0], "cpp_ns": ns[1],
        "ratio": median(c / o for o, c in zip(*times, strict=True)),
        "ours_compile": ours.seconds, "cpp_compile": theirs.seconds,
    }  # fmt: skip


def agree(pairs: list[tuple[Memory, Code]], n: int) -> None:
    """Raise when the codes do not step to the same states with the same error.

    They round where their compilers like; the error is a difference of nearly equal numbers.
    """
    for held, code in pairs:
        held.run(code, 1)
    (own, _), (other, _) = pairs
    np.testing.assert_allclose(own.room("YN", n), other.room("YN", n), rtol=1e-13)
    np.testing.assert_allclose(own.room("ERROR", 1), other.room("ERROR", 1), rtol=1e-5)


def interleave(pairs: list[tuple[Memory, Code]]) -> list[list[float]]:
    """Return seconds per step of each code in each round."""
    counts = []
    for held, code in pairs:
        held.run(code, 1000)
        counts.append(max(1000, int(SECONDS * 1000 / max(held.run(code, 1000), 1e-9))))
    times: list[list[float]] = [[] for _ in pairs]
    for r in range(ROUNDS):
        for k in (0, 1) if r % 2 else (1, 0):
            held, code = pairs[k]
            times[k].append(held.run(code, counts[k]) / counts[k])
    return times


def state(program: Program, case: Case) -> dict[str, NDArray[Any]]:
    """Return parameters, inputs, hoisted values and the states a day after an infusion began."""
    model = case.model
    found = solve(model, case.dose, [1.1], case.outputs, method="tsit5")
    spaces = memory(program, 1)
    spaces["p"][:, 0] = [model.parameters[p].default for p in program.parameters]
    spaces["u"][:, 0] = [model.inputs[u].default for u in program.inputs]
    evaluate(program.subject, spaces)
    evaluate(program.segment, spaces)
    spaces["y"][:, 0] = [found.final[s][0] for s in program.states]
    evaluate(program.rhs, spaces)
    return spaces


class Memory:
    """A workspace and an argument block that both codes understand."""

    def __init__(self, unit: Unit, spaces: dict[str, NDArray[Any]], program: Program) -> None:
        self.unit = unit
        raw = np.zeros((unit.size * unit.width) + 8)
        skip = (-raw.ctypes.data % 64) // 8
        self.space = raw[skip : skip + unit.size * unit.width].reshape(unit.size, unit.width)
        for space, room in (*ROOMS.items(), ("y", "Y"), ("dy", "K")):
            self.room(room, len(spaces[space]))[:] = spaces[space]
        self.room("H", 1)[:] = STEP
        self.atol = 1e-3 * RTOL * np.array(program.scale)
        self.words = np.zeros(len(FIELDS), np.int64)
        self.words[1:2].view(float)[0] = RTOL
        self.words[2] = self.atol.ctypes.data

    def room(self, name: str, n: int) -> NDArray[Any]:
        """Return the first vectors of a room, shape (n, lanes)."""
        start = self.unit.rooms[name][0]
        return self.space[start : start + n]

    def run(self, code: Code, repeats: int) -> float:
        """Return the seconds that so many steps take."""
        self.words[0] = repeats
        begin = time.perf_counter()
        code.run(self.space.ctypes.data, self.words.ctypes.data)
        return time.perf_counter() - begin


def our_unit(program: Program, method: Method) -> Unit:
    """Return the step of a program with a loop around it, as a unit of the package's language."""
    sizes = {"NP": len(program.parameters), "NU": len(program.inputs), "NM": program.n_m}
    sizes |= {"NS": program.n_subject, "NG": program.n_segment, "N": len(program.states)}
    tableau = RODAS5P if method == "rodas5p" else TSIT5
    width = instruction_set().width
    special = {"NEEDED": (), "INFINITY": np.inf, "NAN": np.nan, "W": width}
    unit = Unit(width, {**sizes, **tableau, **special}, FIELDS)
    called = {"solve": "back_substitute"}
    for name, pointers in BLOCKS[method].items():
        unit.functions[called.get(name, name)] = Signature(("p",) * len(pointers), "")
    translate(unit, source("vectors.py"))
    translate(unit, f"{LOOP}\n\n{source(f'steps_{method}.py')}")
    for name, pointers in BLOCKS[method].items():
        emit_block(unit, called.get(name, name), getattr(program, name), pointers)
    return unit


def our_code(unit: Unit, begun: float) -> Code:
    """Compile a unit as the package does."""
    target = instruction_set()
    code = compile_object(unit.module(), target)
    seconds = time.perf_counter() - begun
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine(target))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Code(_callable(engine.get_function_address("repeat")), engine, seconds)


def cpp_code(program: Program, method: Method, unit: Unit, compiler: str) -> Code:
    """Emit C++ and compile it."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        blocks = (cpp_block(n, getattr(program, n), p) for n, p in BLOCKS[method].items())
        Path(folder, "blocks.h").write_text("\n".join(blocks))
        Path(folder, "constants.h").write_text(cpp_constants(unit, method))
        made = f"{folder}/step.so"
        files = (f"-I{folder}", str(HERE / "cpp_kernel.cpp"), "-o", made)
        subprocess.run([compiler, *FLAGS, *files], check=True)
        seconds = time.perf_counter() - begun
        library = ctypes.CDLL(made)
    address = ctypes.cast(library.repeat, ctypes.c_void_p).value
    assert address is not None
    return Code(_callable(address), library, seconds)


def _callable(address: int) -> Run:
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(address)


if __name__ == "__main__":
    main()
