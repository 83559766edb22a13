"""What an exported file must be: valid, complete, in our units, and with our laws and events."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libsbml
import numpy as np
import pytest
import sympy

from diapedesis.core import (
    Assumption,
    Mechanism,
    Model,
    Parameter,
    State,
    exp,
    flux,
    log,
    maximum,
    minimum,
    ramp,
    units,
)
from diapedesis.exchange import sbml_math
from diapedesis.exchange.sbml import SbmlError, to_sbml, write_sbml
from diapedesis.exchange.sbml_library import library
from diapedesis.models import pkpd
from diapedesis.simulate import Injection, Jump, Protocol, Pulse, Schedule, schedule
from tests.exchange.protocols import KNOWN, OWN, PROTOCOLS, SESSIONS

PRINTED = 1e-14
"""Relative; libSBML writes 15 digits."""
TO_PINT = {"litre": "liter", "metre": "meter", "item": "cell"}


def read(*arguments: Any, **options: Any) -> Any:
    """Return the libSBML document of an export; the caller must keep it while it reads."""
    return libsbml.readSBMLFromString(to_sbml(*arguments, **options))


@pytest.fixture(scope="module")
def document() -> Any:
    return read(pkpd(), SESSIONS, parameters=OWN, inputs=KNOWN)


def value(node: Any, env: dict[str, float]) -> Any:
    """Evaluate a MathML tree; written from the meaning of MathML, not from the exporter."""
    children = [node.getChild(i) for i in range(node.getNumChildren())]
    kind = node.getType()
    if kind == libsbml.AST_NAME:
        return env[node.getName()]
    if kind == libsbml.AST_NAME_TIME:
        return env["time"]
    if node.isNumber():
        return node.getValue()
    if kind == libsbml.AST_FUNCTION_PIECEWISE:
        for piece, condition in zip(children[::2], children[1::2], strict=False):
            if value(condition, env):
                return value(piece, env)
        return value(children[-1], env)
    x = [value(child, env) for child in children]
    meaning: dict[int, Callable[[], Any]] = {
        libsbml.AST_PLUS: lambda: sum(x),
        libsbml.AST_TIMES: lambda: math.prod(x),
        libsbml.AST_MINUS: lambda: -x[0] if len(x) == 1 else x[0] - x[1],
        libsbml.AST_DIVIDE: lambda: x[0] / x[1],
        libsbml.AST_POWER: lambda: x[0] ** x[1],
        libsbml.AST_FUNCTION_POWER: lambda: x[0] ** x[1],
        libsbml.AST_FUNCTION_EXP: lambda: math.exp(x[0]),
        libsbml.AST_FUNCTION_LN: lambda: math.log(x[0]),
        libsbml.AST_LOGICAL_AND: lambda: all(x),
        libsbml.AST_LOGICAL_OR: lambda: any(x),
        libsbml.AST_RELATIONAL_GEQ: lambda: x[0] >= x[1],
        libsbml.AST_RELATIONAL_GT: lambda: x[0] > x[1],
        libsbml.AST_RELATIONAL_LEQ: lambda: x[0] <= x[1],
        libsbml.AST_RELATIONAL_LT: lambda: x[0] < x[1],
    }
    return meaning[kind]()


def events(model: Any) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield time and assignments of each event, in the order of the file."""
    for event in model.getListOfEvents():
        trigger = event.getTrigger().getMath()
        assert trigger.getType() == libsbml.AST_RELATIONAL_GEQ
        assert trigger.getChild(0).getType() == libsbml.AST_NAME_TIME
        given = {a.getVariable(): a.getMath() for a in event.getListOfEventAssignments()}
        yield trigger.getChild(1).getValue(), given


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_libsbml_finds_neither_errors_nor_warnings(protocol: str) -> None:
    """All its checks are on, that of units included."""
    found = read(pkpd(), PROTOCOLS[protocol], parameters=OWN, inputs=KNOWN)
    assert (found.getLevel(), found.getVersion()) == (3, 2)
    found.checkConsistency()
    assert [found.getError(i).getMessage() for i in range(found.getNumErrors())] == []


def test_every_term_is_there_once_with_its_unit(document: Any) -> None:
    model = document.getModel()
    declared = {*pkpd().units, *pkpd().fluxes}
    assert sorted(p.getId() for p in model.getListOfParameters()) == sorted(declared)
    for id, unit in pkpd().units.items():
        definition = model.getParameter(id).getDerivedUnitDefinition()
        found = units.quantity(1.0, "")
        for u in definition.getListOfUnits():
            kind = libsbml.UnitKind_toString(u.getKind())
            size = u.getMultiplier() * 10.0 ** u.getScale()
            found *= units.quantity(size, TO_PINT.get(kind, kind)) ** u.getExponentAsDouble()
        assert found.to(unit or "dimensionless").magnitude == pytest.approx(1.0, rel=1e-12), id


def test_values_are_the_subjects_or_the_typical_ones(document: Any) -> None:
    model = document.getModel()
    for id, term in pkpd().parameters.items():
        expected = pytest.approx(OWN.get(id, term.default), rel=PRINTED)
        assert model.getParameter(id).getValue() == expected
        assert model.getParameter(id).getConstant()
    for id, given in KNOWN.items():
        assert model.getParameter(id).getValue() == given


