"""A protocol as SBML takes it: what holds at time 0, then one event for each time of change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from diapedesis.core import Model
from diapedesis.simulate import Jump, Protocol, Schedule, schedule
from diapedesis.simulate.schedule import SNAP


@dataclass(frozen=True)
class Change:
    """Everything that changes at one time: inputs and their new values, jumps of states."""

    time: float
    inputs: dict[str, float] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """A schedule from `start` on.

    Attributes
    ----------
    start : float
        Day of the model that is SBML's time 0.
    inputs : dict of str to float
        Values at the start, all inputs of the model.
    jumps : list of Jump
        At the start.
    changes : list of Change
        After it, in order, times in days from the start. What happens at one time is one change,
        and an input is set to its new value, never raised by a difference: the result depends
        neither on an order of events nor on rounding.
    """

    start: float
    inputs: dict[str, float]
    jumps: list[Jump]
    changes: list[Change]


def course(
    model: Model, plan: Protocol | Schedule, inputs: Mapping[str, float], start: float | None
) -> Course:
    """Lay out a protocol for export; `inputs` stay constant and win over it, as in ``solve``.

    Raises
    ------
    ValueError
        For a start that is not finite, a jump of a state that the model does not have, or resets:
        at exactly no drug, simulators without lower bounds on states step below 0, where
        saturation is not a number.
    """
    if isinstance(plan, Protocol) and plan.resets:
        raise ValueError(f"resets: found {len(plan.resets)}, expected none in SBML")
    begin = _start(plan) if start is None else float(start)
    if not np.isfinite(begin):
        raise ValueError(f"start: found {begin!r}, expected a finite day")
    plan = plan if isinstance(plan, Schedule) else schedule(plan, model)
    unknown = {j.state for j in plan.jumps} - set(model.states)
    if unknown:
        known = ", ".join(model.states)
        raise ValueError(f"jumps: found {sorted(unknown)}, expected among {known}")
    defaults = {i: t.default for i, t in model.inputs.items()}
    days, values = plan.table(model.inputs, defaults)
    now = int(np.searchsorted(days, begin + SNAP, side="right")) - 1
    at_start = dict(zip(model.inputs, values[now].tolist(), strict=True)) | dict(inputs)
    first = [j for j in plan.jumps if abs(j.time - begin) <= SNAP]
    changes = [Change(float(day) - begin) for day in days[now + 1 :]]
    for change, before, after in zip(changes, values[now:], values[now + 1 :], strict=False):
        moved = zip(model.inputs, before.tolist(), after.tolist(), strict=True)
        change.inputs.update({i: b for i, a, b in moved if a != b and i not in inputs})
    for jump in plan.jumps:
        if jump.time > begin + SNAP:
            _at(changes, jump.time - begin).jumps.append(jump)
    kept = [c for c in changes if c.inputs or c.jumps]
    return Course(begin, at_start, first, sorted(kept, key=lambda c: c.time))


def _start(plan: Protocol | Schedule) -> float:
    """Return the day on which a protocol begins; 0 when nothing is given."""
    if isinstance(plan, Protocol):
        return plan.start
    days = [p.start for p in plan.pulses] + [j.time for j in plan.jumps]
    return float(min(filter(np.isfinite, days), default=0.0))


def _at(changes: list[Change], time: float) -> Change:
    """Return the change at a time, a new one where there is none."""
    for change in changes:
        if abs(change.time - time) <= SNAP:
            return change
    changes.append(Change(time))
    return changes[-1]
