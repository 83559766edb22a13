"""The units a case file may state, and their conversion to canonical units, once and here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from diapedesis.core.units import quantity

CANONICAL: Mapping[str, str] = {
    "time": "day",
    "level": "mg/L",
    "weight": "kg",
    "height": "m",
    "dose": "mg",
    "volume": "L",
}
"""Kind of value -> unit used inside."""

SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "time": {"day": ("days", "d")},
    "level": {
        "mg/L": ("mg/l",),
        "ug/mL": ("ug/ml", "µg/mL", "µg/ml", "μg/mL", "μg/ml", "mcg/mL", "mcg/ml"),
        "mg/dL": ("mg/dl",),
        "ng/mL": ("ng/ml",),
        "ug/L": ("ug/l", "µg/L", "µg/l", "μg/L", "μg/l"),
        "g/L": ("g/l", "mg/mL", "mg/ml"),
    },
    "weight": {"kg": (), "g": (), "lb": ("lbs",)},
    "height": {"m": (), "cm": (), "inch": ("in",)},
    "dose": {"mg": (), "g": ()},
    "volume": {"L": ("l", "litre", "liter"), "mL": ("ml",)},
}
"""Kind -> unit -> other accepted spellings of it."""


def accepted(kind: str) -> tuple[str, ...]:
    """Return every accepted spelling for a kind of value.

    Examples
    --------
    >>> accepted("height")
    ('m', 'cm', 'inch', 'in')
    """
    return tuple(s for unit, also in SPELLINGS[kind].items() for s in (unit, *also))


def canonical_unit(kind: str, spelling: str) -> str:
    """Return the unit that an accepted spelling means.

    Examples
    --------
    >>> canonical_unit("level", "mcg/ml")
    'ug/mL'
    """
    return next(
        unit for unit, also in SPELLINGS[kind].items() if spelling == unit or spelling in also
    )


@cache
def factor(kind: str, spelling: str) -> float:
    """Return what one of the stated unit is in the canonical unit of its kind.

    Examples
    --------
    >>> factor("level", "mg/dL"), factor("height", "cm")
    (10.0, 0.01)
    """
    unit = canonical_unit(kind, spelling)
    if unit == CANONICAL[kind]:
        return 1.0  # the usual case, without waiting for pint
    one = quantity(1.0, unit).to(CANONICAL[kind])
    return float(f"{one.magnitude:.12g}")


def better_units(kind: str, value: float, low: float, high: float) -> list[str]:
    """Return the units in which `value` would lie in the canonical range `low` to `high`.

    Examples
    --------
    >>> better_units("height", 168, 0.5, 2.3)
    ['cm']
    """
    return [u for u in SPELLINGS[kind] if low < value * factor(kind, u) <= high]
