"""One smallest wrong model for each fault: what it says, and where."""

import math
import re
from collections.abc import Callable

import pytest

from diapedesis.core import (
    CODES,
    Assumption,
    Fault,
    Input,
    LogUniform,
    Mechanism,
    Model,
    ModelError,
    Parameter,
    Port,
    Source,
    State,
    check,
    conserved,
    exp,
    flux,
    output,
    rule,
)

A = State("a", "mg", "Amount")
B = State("b", "mg", "Elsewhere")
K = Parameter("k", "1/day", "Rate constant", 0.5, Assumption("a test"), LogUniform(0.1, 1.0))


@flux(changes={A: -1}, boundary="eliminated")
def loss(k, a):
    """Loss."""
    return k * a


@flux(changes={A: -1, B: +1})
def passage(k, a):
    """Passage."""
    return k * a


def model(*terms, wires=None, **others) -> Model:
    """Return a checked model of mechanism `m`, and of further ones by name."""
    mechanisms = [Mechanism("m", terms), *(Mechanism(n, t) for n, t in others.items())]
    made = Model("toy", mechanisms, wires)
    check(made)
    return made


def wrong_unit() -> Model:
    @output("mg/L")
    def level(a):
        return a

    return model(A, level)


def right_dimension_wrong_scale() -> Model:
    @output("g")
    def level(a):
        return a

    return model(A, level)


def wrong_flux_unit() -> Model:
    @flux(changes={A: -1}, boundary="eliminated")
    def leak(a):
        return a

    return model(A, leak)


def wrong_initial_unit() -> Model:
    return model(K, State("s", "mg", "Set by a rate", initial=lambda k: k))


def unlike_sum() -> Model:
    @output("mg")
    def both(a, k):
        return a + k

    return model(A, K, both)


def dimension_in_a_function() -> Model:
    @output("")
    def decay(k):
        return exp(-k)

    return model(K, decay)


def missing_port() -> Model:
    return model(Port("weight", "kg", "Body weight"))


def unknown_name() -> Model:
    @output("mg")
    def twice(amout):
        return 2 * amout

    return model(State("amount", "mg", "Amount"), twice)


def unknown_wire() -> Model:
    return model(A, wires={"m.a": "a"})


def unknown_supplier() -> Model:
    return model(A, Port("p", "mg", "Port"), wires={"m.p": "aa"})


def unknown_target() -> Model:
    @flux(changes={B: -1}, boundary="eliminated")
    def stray(a, k):
        return k * a

    return model(A, K, stray)


def double_definition() -> Model:
    return model(A, other=(A,))


def port_named_as_a_state() -> Model:
    return model(A, Port("a", "mg", "Port"))


def lossy_passage() -> Model:
    @flux(changes={A: -1, B: +0.5})
    def passage(k, a):
        return k * a

    return model(A, B, K, passage, conserved("total", {A: 1, B: 1}))


def boundary_that_changes_nothing() -> Model:
    @flux(changes={A: -1, B: +1}, boundary="lost")
    def passage(k, a):
        return k * a

    return model(A, B, K, passage, conserved("total", {A: 1, B: 1}))


def default_outside() -> Model:
    return model(Parameter("k", "1/day", "Rate", 2.0, Assumption("a test"), LogUniform(0.1, 1.0)))


def default_not_a_number() -> Model:
    return model(Parameter("k", "1/day", "Rate", math.nan, Assumption("a test")))


def unknown_unit() -> Model:
    return model(State("a", "mgg", "Amount"))


def circular_rules() -> Model:
    @rule("")
    def one(two):
        return two

    @rule("")
    def two(one):
        return one

    return model(one, two)


def law_with_a_branch() -> Model:
    @output("mg")
    def clipped(a, b):
        return a if a < b else b

    return model(A, B, clipped)


def law_with_plain_math() -> Model:
    @output("")
    def decay(x):
        return math.exp(-x)

    return model(Input("x", "", "Share"), decay)


def law_that_divides_by_nothing() -> Model:
    full = Parameter("f", "", "Share", 1.0, Assumption("a test"))

    @output("")
    def odds(f):
        return f / (1 - f)

    return model(full, odds)


def wire_of_another_unit() -> Model:
    return model(A, other=(Port("p", "L", "Volume"),), wires={"other.p": "a"})


def writable_port_on_a_parameter() -> Model:
    return model(K, other=(Port("k", "1/day", "Written", writable=True),))


def no_source() -> Model:
    return model(Parameter("k", "1/day", "Rate", 0.5, Source()))


def assumption_without_a_reason() -> Model:
    return model(Parameter("k", "1/day", "Rate", 0.5, Assumption(" ")))


def spread_without_a_source() -> Model:
    return model(Parameter("k", "1/day", "Rate", 0.5, Assumption("a test"), iiv=0.2))


