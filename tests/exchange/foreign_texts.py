"""The three exported texts as systems of equations; read from the text alone."""

from __future__ import annotations

import math
import re
from typing import Any, Protocol

from tests.exchange.foreign_code import Code, Numbered, python

Values = dict[str, Any]


class System(Protocol):
    """What can be run: states are numbered from 1, as in the data set."""

    n: int
    at_end: bool
    """Whether an interval takes its inputs from the row at its end."""
    emptying: str
    """How rows empty a state: "off and on" or "replace"."""

    def parameters(self, row: dict[str, float]) -> Values: ...
    def start(self, own: Values) -> list[float]: ...
    def rates(self, own: Values, y: Any) -> list[float]: ...
    def lag(self, own: Values, cmt: int) -> float: ...
    def observe(self, own: Values, y: Any) -> Values: ...


def statements(text: str, comment: str) -> list[str]:
    """Return lines without comments and empty ones, continued lines joined."""
    out: list[str] = []
    going_on = False
    for line in text.splitlines():
        bare = re.split(comment, line, maxsplit=1)[0].rstrip()
        if not bare.strip():
            continue
        part = bare.removesuffix("&").rstrip()
        out[-1:] = [f"{out[-1]} {part.strip()}"] if going_on else [*out[-1:], part]
        going_on = bare.endswith("&") or (comment != ";" and bare[-1] in "+-*/=,&|")
    return out


