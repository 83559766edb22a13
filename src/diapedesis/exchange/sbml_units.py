"""Declared units as SBML unit definitions: each factor in the kinds that SBML knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diapedesis.core import units
from diapedesis.exchange.sbml_library import SbmlError, done, library

_KINDS = {
    "gram": "gram",
    "meter": "metre",
    "second": "second",
    "mole": "mole",
    "kelvin": "kelvin",
    "ampere": "ampere",
    "candela": "candela",
    "cell": "item",
    "copies": "item",
    "lesion": "item",
}
"""SBML's kind for each root unit of the registry; what is counted is its item."""


class Units:
    """Unit definitions of one SBML model, made as they are asked for."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._known: set[str] = set()

    def id(self, unit: str) -> str:
        """Return the id of a declared unit, e.g. ``milligram_per_liter`` for ``mg/L``."""
        factors = dict(units.quantity(1.0, unit).unit_items())
        id = _id(factors) or "dimensionless"
        if id not in self._known and not library().Unit.isUnitKind(id, 3, 2):
            self._define(id, factors)
        self._known.add(id)
        return id

    def _define(self, id: str, factors: dict[str, float]) -> None:
        definition = self._model.createUnitDefinition()
        done(definition.setId(id), f"unit {id}")
        for factor, power in factors.items():
            for kind, exponent, multiplier in _parts(factor):
                unit = definition.createUnit()
                done(unit.setKind(library().UnitKind_forName(kind)), f"unit {id}")
                unit.setExponent(float(exponent * power))
                unit.setScale(0)
                unit.setMultiplier(multiplier)


def _id(factors: dict[str, float]) -> str:
    words = []
    for sign, before in ((1, ""), (-1, "per_")):
        for factor, power in sorted(factors.items()):
            if power * sign > 0:
                size = "" if abs(power) == 1 else f"{abs(power):g}"
                words.append(before + factor + re.sub(r"\W", "_", size))
    return "_".join(words)


def _parts(factor: str) -> Iterator[tuple[str, float, float]]:
    """Yield kind, exponent and multiplier of one named unit; (multiplier * kind) ** exponent."""
    one = units.quantity(1.0, factor)
    if one.check("[volume]"):
        yield "litre", 1.0, float(one.to("liter").magnitude)
        return
    root = one.to_root_units()
    size = float(root.magnitude)
    for name, exponent in root.unit_items():
        if name not in _KINDS:
            raise SbmlError(f"unit {factor!r}: found {name!r}, expected {', '.join(_KINDS)}")
        yield _KINDS[name], exponent, size ** (1 / exponent)
        size = 1.0
    if size != 1.0:
        yield "dimensionless", 1.0, size
