"""A typed subset of Python, translated to LLVM IR: the language of the driver and its mathematics.

A module of the language is parsed, never imported. Its functions see

- ``room(n)`` at module level: n vectors of the workspace, one double for each lane; ``introom(n)``
  the same for int64;
- constants given by the builder (numbers, tuples), folded: an ``if`` on one keeps one branch;
- ``arg.name``: a field of the argument block.

Types, written as annotations: ``i`` int64, ``f`` double, ``v`` vector of doubles, ``w`` vector of
int64, ``m`` mask of lanes, ``b`` bool, ``p`` pointer to doubles, ``q`` pointer to int64. A local
has the type of its first value. ``x[j]`` is a scalar behind a pointer, ``vec(x, j)`` and
``put(x, j, v)`` a vector. ``for j in unroll(...)`` is written out, ``for j in range(...)`` loops,
``for lane in members(bits)`` takes the bits that are set, lowest first.
"""

from __future__ import annotations

import ast
import operator
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

FAST = "contract"
"""The one licence given to the optimiser: a product and a sum may become one rounding."""


class Value(NamedTuple):
    """A value that the machine computes: its type letter and its name in the text."""

    type: str
    text: str


@dataclass(frozen=True)
class Static:
    """A value known now."""

    value: Any


class DialectError(SyntaxError):
    """Text that is not in the language, with the function and the line."""


@dataclass(frozen=True)
class Signature:
    """Types of the arguments and of the result ('' for none) of a function of the module."""

    arguments: tuple[str, ...]
    result: str


@dataclass
class Unit:
    """A module being made.

    Attributes
    ----------
    width : int
        Lanes.
    constants : dict
    fields : dict of str to (int, str)
        Slot and type of each field of the argument block.
    functions : dict of str to Signature
        Those of the module and those given from outside.
    rooms : dict of str to (int, str)
        Offset of each room in the workspace, in vectors, and the type of a pointer to it.
    size : int
        Vectors of the whole workspace.
    """

    width: int
    constants: dict[str, Any]
    fields: Mapping[str, tuple[int, str]]
    functions: dict[str, Signature] = field(default_factory=dict)
    rooms: dict[str, tuple[int, str]] = field(default_factory=dict)
    size: int = 0
    text: list[str] = field(default_factory=list)

    def type(self, letter: str) -> str:
        """Return LLVM's name of a type."""
        vectors = {"v": "double", "w": "i64", "m": "i1"}
        if letter in vectors:
            return f"<{self.width} x {vectors[letter]}>"
        return {"i": "i64", "f": "double", "b": "i1", "p": "ptr", "q": "ptr", "": "void"}[letter]

    def module(self) -> str:
        """Return everything made so far as one LLVM module."""
        vector, suffix = self.type("v"), f"v{self.width}f64"
        declared = [
            f"declare {vector} @llvm.fabs.{suffix}({vector})",
            f"declare {vector} @llvm.sqrt.{suffix}({vector})",
            "declare double @llvm.fabs.f64(double)",
            "declare i64 @llvm.cttz.i64(i64, i1)",
        ]
        return "\n".join([*declared, *self.text, "!0 = !{}", ""])

    @property
    def align(self) -> int:
        """Bytes at which vectors lie."""
        return 8 * self.width


def translate(unit: Unit, source: str) -> None:
    """Add the functions and rooms of a module of the language to a unit."""
    tree = ast.parse(source)
    functions = [s for s in tree.body if isinstance(s, ast.FunctionDef)]
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            _module_level(unit, statement)
    for f in functions:
        types = tuple(_annotation(a.annotation) for a in f.args.args)
        unit.functions[f.name] = Signature(types, _annotation(f.returns))
    for f in functions:
        unit.text.append(_Function(unit, f).render())


def _module_level(unit: Unit, statement: ast.Assign) -> None:
    name, value = ast.unparse(statement.targets[0]), statement.value
    kind = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
    if isinstance(value, ast.Call) and kind in ("room", "introom"):
        n = eval(ast.unparse(value.args[0]), {"max": max}, unit.constants)
        unit.rooms[name] = (unit.size, "p" if kind == "room" else "q")
        unit.size += int(n)
    else:
        unit.constants[name] = eval(ast.unparse(value), {"max": max}, unit.constants)