def test_every_law_is_ours_at_random_points(document: Any) -> None:
    """Rules, fluxes, rates and starts; 20 points, so that both sides of a branch are taken."""
    model, ours = document.getModel(), pkpd()
    rng = np.random.default_rng(1)
    names = [*ours.states, *ours.parameters, *ours.inputs]
    for _ in range(20):
        env = ours.evaluate(dict(zip(names, rng.uniform(0.1, 0.9, len(names)), strict=True)))
        for id in (*ours.rules, *ours.fluxes):
            found = value(model.getAssignmentRuleByVariable(id).getMath(), env)
            assert found == pytest.approx(env[id], rel=1e-12), id
        for id, rate in ours.rates(env).items():
            found = value(model.getRateRuleByVariable(id).getMath(), env)
            assert found == pytest.approx(rate, rel=1e-12, abs=1e-14), id
        for id, start in ours.initial(env).items():
            assigned = model.getInitialAssignmentBySymbol(id)
            found = (
                value(assigned.getMath(), env) if assigned else model.getParameter(id).getValue()
            )
            assert found == pytest.approx(start, rel=1e-12), id


@pytest.mark.parametrize(
    "law",
    [
        lambda x, y: exp(-x) + log(y),
        lambda x, y: maximum(x, y) - minimum(x, 2 * y),
        lambda x, y: ramp(x - 0.5, 0.3) / y**2,
        lambda x, y: -(x**0.75) / (y * (1 - x / 3)),
        lambda x, y: 1 / x - 3 * y + minimum(exp(x * y), maximum(x, 0.2)),
        lambda x, y: -x - y,
        lambda x, y: x**-1.5 * y**-2 / 7,
    ],
)
def test_every_function_of_a_law_has_its_tree(law: Callable[..., Any]) -> None:
    x, y = sympy.symbols("x y", real=True)
    found = sbml_math.math(sympy.sympify(law(x, y)))
    for at in np.random.default_rng(2).uniform(0.1, 1.2, (50, 2)):
        env = dict(zip("xy", at.tolist(), strict=True))
        assert value(found, env) == pytest.approx(law(**env), rel=1e-12, abs=1e-15)


def test_a_function_without_a_counterpart_is_refused() -> None:
    with pytest.raises(SbmlError, match="besselj"):
        sbml_math.math(sympy.besselj(0, sympy.Symbol("x")))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_events_in_turn_give_the_inputs_of_the_schedule(protocol: str) -> None:
    plan = schedule(PROTOCOLS[protocol], pkpd())
    names = list(pkpd().inputs)
    starts, expected = plan.table(names, {i: t.default for i, t in pkpd().inputs.items()})
    document = read(pkpd(), PROTOCOLS[protocol], start=-1.0)
    model = document.getModel()
    now = {i: model.getParameter(i).getValue() for i in names}
    turns = dict(events(model))
    assert list(turns) == sorted(turns)
    for day, row in zip(starts, expected, strict=True):
        at = [t for t in turns if abs(t - 1.0 - day) < 1e-9]
        for id, math_ in turns[at[0]].items() if at else ():
            now[id] = value(math_, {}) if id in now else math.nan
        assert [now[i] for i in names] == pytest.approx(row.tolist(), rel=PRINTED, abs=0)


def test_what_happens_at_once_is_one_event() -> None:
    """Two injections, a fresh column and a weight on one day: one event, nothing to order."""
    jumps = (
        Jump(5.0, "a_d", 100.0),
        Jump(5.0, "column_volume", 0.0, replaces=True),
        Jump(5.0, "a_d", 50.0),
    )
    plan = Schedule((Pulse("infusion_rate", 5.0, 6.0, 7.0),), {"weight": ((0, 70), (5, 71))}, jumps)
    document = read(pkpd(), plan, start=0.0)
    (first, at_5), (second, at_6) = events(document.getModel())
    assert (first, second) == (5.0, 6.0)
    env = {"a_d": 3.0, "column_volume": 9.0}
    assert {id: value(m, env) for id, m in at_5.items()} == {
        "a_d": 153.0,
        "column_volume": 0.0,
        "infusion_rate": 7.0,
        "weight": 71.0,
    }
    assert {id: value(m, env) for id, m in at_6.items()} == {"infusion_rate": 0.0}


def test_events_stand_in_order_of_time() -> None:
    plan = Schedule((Pulse("infusion_rate", 5.0, 6.0, 7.0),), jumps=(Jump(2.0, "a_d", 100.0),))
    document = read(pkpd(), plan, start=0.0)
    assert [t for t, _ in events(document.getModel())] == [2.0, 5.0, 6.0]


def test_overlapping_pulses_end_at_exactly_nothing() -> None:
    """0.1 + 0.2 - 0.1 - 0.2 is not 0 in floating point; the last event sets 0."""
    pulses = (Pulse("infusion_rate", 1.0, 3.0, 0.1), Pulse("infusion_rate", 2.0, 4.0, 0.2))
    document = read(pkpd(), Schedule(pulses), start=0.0)
    rates = [value(given["infusion_rate"], {}) for _, given in events(document.getModel())]
    assert rates == [0.1, 0.3, 0.2, 0.0]


