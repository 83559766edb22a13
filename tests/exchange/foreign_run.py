"""Runs a foreign text over a foreign data set, as its program would: rows, doses, lags, inputs.

The rules are those of the programs' manuals. A row at the end of an interval (NONMEM, mrgsolve), or
the last of those at its start (rxode2), says which inputs hold in it. Infusions last AMT / RATE.
EVID 2 changes nothing, but for NONMEM turns compartment -CMT off, which empties it, and CMT on.
EVID 5 (rxode2) and 8 (mrgsolve) set a compartment to AMT.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from tests.exchange.foreign_texts import System, Values

Array = NDArray[np.float64]
Row = dict[str, float]
RTOL, ATOL = 1e-9, 1e-10


def rows(table: str) -> list[Row]:
    """Read a data set."""
    return [{k: float(v) for k, v in r.items()} for r in csv.DictReader(io.StringIO(table))]


@dataclass
class _Body:
    """States of one subject, what still flows in, and which compartments are on."""

    y: Array
    infusions: list[tuple[float, int, float]] = field(default_factory=list)
    waiting: list[tuple[float, int, float]] = field(default_factory=list)
    off: set[int] = field(default_factory=set)


def run(system: System, table: str) -> list[tuple[Row, Values]]:
    """Return each row with EVID 0, and what the text shows there."""
    found, before = [], None
    for row in rows(table):
        own = system.parameters(row)
        if before is None:
            body = _Body(np.array(system.start(own)))
        else:
            assert row["TIME"] >= before[0]["TIME"]
            holds = own if system.at_end else before[1]
            _advance(system, body, holds, before[0]["TIME"], row["TIME"])
        if row["EVID"] == 0:
            found.append((row, system.observe(own, body.y)))
        else:
            _happen(system, body, own, row)
        before = row, own
    return found


def _advance(system: System, body: _Body, own: Values, a: float, b: float) -> None:
    """Integrate from a to b, stopping where an infusion ends or a late dose arrives."""
    while a < b:
        stops = [t for t, _, _ in (*body.infusions, *body.waiting) if a < t < b]
        end = min(stops, default=b)
        flow = np.zeros(system.n)
        for _, cmt, rate in body.infusions:
            flow[cmt - 1] += rate

        def rates(_: float, y: Array, flow: Array = flow) -> Array:
            return np.asarray(system.rates(own, y)) + flow

        solved = solve_ivp(rates, (a, end), body.y, "LSODA", rtol=RTOL, atol=ATOL)
        assert solved.success
        body.y = solved.y[:, -1]
        body.infusions = [i for i in body.infusions if i[0] > end]
        for t, cmt, amount in body.waiting:
            if t <= end:
                body.y[cmt - 1] += amount
        body.waiting = [w for w in body.waiting if w[0] > end]
        a = end


def _happen(system: System, body: _Body, own: Values, row: Row) -> None:
    """Do what a row that is no observation says."""
    evid, cmt, amount, rate = int(row["EVID"]), int(row["CMT"]), row["AMT"], row["RATE"]
    assert row["MDV"] == 1
    if evid == 1:
        assert amount > 0 and cmt not in body.off
        start = row["TIME"] + system.lag(own, cmt)
        if rate > 0:
            assert start == row["TIME"]
            body.infusions.append((start + amount / rate, cmt, rate))
        elif start > row["TIME"]:
            body.waiting.append((start, cmt, amount))
        else:
            body.y[cmt - 1] += amount
        return
    assert rate == 0
    if evid == {"off and on": 2, "replace": None}[system.emptying] and cmt < 0:
        body.off.add(-cmt)
        body.y[-cmt - 1] = 0.0
    elif evid == 2:
        body.off.discard(cmt)
    else:
        assert system.emptying == "replace" and evid == (8 if system.at_end else 5)
        body.y[cmt - 1] = amount
