"""Earlier scans of patients with PML, looked at again: how long it was visible, and how it grew."""

from __future__ import annotations

import numpy as np

from diapedesis.observe import lesion_seen
from diapedesis.population.crossing import at_day
from diapedesis.population.virus_onset import Onset
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.validation.ms_estimate import Flags, mean, share, spread
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.pml_world import mixture
from diapedesis.validation.studies import Array, Found

SCANS = ((122.0, 0.34), (183.0, 0.33), (365.0, 0.33))
"""Assumption: days between scans of MS in clinics that had earlier scans of their patients."""
LOOKS = 12
"""Scans before the diagnosis that are looked at again."""
MEASURED = 0.1
"""Assumption: error of a measured volume, SD of the logarithm."""
SHORTEST = 28.0
"""Days between two scans from which growth is told."""


def looked_again(shared: Registries) -> dict[str, Found]:
    """Visible phase and growth before the diagnosis."""
    cases, e = shared.world.cases, shared.registry.estimate("earlier scans")
    p = cases.patients
    apart = mixture(p.uniform("scan", 98), SCANS)
    known, phase, growth = _phase(p, cases.onset, cases.ends, apart)
    who = known & np.isfinite(phase)
    lasting = who & (phase >= SHORTEST)
    acted = cases.onset.rescanned(p, apart)
    known_2, phase_2, growth_2 = _phase(p, acted, cases.ends, apart)
    who_2 = known_2 & np.isfinite(phase_2)
    true = cases.onset.diagnosis - cases.onset.visible
    first = cases.onset.diagnosis - phase
    before = first < np.where(np.isfinite(cases.onset.symptoms), cases.onset.symptoms, np.inf)
    note = (
        "Scans of MS every four, six or twelve months, a third of patients each, that did not lead"
        " to the diagnosis; from the first one that shows the lesion when looked at again."
    )
    return {
        "pml.visible": e.found(
            mean(phase),
            who,
            [41],
            note,
            {
                "standard deviation (published: 75)": e.centre(spread(phase), who),
                "scans that lead to the diagnosis": e.centre(mean(phase_2), who_2),
                "from the day on which it has 2 mL": e.centre(mean(true), known & (true > 0)),
                "shown by a scan before symptoms, % of all (published: 78)": e.centre(
                    share(before), known
                ),
            },
        ),
        "pml.growth": e.found(
            mean(growth),
            lasting,
            [41],
            f"{note} From the volumes there and at diagnosis, four weeks or more later.",
            {
                "per cent a month (published: 62.8)": e.centre(
                    lambda at: 100 * np.expm1(30.44 * np.mean(growth[at], axis=-1)), lasting
                ),
                "scans that lead to the diagnosis": e.centre(
                    mean(growth_2), who_2 & (phase_2 >= SHORTEST)
                ),
            },
        ),
    }


def _phase(p: VirusPatients, onset: Onset, ends: Array, apart: Array) -> tuple[Flags, Array, Array]:
    """Return who is known, days from the first scan that shows it, and growth since then."""
    first = first_seen(p, onset, apart)
    known = np.asarray(onset.diagnosis <= ends)
    return known, onset.diagnosis - first, _growth(p, onset, first)


def first_seen(patients: VirusPatients, onset: Onset, apart: Array) -> Array:
    """Return the day of the first scan that shows the lesion; ``nan`` when none before does."""
    start = apart * patients.uniform("scan")
    last = np.floor((onset.diagnosis - start) / apart)
    first = np.full(patients.n, np.nan)
    for look in range(LOOKS):
        day = start + (last - look) * apart
        volume = np.where(day >= 0, onset.volume_on(np.nan_to_num(day)), 0.0)
        seen = lesion_seen(volume, patients.normal("scan", look, 1))
        first = np.where(patients.uniform("scan", look, 2) < seen, day, first)
    return first


def _growth(patients: VirusPatients, onset: Onset, first: Array) -> Array:
    """Return growth [1/day] between the first scan that shows the lesion and the diagnosis."""
    volumes = [
        at_day(onset.days, onset.volume, np.nan_to_num(day))
        * np.exp(MEASURED * patients.normal("scan", k, 3))
        for k, day in enumerate((first, onset.diagnosis))
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(volumes[1] / volumes[0]) / (onset.diagnosis - first))
