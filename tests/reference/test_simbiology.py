"""Target-mediated disposition in 100 virtual patients, as SimBiology solved it. Stiff."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.core import Mechanism, Model
from diapedesis.simulate import Schedule, solve
from tests.engine.problems import ENGINES
from tests.engine.truth import NOTHING, course
from tests.reference import tmdd

DATA = Path(__file__).with_name("data")
MODEL = Model("tmdd", [Mechanism.of(tmdd)])
COLUMNS = {
    "free_antibody": "free_Ab_ug_mL",
    "free_target": "free_target_ng_mL",
    "total_target": "total_target_ng_mL",
}
AGREE = 0.015
"""ode15s ran at rtol 1e-3, a tolerance per step; ours, at 1e-6, adds nothing to that."""

Array = NDArray[np.float64]


def rows(name: str) -> list[dict[str, float]]:
    with (DATA / f"gqspsim_tmdd_{name}.csv").open() as stream:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(stream)]


def patients() -> dict[str, Array]:
    """Return parameters of the 100 patients; those per mL in the file are per L here."""
    table = rows("vps")
    column = lambda name: np.array([r[name] for r in table])  # noqa: E731
    return {
        "dose": np.where(column("Group") == 1, 3.0, 0.3),
        "v_1": column("V1_mL_kg") / 1000,
        "v_2": column("V2_mL_kg") / 1000,
        "cl": column("CL_mL_day_kg") / 1000,
        "cl_d": column("CLd_mL_day_kg") / 1000,
        "k_on": column("kon_1_nM_day"),
        "k_d": column("KD_nM"),
        "t_base": column("target0_nM"),
        "t_half": column("target_thalf_day"),
    }


def published() -> tuple[Array, dict[str, Array]]:
    """Return days, and each output, shape (100, 12), in the order of the patients."""
    table = rows("simbiology")
    who = [(r["Group"], r["vp"]) for r in rows("vps")]
    days = np.unique([r["time_day"] for r in table])
    at = {(r["Group"], r["vp"], r["time_day"]): r for r in table}
    values = {
        id: np.array([[at[*one, day][name] for day in days] for one in who])
        for id, name in COLUMNS.items()
    }
    return days, values


def test_the_file_holds_100_patients_and_12_days() -> None:
    days, values = published()
    assert days.size == 12
    assert all(v.shape == (100, 12) and np.all(v > 0) for v in values.values())


@pytest.mark.parametrize("i", range(0, 100, 9))
def test_the_declared_equations_are_those(i: int) -> None:
    days, values = published()
    own = {id: float(v[i]) for id, v in patients().items()}
    found = course(MODEL, NOTHING, days, list(COLUMNS), values=own, rtol=1e-8, method="Radau")
    for id in COLUMNS:
        np.testing.assert_allclose(found.values[id], values[id][i], rtol=AGREE)


@pytest.mark.parametrize("method", ENGINES)
def test_100_patients_as_simbiology(method: str) -> None:
    """Binding is stiff (1e5 per day): an explicit method takes a million steps, and is right."""
    days, values = published()
    given = {"parameters": patients(), "max_steps": 2_000_000, "method": method}
    found = solve(MODEL, Schedule(), days, list(COLUMNS), **given).raise_failures()
    for id in COLUMNS:
        np.testing.assert_allclose(found[id], values[id], rtol=AGREE)
