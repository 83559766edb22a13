"""Random subjects against the truth: how large the error is, how it falls with the tolerance."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import engine_accuracy as study
from diapedesis.models import pkpd
from diapedesis.simulate import schedule, solve
from tests.engine import drug
from tests.engine.problems import DRUG, ENGINES
from tests.engine.truth import course

Array = NDArray[np.float64]
N = 24
TOLERANCES = np.array([1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9])
MEDIAN, P95 = 1e-5, 5e-5
"""What the engine promises at rtol 1e-6: ten and fifty times the tolerance of a step."""

# Both pairs advance with order 5 and estimate the error of order 4: a step's estimate goes as h^5
# (the tolerance), so steps go as rtol^-1/5 and the error of the course as h^5, as rtol. Segments
# too short for more than one step, and the first step, blunt the first; the window allows for that.
ERROR_SLOPE = (0.8, 1.3)
STEPS_SLOPE = (-0.22, -0.10)


def slope(y: Array) -> float:
    """Return the exponent of y in the tolerance."""
    return float(np.polyfit(np.log(TOLERANCES), np.log(y), 1)[0])


@lru_cache(maxsize=1)
def natalizumab_truth() -> Array:
    return study.courses(study.subjects(N), "reference", study.TRUTH_RTOL)[0]


def natalizumab(method: str, rtol: float) -> tuple[Array, Array]:
    found, steps = study.courses(study.subjects(N), method, rtol)
    return study.errors(found, natalizumab_truth()), steps


@lru_cache(maxsize=1)
def drug_subjects() -> dict[str, Array]:
    draw = np.random.default_rng(1)
    varied = ("k_a", "cl", "v_c", "q", "v_p", "k_e0")
    own = {id: DRUG.model.parameters[id].default for id in varied}
    return {id: value * np.exp(draw.normal(0.0, 0.4, N)) for id, value in own.items()}


@lru_cache(maxsize=1)
def drug_truth() -> Array:
    people = drug_subjects()
    each = [drug.exact(drug.TIMES, {id: v[i] for id, v in people.items()}) for i in range(N)]
    return np.moveaxis(np.array(each)[:, :, : drug.AREA], 2, 0)


def closed_form(method: str, rtol: float) -> tuple[Array, Array]:
    """Return errors and steps of the linear drug with 150 events, truth by matrix exponentials."""
    outputs = [f"{id}_t" for id in drug.LINEAR]
    options = {"parameters": drug_subjects(), "t0": 0.0, "rtol": rtol, "method": method}
    found = solve(DRUG.model, drug.events(), drug.TIMES, drug.OUTPUTS, **options).raise_failures()
    return study.errors(np.array([found[id] for id in outputs]), drug_truth()), found.steps


def test_the_yardstick_is_right() -> None:
    """What the reference method says is what scipy says about the laws, run as Python."""
    own = {id: float(v[3]) for id, v in study.subjects(N).items()}
    plan = schedule(study.GIVEN, pkpd())
    found = course(pkpd(), plan, study.DAYS, study.OUTPUTS, values=own, rtol=1e-11)
    truth = natalizumab_truth()[:, 3:4]
    assert study.errors(np.array([[found.values[id]] for id in study.OUTPUTS]), truth) < 1e-10


POPULATIONS = [natalizumab, closed_form]


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("method", ENGINES)
def test_error_at_the_usual_tolerance(method: str, population) -> None:
    error, _ = population(method, 1e-6)
    assert error.shape == (N,)
    assert np.median(error) <= MEDIAN
    assert np.quantile(error, 0.95) <= P95


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("method", ENGINES)
def test_the_error_falls_as_the_tolerance(method: str, population) -> None:
    found = [population(method, rtol)[0] for rtol in TOLERANCES]
    for quantile in (0.5, 0.95):
        values = np.array([np.quantile(error, quantile) for error in found])
        assert np.all(np.diff(values) < 0)
        assert ERROR_SLOPE[0] < slope(values) < ERROR_SLOPE[1]


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("method", ENGINES)
def test_work_for_precision_is_that_of_order_five(method: str, population) -> None:
    """A tenth of the error costs a fifth root of ten in steps, not more."""
    steps = np.array([np.mean(population(method, rtol)[1]) for rtol in TOLERANCES])
    assert np.all(np.diff(steps) > 0)
    assert STEPS_SLOPE[0] < slope(steps) < STEPS_SLOPE[1]


def test_the_figure_and_its_numbers_are_written(tmp_path: Path) -> None:
    study.write(tmp_path, n=2)
    assert (tmp_path / "accuracy.svg").read_text("utf-8").count("<path") > 10
    rows = study.json.loads((tmp_path / "accuracy.json").read_text("utf-8"))["rows"]
    assert {r["method"] for r in rows} == set(study.METHODS) == set(ENGINES) - {"auto"}
    assert all(0 < r["median"] <= r["p95"] < 1e-3 for r in rows)