def blocks(text: str) -> list[tuple[str, str]]:
    """Return record name and content of a text made of $ records, in order."""
    parts = re.split(r"^\$([A-Z]+)", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


class Nonmem:
    """A control stream."""

    at_end, emptying = True, "off and on"

    def __init__(self, text: str) -> None:
        records = [(k, "\n".join(statements(v, ";"))) for k, v in blocks(text)]
        only = dict(records)
        self.columns = only["INPUT"].split()
        self.compartments = re.findall(r"COMP=\((\w+)", only["MODEL"])
        self.n = len(self.compartments)
        self.theta = Numbered(enumerate((_start(v) for k, v in records if k == "THETA"), 1))
        self.omega = [float(v) for k, v in records if k == "OMEGA"]
        self.sigma = [float(v.split()[0]) for k, v in records if k == "SIGMA"]
        self.eta = Numbered.fromkeys(range(1, len(self.omega) + 1), 0.0)
        self.eta = Numbered(self.eta)
        self.eps = Numbered({1: 0.0})
        self.pk, self.des, self.error = (
            Code(statements(only[k], ";"), "nmtran") for k in ("PK", "DES", "ERROR")
        )

    def parameters(self, row: dict[str, float]) -> Values:
        own: Values = {**row, "THETA": self.theta, "ETA": self.eta, "A_0": Numbered()}
        return self.pk.run(own)

    def start(self, own: Values) -> list[float]:
        return [own["A_0"].get(i, 0.0) for i in range(1, self.n + 1)]

    def rates(self, own: Values, y: Any) -> list[float]:
        dadt = self.des.run({**own, "A": Numbered(enumerate(y, 1)), "DADT": Numbered()})["DADT"]
        return [dadt[i] for i in range(1, self.n + 1)]

    def lag(self, own: Values, cmt: int) -> float:
        return float(own.get(f"ALAG{cmt}", 0.0))

    def observe(self, own: Values, y: Any) -> Values:
        return self.error.run({**own, "A": Numbered(enumerate(y, 1)), "EPS": self.eps})


def _start(record: str) -> float:
    """Return the initial estimate of one THETA."""
    found = re.fullmatch(r"\s*(?:\(0, ([^)]+)\)|(\S+)(?: FIX)?)", record)
    assert found, record
    return float(found.group(1) or found.group(2))


class _Named:
    """Systems whose compartments have names."""

    compartments: list[str]

    def start(self, own: Values) -> list[float]:
        return [float(own.get(f"{name}_0", 0.0)) for name in self.compartments]

    def lag(self, own: Values, cmt: int) -> float:
        return float(own.get(f"ALAG_{self.compartments[cmt - 1]}", 0.0))


class Nlmixr2(_Named):
    """A function for nlmixr2; ini({}) and model({})."""

    at_end, emptying = False, "replace"

    def __init__(self, text: str) -> None:
        lines = statements(text, "#")
        assert re.fullmatch(r"\w+ <- function\(\) \{", lines[0]), lines[0]
        begin = lines.index("  ini({"), lines.index("  model({")
        assert lines[begin[1] - 1] == lines[-2] == "  })"
        ini, model = lines[begin[0] + 1 : begin[1] - 1], lines[begin[1] + 1 : -2]
        self.theta = {}
        for line in ini:
            if found := re.fullmatch(r"\s*([\w.]+) <- (.*)", line):
                self.theta[_name(found.group(1))] = _constant(found.group(2))
        etas = [re.fullmatch(r"\s*([\w.]+) ~ (\S+)", line) for line in ini]
        self.omega = {_name(e.group(1)): float(e.group(2)) for e in etas if e}
        self.eta = dict.fromkeys(self.omega, 0.0)
        self.endpoint = model[-1].strip()
        states = [re.match(r"\s*d/dt\((\w+)\)", line) for line in model]
        self.compartments = [s.group(1) for s in states if s]
        self.n = len(self.compartments)
        self.model = Code(model[:-1], "r")

    def parameters(self, row: dict[str, float]) -> Values:
        own = {**row, **self.theta, **self.eta}
        empty = dict.fromkeys(self.compartments, 0.0)
        return {**own, **self.model.run({**own, **empty})}

    def rates(self, own: Values, y: Any) -> list[float]:
        values = self.observe(own, y)
        return [values[f"dxdt_{name}"] for name in self.compartments]

    def observe(self, own: Values, y: Any) -> Values:
        found = self.model.run({**own, **dict(zip(self.compartments, y, strict=True))})
        return found | {"IPRED": found["level"]}


def _name(r: str) -> str:
    return r.replace(".", "__")


def _constant(r: str) -> float:
    return float(eval(python(r, "r"), {"log": math.log, "fix": float}))


class Mrgsolve(_Named):
    """A model specification."""

    at_end, emptying = True, "replace"

    def __init__(self, text: str) -> None:
        only = {k: statements(v, "//") for k, v in blocks(text)}
        self.theta = {}
        for line in only["PARAM"][1:]:
            name, value, _ = (part.strip() for part in line.split(" : ", 2))
            assert name not in self.theta, name
            self.theta[name] = float(value)
        self.compartments = [line.split(" : ")[0].strip() for line in only["CMT"][1:]]
        self.n = len(self.compartments)
        self.omega, self.sigma = (_labelled(only[k]) for k in ("OMEGA", "SIGMA"))
        self.eta, self.eps = dict.fromkeys(self.omega, 0.0), dict.fromkeys(self.sigma, 0.0)
        self.captured = " ".join(only["CAPTURE"]).split()
        self.main, self.ode, self.table = (Code(only[k], "c") for k in ("MAIN", "ODE", "TABLE"))

    def parameters(self, row: dict[str, float]) -> Values:
        known = {k: v for k, v in row.items() if k in self.theta}
        return self.main.run({**self.theta, **known, **self.eta})

    def rates(self, own: Values, y: Any) -> list[float]:
        values = self.ode.run({**own, **dict(zip(self.compartments, y, strict=True))})
        return [values[f"dxdt_{name}"] for name in self.compartments]

    def observe(self, own: Values, y: Any) -> Values:
        states = dict(zip(self.compartments, y, strict=True))
        return self.table.run({**own, **self.eps, **states})


def _labelled(lines: list[str]) -> dict[str, float]:
    """Return variances by label."""
    labels = re.fullmatch(r" @labels (.*)", lines[0])
    assert labels
    return dict(zip(labels.group(1).split(), map(float, lines[1:]), strict=True))
