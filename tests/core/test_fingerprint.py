"""The fingerprint changes with whatever decides the equations, and with nothing else."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from diapedesis.core import Assumption, Mechanism, Model, Parameter, Port, State, exp, output, rule
from diapedesis.models import pkpd

A = State("a", "mg", "Amount")
B = State("b", "mg", "Other amount")
FACTOR = 2.0


def one_model(*terms: object, wires: dict[str, str] | None = None) -> str:
    first = Mechanism("first", (A, B))
    second = Mechanism("second", (Port("p", "mg", "Port"), *terms))  # type: ignore[arg-type]
    return Model("toy", [first, second], wires or {"second.p": "a"}).fingerprint


def twice(p):
    """Twice."""
    return 2.0 * p


def thrice(p):
    """Twice."""
    return 3.0 * p


def twice_again(p):
    """Say it otherwise."""
    return 2.0 * p


def scaled(p):
    return FACTOR * p


def with_inner(p):
    return sum(factor * p for factor in (1.0, 2.0))


def closed(factor: float):
    def law(p):
        return factor * p

    return law


def made(law, unit: str = "mg") -> str:
    return one_model(replace(output(unit)(twice), law=law))


def test_a_constant_a_unit_and_a_wire_change_it() -> None:
    changed = {
        "as it was": made(twice),
        "constant": made(thrice),
        "unit": made(twice, "g"),
        "wire": one_model(output("mg")(twice), wires={"second.p": "b"}),
        "kind": one_model(rule("mg")(twice)),
        "function": made(lambda p: 2.0 * exp(p)),
        "default": one_model(Parameter("k", "", "K", 1.0, Assumption("a test"))),
        "another default": one_model(Parameter("k", "", "K", 2.0, Assumption("a test"))),
    }
    assert len(set(changed.values())) == len(changed)


def test_a_constant_from_outside_the_law_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(closed(2.0)) != made(closed(3.0))
    before = made(scaled)
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert made(scaled) != before


def test_a_docstring_does_not_change_it() -> None:
    assert made(twice) == made(twice_again)


def test_it_is_the_same_in_another_process() -> None:
    program = (
        "from diapedesis.models import pkpd; from tests.core import test_fingerprint as t;"
        "print(pkpd().fingerprint, t.made(t.with_inner))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [pkpd().fingerprint, made(with_inner)]
