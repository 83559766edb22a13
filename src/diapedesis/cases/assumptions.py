"""What is supposed of one case, in plain words: only what its file leaves open."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from diapedesis.cases import assumed as a
from diapedesis.cases.case import GivenTreatment, PublishedCase
from diapedesis.cases.draws import LONGEST_UNSEEN
from diapedesis.cases.kinds import TREATMENTS
from diapedesis.cases.later import IRIS_BEFORE
from diapedesis.cases.open_days import moment_days, switched
from diapedesis.cases.reading import RETURNS, draw_reading, of_pml
from diapedesis.cases.regimen import AGAIN
from diapedesis.cases.sessions import SERIES
from diapedesis.infer.cohort import WEIGHT_MEDIAN

OWN_DAY = ("plex", "immunoadsorption", "steroid")
"""Treatments of which the day has a sentence of its own."""


def assumptions(case: PublishedCase) -> list[str]:
    """Return what is supposed where the file of a case is silent.

    Examples
    --------
    >>> from diapedesis.cases import Citation, Moment
    >>> cited = Citation("Doe J", 2020, "", "", "made up")
    >>> case = PublishedCase("doe", "", cited, "", "B", "low", Moment("pml_diagnosis"))
    >>> assumptions(case)[0]
    'The day of the moment is not published: it is drawn from 0 to 28 days after the last infusion.'
    """
    every = [
        *_moment(case),
        *_exposure(case),
        *_subject(case),
        *(line for t in _taken(case) for line in _treatment(t, case)),
        *_facts(case),
        *_outcomes(case),
        *_always(case),
    ]
    return list(dict.fromkeys(every))


def _moment(case: PublishedCase) -> list[str]:
    if case.moment.day is not None:
        return []
    drawn = f"drawn from {moment_days(case)} days after the last infusion"
    return [f"The day of the moment is not published: it is {drawn}."]


def _exposure(case: PublishedCase) -> list[str]:
    found, e = [], case.exposure
    if e.infusions is None and e.months is None:
        median, spread = a.INFUSIONS_PML if of_pml(case) else a.INFUSIONS_MS
        low, high = (median * math.exp(s * 1.645 * spread) for s in (-1, 1))
        found.append(
            f"The number of infusions is not published: it is drawn (median {median:.0f}, 90 %"
            f" {low:.0f} to {high:.0f})."
        )
    told = e.months if e.infusions is None else e.infusions
    if told is not None and math.isinf(told.high):
        of = "infusions" if e.infusions is not None else "months of natalizumab"
        found.append(f"Of {told} {of}, the least are supposed.")
    if e.interval is None:
        found.append(f"Infusions are supposed {a.INTERVAL:g} days apart, 300 mg each.")
    return found


def _subject(case: PublishedCase) -> list[str]:
    who, found = case.subject, []
    if who.weight is None:
        found.append(f"Body weight is drawn (median {WEIGHT_MEDIAN:g} kg).")
    if who.sex is None:
        found.append("Sex is drawn.")
    if who.jcv_index is None:
        known = who.jcv_positive is not None
        found.append(
            "The antibody index is drawn among people of the stated antibody status."
            if known
            else "Status and index of the JC virus antibody are drawn."
        )
    if who.prior_immunosuppressant is None:
        share = 100 * a.PRIOR_IMMUNOSUPPRESSANT
        found.append(f"An earlier immunosuppressant is supposed in {share:.0f} of 100 draws.")
    return found


def _taken(case: PublishedCase) -> list[GivenTreatment]:
    """Return the treatments that play a part in some draw: of others nothing is supposed."""
    told = [t for t in case.treatments if t.given != "no"]
    given = tuple(replace(t, given="yes") for t in told)
    reading = draw_reading(replace(case, treatments=given), np.random.default_rng(0))
    left = Counter(reading.left_out)
    return [t for t in told if left[t.what] < Counter(x.what for x in told)[t.what]]


def _treatment(t: GivenTreatment, case: PublishedCase) -> list[str]:
    name, found = TREATMENTS[t.what], []
    head = name[0].upper() + name[1:]
    if t.given == "unknown":
        share = 100 * a.GIVEN_WHEN_UNKNOWN.get(t.what, 0.0)
        how = f"it is in {share:.0f} of 100 draws" if share else "it is not in any draw"
        found.append(f"{head}: whether given is not known; {how}.")
        if not share:
            return found
    if t.what in ("plex", "immunoadsorption"):
        if t.number is None:
            found.append(f"{head}: {a.SESSIONS} sessions, where not published.")
        found.append(
            f"Sessions are {a.SESSION_APART:g} days apart, of"
            f" {t.amount or a.PLASMA_VOLUMES} plasma volumes each."
        )
        if t.day is None and t.since is None:
            found.append(f"{head}: begun {a.SESSION_START} days after the moment.")
    if t.what == "steroid":
        if t.day is None and t.since is None:
            found.append(f"Steroids are given for IRIS, {a.ANSWER_DAYS} days after its onset.")
        days, each = t.number or a.PULSES, f"{t.amount} {t.unit}" if t.amount else "1 g"
        found.append(
            f"Steroids: {each} methylprednisolone on {days} days, then a taper over"
            f" {a.TAPER_DAYS:g} days."
        )
    if t.what == "natalizumab" and t.number is None and t.end is None:
        found.append(f"Natalizumab again: {AGAIN} infusions, as no end is published.")
    if not t.dated and t.what not in (*OWN_DAY, case.moment.event):
        found.append(f"{head}: begun {a.SESSION_START} days after the moment.")
    if switched(t, case):
        found.append(f"{head}, some time after the last infusion: {a.SWITCH} days after it.")
    elif t.since is not None and math.isinf(t.since.days.high):
        found.append(f"{head}: said to follow an event; taken to follow at once.")
    if t.since is not None and t.since.event in RETURNS:
        found.append("What is given for a return of MS begins with a draw's first relapse.")
    return found


def _facts(case: PublishedCase) -> list[str]:
    found = []
    if any(f.kind == "pml_symptoms" and f.dated for f in case.given):
        found.append(f"A published day of symptoms is off by {a.RECALL:g} days (SD).")
    diagnoses = [f for f in case.given if f.kind == "pml_diagnosis" and not f.words]
    if diagnoses:
        found.append(
            f"PML is found by a scan before symptoms in {100 * a.ASYMPTOMATIC:.0f} of 100, where"
            " it is not published how it was found."
        )
    return found


def _outcomes(case: PublishedCase) -> list[str]:
    kinds = {f.kind for f in case.observed_later}
    words = {w for f in case.observed_later for w in f.words}
    said = {
        f"IRIS that is there before the moment counts from at most {IRIS_BEFORE:g} days before"
        " it.": "iris_onset" in kinds,
        f"Raised intracranial pressure: {a.RAISED_PRESSURE:g} mmHg or more.": "icp_raised" in kinds,
        f"Lowered consciousness: an intracranial pressure of {a.COMA_PRESSURE:g} mmHg or more, or"
        f" EDSS {a.COMA_EDSS:g} or more.": "coma" in kinds,
        f"Severe: EDSS higher by {a.SEVERE_RISE:g} or more.": "severe" in words,
        f"Mild: EDSS higher by less than {a.MILD_RISE:g}.": "mild" in words,
        f"Radiological: EDSS higher by less than {a.FELT_RISE:g}.": "radiological" in words,
        f"Worsening of which no more is said: EDSS higher by {a.FELT_RISE:g} or more.": any(
            f.kind == "worsening" and not f.words for f in case.observed_later
        ),
        f"Fulminant or tumefactive MS: {a.FULMINANT_LESIONS} enhancing lesions at once,"
        " or raised intracranial pressure.": bool(words & {"fulminant", "tumefactive"}),
        "Death comes of disability by the virus and IRIS, or of raised pressure. Of a relapse alone"
        " nobody dies.": "death" in kinds,
        "Sessions needed: the fewest after which natalizumab is below"
        f" {a.EXCHANGED_BELOW:g} mg/L when the next session would be, and for {a.STAYS:g} days from"
        f" then. At most {a.MOST_SESSIONS} are given, {a.SESSION_APART:g} days apart, of"
        f" {a.PLASMA_VOLUMES:g} plasma volumes each, from the first day of exchange on."
        f" {a.EXCHANGED_BELOW:g} mg/L is a convention.": "plex_sessions" in kinds,
        f"Good recovery: EDSS at most {a.RECOVERED:g} above that at the moment; partial:"
        f" {a.GAINED:g} below the worst.": "recovery" in kinds,
    }
    return [text for text, applies in said.items() if applies]


def _always(case: PublishedCase) -> list[str]:
    found = [
        f"What has no day is asked for within {a.FOLLOW_UP:g} days of the moment.",
        "Age plays no part in the model.",
    ]
    if of_pml(case):
        found.append(
            f"The virus reached the brain within {LONGEST_UNSEEN:g} days before the moment. As PML"
            " was known, prior and posterior are of patients with the virus there."
        )
    if case.patients > 1:
        found.append(f"A series of {case.patients}: one patient like them is simulated.")
    if any(f.kind == "plex_sessions" for f in case.observed_later):
        found.append(
            f"Of the sessions needed, {SERIES:,} series of {case.patients} are drawn. The patients"
            " of a series are drawn apart from each other, so that what is not known of the drug in"
            " general varies among them too. Levels are those of the model, without assay error."
        )
    return found
