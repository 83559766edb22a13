"""What a series of switchers found: numbers of patients that reactivated, how, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from diapedesis.population.switchers import KINDS

Counts = NDArray[np.intp]
MARGINS: dict[str, tuple[int, ...]] = {
    "reactivated": (1, 1, 1, 1, 0),
    "relapsed": (1, 1, 0, 0, 0),
    "mri_only": (0, 0, 1, 1, 0),
    "first_month": (1, 0, 1, 0, 0),
    "relapsed_first_month": (1, 0, 0, 0, 0),
    "mri_only_first_month": (0, 0, 1, 0, 0),
}
"""Numbers that a series reports, as sums over the kinds."""


@dataclass(frozen=True)
class Outcome:
    """What a series found.

    Parameters
    ----------
    patients, relapsed, mri_only, relapsed_first_month, mri_only_first_month : int
        Patients of the series; with a relapse, and with activity on MRI alone; of these, in the
        first month on fingolimod.

    Raises
    ------
    ValueError
        When the numbers do not fit together.

    Examples
    --------
    >>> Outcome(22, relapsed=6, mri_only=5, relapsed_first_month=4, mri_only_first_month=3).kinds
    (4, 2, 3, 2, 11)
    """

    patients: int
    relapsed: int
    mri_only: int
    relapsed_first_month: int
    mri_only_first_month: int

    def __post_init__(self) -> None:
        if min(self.kinds) < 0 or min(self.relapsed_first_month, self.mri_only_first_month) < 0:
            raise ValueError(
                f"outcome: found {self}, expected no more in the first month than in all, and no"
                " more of all than patients"
            )

    @property
    def kinds(self) -> tuple[int, ...]:
        """Patients of each of ``KINDS``."""
        early, scan = self.relapsed_first_month, self.mri_only_first_month
        later = (self.relapsed - early, self.mri_only - scan)
        return early, later[0], scan, later[1], self.patients - self.relapsed - self.mri_only

    def __getitem__(self, margin: str) -> int:
        return int(np.dot(self.kinds, MARGINS[margin]))


RINALDI = Outcome(22, relapsed=6, mri_only=5, relapsed_first_month=4, mri_only_first_month=3)
"""What Rinaldi and others found in 2012 (claim R061)."""


@lru_cache(maxsize=4)
def all_outcomes(patients: int) -> Counts:
    """Return every way to divide patients among ``KINDS``, shape (n_outcomes, 5).

    Examples
    --------
    >>> all_outcomes(1).tolist()[0], all_outcomes(22).shape
    ([0, 0, 0, 0, 1], (14950, 5))
    """
    walls = len(KINDS) - 1
    at = np.array(list(combinations(range(patients + walls), walls)))
    edges = np.column_stack([np.full(len(at), -1), at, np.full(len(at), patients + walls)])
    return np.diff(edges, axis=1) - 1
