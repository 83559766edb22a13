"""What is known about one subject: covariates, what was given, what was measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from diapedesis.observe.assay import Level
from diapedesis.simulate.protocol import Protocol

Sex = Literal["female", "male"]
AntibodyTest = Literal["none", "transient", "persistent", "unknown"]


@dataclass(frozen=True)
class Subject:
    """One patient, measured or virtual.

    Parameters
    ----------
    protocol : Protocol
        Doses, sessions, weights and antibody episodes so far.
    levels : tuple of Level
        Measured serum levels and saturations, in order of time; may be empty.
    id : str
    age : float, optional
        [year]
    sex : {"female", "male"}, optional
    height : float, optional
        [m]; without it the plasma volume is taken as 40 mL/kg, and flagged.
    haematocrit : float, optional
        0.15 to 0.65; without it a sex-typical value is taken, and flagged.
    pregnant : bool
    antibody_test : {"none", "transient", "persistent", "unknown"}
        What a test for anti-drug antibodies found; their course is in the protocol.
    occasions : tuple of float
        Days on which a new occasion begins, ascending; parameters with inter-occasion variability
        differ between occasions.
    """

    protocol: Protocol
    levels: tuple[Level, ...] = ()
    id: str = "subject"
    age: float | None = None
    sex: Sex | None = None
    height: float | None = None
    haematocrit: float | None = None
    pregnant: bool = False
    antibody_test: AntibodyTest = "unknown"
    occasions: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", tuple(sorted(self.levels, key=lambda x: x.time)))
        days = np.array(self.occasions, float)
        if not np.isfinite(days).all() or np.any(np.diff(days) <= 0):
            raise ValueError(f"occasions: found {self.occasions}, expected ascending days")

    @property
    def serum_levels(self) -> tuple[Level, ...]:
        """Measured serum levels, without saturations."""
        return tuple(x for x in self.levels if x.assay.unit == "mg/L")

    @property
    def weight(self) -> float:
        """Latest recorded body weight [kg]."""
        return self.protocol.weights[-1][1]

    def with_level(self, level: Level) -> Subject:
        """Return a copy with one more measured level."""
        return replace(self, levels=(*self.levels, level))
