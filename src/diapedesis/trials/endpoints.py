"""What is seen in the year after the last dose, one number for each patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.observe import Lesions, sample_lesions
from diapedesis.simulate import Solution
from diapedesis.trials.courses import weeks
from diapedesis.trials.design import FOLLOW_UP, MONTH
from diapedesis.trials.patients import SETTLING, Patients

Array = NDArray[np.float64]
MANY = 5
"""Enhancing lesions above which a scan counts for a rebound (R038)."""
AFTER_RELAPSE = 7.0
"""Assumption: days from a relapse to its scan."""


@dataclass(frozen=True)
class Endpoint:
    """A number for each patient.

    Parameters
    ----------
    id, label, definition : str
    kind : {"share", "mean"}
        Whether it says yes or no, or is averaged.
    """

    id: str
    label: str
    definition: str
    kind: Literal["share", "mean"]


ENDPOINTS = (
    Endpoint(
        "rebound",
        "rebound",
        f"a relapse, and a week after the first one more than {MANY} enhancing lesions and more"
        " than on the scan before the drug (R038)",
        "share",
    ),
    Endpoint(
        "many",
        f"more than {MANY} Gd",
        f"more than {MANY} enhancing lesions on any monthly scan (R029)",
        "share",
    ),
    Endpoint("relapse", "relapse", "one relapse or more", "share"),
    Endpoint(
        "new_gd",
        "new Gd lesions",
        "new enhancing lesions on 13 monthly scans, together",
        "mean",
    ),
    Endpoint(
        "edss",
        "EDSS at the expected number of lesions",
        "change from the day of the last dose to the last visit; chance in the count of lesions"
        " would widen it",
        "mean",
    ),
)
SHOWN = tuple(e.id for e in ENDPOINTS)
EXPECTED_GD = "expected_gd"
"""Expected number of lesions born: nearly without noise, for comparing with the laws."""


def scans(last: float) -> Array:
    """Return the days of the monthly scans."""
    return np.asarray(last + MONTH * np.arange(1, round(FOLLOW_UP / MONTH) + 1), float)


def observe(
    found: Solution, patients: Patients, last: float, replicates: int
) -> dict[str, NDArray[np.float32]]:
    """Return every endpoint of every patient, several times over, shape (m, n * replicates).

    A patient's chances are the same in every arm and under every hypothesis; those of a replicate
    are new ones.

    Parameters
    ----------
    found : Solution
        The year after the last dose.
    patients : Patients
    last : float
        Day of the last dose.
    replicates : int
    """
    seen = happened(found, patients, last, replicates)
    before = np.tile(patients.gd_before, replicates)
    most = seen.enhancing(scans(last)).max(axis=1)
    end = last + FOLLOW_UP
    relapse = seen.first_relapse(last, end)
    felt = np.isfinite(relapse)
    at_relapse = seen.enhancing(np.minimum(relapse + AFTER_RELAPSE, end)[:, None])[:, 0]
    births = found["lesion_births"]
    expected = np.sum((births[:, 1:] + births[:, :-1]) / 2, axis=1) * 7.0
    each = {
        "rebound": felt & (at_relapse > MANY) & (at_relapse > before),
        "many": most > MANY,
        "relapse": felt,
        "new_gd": seen.new_enhancing(scans(last), since=last).sum(axis=1),
        "edss": np.tile(found["edss"][:, -1] - found["edss"][:, 0], replicates),
        EXPECTED_GD: np.tile(expected, replicates),
    }
    shape = (replicates, patients.m, patients.n)
    return {
        id: np.moveaxis(values.reshape(shape), 0, 2).reshape(patients.m, -1).astype(np.float32)
        for id, values in each.items()
    }


def happened(found: Solution, patients: Patients, last: float, replicates: int) -> Lesions:
    """Sample the lesions and relapses; replicates under each other.

    Sampling begins before the last dose, at the rates of that day, so that lesions which still
    enhance on it are there.
    """
    days = np.concatenate([[last - SETTLING], weeks(last)])
    early = lambda x: np.concatenate([x[:, :1], x], axis=1)  # noqa: E731
    n = patients.m * patients.n
    process = {k: np.tile(v, replicates) for k, v in patients.process.for_each(n).items()}
    return sample_lesions(
        days,
        np.tile(early(found["lesion_births"]), (replicates, 1)),
        np.tile(early(found["relapse_background"]), (replicates, 1)),
        type(patients.process)(**process),
        patients.seed,
        np.arange(n * replicates) + n,
    )
