"""Checks that need the laws to be run: units on pint quantities, balance, supports, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from diapedesis.core import units
from diapedesis.core.errors import Fault, ModelError
from diapedesis.core.model import Model
from diapedesis.core.sources import is_given
from diapedesis.core.terms import Parameter

SAMPLE = 0.618
"""Value at which laws are run on units: not 0 or 1, where 1 / (1 - x) and log(x) are special."""


def check(model: Model) -> None:
    """Check units, flux balance, supports and sources of an assembled model.

    Raises
    ------
    ModelError
        With all the faults found.
    """
    faults = [*_sources(model), *_supports(model), *_balance(model)]
    bad_units = [*_unit_names(model)]
    faults += bad_units
    if not bad_units:
        faults += [*_laws(model), *_ports(model)]
    if faults:
        raise ModelError(sorted(dict.fromkeys(faults), key=lambda f: (f.place, f.code)))


def _place(model: Model, id: str) -> str:
    return f"{model.home(id).name}.{id}"


def _sources(model: Model) -> Iterable[Fault]:
    for p in model.parameters.values():
        if not is_given(p.source):
            yield _no_source(model, p, "source")
        if p.iiv > 0 and not is_given(p.iiv_source):
            yield _no_source(model, p, "iiv_source")
        if p.iov > 0 and not is_given(p.iov_source):
            yield _no_source(model, p, "iov_source")


def _no_source(model: Model, p: Parameter, field: str) -> Fault:
    return Fault(
        "M012",
        f"{_place(model, p.id)}.{field}",
        "nothing",
        "claims or an Assumption",
        "name the claim it rests on, or say why it is assumed",
    )


def _supports(model: Model) -> Iterable[Fault]:
    for p in model.parameters.values():
        low, high = p.prior.support
        if not low <= p.default <= high:
            yield Fault(
                "M007",
                _place(model, p.id),
                f"{p.default:g}",
                f"{low:g} to {high:g}",
                "correct the default or widen the prior",
            )


def _balance(model: Model) -> Iterable[Fault]:
    for total in model.conserved.values():
        for flux in model.fluxes.values():
            change = sum(n * total.weights.get(s, 0.0) for s, n in model.changes(flux).items())
            touches = any(s in total.weights for s in model.changes(flux))
            if touches and (change != 0) != bool(flux.boundary):
                found = f"changes {total.id} by {change:+g}, boundary {flux.boundary!r}"
                yield Fault(
                    "M006",
                    _place(model, flux.id),
                    found,
                    "a change of 0, or a boundary",
                    "correct the coefficients, or name where the flow goes",
                )


def _declared(model: Model) -> Iterable[tuple[str, str]]:
    for id, unit in model.units.items():
        yield _place(model, id), unit
    for end, port in model.ports.items():
        yield end, port.unit


def _unit_names(model: Model) -> Iterable[Fault]:
    for place, unit in _declared(model):
        try:
            units.quantity(1.0, unit)
        except Exception as error:  # pint raises its own, tokenize's and plain errors here
            yield Fault(
                "M008",
                place,
                f"{unit!r} ({type(error).__name__})",
                "a unit the registry knows",
                "write it with day, L, mg, kg, m, cell",
            )


def _laws(model: Model) -> Iterable[Fault]:
    env: dict[str, Any] = {}
    for id in (*model.states, *model.parameters, *model.inputs):
        value = model.parameters[id].default if id in model.parameters else SAMPLE
        env[id] = units.quantity(value, model.units[id])
    for id, rule in model.rules.items():
        yield from _law(model, id, rule.law, rule.unit, env)
        env[id] = units.quantity(SAMPLE, rule.unit)
    for id, state in model.states.items():
        if callable(state.initial):
            yield from _law(model, id, state.initial, state.unit, env)
    for id, flux in model.fluxes.items():
        for target in model.changes(flux):
            per_day = f"({model.states[target].unit or 'dimensionless'})/{units.TIME}"
            yield from _law(model, id, flux.law, per_day, env)


def _law(
    model: Model, id: str, law: Callable[..., Any], unit: str, env: dict[str, Any]
) -> Iterable[Fault]:
    import pint

    place, expected = _place(model, id), unit or "dimensionless"
    try:
        found = model.call(id, law, env)
    except pint.DimensionalityError as error:
        yield Fault(
            "M002",
            place,
            f"{error.units1} with {error.units2}",
            "like quantities",
            "correct the law or the unit of one of its arguments",
        )
        return
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        yield _not_plain(place, error)
        return
    scale = units.factor(found, unit)
    if scale is None or abs(scale - 1.0) > 1e-9:
        got = str(getattr(found, "units", "dimensionless")) or "dimensionless"
        times = "" if scale is None else f", {scale:g} times too large"
        yield Fault("M001", place, f"{got}{times}", expected, "correct the law or the unit")
    yield from _symbolic(model, id, law, place)


class _Anything:
    """Stands for a symbol: takes part in arithmetic and the functions of the core, and no more."""

    def apply(self, *_: Any) -> _Anything:
        """Take any function of :mod:`diapedesis.core.functions`."""
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = apply
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = apply

    def _refuse(self, *_: Any) -> bool:
        raise TypeError("found a condition or a comparison")

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


def _symbolic(model: Model, id: str, law: Callable[..., Any], place: str) -> Iterable[Fault]:
    names = [*model.states, *model.parameters, *model.inputs, *model.rules]
    try:
        model.call(id, law, dict.fromkeys(names, _Anything()))
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        yield _not_plain(place, error)


def _not_plain(place: str, error: Exception) -> Fault:
    return Fault(
        "M010",
        place,
        f"{type(error).__name__}: {error}",
        "arithmetic, exp, log, minimum, maximum, ramp",
        "write the law as one expression, with the functions of diapedesis.core",
    )


def _ports(model: Model) -> Iterable[Fault]:
    for end, port in model.ports.items():
        home, name = end.split(".")
        target = model.supplier(home, name)
        if port.writable and target not in model.states:
            yield Fault("M011", end, f"{target!r}", "a state", "wire a writable port to a state")
        scale = units.factor(units.quantity(1.0, model.units[target]), port.unit)
        if scale is None or abs(scale - 1.0) > 1e-9:
            yield Fault(
                "M011",
                end,
                f"{target!r} in {model.units[target] or 'dimensionless'}",
                port.unit or "dimensionless",
                "wire it to a quantity of the port's unit",
            )
