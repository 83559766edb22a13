"""exp, log, minimum, maximum, ramp for rate laws: one call for whatever algebra runs the law.

Numbers, sympy symbols, pint quantities, and nodes of the solver's statement graph; a node says what
to do with a function by a method ``apply(name, *others)``.
"""

from __future__ import annotations

import math
from typing import Any


def _is_symbolic(*values: Any) -> bool:
    return any(hasattr(x, "free_symbols") for x in values)


def _node(*values: Any) -> Any:
    """Return the first value that knows how to apply a function to itself, or None."""
    return next((x for x in values if hasattr(x, "apply")), None)


def _bare(x: Any) -> Any:
    """Return the magnitude of a dimensionless quantity; a dimension raises, as it should."""
    return x.to("dimensionless").magnitude if hasattr(x, "magnitude") else x


def exp(x: Any) -> Any:
    """Return e to the power `x` (dimensionless)."""
    if _node(x) is not None:
        return x.apply("exp")
    if _is_symbolic(x):
        import sympy

        return sympy.exp(x)
    return math.exp(_bare(x))


def log(x: Any) -> Any:
    """Return the natural logarithm of `x` (dimensionless, > 0)."""
    if _node(x) is not None:
        return x.apply("log")
    if _is_symbolic(x):
        import sympy

        return sympy.log(x)
    return math.log(_bare(x))


def minimum(a: Any, b: Any) -> Any:
    """Return the smaller of two like quantities.

    Examples
    --------
    >>> minimum(3.0, 2.0)
    2.0
    """
    node = _node(a, b)
    if node is not None:
        return node.apply("min", b if node is a else a)
    if _is_symbolic(a, b):
        import sympy

        return sympy.Piecewise((a, a <= b), (b, True))
    return a if a <= b else b


def maximum(a: Any, b: Any) -> Any:
    """Return the larger of two like quantities.

    Examples
    --------
    >>> maximum(3.0, 2.0)
    3.0
    """
    node = _node(a, b)
    if node is not None:
        return node.apply("max", b if node is a else a)
    if _is_symbolic(a, b):
        import sympy

        return sympy.Piecewise((a, a >= b), (b, True))
    return a if a >= b else b


def ramp(x: Any, width: Any) -> Any:
    """Return the part of `x` above 0, bent smoothly: 0 up to 0, and of slope 1 above `width`.

    Between 0 and `width` it is ``x**2 / (2 * width)``, above ``x - width / 2``; value and slope are
    continuous, so that a solver passes the bend without a stumble.

    Parameters
    ----------
    x : value
    width : value
        Of the same unit, above 0.

    Examples
    --------
    >>> [ramp(x, 2.0) for x in (-1.0, 0.0, 1.0, 2.0, 5.0)]
    [0.0, 0.0, 0.25, 1.0, 4.0]
    """
    if _is_symbolic(x, width):
        import sympy

        bent = x**2 / (2 * width)
        return sympy.Piecewise((0, x <= 0), (bent, x <= width), (x - width / 2, True))
    above = maximum(x, 0 * width)
    inside = minimum(above, width)
    return inside * inside / (2 * width) + (above - inside)