def _annotation(node: ast.expr | None) -> str:
    return "" if node is None or ast.unparse(node) == "None" else ast.unparse(node)


_BINARY: dict[type, tuple[str, str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("fadd", "add", operator.add),
    ast.Sub: ("fsub", "sub", operator.sub),
    ast.Mult: ("fmul", "mul", operator.mul),
    ast.Div: ("fdiv", "sdiv", operator.truediv),
    ast.Mod: ("frem", "srem", operator.mod),
    ast.FloorDiv: ("", "sdiv", operator.floordiv),
    ast.LShift: ("", "shl", operator.lshift),
    ast.RShift: ("", "ashr", operator.rshift),
    ast.BitAnd: ("", "and", operator.and_),
    ast.BitOr: ("", "or", operator.or_),
    ast.BitXor: ("", "xor", operator.xor),
}
_COMPARE: dict[type, tuple[str, str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("olt", "slt", operator.lt),
    ast.LtE: ("ole", "sle", operator.le),
    ast.Gt: ("ogt", "sgt", operator.gt),
    ast.GtE: ("oge", "sge", operator.ge),
    ast.Eq: ("oeq", "eq", operator.eq),
    ast.NotEq: ("une", "ne", operator.ne),
}
_ORDER = "bifv"


def number(x: float) -> str:
    """Return a double as LLVM reads it without rounding."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', float(x)))[0]:016X}"


class _Function:
    """One function on its way to text."""

    def __init__(self, unit: Unit, node: ast.FunctionDef) -> None:
        self.unit, self.node = unit, node
        self.lines: list[str] = []
        self.entry: list[str] = []
        self.locals: dict[str, Value] = {}
        self.static: dict[str, Any] = {}
        self.loops: list[tuple[str, str]] = []
        self.count = 0
        self.open = True

    # -- text ---------------------------------------------------------------------------------

    def render(self) -> str:
        """Return the function as LLVM IR."""
        u, sig = self.unit, self.unit.functions[self.node.name]
        arguments = ["ptr noalias %ws", "ptr noalias %arg"]
        for a, letter in zip(self.node.args.args, sig.arguments, strict=True):
            arguments.append(f"{u.type(letter)} %in.{a.arg}")
            self.bind(a.arg, Value(letter, f"%in.{a.arg}"))
        for s in self.node.body:
            self.statement(s)
        if self.open:
            self.end("unreachable" if sig.result else "ret void")
        marks = {ast.unparse(d) for d in self.node.decorator_list}
        kind = "alwaysinline " if "inline" in marks else ""
        kind = "noinline " if "outline" in marks else kind
        linkage = "" if "entry" in marks else "internal "
        head = f"define {linkage}{u.type(sig.result)} @{self.node.name}({', '.join(arguments)})"
        attributes = f'{kind}nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512"'
        body = "\n".join(["entry:", *self.entry, *self.lines])
        return f"{head} {attributes} {{\n{body}\n}}\n"

    def fail(self, node: ast.AST, found: str) -> DialectError:
        line = getattr(node, "lineno", 0)
        return DialectError(f"{self.node.name}, line {line}: {found}: {ast.unparse(node)}")

    def name(self, stem: str = "t") -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def emit(self, text: str) -> None:
        if self.open:
            self.lines.append(f"  {text}")

    def end(self, text: str) -> None:
        self.emit(text)
        self.open = False

    def label(self, name: str) -> None:
        if self.open:
            self.emit(f"br label %{name}")
        self.lines.append(f"{name}:")
        self.open = True

    def make(self, letter: str, text: str) -> Value:
        name = f"%{self.name()}"
        self.emit(f"{name} = {text}")
        return Value(letter, name)

    # -- values -------------------------------------------------------------------------------

    def bind(self, name: str, value: Value) -> None:
        u = self.unit
        if name not in self.locals:
            slot = f"%{name}.{self.name('s')}"
            self.entry.append(f"  {slot} = alloca {u.type(value.type)}")
            self.locals[name] = Value(value.type, slot)
        held = self.locals[name]
        value = self.cast(value, held.type)
        self.emit(f"store {u.type(held.type)} {value.text}, ptr {held.text}")

    def splat(self, element: str, text: str) -> str:
        return f"<{', '.join([f'{element} {text}'] * self.unit.width)}>"

    def literal(self, x: Any, letter: str) -> Value:
        if letter == "v":
            return Value("v", self.splat("double", number(x)))
        if letter == "w":
            return Value("w", self.splat("i64", str(int(x))))
        if letter == "m":
            return Value("m", self.splat("i1", str(bool(x)).lower()))
        if letter == "f":
            return Value("f", number(x))
        return Value(letter, str(bool(x)).lower() if letter == "b" else str(int(x)))

    def value(self, x: Value | Static, letter: str = "") -> Value:
        """Return a machine value, of the type given if any."""
        if isinstance(x, Static):
            guess = {bool: "b", int: "i", float: "f"}.get(type(x.value))
            if guess is None:
                raise self.fail(self.node, f"{x.value!r} is no number")
            return self.literal(x.value, letter or guess)
        return self.cast(x, letter) if letter else x

    def cast(self, x: Value, letter: str) -> Value:
        u = self.unit
        match x.type, letter:
            case a, b if a == b or {a, b} == {"p", "q"}:
                return Value(letter, x.text)
            case "i", "f":
                return self.make("f", f"sitofp i64 {x.text} to double")
            case "i", "v":
                return self.cast(self.cast(x, "f"), "v")
            case "f", "v":
                one = self.make("v", f"insertelement {u.type('v')} poison, double {x.text}, i32 0")
                zeros = f"<{u.width} x i32> zeroinitializer"
                return self.make(
                    "v", f"shufflevector {u.type('v')} {one.text}, {u.type('v')} poison, {zeros}"
                )
            case "b", "i":
                return self.make("i", f"zext i1 {x.text} to i64")
            case "m", "v":
                one, none = self.literal(1.0, "v"), self.literal(0.0, "v")
                return self.select(x, one, none)
        raise self.fail(self.node, f"a value of type {x.type} where {letter} is needed")

    def select(self, mask: Value, a: Value, b: Value) -> Value:
        t, c = self.unit.type(a.type), self.unit.type(mask.type)
        return self.make(a.type, f"select {c} {mask.text}, {t} {a.text}, {t} {b.text}")

    def common(self, a: Value | Static, b: Value | Static) -> tuple[Value, Value]:
        if isinstance(a, Static) and isinstance(b, Value):
            y, x = self.common(b, a)
            return x, y
        x = self.value(a)
        if isinstance(b, Static):
            scalar = x.type == "i" and isinstance(b.value, float)
            return (self.cast(x, "f"), self.value(b, "f")) if scalar else (x, self.value(b, x.type))
        y = b
        if x.type == y.type:
            return x, y
        letter = max(x.type, y.type, key=_ORDER.index)
        return self.cast(x, letter), self.cast(y, letter)

    # -- expressions --------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Value | Static:
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise self.fail(node, "not in the language")
        found: Value | Static = method(node)
        return found

    def on_Constant(self, node: ast.Constant) -> Static:
        return Static(node.value)

    def on_Name(self, node: ast.Name) -> Value | Static:
        if node.id in self.static:
            return Static(self.static[node.id])
        if node.id in self.locals:
            held = self.locals[node.id]
            return self.make(held.type, f"load {self.unit.type(held.type)}, ptr {held.text}")
        if node.id in self.unit.rooms:
            start, letter = self.unit.rooms[node.id]
            offset = start * self.unit.width
            return self.make(letter, f"getelementptr inbounds i64, ptr %ws, i64 {offset}")
        if node.id in self.unit.constants:
            return Static(self.unit.constants[node.id])
        raise self.fail(node, "unknown name")

    def on_Attribute(self, node: ast.Attribute) -> Value:
        slot, letter = self.unit.fields[node.attr]
        at = self.make("q", f"getelementptr inbounds i64, ptr %arg, i64 {slot}")
        load = f"load {self.unit.type(letter)}, ptr {at.text}, !invariant.load !0"
        return self.make(letter, load)

    def on_Tuple(self, node: ast.Tuple) -> Static:
        return Static(tuple(self.known(e) for e in node.elts))

    def known(self, node: ast.expr) -> Any:
        found = self.expression(node)
        if isinstance(found, Value):
            raise self.fail(node, "needs a constant")
        return found.value

    def on_UnaryOp(self, node: ast.UnaryOp) -> Value | Static:
        x = self.expression(node.operand)
        if isinstance(x, Static):
            fold: dict[type, Callable[[Any], Any]]
            fold = {ast.USub: operator.neg, ast.Not: operator.not_, ast.UAdd: operator.pos}
            return Static(fold[type(node.op)](x.value))
        u = self.unit
        match node.op, x.type:
            case ast.USub(), "f" | "v":
                return self.make(x.type, f"fneg {u.type(x.type)} {x.text}")
            case ast.USub(), "i":
                return self.make("i", f"sub i64 0, {x.text}")
            case (ast.Not(), "b") | (ast.Invert(), "m"):
                ones = self.literal(True, x.type)
                return self.make(x.type, f"xor {u.type(x.type)} {x.text}, {ones.text}")
            case ast.Invert(), "i":
                return self.make("i", f"xor i64 {x.text}, -1")
        raise self.fail(node, f"no such operation on {x.type}")

    def on_BinOp(self, node: ast.BinOp) -> Value | Static:
        a, b = self.expression(node.left), self.expression(node.right)
        floats, ints, fold = _BINARY[type(node.op)]
        if isinstance(a, Static) and isinstance(b, Static):
            return Static(fold(a.value, b.value))
        if isinstance(node.op, ast.Div):  # the quotient of two integers is not a row number
            a = Static(float(a.value)) if isinstance(a, Static) else a
        x, y = self.common(a, b)
        if x.type in "fv" and floats:
            return self.make(x.type, f"{floats} {FAST} {self.unit.type(x.type)} {x.text}, {y.text}")
        if x.type in "iwmb" and not isinstance(node.op, ast.Div):
            return self.make(x.type, f"{ints} {self.unit.type(x.type)} {x.text}, {y.text}")
        raise self.fail(node, f"no such operation on {x.type}")

    def on_Compare(self, node: ast.Compare) -> Value | Static:
        if len(node.ops) != 1:
            raise self.fail(node, "one comparison at a time")
        a, b = self.expression(node.left), self.expression(node.comparators[0])
        floats, ints, fold = _COMPARE[type(node.ops[0])]
        if isinstance(a, Static) and isinstance(b, Static):
            return Static(fold(a.value, b.value))
        x, y = self.common(a, b)
        t, result = self.unit.type(x.type), "m" if x.type in "vw" else "b"
        if x.type in "fv":
            return self.make(result, f"fcmp {floats} {t} {x.text}, {y.text}")
        return self.make(result, f"icmp {ints} {t} {x.text}, {y.text}")

    def on_BoolOp(self, node: ast.BoolOp) -> Value | Static:
        """Evaluate operands in turn, and no further than needed."""
        wait = isinstance(node.op, ast.And)
        done, slot = self.name("bool"), f"%{self.name('s')}"
        self.entry.append(f"  {slot} = alloca i1")
        live = False
        for operand in node.values:
            x = self.expression(operand)
            if isinstance(x, Static):
                if bool(x.value) != wait and not live:
                    return Static(not wait)
                if bool(x.value) == wait:
                    continue
            held, live = self.value(x, "b"), True
            self.emit(f"store i1 {held.text}, ptr {slot}")
            following = self.name("next")
            targets = (following, done) if wait else (done, following)
            self.end(f"br i1 {held.text}, label %{targets[0]}, label %{targets[1]}")
            self.label(following)
        if not live:
            return Static(wait)
        self.label(done)
        return self.make("b", f"load i1, ptr {slot}")

    def on_Subscript(self, node: ast.Subscript) -> Value | Static:
        base = self.expression(node.value)
        if isinstance(base, Static):
            return Static(base.value[self.known(node.slice)])
        at, letter = self.address(base, node.slice)
        return self.make(letter, f"load {self.unit.type(letter)}, ptr {at}")

    def address(self, base: Value, index: ast.expr) -> tuple[str, str]:
        letter = {"p": "f", "q": "i"}[base.type]
        i = self.value(self.expression(index), "i")
        text = f"getelementptr inbounds {self.unit.type(letter)}, ptr {base.text}, i64 {i.text}"
        return self.make("p", text).text, letter

    def on_Call(self, node: ast.Call) -> Value | Static:
        """Call a function by its name, or by a constant that holds the name."""
        direct = isinstance(node.func, ast.Name)
        name = ast.unparse(node.func) if direct else str(self.known(node.func))
        builtin = getattr(self, f"call_{name}", None)
        if builtin is not None:
            found: Value | Static = builtin(node, *node.args)
            return found
        if name not in self.unit.functions:
            raise self.fail(node, "unknown function")
        sig = self.unit.functions[name]
        given = ["ptr %ws", "ptr %arg"]
        if len(node.args) != len(sig.arguments):
            raise self.fail(node, f"expected {len(sig.arguments)} arguments")
        for a, letter in zip(node.args, sig.arguments, strict=True):
            given.append(f"{self.unit.type(letter)} {self.value(self.expression(a), letter).text}")
        call = f"call {self.unit.type(sig.result)} @{name}({', '.join(given)})"
        if not sig.result:
            self.emit(call)
            return Static(None)
        return self.make(sig.result, call)

    # -- what the language has built in -------------------------------------------------------

    def call_at(self, node: ast.Call, base: ast.expr, index: ast.expr) -> Value:
        """Pointer to vector `index` behind a pointer."""
        p, i = self.value(self.expression(base), "p"), self.value(self.expression(index), "i")
        t = self.unit.type("v")
        return self.make("p", f"getelementptr inbounds {t}, ptr {p.text}, i64 {i.text}")

    def call_vec(self, node: ast.Call, base: ast.expr, index: ast.expr) -> Value:
        at = self.call_at(node, base, index)
        return self.make("v", f"load {self.unit.type('v')}, ptr {at.text}, align {self.unit.align}")

    def call_put(self, node: ast.Call, base: ast.expr, index: ast.expr, x: ast.expr) -> Static:
        value = self.value(self.expression(x), "v")
        at, t = self.call_at(node, base, index), self.unit.type("v")
        self.emit(f"store {t} {value.text}, ptr {at.text}, align {self.unit.align}")
        return Static(None)

    def call_where(self, node: ast.Call, mask: ast.expr, a: ast.expr, b: ast.expr) -> Value:
        c = self.value(self.expression(mask))
        x, y = self.common(self.expression(a), self.expression(b))
        if c.type == "m" and x.type == "f":
            x, y = self.cast(x, "v"), self.cast(y, "v")
        return self.select(c, x, y)

    def call_vector(self, node: ast.Call, x: ast.expr) -> Value:
        return self.value(self.expression(x), "v")

    def call_real(self, node: ast.Call, x: ast.expr) -> Value:
        return self.value(self.expression(x), "f")

    def call_bits(self, node: ast.Call, x: ast.expr) -> Value:
        value, u = self.value(self.expression(x), "v"), self.unit
        return self.make("w", f"bitcast {u.type('v')} {value.text} to {u.type('w')}")

    def call_floats(self, node: ast.Call, x: ast.expr) -> Value:
        value, u = self.value(self.expression(x), "w"), self.unit
        return self.make("v", f"bitcast {u.type('w')} {value.text} to {u.type('v')}")

    def call_lanes(self, node: ast.Call, mask: ast.expr) -> Value:
        """Lanes of a mask as the bits of an integer."""
        value, n = self.value(self.expression(mask), "m"), self.unit.width
        packed = self.make("i", f"bitcast <{n} x i1> {value.text} to i{n}")
        return self.make("i", f"zext i{n} {packed.text} to i64")

    def call_rounded(self, node: ast.Call, x: ast.expr) -> Value:
        value = self.value(self.expression(x), "f")
        return self.make("i", f"fptosi double {value.text} to i64")

    def call_take(self, node: ast.Call, counter: ast.expr) -> Value:
        """Raise a shared counter by one and return what it was."""
        at = self.value(self.expression(counter), "q")
        return self.make("i", f"atomicrmw add ptr {at.text}, i64 1 monotonic")

    def _intrinsic(self, name: str, x: ast.expr) -> Value:
        value = self.value(self.expression(x))
        t = self.unit.type(value.type)
        suffix = "f64" if value.type == "f" else f"v{self.unit.width}f64"
        return self.make(value.type, f"call {t} @llvm.{name}.{suffix}({t} {value.text})")

    def call_abs(self, node: ast.Call, x: ast.expr) -> Value:
        return self._intrinsic("fabs", x)

    def call_sqrt(self, node: ast.Call, x: ast.expr) -> Value:
        return self._intrinsic("sqrt", x)

    def _pick(self, order: str, a: ast.expr, b: ast.expr) -> Value | Static:
        first, second = self.expression(a), self.expression(b)
        if isinstance(first, Static) and isinstance(second, Static):
            return Static((max if order == "gt" else min)(first.value, second.value))
        x, y = self.common(first, second)
        t, result = self.unit.type(x.type), "m" if x.type in "vw" else "b"
        kind = f"fcmp o{order}" if x.type in "fv" else f"icmp s{order}"
        return self.select(self.make(result, f"{kind} {t} {y.text}, {x.text}"), y, x)

    def call_max(self, node: ast.Call, a: ast.expr, b: ast.expr) -> Value | Static:
        """The larger; NaN where the first is NaN."""
        return self._pick("gt", a, b)

    def call_min(self, node: ast.Call, a: ast.expr, b: ast.expr) -> Value | Static:
        """The smaller; NaN where the first is NaN."""
        return self._pick("lt", a, b)

    def call_len(self, node: ast.Call, x: ast.expr) -> Static:
        return Static(len(self.known(x)))

    # -- statements ---------------------------------------------------------------------------

    def statement(self, node: ast.stmt) -> None:
        method = getattr(self, f"do_{type(node).__name__}", None)
        if method is None:
            raise self.fail(node, "not in the language")
        method(node)

    def body(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.statement(node)

    def do_Pass(self, node: ast.Pass) -> None:
        return None

    def do_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.expression(node.value)

    def do_Assign(self, node: ast.Assign) -> None:
        self.store(node.targets[0], self.expression(node.value))

    def store(self, target: ast.expr, x: Value | Static) -> None:
        if isinstance(target, ast.Name):
            letter = self.locals[target.id].type if target.id in self.locals else ""
            self.bind(target.id, self.value(x, letter))
        elif isinstance(target, ast.Subscript):
            base = self.value(self.expression(target.value))
            at, letter = self.address(base, target.slice)
            value = self.value(x, letter)
            self.emit(f"store {self.unit.type(letter)} {value.text}, ptr {at}")
        else:
            raise self.fail(target, "not a place to store to")

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        read = ast.BinOp(ast.parse(ast.unparse(node.target), mode="eval").body, node.op, node.value)
        self.store(node.target, self.expression(read))

    def do_Return(self, node: ast.Return) -> None:
        if node.value is None:
            self.end("ret void")
            return
        letter = self.unit.functions[self.node.name].result
        value = self.value(self.expression(node.value), letter)
        self.end(f"ret {self.unit.type(letter)} {value.text}")

    def do_If(self, node: ast.If) -> None:
        test = self.expression(node.test)
        if isinstance(test, Static):
            self.body(node.body if test.value else node.orelse)
            return
        yes, no, done = self.name("then"), self.name("else"), self.name("end")
        self.end(f"br i1 {self.value(test, 'b').text}, label %{yes}, label %{no}")
        for label, nodes in ((yes, node.body), (no, node.orelse)):
            self.label(label)
            self.body(nodes)
            if self.open:
                self.end(f"br label %{done}")
        self.label(done)

    def do_While(self, node: ast.While) -> None:
        head, body, done = self.name("while"), self.name("do"), self.name("end")
        self.label(head)
        test = self.value(self.expression(node.test), "b")
        self.end(f"br i1 {test.text}, label %{body}, label %{done}")
        self.label(body)
        self.loops.append((head, done))
        self.body(node.body)
        self.loops.pop()
        if self.open:
            self.end(f"br label %{head}")
        self.label(done)

    def do_For(self, node: ast.For) -> None:
        call, name = node.iter, ast.unparse(node.target)
        kind = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if not isinstance(call, ast.Call) or kind not in ("range", "unroll", "members"):
            raise self.fail(node.iter, "expected range(...), unroll(...) or members(...)")
        if kind == "unroll":
            self._unroll(name, [self.known(a) for a in call.args], node.body)
        elif kind == "members":
            self._members(name, call.args[0], node.body)
        else:
            self._loop(name, call.args, node.body)

    def _members(self, name: str, bits: ast.expr, nodes: list[ast.stmt]) -> None:
        slot = f"%{self.name('s')}"
        self.entry.append(f"  {slot} = alloca i64")
        self.emit(f"store i64 {self.value(self.expression(bits), 'i').text}, ptr {slot}")
        head, body, done = self.name("bits"), self.name("do"), self.name("end")
        self.label(head)
        left = self.make("i", f"load i64, ptr {slot}")
        more = self.make("b", f"icmp ne i64 {left.text}, 0")
        self.end(f"br i1 {more.text}, label %{body}, label %{done}")
        self.label(body)
        less = self.make("i", f"sub i64 {left.text}, 1")
        rest = self.make("i", f"and i64 {left.text}, {less.text}")
        self.emit(f"store i64 {rest.text}, ptr {slot}")
        self.bind(name, self.make("i", f"call i64 @llvm.cttz.i64(i64 {left.text}, i1 true)"))
        self.loops.append((head, done))
        self.body(nodes)
        self.loops.pop()
        if self.open:
            self.end(f"br label %{head}")
        self.label(done)

    def _unroll(self, name: str, limits: list[Any], nodes: list[ast.stmt]) -> None:
        items = limits[0] if isinstance(limits[0], tuple) else range(*limits)
        outer = self.static.get(name)
        for item in items:
            self.static[name] = item
            self.body(nodes)
        self.static.pop(name, None)
        if outer is not None:
            self.static[name] = outer

    def _loop(self, name: str, limits: list[ast.expr], nodes: list[ast.stmt]) -> None:
        first = self.expression(limits[0]) if len(limits) > 1 else Static(0)
        stop = self.value(self.expression(limits[-1]), "i")
        self.bind(name, self.value(first, "i"))
        slot = self.locals[name].text
        head, body, step, done = (self.name(s) for s in ("for", "do", "step", "end"))
        self.label(head)
        at = self.make("i", f"load i64, ptr {slot}")
        more = self.make("b", f"icmp slt i64 {at.text}, {stop.text}")
        self.end(f"br i1 {more.text}, label %{body}, label %{done}")
        self.label(body)
        self.loops.append((step, done))
        self.body(nodes)
        self.loops.pop()
        self.label(step)
        now = self.make("i", f"load i64, ptr {slot}")
        raised = self.make("i", f"add nsw i64 {now.text}, 1")
        self.emit(f"store i64 {raised.text}, ptr {slot}")
        self.end(f"br label %{head}")
        self.label(done)

    def do_Break(self, node: ast.Break) -> None:
        self.end(f"br label %{self.loops[-1][1]}")

    def do_Continue(self, node: ast.Continue) -> None:
        self.end(f"br label %{self.loops[-1][0]}")
