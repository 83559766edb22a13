"""The laboratory between the serum and the number on the report."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

Measures = Literal["free", "total", "saturation"]


MOST_SATURATION = 1.2
"""Readings of full saturation scatter above 1."""


@dataclass(frozen=True)
class Assay:
    """How a serum natalizumab level, or alpha4-integrin saturation, is measured.

    Parameters
    ----------
    name : str
    proportional_sd : float
        SD as a share of the true value, 0 to 1. Default 0.219, the residual of the published
        population model (claim ``pkpd 1.10``), which holds assay, timing and model error together.
    additive_sd : float
        [mg/L], default 0.1; of saturation [share].
    lloq : float
        Lower limit of quantification [mg/L; of saturation a share]; a level below it is known only
        to be below it.
    factor : float
        Reading of this laboratory divided by the reading of the laboratories that the model was
        fitted to. Cohort mean troughs differ between laboratories (23-29 against 35.7 mg/L).
    measures : {"free", "total", "saturation"}
        Whether drug bound to anti-drug antibodies is read ("total") or not ("free"); or saturation
        of alpha4-integrin on lymphocytes.

    Examples
    --------
    >>> Assay.of_saturation().proportional_sd
    0.12
    """

    name: str = "unspecified"
    proportional_sd: float = 0.219
    additive_sd: float = 0.1
    lloq: float = 0.25
    factor: float = 1.0
    measures: Measures = "free"

    def __post_init__(self) -> None:
        for field, low, high in (
            ("proportional_sd", 0.0, 1.0),
            ("additive_sd", 0.0, 10.0),
            ("lloq", 0.0, 20.0),
            ("factor", 0.1, 10.0),
        ):
            value = getattr(self, field)
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{field}: found {value!r}, expected {low:g} to {high:g}")
        if self.proportional_sd == 0 and self.additive_sd == 0:
            raise ValueError("proportional_sd: found 0 with additive_sd 0, expected one above 0")
        if self.measures not in get_args(Measures):
            known = ", ".join(get_args(Measures))
            raise ValueError(f"measures: found {self.measures!r}, expected one of {known}")

    @property
    def unit(self) -> str:
        """Unit of a reading: "mg/L", or "" for a share."""
        return "" if self.measures == "saturation" else "mg/L"

    @classmethod
    def of_saturation(cls, name: str = "saturation") -> Assay:
        """Return a flow-cytometric assay of saturation.

        Its CV is 12 % (claim ``pkpd 3.15``); Assumption: 3 points of background, and nothing can be
        read below 5 %.
        """
        return cls(name, 0.12, 0.03, 0.05, measures="saturation")


@dataclass(frozen=True)
class Level:
    """One measured serum level, or one measured saturation.

    Parameters
    ----------
    time : float
        Day of the sample.
    value : float or None
        [mg/L], or a share from 0 to 1 for an assay of saturation; ``None`` when reported as below
        the limit of quantification.
    assay : Assay
    """

    time: float
    value: float | None
    assay: Assay = Assay()

    def __post_init__(self) -> None:
        if not math.isfinite(self.time):
            raise ValueError(f"time: found {self.time!r}, expected a finite number of days")
        if self.value is not None and not (math.isfinite(self.value) and self.value > 0):
            raise ValueError(f"value: found {self.value!r}, expected a number > 0, or below LLOQ")
        if self.value is not None and self.assay.unit == "" and self.value > MOST_SATURATION:
            raise ValueError(
                f"value: found a saturation of {self.value!r}, expected a share of at most"
                f" {MOST_SATURATION:g} (per cent divided by 100)"
            )

    @property
    def below(self) -> bool:
        """True when the level is only known to lie below the limit of quantification."""
        return self.value is None or self.value < self.assay.lloq
