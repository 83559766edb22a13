from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.plan.threshold import Threshold, lasting_day

T = np.arange(0.0, 200.0)


def test_exponential_decline_crosses_where_it_must() -> None:
    c = 50 * np.exp(-0.1 * T)[None, :]
    assert lasting_day(T, c, 1.0)[0] == pytest.approx(10 * np.log(50), abs=1e-6)


def test_a_dip_that_refills_does_not_last() -> None:
    c = np.where((T > 10) & (T < 15), 0.5, 20 * np.exp(-0.05 * T))[None, :]
    assert lasting_day(T, c, 1.0)[0] == pytest.approx(20 * np.log(20), abs=0.05)


def test_below_from_the_first_day() -> None:
    assert lasting_day(T, np.full((1, T.size), 0.1), 1.0)[0] == 0.0


def test_never_below_is_infinite() -> None:
    assert np.isinf(lasting_day(T, np.full((1, T.size), 5.0), 1.0)[0])


def test_below_only_at_the_end_is_not_known_to_last() -> None:
    c = np.where(T > 170, 0.1, 5.0)[None, :]
    assert np.isinf(lasting_day(T, c, 1.0, hold=60)[0])


def test_a_later_rise_ends_what_would_have_lasted_only_when_within_the_hold() -> None:
    c = np.where(T < 20, 5.0, 0.1)
    c[50] = 3.0
    assert lasting_day(T, c[None, :], 1.0, hold=60)[0] > 50
    assert lasting_day(T, c[None, :], 1.0, hold=20)[0] <= 20


@given(st.floats(0.02, 0.3), st.floats(1.5, 120.0), st.floats(0.2, 1.4))
def test_a_higher_threshold_is_never_reached_later(k: float, c0: float, low: float) -> None:
    t = np.arange(0.0, 500.0)
    c = c0 * np.exp(-k * t)[None, :]
    assert lasting_day(t, c, 2 * low)[0] <= lasting_day(t, c, low)[0]


@pytest.mark.parametrize(
    ("value", "output"), [(0.0, "c"), (-1.0, "c"), (300.0, "c"), (1.0, "saturation")]
)
def test_nonsense_thresholds_are_refused(value: float, output: str) -> None:
    with pytest.raises(ValueError, match="threshold: found"):
        Threshold(value, output)  # type: ignore[arg-type]
