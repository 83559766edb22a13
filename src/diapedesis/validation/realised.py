"""Oedema and disability of lesions as they happened to a patient, not as they were expected.

A rebound is a burst: what it does comes from the lesions that one patient has, so their number,
week by week, is given to the mechanisms of oedema and disability as it was sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from diapedesis.core import Input, Mechanism, Model
from diapedesis.mechanisms import corticosteroid, disability, lesions, oedema
from diapedesis.population.ms_cohort import Counts, Patients
from diapedesis.simulate import Protocol, Schedule, Solution, Steroid, solve
from diapedesis.simulate.schedule import schedule
from diapedesis.validation.studies import Array

STEROID_DAYS = 5
"""Grams of methylprednisolone, one a day (claim R045)."""


@lru_cache(maxsize=1)
def realised() -> Model:
    """Return steroid, oedema and disability, driven by lesions and tone that are given."""
    given = Mechanism(
        "realised_lesions",
        (
            Input("gd_lesions", unit="", label="Enhancing lesions, as sampled"),
            Input("tone_fold", unit="", label="Inflammatory tone", default=1.0),
            Input("births_untreated", unit="1/day", label="None at the start: on the drug"),
            Input("w_damage", unit="", label="Weight of silent damage; left out"),
            Input("debris", unit="", label="Uncleared damage; left out", default=1.0),
            lesions.GD_DURATION,
        ),
        "Lesions as they were sampled.",
    )
    parts = (Mechanism.of(m) for m in (corticosteroid, oedema, disability))
    return Model("realised lesions", [given, *parts])


def edss_rise(p: Patients, days: Array, gd: Counts, tone: Array, steroid: Array) -> Array:
    """Return EDSS above that of the first day, shape (n, n_days).

    Parameters
    ----------
    p : Patients
    days : ndarray, shape (n_days,)
    gd, tone : ndarray, shape (n, n_days)
        Enhancing lesions and tone; they hold until the next day.
    steroid : ndarray, shape (n,)
        First of five days with 1 g of methylprednisolone; inf for none.
    """
    found = as_happened(p.parameters, days, gd, tone, steroid, ("edss",))["edss"]
    return np.asarray(found - found[:, :1])


def as_happened(
    parameters: Mapping[str, Array],
    days: Array,
    gd: Counts,
    tone: Array,
    steroid: Array,
    outputs: tuple[str, ...],
) -> Solution:
    """Return outputs of oedema and disability, from lesions as `edss_rise` takes them.

    Parameters
    ----------
    parameters : mapping of str to ndarray, shape (n,)
        Those of the whole model will do.
    days, gd, tone, steroid : ndarray
        As for `edss_rise`.
    outputs : tuple of str
        Of this model: ``edss``, ``icp``, ``oedema`` and others.
    """
    plans = [_plan(days, *patient) for patient in zip(gd, tone, steroid, strict=True)]
    model = realised()
    own = {id: v for id, v in parameters.items() if id in model.parameters}
    found = solve(model, plans, days, outputs, parameters=own, t0=days[0], method="tsit5")
    return found.raise_failures()


def _plan(days: Array, gd: Counts, tone: Array, steroid: float) -> Schedule:
    given = Protocol()
    if np.isfinite(steroid):
        given = Protocol(
            treatments=tuple(Steroid(steroid + day, grams=1.0) for day in range(STEROID_DAYS))
        )
    held = {
        id: tuple(zip(days.tolist(), values.tolist(), strict=True))
        for id, values in (("gd_lesions", gd.astype(float)), ("tone_fold", tone))
    }
    return Schedule(schedule(given, realised()).pulses, held)
