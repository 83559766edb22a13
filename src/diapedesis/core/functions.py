"""exp, log, minimum for rate laws: one call for numbers, sympy symbols and pint quantities."""

from __future__ import annotations

import math
from typing import Any


def _is_symbolic(x: Any) -> bool:
    return hasattr(x, "free_symbols")


def _bare(x: Any) -> Any:
    """Return the magnitude of a dimensionless quantity; a dimension raises, as it should."""
    return x.to("dimensionless").magnitude if hasattr(x, "magnitude") else x


def exp(x: Any) -> Any:
    """Return e to the power `x` (dimensionless)."""
    if _is_symbolic(x):
        import sympy

        return sympy.exp(x)
    return math.exp(_bare(x))


def log(x: Any) -> Any:
    """Return the natural logarithm of `x` (dimensionless, > 0)."""
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
    if _is_symbolic(a) or _is_symbolic(b):
        import sympy

        return sympy.Piecewise((a, a <= b), (b, True))
    return a if a <= b else b
