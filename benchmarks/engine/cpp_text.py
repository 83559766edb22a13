"""Blocks of a statement list and the sizes of a unit as C++, for ``cpp_kernel.cpp``."""

from __future__ import annotations

import numpy as np

from diapedesis.simulate.codegen.blocks import ROOMS
from diapedesis.simulate.codegen.dialect import Unit
from diapedesis.simulate.program import Block, Op

FIELDS = {"repeats": (0, "i"), "rtol": (1, "f"), "atol": (2, "p")}
"""Slot and type of each field of the argument block."""
PLAIN = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<="}


def cpp_constants(unit: Unit, method: str) -> str:
    """Return sizes, places, coefficients and slots as C++."""
    lines = [f"#define {method.upper()}", f"constexpr int W = {unit.width};"]
    lines += [f"constexpr int AT_{room} = {at};" for room, (at, _) in unit.rooms.items()]
    lines += [f"constexpr int ARG_{f.upper()} = {at};" for f, (at, _) in FIELDS.items()]
    for name, value in unit.constants.items():
        if isinstance(value, int) and name == "N":
            lines.append(f"constexpr int N = {value};")
        elif isinstance(value, float) and np.isfinite(value):
            lines.append(f"constexpr double {name} = {value!r};")
        elif isinstance(value, tuple) and value and isinstance(value[0], float):
            lines.append(f"constexpr double {name}[] = {_braces(value)};")
        elif isinstance(value, tuple) and value:
            rows = ", ".join(_braces(row or (0.0,)) for row in value)
            lines.append(f"constexpr double {name}[][{max(map(len, value))}] = {{{rows}}};")
    return "\n".join([*lines, ""])


def _braces(row: tuple[float, ...]) -> str:
    return "{" + ", ".join(repr(float(x)) for x in row) + "}"


def cpp_block(name: str, block: Block, pointers: tuple[str, ...]) -> str:
    """Return a block as a C++ function."""
    given = ", ".join(f"vd *__restrict {p}" for p in pointers)
    lines = [f"static void {name}(const vd *ws, {given}) {{"]
    names: list[str] = []
    for n, op in enumerate(block.ops):
        names.append(f"x{n}")
        if op.code == "const":
            names[n] = f"splat({float(op.value)!r})"  # type: ignore[arg-type]
        else:
            kind = "vi" if op.code in ("lt", "le") else "vd"
            lines.append(f"  {kind} x{n} = {_right(op, [names[a] for a in op.args], pointers)};")
    stores = [f"  {space}[{i}] = {names[n]};" for space, i, n in block.stores]
    return "\n".join([*lines, *stores, "}", ""])


def _right(op: Op, a: list[str], pointers: tuple[str, ...]) -> str:
    if op.code == "load":
        assert isinstance(op.value, tuple)
        space, i = op.value
        return f"{space}[{i}]" if space in pointers else f"ws[AT_{ROOMS[space]} + {i}]"
    if op.code in PLAIN:
        return f" {PLAIN[op.code]} ".join(a)
    if op.code == "neg":
        return f"-{a[0]}"
    if op.code == "select":
        return f"{a[0]} ? {a[1]} : {a[2]}"
    return f"v_{op.code}({', '.join(a)})"
