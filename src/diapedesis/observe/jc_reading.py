"""The laboratory that looks for JC virus in CSF, and what it reports."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from diapedesis.core import Assumption, LogitNormal, LogNormal, LogUniform, Source
from diapedesis.observe.numbers import Numbers, Value, told


@dataclass(frozen=True, eq=False)
class JcAssay(Numbers):
    """How JC virus is looked for in CSF.

    Examples
    --------
    >>> float(JcAssay(limit=50.0).limit)
    50.0
    """

    limit: Value = field(
        default=22.0,
        metadata=told(
            "1/mL",
            "Load of which 95 % of samples are positive",
            Assumption("between 10 and 50 copies/mL by laboratory; one trial set 50 (pml 5.1)"),
            LogUniform(10.0, 50.0),
        ),
    )
    width: Value = field(
        default=0.35,
        metadata=told(
            "",
            "Width of the rise of detection, SD of the logarithm to base 10",
            Assumption("about that of counting copies in the tube"),
            LogNormal(0.3),
        ),
    )
    failure: Value = field(
        default=0.01,
        metadata=told(
            "",
            "Samples that are negative whatever they hold, share",
            Assumption("inhibited, mislabelled or degraded; no rate was reached"),
            LogitNormal(0.7),
        ),
    )
    within_share: Value = field(
        default=0.2,
        metadata=told(
            "",
            "Share of the variance of the load that is within patients",
            Source("pml 2.17", note="irregular in mid-course; two patients"),
            LogitNormal(0.7),
        ),
    )


@dataclass(frozen=True)
class JcReading:
    """One PCR of CSF.

    Parameters
    ----------
    detected : bool
    copies : float or None
        [1/mL]; None when undetected, or detected and the load was not stated.

    Examples
    --------
    >>> JcReading(True, 510.0).copies
    510.0
    """

    detected: bool
    copies: float | None = None

    def __post_init__(self) -> None:
        if self.copies is None:
            return
        if not self.detected:
            raise ValueError(f"copies: found {self.copies!r} of an undetected load, expected None")
        if not (math.isfinite(self.copies) and self.copies > 0):
            raise ValueError(f"copies: found {self.copies!r}, expected a finite number above 0")


ASSAY = JcAssay()
