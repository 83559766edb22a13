"""Linear disposition against its analytic solution."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.simulate import Infusion, Injection, Plex, Protocol
from tests.kit import LINEAR, course

CL, V_C, Q, V_P = 0.156, 3.48, 0.25, 2.5
RTOL = 1e-11
AGREE = {"rtol": 1e-9, "atol": 1e-12}  # global error at a local tolerance of 1e-11
TIMES = np.array([0.01, 1 / 24, 0.5, 1.0, 7.0, 28.0, 90.0])

Array = NDArray[np.float64]


def macro(cl: float, v_c: float, q: float, v_p: float) -> tuple[tuple[float, float], ...]:
    """Return (share, rate constant) of the two exponentials after a unit bolus, per litre."""
    k, k12, k21 = cl / v_c, q / v_c, q / v_p
    total, product = k + k12 + k21, k * k21
    root = np.sqrt(total**2 - 4 * product)
    alpha, beta = (total + root) / 2, (total - root) / 2
    return (
        ((alpha - k21) / (alpha - beta) / v_c, alpha),
        ((k21 - beta) / (alpha - beta) / v_c, beta),
    )


def infusion(
    t: Array, dose: float, duration: float, terms: tuple[tuple[float, float], ...]
) -> Array:
    """Level at `t` of an infusion that starts at 0."""
    during, after = np.minimum(t, duration), np.maximum(t - duration, 0.0)
    rate = dose / duration
    parts = [
        rate * share / k * (1 - np.exp(-k * during)) * np.exp(-k * after) for share, k in terms
    ]
    return np.sum(parts, axis=0)


@pytest.mark.parametrize("duration", [1 / 24, 1 / 1440, 3.0])
def test_infusion_into_two_compartments(duration: float) -> None:
    given = Protocol((Infusion(0.0, 300.0, duration),))
    found = course(given, TIMES, parameters=LINEAR, rtol=RTOL)["c"][0]
    expected = infusion(TIMES, 300.0, duration, macro(CL, V_C, Q, V_P))
    np.testing.assert_allclose(found, expected, **AGREE)


def test_infusion_into_one_compartment() -> None:
    one = LINEAR | {"q": 0.0}
    found = course(Protocol((Infusion(0.0, 300.0),)), TIMES, parameters=one, rtol=RTOL)["c"][0]
    expected = infusion(TIMES, 300.0, 1 / 24, ((1 / V_C, CL / V_C),))
    np.testing.assert_allclose(found, expected, **AGREE)


def test_injection_into_one_compartment() -> None:
    one = LINEAR | {"q": 0.0}
    lag, k_a, share, k = 0.125, 0.26, 0.75, CL / V_C
    found = course(Protocol((Injection(0.0, 300.0),)), TIMES, parameters=one, rtol=RTOL)["c"][0]
    s = np.maximum(TIMES - lag, 0.0)
    expected = share * 300.0 * k_a / V_C / (k_a - k) * (np.exp(-k * s) - np.exp(-k_a * s))
    np.testing.assert_allclose(found, expected, **AGREE)


def test_saturable_elimination_alone_obeys_its_implicit_solution() -> None:
    """Without distribution, K_m ln(C / C0) + C - C0 = -V_max t / V after the infusion."""
    own = {"cl": 0.0, "q": 0.0, "v_max": 12.0}
    t = np.array([1 / 24, 2.0, 5.0, 10.0, 20.0])
    c = course(Protocol((Infusion(0.0, 300.0),)), t, parameters=own, rtol=RTOL)["c"][0]
    done = 0.875 * np.log(c / c[0]) + c - c[0]
    np.testing.assert_allclose(done[1:], -12.0 / V_C * (t[1:] - t[0]), rtol=1e-9)


def test_plasma_exchange_is_one_exponential_without_refill() -> None:
    """Litres over the central volume, whatever the duration: C falls by exp(-volume / V_c)."""
    own = LINEAR | {"q": 0.0, "cl": 0.0}
    for duration in (0.05, 0.2):
        given = Protocol.every(28, n=1).with_sessions([Plex(5, volume=4.0, duration=duration)])
        before, after = course(given, [5.0, 5.0 + duration], parameters=own, rtol=RTOL)["c"][0]
        assert after / before == pytest.approx(np.exp(-4.0 / V_C), rel=1e-9)


def test_tissue_and_plasma_agree_at_rest() -> None:
    """A steady infusion ends at rate over clearance, in both compartments."""
    end = course(
        Protocol((Infusion(0.0, 2000 * 10.0, 2000.0),)), [2000.0], parameters=LINEAR, rtol=RTOL
    )
    assert end["c"][0, 0] == pytest.approx(10.0 / CL, rel=1e-8)
    assert end.final["a_p"][0] / V_P == pytest.approx(10.0 / CL, rel=1e-8)