CASES: list[tuple[Callable[[], Model], str, str, str, str, str]] = [
    (wrong_unit, "M001", "m.level", "milligram", "mg/L", "correct the law or the unit"),
    (right_dimension_wrong_scale, "M001", "m.level", "0.001 times", "g", "correct the law"),
    (wrong_flux_unit, "M001", "m.leak", "milligram", "(mg)/day", "correct the law or the unit"),
    (wrong_initial_unit, "M001", "m.s", "1 / day", "mg", "correct the law or the unit"),
    (unlike_sum, "M002", "m.both", "milligram with 1 / day", "like quantities", "correct the law"),
    (dimension_in_a_function, "M002", "m.decay", "1 / day with dimensionless", "like", "correct"),
    (missing_port, "M003", "m.weight", "no wire", "a supplier in kg", "add 'm.weight' to wires"),
    (unknown_name, "M004", "m.twice", "'amout'", "one of amount", "declare it, or correct"),
    (unknown_wire, "M004", "wires['m.a']", "'m.a'", "a declared name", "declare it, or correct"),
    (unknown_supplier, "M004", "wires['m.p']", "'aa'", "one of a", "declare it, or correct"),
    (unknown_target, "M004", "m.stray.changes", "'b'", "a declared name", "declare it"),
    (double_definition, "M005", "m, other.a", "2 definitions", "one", "rename or remove one 'a'"),
    (port_named_as_a_state, "M005", "m.a", "a port and another term", "one", "rename the port"),
    (lossy_passage, "M006", "m.passage", "changes total by -0.5", "a change of 0", "coefficients"),
    (boundary_that_changes_nothing, "M006", "m.passage", "by +0, boundary 'lost'", "of 0", "name"),
    (default_outside, "M007", "m.k", "2", "0.1 to 1", "correct the default or widen the prior"),
    (default_not_a_number, "M007", "m.k", "nan", "-inf to inf", "correct the default"),
    (unknown_unit, "M008", "m.a", "'mgg'", "a unit the registry knows", "write it with day"),
    (circular_rules, "M009", "one -> two -> one", "a ring of rules", "an order", "with a state"),
    (law_with_a_branch, "M010", "m.clipped", "TypeError", "arithmetic", "as one expression"),
    (law_with_plain_math, "M010", "m.decay", "TypeError", "log, minimum, maximum, ramp", "one"),
    (law_that_divides_by_nothing, "M010", "m.odds", "ZeroDivisionError", "arithmetic", "write"),
    (wire_of_another_unit, "M011", "other.p", "'a' in mg", "L", "a quantity of the port's unit"),
    (writable_port_on_a_parameter, "M011", "other.k", "'k'", "a state", "to a state"),
    (no_source, "M012", "m.k.source", "nothing", "claims or an Assumption", "name the claim"),
    (assumption_without_a_reason, "M012", "m.k.source", "nothing", "claims", "say why"),
    (spread_without_a_source, "M012", "m.k.iiv_source", "nothing", "claims", "say why"),
]


def faults_of(build: Callable[[], Model]) -> tuple[Fault, ...]:
    with pytest.raises(ModelError) as caught:
        build()
    return caught.value.faults


@pytest.mark.parametrize(
    ("build", "code", "place", "found", "expected", "fix"),
    CASES,
    ids=[case[0].__name__ for case in CASES],
)
def test_fault(
    build: Callable[[], Model], code: str, place: str, found: str, expected: str, fix: str
) -> None:
    (fault,) = faults_of(build)
    ring = {"one -> two -> one", "two -> one -> two"}  # a ring has no first member
    assert fault.code == code
    assert fault.place == place or {fault.place, place} == ring
    assert found in fault.found
    assert expected in fault.expected
    assert fix in fault.fix
    assert str(fault).startswith(f"{code} {CODES[code]} at {fault.place}: found ")
    assert str(fault).endswith(f" Fix: {fault.fix}.")


def test_every_code_has_its_smallest_wrong_model() -> None:
    assert {case[1] for case in CASES} == set(CODES)


def test_a_right_model_passes() -> None:
    made = model(A, B, K, loss, passage, conserved("total", {A: 1, B: 1}))
    assert list(made.fluxes) == ["loss", "passage"]


def test_every_fault_is_told_at_once_and_once() -> None:
    @flux(changes={A: -1, B: +1})
    def passage(k, a):
        return a + k

    bare = Parameter("k", "1/day", "Rate", 3.0, Source(), LogUniform(0.1, 1.0))
    faults = faults_of(lambda: model(A, B, bare, passage))
    assert [(f.code, f.place) for f in faults] == [
        ("M007", "m.k"),
        ("M012", "m.k.source"),
        ("M002", "m.passage"),
    ]
    assert len(str(ModelError(faults)).splitlines()) == 3


def test_structural_faults_are_told_together() -> None:
    lonely = Port("weight", "kg", "Body weight")
    codes = [f.code for f in faults_of(lambda: model(A, lonely, loss, wires={"m.x": "a"}))]
    assert codes == ["M004", "M003", "M004"]


def test_a_law_may_be_singular_where_states_are_one() -> None:
    @output("")
    def odds(share):
        return share / (1 - share)

    assert model(State("share", "", "Share"), odds).outputs


def test_codes_are_numbered_without_gaps() -> None:
    assert list(CODES) == [f"M{n:03d}" for n in range(1, len(CODES) + 1)]
    assert not [text for text in CODES.values() if not re.fullmatch(r"[a-z ]+", text)]
