"""From what a caller asks for to the arrays and the kernel that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.engine import NO_FIRING, Firing, Problem
from diapedesis.simulate.program import Program, trace
from diapedesis.simulate.protocol import Protocol
from diapedesis.simulate.schedule import Schedule, schedule
from diapedesis.simulate.stops import Stops, pack
from diapedesis.simulate.trigger import Trigger
from diapedesis.simulate.validate import known, known_plan, within

Array = NDArray[np.float64]
Plan = Protocol | Schedule
_TRACED: dict[tuple[Any, ...], Program] = {}


def program_of(
    model: Model,
    outputs: Sequence[str],
    triggers: Sequence[Trigger] = (),
    sensitivities: Sequence[str] = (),
    *,
    jacobian: bool = False,
) -> Program:
    """Return the program of a request, traced once where the request can be recognised.

    Raises
    ------
    ValueError
        For ids that the model does not have.
    """
    known("outputs", [_plain(o, model) for o in outputs], model.outputs)
    known("sensitivities", sensitivities, model.parameters)
    laws = [_recognised(t) for t in triggers]
    key = (model.fingerprint, tuple(outputs), tuple(sensitivities), jacobian, *laws)
    told_apart = None not in laws
    if told_apart and key in _TRACED:
        return _TRACED[key]
    found = trace(model, outputs, triggers=triggers, sensitivities=sensitivities, jacobian=jacobian)
    return _TRACED.setdefault(key, found) if told_apart else found


def _recognised(trigger: Trigger) -> tuple[Any, ...] | None:
    """Return what a trigger puts into a program, or None when a closure hides it.

    A function that was defined by name in a module stays what it is.
    """
    sets = tuple(sorted(trigger.sets.items()))
    for law in (trigger.law, *(v for _, v in sets if callable(v))):
        if "<" in law.__qualname__ or law.__closure__:
            return None
    own = (trigger.id, trigger.law, sets, tuple(trigger.parameters.items()))
    return (*own, trigger.direction, trigger.days is None)


def _plain(output: str, model: Model) -> str:
    """Return the output that an id asks for, or asks the integral of."""
    return output if output in model.outputs else output.removeprefix("cumulative_")


def lay_out(
    model: Model,
    program: Program,
    protocol: Plan | Sequence[Plan],
    times: Array,
    parameters: Mapping[str, ArrayLike],
    inputs: Mapping[str, ArrayLike],
    initial: Mapping[str, ArrayLike] | None,
    triggers: Sequence[Trigger],
    t0: float | None,
    t1: float | None,
) -> Problem:
    """Check the ids of a request and lay out its arrays.

    Raises
    ------
    ValueError
        For unknown ids, a start or an end that is not a day, times outside them, or unequal numbers
        of subjects.
    """
    extra = [id for t in triggers for id in t.parameters]
    known("parameters", parameters, [*model.parameters, *extra])
    known("inputs", inputs, model.inputs)
    given = [protocol] if isinstance(protocol, Plan) else list(protocol)
    plans, which = _distinct(model, given)
    then = [t.then for t in triggers if t.then is not None]
    for t in triggers:
        if t.then is not None:
            known_plan(f"trigger {t.id!r}, then", t.then, model)
    sized = [*parameters.values(), *inputs.values(), *(initial or {}).values()]
    n = _subjects(sized, len(which) if not isinstance(protocol, Plan) else None, times)
    begin = _begin(given, times) if t0 is None else float(t0)
    end = max(float(times.max(initial=begin)), begin) if t1 is None else float(t1)
    within(times, begin, end)
    typical = _typical(model, program, triggers, parameters)
    p = np.tile(typical, (n, 1))
    for j, id in enumerate(program.parameters):
        if id in parameters:
            p[:, j] = parameters[id]
    own = [id for id in program.inputs if id in inputs]
    stops = _stops(model, program, [*plans, *then])
    return Problem(
        program,
        typical,
        p,
        np.array([np.broadcast_to(inputs[id], n) for id in own], float).reshape(len(own), n).T,
        np.array([program.inputs.index(id) for id in own], np.int64),
        _given(program, initial, n),
        stops,
        np.resize(which, n) if isinstance(protocol, Plan) else which,
        times,
        begin,
        end,
        _firing(triggers, len(plans)),
    )


def _typical(
    model: Model,
    program: Program,
    triggers: Sequence[Trigger],
    parameters: Mapping[str, ArrayLike],
) -> Array:
    values: dict[str, Any] = {id: p.default for id, p in model.parameters.items()}
    values |= {id: v for t in triggers for id, v in t.parameters.items()}
    values |= {id: v for id, v in parameters.items() if np.ndim(v) == 0}
    return np.array([values[id] for id in program.parameters], float)


def _distinct(model: Model, given: list[Plan]) -> tuple[list[Schedule], NDArray[np.int64]]:
    """Return the schedules that differ as objects, and which of them each subject has."""
    place: dict[int, int] = {}
    plans: list[Schedule] = []
    for i, g in enumerate(given):
        if place.setdefault(id(g), len(plans)) == len(plans):
            plans.append(g if isinstance(g, Schedule) else schedule(g, model))
            known_plan(f"protocol of subject {i}", plans[-1], model)
    return plans, np.array([place[id(g)] for g in given], np.int64)


def _stops(model: Model, program: Program, plans: list[Schedule]) -> Stops:
    resting = {id: model.inputs[id].default for id in program.inputs}
    return pack(plans, resting, program.states)


def _given(program: Program, initial: Mapping[str, ArrayLike] | None, n: int) -> Array | None:
    if initial is None:
        return None
    known("states wanted in initial", program.states, initial)
    y0 = np.zeros((n, max(len(program.states), 1)))
    for i, id in enumerate(program.states):
        y0[:, i] = initial[id]
    return y0


MOST_TRIGGERS = 62
"""As many as the bits of an integer tell apart."""
_SIGNS = {"up": 1.0, "down": -1.0, "both": 0.0}


def _firing(triggers: Sequence[Trigger], first: int) -> Firing:
    if not triggers:
        return NO_FIRING
    if len(triggers) > MOST_TRIGGERS:
        raise ValueError(f"triggers: found {len(triggers)}, expected at most {MOST_TRIGGERS}")
    rows = iter(range(first, first + len(triggers)))
    looks: dict[float, int] = {}
    for j, t in enumerate(triggers):
        for day in t.days or ():
            looks[float(day)] = looks.get(float(day), 0) | 1 << j
    return Firing(
        np.array([_SIGNS[t.direction] for t in triggers]),
        np.array([int(t.once) for t in triggers]),
        np.array([int(t.ends) for t in triggers]),
        np.array([-1 if t.then is None else next(rows) for t in triggers]),
        np.array(sorted(looks), float),
        np.array([looks[day] for day in sorted(looks)], np.int64),
    )


def _subjects(sized: list[ArrayLike], schedules: int | None, times: Array) -> int:
    sizes = {np.size(v) for v in sized if np.ndim(v)}
    sizes |= {schedules} if schedules is not None else set()
    sizes |= {times.shape[0]} if times.ndim == 2 else set()
    if len(sizes) > 1:
        raise ValueError(f"found {sorted(sizes)} subjects, expected one number of them")
    return sizes.pop() if sizes else 1


def _begin(given: list[Plan], times: Array) -> float:
    """Return the first day on which anything happens or is asked for."""
    days = [float(times.min())] if times.size else []
    for plan in given:
        if isinstance(plan, Protocol):
            given_any = plan.doses or plan.sessions or plan.antibodies or plan.treatments
            days += [plan.start] if given_any else []
        else:
            days += [p.start for p in plan.pulses if np.isfinite(p.start)]
            days += [j.time for j in plan.jumps]
    return min(days, default=0.0)
