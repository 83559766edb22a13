"""False alarms of surveillance: new MS lesions, and scans of nothing, that are taken for PML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.observe import LesionProcess, Lesions, pml_reported, sample_lesions
from diapedesis.observe.draws import Array
from diapedesis.observe.mri_reader import READER, PmlReader
from diapedesis.population.patients import YEAR, activity_after
from diapedesis.population.virus_onset import RTOL, STEP
from diapedesis.population.virus_patients import Index, VirusPatients
from diapedesis.simulate import Protocol, solve


@dataclass(frozen=True, eq=False)
class Alarms:
    """Routine scans of patients, and which of them raised a false alarm of PML.

    Attributes
    ----------
    days : ndarray, shape (n, n_scans)
        Days of the scans of each, ``nan`` after the last.
    new : ndarray of int, shape (n, n_scans)
        New MS lesions that each scan shows and the one before did not.
    largest : ndarray, shape (n, n_scans)
        Volume of the largest of them [mL], 0 for none.
    raised : ndarray of bool, shape (n, n_scans)
        Whether PML was suspected falsely.
    watched : ndarray, shape (n,)
        Days for which each was under surveillance.
    """

    days: Array
    new: Index
    largest: Array
    raised: NDArray[np.bool_]
    watched: Array

    @property
    def counts(self) -> Index:
        """False alarms of each patient, shape (n,)."""
        return self.raised.sum(axis=1)

    @property
    def per_1000_years(self) -> float:
        """False alarms in 1000 patient-years of surveillance."""
        return float(1000 * self.raised.sum() / (self.watched.sum() / YEAR))


def false_alarms(
    patients: VirusPatients,
    protocol: Protocol | Sequence[Protocol],
    until: float,
    interval: ArrayLike,
    ends: ArrayLike = np.inf,
    reader: PmlReader = READER,
) -> Alarms:
    """Return the false alarms of routine scans, on the days on which PML is looked for as well.

    MS lesions are born as the course of each patient says, fewer with the years on the drug as in
    other cohorts. The virus makes none of them. New is what was born after the scan before, or the
    first day, and can be told on the scan. A scan has one verdict, which its largest new MS lesion
    decides, since the published share is one of patients (claim pml 8.8).

    Parameters
    ----------
    patients : VirusPatients
    protocol : Protocol, or a sequence of length n
        What is given while nobody knows.
    until : float
        Last day; the first is 0.
    interval : array_like
        Days between routine scans of each; ``inf`` for none.
    ends : array_like
        Day of each from which there are no routine scans any more, such as that of symptoms or of
        the diagnosis; ``nan`` for never.
    reader : PmlReader
        Whose numbers are one each.

    Raises
    ------
    ValueError
        For an interval that is not above 0.
    """
    apart = np.broadcast_to(np.asarray(interval, float), patients.n)
    if not (apart > 0).all():
        bad = apart[~(apart > 0)]
        raise ValueError(f"interval: found {bad[0]:g}, expected days above 0, or inf for no scans")
    watched = np.fmin(np.broadcast_to(np.asarray(ends, float), patients.n), until)
    lesions = _lesions(patients, protocol, until)
    days = _scan_days(patients, apart, watched)
    new, largest = _shown(patients, lesions, apart, days)
    chance = [patients.uniform("alarm", k) for k in range(days.shape[1])]
    drawn = np.column_stack([np.zeros((patients.n, 0)), *chance])
    falsely = pml_reported(0.0, new > 0, numbers=reader, ms_volume=largest)
    return Alarms(days, new, largest, np.isfinite(days) & (drawn < falsely), watched)


def _lesions(
    patients: VirusPatients, protocol: Protocol | Sequence[Protocol], until: float
) -> Lesions:
    """Sample the MS lesions of each until the last day; the same in every arm."""
    days = np.append(np.arange(0.0, until, STEP), until)
    births = solve(
        patients.model,
        protocol,
        days,
        ("lesion_births",),
        parameters=patients.parameters,
        inputs=patients.inputs,
        t0=0.0,
        rtol=RTOL,
        method="tsit5",
    ).raise_failures()["lesion_births"]
    own = {id: patients.value(id) for id in ("activity_decline", "activity_drift")}
    drift = patients.normal("ms_lesions", 0)
    active = np.stack([activity_after(float(d), own, {}, drift) for d in days], axis=1)
    process = LesionProcess(**{f.name: patients.value(f.name) for f in fields(LesionProcess)})
    who = patients.numbers("ms_lesions")
    return sample_lesions(days, births * active, 0.0, process, 0, who)


def _scan_days(patients: VirusPatients, apart: Array, last: Array) -> Array:
    """Return the days of scans of each before its last, ``nan`` for none, (n, n_scans)."""
    with np.errstate(invalid="ignore"):  # no scans: 0 times inf
        first = apart * patients.uniform("scan")
        most = np.ceil((last - first) / apart)
    n_scans = int(np.max(most, initial=0.0, where=np.isfinite(most)))
    with np.errstate(invalid="ignore"):
        days = first[:, None] + np.arange(n_scans) * apart[:, None]
        return np.where(days < last[:, None], days, np.nan)


def _shown(
    patients: VirusPatients, lesions: Lesions, apart: Array, days: Array
) -> tuple[Index, Array]:
    """Return how many new lesions each scan shows, and the volume of the largest."""
    new, largest = np.zeros(days.shape, np.intp), np.zeros(days.shape)
    who = lesions.subject
    with np.errstate(invalid="ignore"):
        first = (apart * patients.uniform("scan"))[who]
        k = np.ceil(np.maximum(lesions.born - first, 0.0) / apart[who])
    inside = lesions.t2 & (k < days.shape[1])
    at = np.flatnonzero(inside)
    row, scan = who[at], k[at].astype(np.intp)
    told = lesions.t2_gone[at] > days[row, scan]  # never where there is no scan
    row, scan, at = row[told], scan[told], at[told]
    np.add.at(new, (row, scan), 1)
    size = lesions.volumes(patients.value("large_share"))[at]
    np.maximum.at(largest, (row, scan), size)
    return new, largest
