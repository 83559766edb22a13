"""Small trials for tests: run ones, and ones whose records are made up."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from diapedesis.simulate import Protocol
from diapedesis.trials import Arm, Hypothesis, Trial, Variant
from diapedesis.trials.design import HISTORY
from diapedesis.trials.endpoints import EXPECTED_GD, SHOWN
from diapedesis.trials.run import Records

SHORT = Protocol.every(28, n=6)
CONTROL = Arm("placebo", "placebo")


def trial(*arms: Arm, hypotheses: tuple[str, ...] = ("cd4",), **others: Any) -> Trial:
    """Return a trial of these arms against placebo, after six infusions."""
    made = Trial(
        id="made",
        title="Made for a test",
        question="Does it?",
        arms=(CONTROL, *arms),
        joint=tuple(a.id for a in arms),
        expected={},
        variants=(Variant("only", "as it is"),),
        hypotheses=tuple(Hypothesis(h) for h in hypotheses),
        history=SHORT,
    )
    assert made.history != HISTORY
    return replace(made, **others)


def records(made: Trial, patients: int, **values: Any) -> Records:
    """Return records with the given values, shape (..., arms, truths, records), else 0."""
    given = {k: np.asarray(v, np.float32) for k, v in values.items()}
    shape = next(iter(given.values())).shape
    every = {id: given.get(id, np.zeros(shape, np.float32)) for id in (*SHOWN, EXPECTED_GD)}
    people: Any = SimpleNamespace(n=patients, m=shape[3], seed=1)
    return Records(made, people, shape[4] // patients, every, {})
