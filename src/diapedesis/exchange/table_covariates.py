"""The covariates of one subject, in canonical units, as far as they are plausible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from diapedesis.exchange.case_units import CANONICAL, better_units, factor
from diapedesis.exchange.faults import shown
from diapedesis.exchange.table_events import Code, SubjectEvents, Value
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_options import SEXES, TableOptions
from diapedesis.exchange.table_values import Span
from diapedesis.observe.subject import AntibodyTest, Sex
from diapedesis.simulate.protocol import Antibodies

SPANS = {
    "WT": Span(8, 300, "kg"),
    "HT": Span(0.5, 2.3, "m"),
    "AGE": Span(0, 110, "years"),
    "HCT": Span(0.15, 0.65, fix="write a fraction: 0.42, not 42"),
    "ADA": Span(0, 100, "times the median titre"),
    "PREG": Span(0, 1),
}
BODY_MASS_INDEX = Span(10, 70, "kg/m2")
"""Weight and height outside of this do not belong together."""


def convert(value: float, kind: str, unit: str) -> float:
    """Return a value in the canonical unit of its kind, free of the noise of the factor.

    Examples
    --------
    >>> convert(168.0, "height", "cm")
    1.68
    """
    size = factor(kind, unit)
    return value if size == 1.0 else float(f"{value * size:.15g}")


def probable_unit(kind: str, value: float, span: Span) -> str:
    """Return how to mend a value outside its range if its unit is another one."""
    better = better_units(kind, value, span.low, span.high) if value > 0 else []
    return f"if it is in {' or '.join(better)}, say {kind} {better[0]}" if better else ""


@dataclass(frozen=True)
class Covariates:
    """Reads the covariates of one subject; a value that cannot be is noted and left out."""

    one: SubjectEvents
    names: tuple[str, ...]
    options: TableOptions
    faults: TableFaults

    def steps(self, name: str) -> list[tuple[float, float]]:
        """Return (day, value) from which a numeric covariate holds."""
        units = {"WT": ("weight", self.options.weight), "HT": ("height", self.options.height)}
        kind, unit = units.get(name, (None, ""))
        found = []
        for day, row, value in self._given(name):
            if isinstance(value, str):
                self.faults.add("T012", row, name, found=shown(value), expected="a number")
                continue
            number = convert(value, kind, unit) if kind else value
            if SPANS[name].holds(number):
                found.append((day, number))
            else:
                self._outside(name, row, value, kind, unit)
        return found

    def last(self, name: str) -> float | None:
        """Return the last value of a numeric covariate."""
        steps = self.steps(name)
        return steps[-1][1] if steps else None

    def weights(self, needed: bool) -> tuple[tuple[float, float], ...]:
        """Return (day, kg); none is a fault when `needed`."""
        if needed and not self._given("WT"):
            row = self.one.events[0].row if self.one.events else None
            found = f"no weight of ID {self.one.id}"
            self.faults.add("T047", row, "WT", found=found, expected="WT on one row or more")
        return tuple(self.steps("WT"))

    def height(self) -> float | None:
        """Return the height [m]."""
        return self.last("HT")

    def sex(self) -> Sex | None:
        """Return the sex; it cannot change."""
        given = self._given("SEX")
        words = {**SEXES, **self.options.sexes}
        known: list[tuple[int | None, Sex]] = []
        for _, row, value in given:
            code: Code = value.lower() if isinstance(value, str) else _plain(value)
            if code in words:
                known.append((row, words[code]))
                continue
            numeric = not isinstance(value, str)
            fix = f"say which sex {shown(value)} means" if numeric else "write female or male"
            expected = "female or male"
            self.faults.add("T020", row, "SEX", found=shown(value), expected=expected, fix=fix)
        for (_, a), (row, b) in pairwise(known):
            if a != b:
                found = f"{b} after {a}, ID {self.one.id}"
                self.faults.add("T048", row, "SEX", found=found, expected=f"{a} throughout")
        return known[-1][1] if known else None

    def check_shape(self, weights: tuple[tuple[float, float], ...], height: float | None) -> None:
        """Weight and height belong to one person."""
        if not weights or height is None:
            return
        row = self._given("WT")[0][1]
        index = weights[0][1] / height**2
        if not BODY_MASS_INDEX.holds(index):
            found = f"{weights[0][1]:.4g} kg at {height:g} m, {index:.3g} kg/m2"
            fix = "if WT is in pounds, say weight lb; check HT"
            expected = str(BODY_MASS_INDEX)
            self.faults.add("T045", row, "WT", found=found, expected=expected, fix=fix)

    def _given(self, name: str) -> list[tuple[float, int | None, float | str]]:
        if name not in self.names:
            return []
        j = self.names.index(name)
        found: list[tuple[float, int | None, float | str]] = []
        for e in self.one.events:
            value: Value = e.covariates[j]
            if value is not None and (not found or found[-1][2] != value):
                found.append((e.time, e.row, value))
        return found

    def _outside(
        self, name: str, row: int | None, value: float, kind: str | None, unit: str
    ) -> None:
        span = SPANS[name]
        fix = probable_unit(kind, value, span) if kind else span.fix
        found = f"{value:.6g} {unit}".strip()
        if kind and factor(kind, unit) != 1:
            found += f", {convert(value, kind, unit):.4g} {CANONICAL[kind]}"
        code = "T045" if fix and (kind or value > span.high) else "T018"
        self.faults.add(code, row, name, found=found, expected=str(span), fix=fix)


def _plain(value: float) -> Code:
    return int(value) if value == int(value) else str(value)


def antibodies(
    titres: list[tuple[float, float]],
) -> tuple[tuple[Antibodies, ...], AntibodyTest]:
    """Return the episodes of a titre that holds until its next value, and what the test said.

    Examples
    --------
    >>> antibodies([(0.0, 0.0), (30.0, 1.5), (90.0, 0.0)])
    ((Antibodies(onset=30.0, titre=1.5, end=90.0),), 'transient')
    """
    if not titres:
        return (), "unknown"
    ends = [day for day, _ in titres[1:]] + [math.inf]
    found = tuple(
        Antibodies(day, titre, end)
        for (day, titre), end in zip(titres, ends, strict=True)
        if titre > 0 and end > day
    )
    if not found:
        return (), "none"
    return found, "persistent" if titres[-1][1] > 0 else "transient"
