"""A protocol as the solver sees it: inputs constant between switches, and jumps of states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.simulate.given import ProtocolError
from diapedesis.simulate.protocol import Immunoadsorption, Infusion, Injection, Plex, Protocol
from diapedesis.simulate.treatments import Treatment
from diapedesis.simulate.validate import known

SNAP = 1e-9
"""Switches closer than this [day] are one switch."""
INFUSION = "infusion_rate"
"""Input that an infusion raises [mg/day]."""
SITE, LAG = "a_d", "lag_sc"
"""State that an injection enters, and the parameter by which it does so later [day]."""
COLUMN = "column_volume"
"""State that a session of immunoadsorption empties when it begins."""


@dataclass(frozen=True)
class Jump:
    """A state set to (or raised by) `value` at `time` [day]."""

    time: float
    state: str
    value: float
    replaces: bool = False

    def __post_init__(self) -> None:
        for name, number in (("time", self.time), ("value", self.value)):
            if not math.isfinite(number):
                raise ValueError(
                    f"jump of {self.state!r}: found {name} {number}, expected a finite number"
                )


@dataclass(frozen=True)
class Pulse:
    """An input raised by `value` from `start`, or since ever, to `end`, or for ever [day]."""

    input: str
    start: float
    end: float
    value: float

    def __post_init__(self) -> None:
        if not (self.start <= self.end and self.start < math.inf and self.end > -math.inf):
            raise ValueError(
                f"pulse of {self.input!r}: found {self.start} to {self.end}, expected a start"
                " (a day or -inf) and an end (a day or inf) that is not before it"
            )
        if not math.isfinite(self.value):
            raise ValueError(
                f"pulse of {self.input!r}: found value {self.value}, expected a finite number"
            )


@dataclass(frozen=True)
class Schedule:
    """Inputs and jumps over time.

    Parameters
    ----------
    pulses : tuple of Pulse
        Pulses of one input add up.
    steps : mapping of str to tuple of (day, value)
        Inputs that hold their last value, days ascending; the first also holds before its day,
        which may be -inf.
    jumps : tuple of Jump
    """

    pulses: tuple[Pulse, ...] = ()
    steps: Mapping[str, tuple[tuple[float, float], ...]] | None = None
    jumps: tuple[Jump, ...] = ()

    def __post_init__(self) -> None:
        for id, held in (self.steps or {}).items():
            _check_steps(id, held)

    def switches(self) -> NDArray[np.float64]:
        """Return the days at which an input changes, snapped, in order; shape (n,)."""
        days = [d for p in self.pulses for d in (p.start, p.end) if np.isfinite(d)]
        days += [d for held in (self.steps or {}).values() for d, _ in held[1:]]
        kept: list[float] = []
        for day in sorted(days):
            if not kept or day - kept[-1] > SNAP:
                kept.append(day)
        return np.array(kept)

    def table(
        self, names: Iterable[str], defaults: Mapping[str, float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return segment starts, shape (n,), first -inf, and input values, shape (n, n_inputs)."""
        names = list(names)
        starts = np.concatenate([[-np.inf], self.switches()])
        values = np.tile([float(defaults[n]) for n in names], (len(starts), 1))
        column = {n: j for j, n in enumerate(names)}
        for name, held in (self.steps or {}).items():
            if name in column:
                days = np.array([d for d, _ in held[1:]])
                index = np.searchsorted(days, starts + SNAP, side="right")
                values[:, column[name]] = np.array([v for _, v in held])[index]
        for p in self.pulses:
            if p.input in column:
                on = (starts > p.start - SNAP) & (starts < p.end - SNAP)
                values[on, column[p.input]] += p.value
        return starts, values


def _check_steps(id: str, held: Iterable[tuple[float, float]]) -> None:
    before, what = -math.inf, f"steps of {id!r}"
    first = True
    for day, value in held:
        if not (math.isfinite(day) or (first and day == -math.inf)):
            raise ValueError(f"{what}: found day {day}, expected a finite one (the first: or -inf)")
        if day < before:
            raise ValueError(f"{what}: found day {day:g} after {before:g}, expected ascending days")
        if not math.isfinite(value):
            raise ValueError(f"{what}: found {value} from day {day:g}, expected a finite number")
        before, first = day, False
    if first:
        raise ValueError(f"{what}: found none, expected at least one (day, value)")


def schedule(protocol: Protocol, model: Model) -> Schedule:
    """Turn a protocol into a schedule for a model with the natalizumab inputs.

    The subcutaneous lag is the model's own parameter. A session brings a fresh column. A reset ends
    infusions and sets the model's amounts of natalizumab to 0; what was injected before it does not
    arrive any more.

    Raises
    ------
    ProtocolError
        For a treatment that the model does not have.
    """
    pulses: list[Pulse] = []
    jumps = _resets(protocol.resets, model)
    for dose in protocol.doses:
        ends = _reset_after(dose.time, protocol.resets)
        match dose:
            case Infusion():
                rate = dose.amount / dose.duration
                pulses.append(Pulse(INFUSION, dose.time, min(dose.end, ends), rate))
            case Injection():
                known("subcutaneous dose, lag", [LAG], model.parameters)
                lag = model.parameters[LAG].default
                if dose.time + lag < ends:
                    jumps.append(Jump(dose.time + lag, SITE, dose.amount))
    for s in protocol.sessions:
        pulses += _session(s)
        if isinstance(s, Immunoadsorption):
            jumps.append(Jump(s.time, COLUMN, 0.0, replaces=True))
    pulses += [Pulse("ada_target", a.onset, a.end, a.titre) for a in protocol.antibodies]
    pulses += [_treatment(t, model) for t in protocol.treatments]
    jumps.sort(key=lambda j: j.time)
    steps = {"weight": protocol.weights} if "weight" in model.inputs else None
    return Schedule(tuple(pulses), steps, tuple(jumps))


def _resets(days: Iterable[float], model: Model) -> list[Jump]:
    """Return the jumps to 0 of every amount that the model counts as natalizumab."""
    amounts = model.conserved["natalizumab"].weights if "natalizumab" in model.conserved else ()
    return [Jump(day, state, 0.0, replaces=True) for day in days for state in amounts]


def _reset_after(day: float, resets: Iterable[float]) -> float:
    """Return the first reset after a day; what is given on the day of a reset is given after it."""
    return min((r for r in resets if r > day), default=math.inf)


def _treatment(t: Treatment, model: Model) -> Pulse:
    if t.input not in model.inputs:
        raise ProtocolError(
            "treatments",
            f"found {t}, but the model {model.name!r} has no input {t.input!r}. Fix: take a model"
            " with that treatment, or leave it out",
        )
    return Pulse(t.input, t.time, t.end, t.rate)


def _session(s: Plex | Immunoadsorption) -> list[Pulse]:
    amount, suffix = (
        (s.volume, "flow") if s.volume is not None else (s.plasma_volumes or 0.0, "turnover")
    )
    if isinstance(s, Plex):
        rate = amount * s.sieving / s.duration
        pulses = [Pulse(f"plex_{suffix}", s.time, s.end, rate)]
        if s.replacement == "plasma":
            # per plasma *cleared*, so that what comes back is the volume exchanged
            pulses.append(Pulse("donor_plasma", s.time, s.end, 1.0 / s.sieving))
        return pulses
    return [
        Pulse(f"ia_{suffix}", s.time, s.end, amount / s.duration),
        Pulse(f"on_{s.column}", s.time, s.end, 1.0),
    ]
