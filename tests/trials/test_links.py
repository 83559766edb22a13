"""What is built in is read from the laws; and doses reach the depth they are to reach."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.infer.stability import at_rest
from diapedesis.models.ms import ms
from diapedesis.simulate import Protocol, solve
from diapedesis.trials import Arm, Hypothesis, depleting
from diapedesis.trials.courses import COUNTS, weeks
from diapedesis.trials.doses import courses_for
from diapedesis.trials.hypotheses import EVERY
from diapedesis.trials.links import FREE, HELP, NONE, OPPOSED, SHARE, SOLE, link
from tests.trials.made import SHORT

SPARED = {"anti_cd4_treg": 0.0}
OUTPUTS = ("lesion_births", "edss", *COUNTS)


def antibody(drug: str, **parameters: float) -> Arm:
    return Arm(drug, drug, depleting(drug, [28.0], [1.0]), parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drug", "cause", "status"),
    [
        ("anti_cd8", "cd4", NONE),
        ("anti_cd8", "imbalance", NONE),
        ("anti_cd8", "pool", SHARE),
        ("anti_cd4", "cd4", SOLE),
        ("anti_cd20", "cd4", HELP),
    ],
)
def test_links_that_the_laws_show(drug: str, cause: str, status: str) -> None:
    assert link(antibody(drug), Hypothesis(cause), 0.9).status() == status


def test_regulators_stand_against_effectors_unless_spared() -> None:
    took = link(antibody("anti_cd4"), Hypothesis("pool"), 0.9)
    left = link(antibody("anti_cd4", **SPARED), Hypothesis("pool"), 0.9)
    assert took.cells["cns_treg"] > 1 > took.cells["cns_cd4"]
    assert took.status().startswith("not built in") and left.status() == SHARE
    assert "cns_treg" not in left.cells


def test_half_of_the_only_driver_is_built_in_unless_its_sign_is_open() -> None:
    half = link(antibody("anti_cd4"), Hypothesis("cd4"), 0.5)
    assert half.law < 1 and half.cells["cns_treg"] > 1
    assert half.status(most=0.7) == SOLE
    assert half.status(most=1.1) == OPPOSED
    assert link(antibody("anti_cd4"), Hypothesis("pool"), 0.5).status(most=0.9) == OPPOSED


def test_antigen_depends_on_the_cells_that_hold_it() -> None:
    assert link(antibody("anti_cd8"), Hypothesis("virus"), 0.9).through == ("antigen",)
    assert link(antibody("anti_cd8"), Hypothesis("damage"), 0.9).through == ()


def test_help_is_open_where_it_is_left_free() -> None:
    assert link(antibody("anti_cd20"), Hypothesis("null"), 0.9).status(("b_help",)) == FREE


@pytest.mark.parametrize("hypothesis", EVERY, ids=lambda h: h.id)
def test_nothing_lost_nothing_changed(hypothesis: Hypothesis) -> None:
    for drug in ("anti_cd4", "anti_cd8", "anti_cd20"):
        assert link(antibody(drug), hypothesis, 0.0).law == pytest.approx(1)


def test_rest_is_where_the_solver_begins() -> None:
    rest = at_rest(ms(), {"h_virus": 5.0, "lesion_rate": 0.2})
    values = {"h_virus": [5.0], "lesion_rate": [0.2]}
    begun = solve(ms(), Protocol(), [0.0], OUTPUTS, parameters=values, t0=0.0)
    for id, x in begun.final.items():
        assert rest[id] == pytest.approx(float(x[0]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("drug", "cells"), [("anti_cd4", "cd4_count"), ("anti_cd8", "cd8_count")])
@pytest.mark.parametrize("aim", [0.5, 0.9])
def test_doses_reach_their_depth(drug: str, cells: str, aim: float) -> None:
    days = (28.0, 118.0, 208.0, 298.0)
    amounts = courses_for(drug, cells, aim, days, SHORT)  # type: ignore[arg-type]
    last = SHORT.last_dose
    arm = Arm(drug, drug, depleting(drug, days, amounts))  # type: ignore[arg-type]
    plans = [SHORT, Protocol(doses=SHORT.doses, treatments=arm.given(last))]
    count = solve(ms(), plans, weeks(last), COUNTS, t0=0.0)[cells]
    gone = 1 - count[1] / count[0]
    assert gone[8] == pytest.approx(aim, abs=0.01)
    assert gone[8:].mean() == pytest.approx(aim, abs=0.01)
    assert np.all(gone[:4] < 0.01)


def test_a_depth_that_no_dose_reaches() -> None:
    with pytest.raises(ValueError, match=r"aim: found 0\.999999, expected a share"):
        courses_for("anti_cd4", "cd4_count", 0.999999, (28.0,), SHORT)


def test_unknown_hypotheses_are_refused() -> None:
    with pytest.raises(ValueError, match="hypothesis: found 'prions', expected one of null"):
        Hypothesis("prions")
