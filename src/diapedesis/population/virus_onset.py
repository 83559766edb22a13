"""From the first dose to the diagnosis of PML: seeding, growth unseen, scans, symptoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.models.pml import seeding
from diapedesis.observe.draws import Array
from diapedesis.observe.mri_reader import lesion_seen
from diapedesis.population.crossing import at_day, crossing
from diapedesis.population.virus_patients import SYMPTOM_IRIS, Index, VirusPatients
from diapedesis.simulate import Protocol, Trigger, solve

SEED_VOLUME = 0.02
"""Assumption: infected tissue of a new focus [mL]; a fifth of it is the same three months earlier,
which only shifts the day of seeding."""
VISIBLE_VOLUME = 2.0
"""Assumption: volume [mL] at which a lesion is told on an earlier scan, looked at again."""
MOST_VOLUME = 300.0
"""Volume [mL] at which an undiagnosed course is not followed further."""
STEP = 7.0
RTOL = 1e-5
NEVER = 1e6
"""Hazard that nobody reaches."""
DELAY_SYMPTOMS, DELAY_SCAN = 28.0, 12.0
DELAY_SYMPTOMS_SPREAD, DELAY_SCAN_SPREAD = 0.96, 1.1
"""From symptoms, or a suspect scan, to the diagnosis [day]: medians, and SDs of the logarithm that
make the published means of 44.6 and 37.6 (claim pml 3.15), the second cut at 100 days."""
LONGEST_SCAN_DELAY = 100.0
SHORTEST = 1.0
"""Days between routine scans, at least."""


@dataclass(frozen=True)
class Onset:
    """What happened until the diagnosis, one value for each patient; ``nan`` for never.

    Attributes
    ----------
    days : ndarray, shape (n_days,)
    volume : ndarray, shape (n, n_days)
        Volume of the lesion [mL], were it never found.
    seeded, visible, symptoms, diagnosis : ndarray, shape (n,)
        Days.
    by_scan : ndarray of bool, shape (n,)
        Found by a routine scan before there were symptoms.
    """

    days: Array
    volume: Array
    seeded: Array
    visible: Array
    symptoms: Array
    diagnosis: Array
    by_scan: NDArray[np.bool_]

    def volume_on(self, day: ArrayLike) -> Array:
        """Return the volume on a day of each patient [mL], shape (n,)."""
        return at_day(self.days, self.volume, np.asarray(day, float))

    def some(self, at: Index | NDArray[np.bool_]) -> Onset:
        """Return some of the patients."""
        rest = {f.name: getattr(self, f.name)[at] for f in fields(self) if f.name != "days"}
        return Onset(self.days, **rest)

    def rescanned(self, patients: VirusPatients, interval: ArrayLike) -> Onset:
        """Return the same courses with other days between routine scans.

        Parameters
        ----------
        patients : VirusPatients
            Those of the courses.
        interval : array_like
            Days between routine scans of each; ``inf`` for none but those for symptoms.
        """
        diagnosis, by_scan = _found(
            patients, self.days, self.volume, self.visible, self.symptoms, interval
        )
        late = ~(diagnosis <= self.days[-1])
        found = np.where(late, np.nan, diagnosis)
        return replace(self, diagnosis=found, by_scan=by_scan & ~late)


def seeding_hazard(
    patients: VirusPatients,
    protocol: Protocol | Sequence[Protocol],
    days: Array,
    *,
    rtol: float = RTOL,
) -> Array:
    """Return the hazard of seeding added up from the first of the days, shape (n, n_days).

    Doses and sessions decide it; that other treatments change the level a little is left aside.
    """
    part = seeding()
    plain: Protocol | list[Protocol]
    if isinstance(protocol, Protocol):
        plain = replace(protocol, treatments=())
    else:
        plain = [replace(p, treatments=()) for p in protocol]
    own = {k: v for k, v in patients.parameters.items() if k in part.parameters}
    known = {k: v for k, v in patients.inputs.items() if k in part.inputs}
    return solve(
        part,
        plain,
        days,
        ("cumulative_seeding_rate",),
        parameters=own,
        inputs=known,
        t0=float(days[0]),
        rtol=rtol,
        method="tsit5",
    ).raise_failures()["cumulative_seeding_rate"]


def seed_targets(patients: VirusPatients, hazard: Array) -> Array:
    """Return the added-up hazard at which each is seeded, given that it is by then, shape (n,).

    Raises
    ------
    ValueError
        When somebody has no hazard, who cannot be seeded.
    """
    if not (hazard[:, -1] > 0).all():
        raise ValueError(
            f"hazard: found {hazard[:, -1].min():g} by the last day, expected more than 0 for each"
            " patient. Fix: follow them for longer, or leave out who cannot be seeded"
        )
    return np.asarray(-np.log1p(patients.uniform("seed") * np.expm1(-hazard[:, -1])))


def _seeds(cumulative_seeding_rate: float, seed_target: float) -> float:
    return cumulative_seeding_rate - seed_target


def _too_large(jc_infected: float, jc_lost: float, largest: float) -> float:
    return jc_infected + jc_lost - largest


@dataclass(frozen=True)
class Seeds:
    """Seeds as a trigger: tissue is infected when the hazard has added up to each target.

    Parameters
    ----------
    targets : ndarray, shape (n,)
        Added-up hazard; ``inf`` for no seed.
    """

    targets: Array
    trigger: Trigger = field(
        default=Trigger(
            "seeded",
            _seeds,
            sets={"jc_infected": SEED_VOLUME},
            parameters={"seed_target": NEVER},
        ),
        init=False,
    )

    def __post_init__(self) -> None:
        if not (self.targets >= 0).all():
            raise ValueError(
                f"targets: found {self.targets[~(self.targets >= 0)][0]:g}, expected 0 or more, or"
                " inf for no seed"
            )

    @property
    def parameters(self) -> dict[str, Array]:
        """Own numbers of the trigger."""
        return {"seed_target": np.minimum(self.targets, NEVER)}


def until_diagnosis(
    patients: VirusPatients,
    protocol: Protocol | Sequence[Protocol],
    seeds: Seeds,
    until: float,
    interval: ArrayLike = np.inf,
) -> Onset:
    """Follow patients until PML is found, or the last day.

    Parameters
    ----------
    patients : VirusPatients
    protocol : Protocol, or a sequence of length n
        What is given while nobody knows.
    seeds : Seeds
    until : float
        Last day; the first is 0.
    interval : array_like
        Days between routine scans of each; ``inf`` for none but those for symptoms.
    """
    if not (np.isfinite(until) and until > 0):
        raise ValueError(f"until: found {until:g}, expected a day after 0")
    days = np.append(np.arange(0.0, until, STEP), until)
    found = solve(
        patients.model,
        protocol,
        days,
        ("pml_volume", "iris_level"),
        parameters=patients.parameters | seeds.parameters,
        inputs=patients.inputs,
        triggers=[seeds.trigger, _LARGE],
        t0=0.0,
        rtol=RTOL,
        method="tsit5",
    ).raise_failures()
    volume = found["pml_volume"]
    volume = np.where(np.isfinite(volume), volume, MOST_VOLUME)
    felt = volume * (1 + SYMPTOM_IRIS * np.nan_to_num(found["iris_level"]))
    symptoms = crossing(days, felt, patients.symptom_volume)
    visible = crossing(days, volume, np.full(patients.n, VISIBLE_VOLUME))
    unknown = np.full(patients.n, np.nan)
    unfound = Onset(
        days, volume, found.events["seeded"], visible, symptoms, unknown, np.isfinite(unknown)
    )
    return unfound.rescanned(patients, interval)


_LARGE = Trigger(
    "large",
    _too_large,
    parameters={"largest": MOST_VOLUME},
    ends=True,
)


def _found(
    patients: VirusPatients,
    days: Array,
    volume: Array,
    visible: Array,
    symptoms: Array,
    interval: ArrayLike,
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the day of diagnosis, and whether a routine scan led to it before symptoms did."""
    wait = DELAY_SYMPTOMS * np.exp(DELAY_SYMPTOMS_SPREAD * patients.normal("delay"))
    told = symptoms + wait
    apart = np.broadcast_to(np.asarray(interval, float), patients.n)
    if not (apart >= SHORTEST).all():
        raise ValueError(
            f"interval: found {apart[~(apart >= SHORTEST)][0]:g}, expected {SHORTEST:g} day or more"
            " between scans, or inf for none"
        )
    suspect = np.full(patients.n, np.nan)
    first = apart * patients.uniform("scan")
    last = np.where(np.isfinite(symptoms), symptoms, days[-1])
    start = np.where(np.isfinite(visible), visible - 180.0, np.inf)
    with np.errstate(invalid="ignore"):
        k = np.ceil(np.maximum(start - first, 0.0) / apart)
    for look in count():
        with np.errstate(invalid="ignore"):  # no scans: 0 times inf
            day = first + (k + look) * apart
        open_ = np.isnan(suspect) & np.isfinite(day) & (day < last)
        if not open_.any():
            break
        size = at_day(days, volume, np.where(open_, day, days[0]))
        seen = lesion_seen(size, patients.normal("scan", look, 0))
        hit = open_ & (patients.uniform("scan", look) < seen)
        suspect = np.where(hit, day, suspect)
    slow = DELAY_SCAN * np.exp(DELAY_SCAN_SPREAD * patients.normal("delay", 1))
    by_scan = np.isfinite(suspect)
    found = suspect + np.minimum(slow, LONGEST_SCAN_DELAY)
    return np.where(by_scan, np.fmin(found, told), told), by_scan & ~(symptoms < found)
