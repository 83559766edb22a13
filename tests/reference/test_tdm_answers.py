"""Times, doses, intervals and MAP estimates that posologyr's tests publish.

They are in hours; the core's laws are per day, so times and clearances are converted on the way.
The small models below are declared with the core and solved by ``solve``; the estimates come from
``find_mode`` with normal deviations on the log scale as prior.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.core import Assumption, Fixed, Input, Mechanism, Model, Parameter, State
from diapedesis.core.terms import flux, output
from diapedesis.infer.estimate import find_mode
from diapedesis.infer.prior import Prior
from diapedesis.infer.scale import Scale
from diapedesis.simulate import Pulse, Schedule, solve
from tests.reference.errors import Sd, normal_terms, proportional, squared, summed

Array = NDArray[np.float64]
ANSWERS = json.loads((Path(__file__).with_name("data") / "tdm_answers.json").read_text())
GIVEN = Assumption("given with the answers")
TIGHT = 1e-9


def two_compartments() -> Model:
    """Clearances and volumes; `auc` is the integral of the level."""
    a_c = State("a_c", "mg", "Central amount", scale=100.0)
    a_p = State("a_p", "mg", "Peripheral amount", scale=100.0)
    auc = State("auc", "mg*day/L", "Area under the level", scale=100.0)
    numbers = [
        Parameter(id, unit, id, 1.0, GIVEN, Fixed())
        for id, unit in (("cl", "L/day"), ("v_c", "L"), ("v_p", "L"), ("q", "L/day"))
    ]

    @output(unit="mg/L")
    def level(a_c, v_c):
        """Level."""
        return a_c / v_c

    @output(unit="mg*day/L")
    def area(auc):
        """Area under the level."""
        return auc

    @flux(changes={a_c: 1}, boundary="infused")
    def infusion(rate):
        """Infusion."""
        return rate

    @flux(changes={a_c: -1}, boundary="eliminated")
    def elimination(cl, level):
        """Elimination."""
        return cl * level

    @flux(changes={a_c: -1, a_p: 1})
    def exchange(q, level, a_p, v_p):
        """Exchange."""
        return q * (level - a_p / v_p)

    @flux(changes={auc: 1}, boundary="bookkeeping")
    def gathering(level):
        """Area."""
        return level

    terms = (a_c, a_p, auc, Input("rate", "mg/day", "Infusion"), *numbers)
    laws = (level, area, infusion, elimination, exchange, gathering)
    return Model("two_compartments", [Mechanism("two_compartments", terms + laws)])


MODEL = two_compartments()


def infusions(*given: tuple[float, float, float]) -> Schedule:
    """Return infusions of (start [hour], amount, hours)."""
    return Schedule(
        tuple(Pulse("rate", t / 24, (t + h) / 24, 24 * amount / h) for t, amount, h in given)
    )


def every(interval: float, n: int, amount: float, hours: float) -> Schedule:
    return infusions(*((i * interval, amount, hours) for i in range(n)))


EXPECTED = ANSWERS["vancomycin_time_and_interval"]["expected"]
OWN = {
    "cl": 24 * 4.5 * (65 / 120) ** 0.8 * np.exp(0.10796221),
    "v_c": 58.4 * np.exp(0.04643863),
    "v_p": 38.4 * np.exp(0.06859768),
    "q": 24 * 6.5,
}
HOURS = 2.0


def read(given: Schedule, times: Array | list[float], what: str = "level") -> Array:
    """Return levels [mg/L] or areas [mg h/L] at `times` [hour]."""
    days = np.asarray(times) / 24
    found = solve(MODEL, given, days, ("level", "area"), parameters=OWN, t0=0.0, rtol=TIGHT)
    return found.raise_failures()[what][0] * (24 if what == "area" else 1)


def expected(start: str) -> float:
    return next(v for k, v in EXPECTED.items() if k.startswith(start))


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (infusions((0.0, 1500.0, 2.0)), "time to C<10 after single"),
        (every(24.0, 11, 1500.0, 2.0), "time to C<10 after 11 doses"),
    ],
    ids=["single", "eleventh"],
)
def test_time_to_a_trough(given: Schedule, answer: str) -> None:
    last = 24 * given.pulses[-1].start
    grid = np.round(np.arange(HOURS, 100.0, 0.1), 1)
    below = grid[read(given, last + grid) < 10.0]
    assert below[0] == pytest.approx(expected(answer), abs=1e-9)


@pytest.mark.parametrize(
    ("regimen", "day", "target", "what", "answer"),
    [
        (lambda d: infusions((0.0, d, 2.0)), (0.0, 24.0), 400.0, "area", "dose for AUC0-24=400"),
        (lambda d: infusions((0.0, d, 2.0)), (0.0, 24.0), 11.04931, "level", "dose for C(24h)"),
        (lambda d: every(24.0, 11, d, 2.0), (216.0, 240.0), 400.0, "area", "dose q24 for AUC"),
        (lambda d: every(24.0, 11, d, 24.0), (0.0, 237.6), 400 / 24, "level", "24-h infusion dose"),
    ],
    ids=["area single", "level single", "area repeated", "level continuous"],
)
def test_dose_for_a_target(
    regimen: Callable[[float], Schedule],
    day: tuple[float, float],
    target: float,
    what: str,
    answer: str,
) -> None:
    # The model is linear, so the dose follows from what one unit gives.
    values = read(regimen(1000.0), list(day), what)
    reached = values[1] - (values[0] if what == "area" else 0.0)
    assert 1000.0 * target / reached == pytest.approx(expected(answer), rel=1e-3)


def test_interval_for_a_trough() -> None:
    def trough(interval: float) -> float:
        return float(read(every(interval, 11, 2000.0, 2.0), [11 * interval])[0])

    low, high = 12.0, 96.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if trough(middle) > 10.0 else (low, middle)
    assert high == pytest.approx(expected("interval for trough 10"), abs=0.1)


def estimate(
    typical: dict[str, float],
    omega: Array,
    given: Schedule,
    levels: dict[float, float],
    sd: Sd,
    to_model: Callable[[Array], dict[str, Array]],
) -> dict[str, float]:
    """Return the mode of log-normal parameters; `to_model` gives cl, v_c, v_p, q, in hours."""
    names = tuple(typical)
    scale = Scale(names, np.zeros(len(names), bool))
    prior = Prior(scale, np.log(list(typical.values())), omega)
    times = np.array(list(levels)) / 24
    per_day = {"cl": 24.0, "v_c": 1.0, "v_p": 1.0, "q": 24.0}

    def predict(z: Array) -> Array:
        own = to_model(np.exp(z))
        flat = {k: np.broadcast_to(own[k] * f, z.shape[:2]).ravel() for k, f in per_day.items()}
        found = solve(MODEL, given, times, ("level", "area"), parameters=flat, t0=0.0, rtol=TIGHT)
        return found.raise_failures()["level"].reshape(*z.shape[:2], -1)

    mode = find_mode(prior, predict, normal_terms(np.array(list(levels.values())), sd))
    assert np.ptp(mode.objective) < 1e-4
    return dict(zip(names, np.exp(mode.z).tolist(), strict=True))


def assert_printed_digits(found: dict[str, float], name: str) -> None:
    answers = next(c for c in ANSWERS["map_estimates"] if c["case"].startswith(name))["expected"]
    for k, answer in answers.items():
        digits = len(str(answer).split(".")[1])
        assert found[k] == pytest.approx(answer, abs=0.5 * 10.0**-digits, rel=0), k


def test_tobramycin() -> None:
    typical = {
        "ke": 0.21 * (80 / 67.8) ** 0.89 * (65 / 66.4) ** -1.09,
        "V": 19.8 * (65 / 66.4) ** 0.80,
    }

    def to_model(x: Array) -> dict[str, Array]:
        ke, v = x[..., 0], x[..., 1]
        q = 0.041 * v
        return {"cl": ke * v, "v_c": v, "v_p": q / 0.12, "q": q}

    found = estimate(
        typical,
        np.diag([0.08075, 0.01203]),
        infusions((0.0, 500.0, 0.5)),
        {1.0: 25.0, 14.0: 5.5},
        proportional(0.198),
        to_model,
    )
    assert_printed_digits(found, "tobramycin")


def test_vancomycin() -> None:
    typical = {"Cl": 4.5 * (34 / 120) ** 0.8, "Vc": 58.4 * 62 / 70, "Vp": 38.4}
    found = estimate(
        typical,
        np.diag([0.147, 0.510, 0.282]),
        infusions((0.0, 1900.0, 1.0), (22.2, 1750.0, 1.0)),
        {12.0: 14.8, 37.5: 22.5},
        summed(3.4, 0.227),
        lambda x: {"cl": x[..., 0], "v_c": x[..., 1], "v_p": x[..., 2], "q": np.array(6.5)},
    )
    assert_printed_digits(found, "vancomycin")


def test_amikacin() -> None:
    typical = {
        "Cl": 4.3 * (50 / 82) ** 0.7,
        "Vc": 15.9 * (62 / 78) ** 0.9 * (169 / 169) ** 0.4,
        "Vp": 21.4,
        "Q": 12.1,
    }
    lower = np.array(
        [[0.1, 0, 0, 0], [0.01, 0.05, 0, 0], [0.01, 0.02, 0.2, 0], [-0.06, 0.004, 0.003, 0.08]]
    )
    found = estimate(
        typical,
        lower + np.tril(lower, -1).T,
        infusions((0.0, 1600.0, 0.5)),
        {1.0: 75.0, 6.0: 32.0},
        squared(0.2, 0.1),
        lambda x: {"cl": x[..., 0], "v_c": x[..., 1], "v_p": x[..., 2], "q": x[..., 3]},
    )
    assert_printed_digits(found, "amikacin")
