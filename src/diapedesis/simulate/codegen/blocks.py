"""A block of the statement list as one LLVM function over vectors."""

from __future__ import annotations

from collections.abc import Mapping

from diapedesis.simulate.codegen.dialect import FAST, Unit, number
from diapedesis.simulate.program import Block

ROOMS = {"p": "P", "u": "U", "s": "S", "g": "G"}
"""Spaces that lie at one place in the workspace; the others come as arguments."""
_PLAIN = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_CALLS = {"exp": "v_exp", "log": "v_log", "pow": "v_pow"}


def emit_block(
    unit: Unit,
    name: str,
    block: Block,
    pointers: tuple[str, ...],
    into: Mapping[str, str] | None = None,
) -> None:
    """Add the function of a block to a unit.

    Parameters
    ----------
    unit : Unit
        Its rooms hold ``P``, ``U``, ``S`` and ``G``.
    name : str
    block : Block
    pointers : tuple of str
        Spaces that are arguments, in their order.
    into : mapping of str to str, optional
        Another space to store to, for a block that writes what it reads.
    """
    body = _Body(unit, block, pointers, into or {})
    arguments = ["ptr %ws", "ptr %arg", *(f"ptr noalias %{s}" for s in pointers)]
    attributes = 'nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512"'
    head = f"define internal void @{name}({', '.join(arguments)}) {attributes} {{"
    unit.text.append("\n".join([head, *body.lines(), "  ret void", "}", ""]))


class _Body:
    def __init__(
        self, unit: Unit, block: Block, pointers: tuple[str, ...], into: Mapping[str, str]
    ) -> None:
        self.unit, self.block, self.pointers, self.into = unit, block, pointers, into
        self.v, self.m = unit.type("v"), unit.type("m")
        self.names: list[str] = []

    def lines(self) -> list[str]:
        out: list[str] = []
        for n, op in enumerate(self.block.ops):
            self.names.append(f"%x{n}")
            if op.code == "const":
                assert isinstance(op.value, float | int)
                self.names[n] = self.unit_splat(float(op.value))
            elif op.code == "load":
                assert isinstance(op.value, tuple)
                out += self._load(n, *op.value)
            else:
                out += self._operation(n, op.code, [self.names[a] for a in op.args])
        for k, (space, index, op_number) in enumerate(self.block.stores):
            out += self._address(f"%to{k}", self.into.get(space, space), index)
            align = self.unit.align
            out.append(f"  store {self.v} {self.names[op_number]}, ptr %to{k}, align {align}")
        return out

    def unit_splat(self, x: float) -> str:
        return f"<{', '.join([f'double {number(x)}'] * self.unit.width)}>"

    def _address(self, target: str, space: str, index: int) -> list[str]:
        if space in self.pointers:
            base, at = f"%{space}", index * self.unit.width
        else:
            base, at = "%ws", (self.unit.rooms[ROOMS[space]][0] + index) * self.unit.width
        return [f"  {target} = getelementptr inbounds double, ptr {base}, i64 {at}"]

    def _load(self, n: int, space: str, index: int) -> list[str]:
        load = f"  %x{n} = load {self.v}, ptr %at{n}, align {self.unit.align}"
        return [*self._address(f"%at{n}", space, index), load]

    def _operation(self, n: int, code: str, a: list[str]) -> list[str]:
        v, out = self.v, f"  %x{n} ="
        suffix = f"v{self.unit.width}f64"
        if code in _PLAIN:
            return [f"{out} {_PLAIN[code]} {FAST} {v} {a[0]}, {a[1]}"]
        if code in _CALLS:
            given = ", ".join(f"{v} {x}" for x in a)
            return [f"{out} call {v} @{_CALLS[code]}(ptr %ws, ptr %arg, {given})"]
        match code:
            case "neg":
                return [f"{out} fneg {v} {a[0]}"]
            case "abs":
                return [f"{out} call {v} @llvm.fabs.{suffix}({v} {a[0]})"]
            case "sqrt":
                return [f"{out} call {v} @llvm.sqrt.{suffix}({v} {a[0]})"]
            case "min" | "max":
                order = "olt" if code == "min" else "ogt"
                return [
                    f"  %c{n} = fcmp {order} {v} {a[1]}, {a[0]}",
                    f"  %s{n} = select {self.m} %c{n}, {v} {a[1]}, {v} {a[0]}",
                    f"  %n{n} = fcmp uno {v} {a[1]}, {a[1]}",  # the first's NaN stays by itself
                    f"{out} select {self.m} %n{n}, {v} {a[1]}, {v} %s{n}",
                ]
            case "lt" | "le":
                return [f"{out} fcmp o{code} {v} {a[0]}, {a[1]}"]
            case "select":
                return [f"{out} select {self.m} {a[0]}, {v} {a[1]}, {v} {a[2]}"]
        raise ValueError(f"statement {code!r}: expected one of the codes of Op")
