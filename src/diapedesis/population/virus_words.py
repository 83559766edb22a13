"""Surveillance and care of an arm in words."""

from __future__ import annotations

import math

from diapedesis.population.figure_given import drug_name
from diapedesis.population.virus_asked import VirusAsked
from diapedesis.population.virus_care import Care
from diapedesis.simulate import Course
from diapedesis.simulate.treatments import Treatment

STEROIDS = {
    "none": "no steroids",
    "preemptive": "steroids before IRIS",
    "enhancement": "steroids once the lesion enhances",
    "symptoms": "steroids once worse by IRIS",
}


def asked_words(asked: VirusAsked) -> str:
    """Say what surveillance and care are.

    Examples
    --------
    >>> asked_words(VirusAsked(scans=91.0))
    'scans every 91 days; plasma exchange, 5 times from day 4; steroids once worse by IRIS'
    """
    scans = f"scans every {asked.scans:g} days" if math.isfinite(asked.scans) else "no scans"
    return "; ".join((scans, *_care(asked.care)))


def _care(care: Care) -> list[str]:
    kind = "immunoadsorption" if care.adsorption else "plasma exchange"
    times = f"{care.sessions} time{'' if care.sessions == 1 else 's'}"
    exchange = f"{kind}, {times} from day {care.first:g}" if care.sessions else "no exchange"
    return [exchange, STEROIDS[care.steroids], *_others(care.others)]


def _others(treatments: tuple[Treatment, ...]) -> list[str]:
    days: dict[str, list[str]] = {}
    for t in treatments:
        end = f" to {t.end:g}" if isinstance(t, Course) and math.isfinite(t.end) else ""
        onwards = " on" if isinstance(t, Course) and not end else ""
        days.setdefault(drug_name(t), []).append(f"{t.time:g}{end}{onwards}")
    return [f"{drug} from day {', '.join(given)}" for drug, given in days.items()]


def people_words(asked: VirusAsked) -> str:
    """Say who is at what risk.

    Examples
    --------
    >>> people_words(VirusAsked(jcv_index=2.5))
    'JC virus antibody index 2.5, constant; no earlier immunosuppressant'
    """
    if asked.jcv_index is not None:
        index = f"JC virus antibody index {asked.jcv_index:g}, constant"
    else:
        read = {True: " of those who read positive", False: " of those who read negative"}
        whose = read[asked.jcv_positive] if asked.jcv_positive is not None else " of all patients"
        index = f"JC virus antibody index drawn{whose} at the first dose, changing over the years"
    before = "an" if asked.prior_immunosuppressant else "no"
    return f"{index}; {before} earlier immunosuppressant"
