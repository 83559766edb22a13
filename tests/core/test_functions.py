"""maximum and ramp on numbers, symbols and quantities: the same, and bent without a break."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.core import maximum, minimum, ramp, units

NUMBERS = st.floats(-100.0, 100.0)
WIDTHS = st.floats(0.01, 10.0)
X, W = sympy.symbols("x w", real=True)


@given(NUMBERS, NUMBERS)
def test_maximum_and_minimum(a: float, b: float) -> None:
    assert maximum(a, b) == max(a, b) == -minimum(-a, -b)
    assert maximum(a, b) + minimum(a, b) == a + b


@given(NUMBERS, WIDTHS)
def test_ramp_is_zero_then_parallel_to_its_argument(x: float, width: float) -> None:
    if x <= 0:
        assert ramp(x, width) == 0.0
    elif x >= width:
        assert ramp(x, width) == pytest.approx(x - width / 2, rel=1e-14)
    else:
        assert ramp(x, width) == pytest.approx(x**2 / (2 * width), rel=1e-14)
    assert max(x - width / 2, 0) <= ramp(x, width) * (1 + 1e-15) + 1e-15 <= max(x, 0) + 2e-13


@given(WIDTHS, st.sampled_from([0.0, 1.0]))
def test_ramp_has_no_corner(width: float, share: float) -> None:
    """The slopes on both sides of a bend differ by no more than the step over the width."""
    bend, h = share * width, 1e-4 * width
    left = (ramp(bend, width) - ramp(bend - h, width)) / h
    right = (ramp(bend + h, width) - ramp(bend, width)) / h
    assert abs(right - left) <= 1.01e-4  # a corner would be 1; 1 % more for rounding


@pytest.mark.parametrize("x", [-1.0, 0.0, 0.3, 2.0, 2.5, 40.0])
def test_symbols_and_numbers(x: float) -> None:
    assert float(ramp(X, W).subs({X: x, W: 2.0})) == pytest.approx(ramp(x, 2.0), rel=1e-14)
    assert float(maximum(X, W).subs({X: x, W: 2.0})) == maximum(x, 2.0)
    assert float(maximum(2.0, X).subs(X, x)) == maximum(x, 2.0)
    assert float(minimum(2.0, X).subs(X, x)) == minimum(x, 2.0)


@pytest.mark.parametrize("x", [-1.0, 0.3, 5000.0])
def test_quantities_of_like_units(x: float) -> None:
    found = ramp(units.quantity(x, "mg"), units.quantity(2.0, "g"))
    assert found.to("mg").magnitude == pytest.approx(ramp(x, 2000.0))
    larger = maximum(units.quantity(x, "mg"), units.quantity(2.0, "g"))
    assert larger.to("mg").magnitude == pytest.approx(max(x, 2000.0))


def test_unlike_quantities_are_refused() -> None:
    import pint

    with pytest.raises(pint.DimensionalityError):
        ramp(units.quantity(1.0, "mg"), units.quantity(1.0, "L"))
    with pytest.raises(pint.DimensionalityError):
        maximum(units.quantity(1.0, "mg"), units.quantity(1.0, "L"))
