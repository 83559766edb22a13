"""One unit registry; declared units are coherent, so that laws run on bare numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

TIME = "day"


@lru_cache(maxsize=1)
def registry() -> Any:
    """Return the registry (pint is imported on first use, so that start-up stays light)."""
    import pint

    ureg: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=False, cache_folder=None)
    ureg.define("cell = [cell]")
    ureg.define("lesion = [lesion]")
    ureg.define("copies = [copies]")
    return ureg


def quantity(value: float, unit: str) -> Any:
    """Return `value` with `unit`; an empty unit is dimensionless.

    Raises
    ------
    pint.UndefinedUnitError
        For a unit the registry does not know.
    """
    return registry().Quantity(value, unit or "dimensionless")


def factor(found: Any, unit: str) -> float | None:
    """Return what one `found` unit measures in `unit`, or ``None`` for another dimension.

    Examples
    --------
    >>> factor(quantity(1, "mg/L"), "ug/mL")
    1.0
    >>> factor(quantity(1, "mg"), "L") is None
    True
    """
    ureg = registry()
    one = ureg.Quantity(1.0, getattr(found, "units", ureg.dimensionless))
    target = ureg.Quantity(1.0, unit or "dimensionless")
    if one.dimensionality != target.dimensionality:
        return None
    return float(round((one / target).to_base_units().magnitude, 12))
