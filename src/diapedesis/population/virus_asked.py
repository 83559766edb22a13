"""What is asked of a simulation in which JC virus may come: at what risk, scanned how, care."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from diapedesis.observe import Subject
from diapedesis.population.virus_care import Care

OUTPUTS = ("c", "gate", "pml_volume", "iris_level", "iris_share", "edss", "icp", "death_hazard")
"""Outputs kept from shortly before the diagnosis on."""
DAYS = np.concatenate([np.arange(-28.0, 365.0, 2.0), np.arange(365.0, 1100.0, 7.0)])
"""Days from the diagnosis on which courses are kept; so many that arms in which PML is found a year
apart still reach a day that both share."""
COURSE_VALUES = DAYS.size * len(OUTPUTS)


@dataclass(frozen=True)
class VirusAsked:
    """Who is at what risk of PML, and what surveillance and care are.

    Parameters
    ----------
    jcv_index : float, optional
        Antibody index, the same for every patient and all the time.
    jcv_positive : bool, optional
        Without an index: the index is drawn, and drifts over the years as antibodies do, of those
        who read positive (or negative) at the first dose; of all patients when left out.
    prior_immunosuppressant : bool
        Before the first dose.
    scans : float
        Days between routine scans; ``inf`` for none but those for symptoms.
    care : Care
        From the diagnosis on.

    Examples
    --------
    >>> VirusAsked(jcv_index=2.5, scans=91.0).care.sessions
    5
    """

    jcv_index: float | None = None
    jcv_positive: bool | None = None
    prior_immunosuppressant: bool = False
    scans: float = math.inf
    care: Care = field(default_factory=Care)

    def __post_init__(self) -> None:
        if self.jcv_index is not None and not 0 <= self.jcv_index < math.inf:
            raise ValueError(f"jcv_index: found {self.jcv_index!r}, expected 0 or more")
        if self.jcv_index is not None and self.jcv_positive is not None:
            raise ValueError("found jcv_index and jcv_positive, expected one of them at most")
        if not self.scans >= 28:
            raise ValueError(f"scans: found {self.scans!r}, expected at least 28 days between them")

    @property
    def people(self) -> tuple[float | None, bool | None, bool]:
        """What makes the patients, which arms share."""
        return self.jcv_index, self.jcv_positive, self.prior_immunosuppressant


def never_with_virus(subject: Subject, relapses: int | None, gd: int | None) -> list[str]:
    """Return what of a scenario was given that one with JC virus does not take."""
    given = {
        "levels": bool(subject.levels),
        "sessions": bool(subject.protocol.sessions),
        "treatments": bool(subject.protocol.treatments),
        "relapses": relapses is not None,
        "gd": gd is not None,
    }
    return [name for name, there in given.items() if there]