def test_time_0_is_the_first_dose_and_its_dose_is_in_the_start() -> None:
    document = read(pkpd(), Protocol.every(28, n=2, start=-28.0))
    model = document.getModel()
    assert model.getParameter("infusion_rate").getValue() == pytest.approx(300 * 24, rel=1e-12)
    assert [t for t, _ in events(model)] == pytest.approx([1 / 24, 28.0, 28 + 1 / 24], rel=1e-12)
    assert "time 0 is day -28" in model.getNotesString()


def test_a_jump_at_the_start_is_in_the_initial_state() -> None:
    """A number and a law; the check of units sees the unit of what is added."""
    plan = Schedule(jumps=(Jump(0.0, "a_d", 300.0), Jump(0.0, "igg_c", 2.0)))
    document = read(pkpd(), plan)
    model = document.getModel()
    env = dict.fromkeys(("igg_level", "v_plasma", "igg_intravascular", "fibrinogen_level"), 0.5)
    env |= {"igg_level": 10.0, "v_plasma": 3.0}
    found = {i.getSymbol(): value(i.getMath(), env) for i in model.getListOfInitialAssignments()}
    assert (found["a_d"], found["igg_c"]) == (300.0, 32.0)
    assert model.getNumEvents() == 0
    assert document.checkConsistency() == 0


def test_what_lies_before_the_start_is_not_given() -> None:
    document = read(pkpd(), Protocol(doses=(Injection(0.0, 300.0),)), start=1.0)
    model = document.getModel()
    assert model.getParameter("a_d").getValue() == 0.0
    assert model.getNumEvents() == 0


def test_a_constant_input_wins_over_the_protocol() -> None:
    document = read(pkpd(), SESSIONS, inputs={"weight": 77.0})
    model = document.getModel()
    assert model.getParameter("weight").getValue() == 77.0
    assert not any("weight" in given for _, given in events(model))


def test_notes_name_sources_and_boundaries(document: Any) -> None:
    model = document.getModel()
    assert "Source: pkpd 1.2, pkpd 1.14" in model.getParameter("cl").getNotesString()
    assert "typical value 0.156" in model.getParameter("cl").getNotesString()
    assert "Assumption: " in model.getParameter("k_a").getNotesString()
    assert "removed by apheresis" in model.getParameter("drug_removed").getNotesString()
    assert model.getParameter("c").getName() == pkpd().rules["c"].label
    assert "Research use only" in model.getNotesString()


def small(*more: Parameter) -> Model:
    """Return cells that die at a rate."""
    cells = State("n", unit="cell", label="Cells & <debris>", initial=10.0)
    rate = Parameter("k", "1/day", "Rate of death", 0.5, Assumption("an example"))

    @flux(changes={cells: -1}, boundary="died")
    def death(k, n):  # type: ignore[no-untyped-def]
        """Death."""
        return k * n

    return Model("one pool", [Mechanism("pool", (cells, rate, *more, death))])


def test_another_model_needs_no_change_of_the_exporter() -> None:
    """Counted units are items; labels with signs of XML survive."""
    document = read(small(), Schedule())
    assert document.checkConsistency() == 0
    assert document.getModel().getParameter("n").getName() == "Cells & <debris>"
    assert document.getModel().getUnitDefinition("cell").getUnit(0).isItem()


def test_the_same_arguments_give_the_same_text() -> None:
    assert to_sbml(pkpd(), SESSIONS, inputs=KNOWN) == to_sbml(pkpd(), SESSIONS, inputs=KNOWN)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"parameters": {"klearance": 1.0}}, "parameters: found 'klearance'"),
        ({"inputs": {"c": 1.0}}, "inputs: found 'c'"),
        ({"parameters": {"cl": math.nan}}, "cl is nan, expected a finite number"),
        ({"start": math.inf}, "start: found inf"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        to_sbml(pkpd(), SESSIONS, **options)


def test_a_jump_of_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match=r"jumps: found \['nobody'\]"):
        to_sbml(pkpd(), Schedule(jumps=(Jump(1.0, "nobody", 1.0),)))


def test_a_file_that_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    """A parameter has the id of an event."""
    model = small(Parameter("change_1", "", "Clash", 1.0, Assumption("an example")))
    with pytest.raises(SbmlError, match=r"not be valid SBML.*change_1"):
        write_sbml(tmp_path / "model.xml", model, Schedule(jumps=(Jump(1.0, "n", 1.0),)), start=0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_what_was_returned(tmp_path: Path) -> None:
    written = write_sbml(tmp_path / "model.xml", pkpd(), SESSIONS)
    assert written.read_text("utf-8") == to_sbml(pkpd(), SESSIONS)


def test_without_libsbml_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    library.cache_clear()
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(SbmlError, match=r"pip install 'diapedesis\[sbml\]'"):
        to_sbml(pkpd(), SESSIONS)
    library.cache_clear()
