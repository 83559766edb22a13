"""Published behaviours: one row each, with the window that decides inside or outside."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Behaviour:
    """One row of ``behaviours.csv``.

    Attributes
    ----------
    id, block, behaviour, how_to_simulate, published, unit, source, sure : str
        As in the file.
    low, high : float or None
        Window, in `unit`; ``None`` on a side without a bound.
    role : {"tune", "check", "info"}
        "info" rows get no verdict.
    """

    id: str
    block: str
    behaviour: str
    how_to_simulate: str
    published: str
    low: float | None
    high: float | None
    unit: str
    source: str
    sure: str
    role: str

    def inside(self, value: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each value lies in the window, bounds included."""
        x = np.asarray(value, float)
        above = True if self.low is None else x >= self.low
        below = True if self.high is None else x <= self.high
        return np.asarray(above & below & np.isfinite(x))

    @property
    def judged(self) -> bool:
        """True when the row gets a verdict."""
        return self.role != "info"


@lru_cache(maxsize=1)
def behaviours() -> tuple[Behaviour, ...]:
    """Return every row of ``behaviours.csv``, in the order of the file.

    Examples
    --------
    >>> behaviours()[0].id
    'pk.cmax_mean'
    """
    source = resources.files("diapedesis.validation").joinpath("data", "behaviours.csv")
    rows = csv.DictReader(source.read_text("utf-8").splitlines())
    return tuple(_behaviour(row) for row in rows)


def _behaviour(row: dict[str, str]) -> Behaviour:
    low, high = _bound(row.pop("low")), _bound(row.pop("high"))
    return Behaviour(low=low, high=high, **row)


def _bound(text: str) -> float | None:
    return float(text) if text else None
