"""A model as statements: blocks of single assignments over named spaces of numbers.

====== =====================================================================================
space  holds
====== =====================================================================================
p, u   parameters of the subject; inputs, constant over a segment of the protocol
s, g   computed from parameters alone, once per subject; and from inputs, once per segment
y, z   states; time integrals so far
dy     rates of the states, per day
o      outputs asked for
f      rates of the integrals
r      values of the triggers
c      one number: 1 / (gamma * step), on the diagonal of the matrix that is factored
m      factors of ``c[0] * 1 - d(dy)/dy``, with inverted pivots
w      one number: the largest multiplier met while factoring
x      right-hand side, replaced by the solution
====== =====================================================================================
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, fields
from functools import cached_property

_FREE = frozenset({"const", "load"})


@dataclass(frozen=True)
class Op:
    """One statement; its number is its place in the block.

    Attributes
    ----------
    code : str
        const, load, add, sub, mul, div, neg, abs, sqrt, exp, log, pow, min, max, lt, le, select.
    args : tuple of int
        Numbers of earlier statements.
    value : float, (space, index) or None
        Of a const, and of a load.
    """

    code: str
    args: tuple[int, ...] = ()
    value: float | tuple[str, int] | None = None


@dataclass(frozen=True)
class Block:
    """Statements, and which of them are stored where: (space, index, statement)."""

    ops: tuple[Op, ...] = ()
    stores: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Program:
    """Everything a solver needs of a model.

    Attributes
    ----------
    states, parameters, inputs, outputs, integrals, triggers : tuple of str
        Ids, in the order of the spaces y, p, u, o, z (and f) and r.
    floor : tuple of bool
        States that are read as 0 when they have fallen below.
    scale : tuple of float
        Size of each state that matters.
    sensitivity_of : tuple of int
        For a state that is the derivative of another by a parameter, the other's index; else -1.
    n_subject, n_segment, n_m : int
        Sizes of the spaces s, g and m.
    subject, segment, start, rhs, observe, integrand, watch : Block
        p to s; p, s, u to g; the initial y; y to dy; y, z to o; y to f; y, z to r.
    actions : tuple of Block
        What each trigger sets: stores to y and p, from values before any of them.
    factor, solve : Block
        y, c to dy, m and w; m, x to x. Empty unless asked for.
    """

    states: tuple[str, ...]
    parameters: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    integrals: tuple[str, ...]
    triggers: tuple[str, ...]
    floor: tuple[bool, ...]
    scale: tuple[float, ...]
    sensitivity_of: tuple[int, ...]
    n_subject: int
    n_segment: int
    n_m: int
    subject: Block
    segment: Block
    start: Block
    rhs: Block
    observe: Block
    integrand: Block
    watch: Block
    actions: tuple[Block, ...]
    factor: Block
    solve: Block

    @cached_property
    def digest(self) -> str:
        """Hash of the whole program: the same in every process and version of Python."""
        seen = hashlib.sha256()
        for field in fields(self):
            seen.update(f"{field.name}={_stable(getattr(self, field.name))}\n".encode())
        return seen.hexdigest()


def _stable(value: object) -> str:
    match value:
        case Op(code, args, operand):
            return f"{code}{args}{_stable(operand)}"
        case Block(ops, stores):
            return f"[{_stable(ops)} {stores}]"
        case float():
            return value.hex()
        case tuple():
            return "(" + ",".join(_stable(v) for v in value) + ")"
    return repr(value)


def operations(block: Block) -> dict[str, int]:
    """Return how many statements of each code a block has."""
    return dict(sorted(Counter(op.code for op in block.ops).items()))


def flops(block: Block) -> int:
    """Return the number of arithmetic statements; exp, log and pow count as one each."""
    return sum(n for code, n in operations(block).items() if code not in _FREE)


_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "lt": "<", "le": "<="}


def text(block: Block) -> str:
    """Return the statements one per line, as a reader would write them.

    Examples
    --------
    >>> load, half = Op("load", (), ("y", 0)), Op("const", (), 0.5)
    >>> print(text(Block((load, half, Op("mul", (0, 1))), (("dy", 0, 2),))))
    v0 = y[0]
    v2 = v0 * 0.5
    dy[0] = v2
    """
    names = [f"{op.value!r}" if op.code == "const" else f"v{i}" for i, op in enumerate(block.ops)]
    lines = [
        f"{names[i]} = {_right(op, names)}" for i, op in enumerate(block.ops) if op.code != "const"
    ]
    return "\n".join([*lines, *(f"{s}[{i}] = {names[n]}" for s, i, n in block.stores)])


def _right(op: Op, names: list[str]) -> str:
    args = [names[a] for a in op.args]
    if op.code == "load" and isinstance(op.value, tuple):
        return f"{op.value[0]}[{op.value[1]}]"
    if op.code in _SIGNS:
        return f" {_SIGNS[op.code]} ".join(args)
    if op.code == "neg":
        return f"-{args[0]}"
    return f"{op.code}({', '.join(args)})"
