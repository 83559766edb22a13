"""A published case in plain words; what is unknown is said to be."""

from __future__ import annotations

import math

from diapedesis.cases.case import Citation, Fact, GivenTreatment, Moment, PublishedCase
from diapedesis.cases.days import Range, Since
from diapedesis.cases.kinds import KINDS, MOMENTS, TREATMENTS

CONDITIONING = {
    "dated": "dated: what is given has dates to start from",
    "near-unconditional": "near-unconditional: nothing given has a day on the clock of the last"
    " infusion, so almost any patient fits",
}
"""What a case can be started from, in words."""
GROUPS = {
    "A": "A, of the founding documents",
    "B": "B, a further case",
    "comparator": "comparator, another drug",
}
"""The groups in words."""
UNKNOWN = "unknown"
_PRINTED = {"mri": "MRI", "pml": "PML", "iris": "IRIS"}


def citation_words(citation: Citation) -> str:
    """Return authors, year, title and journal, with DOI and PubMed number where known."""
    year = citation.year or f"year {UNKNOWN}"
    parts = [f"{citation.authors} ({year})"]
    parts += [citation.title or "title not read", citation.journal]
    parts += [f"doi {citation.doi}"] if citation.doi else []
    parts += [f"PMID {citation.pmid}"] if citation.pmid else []
    return ". ".join(part.rstrip(".") for part in parts)


def subject_words(case: PublishedCase) -> str:
    """Return who it is: age, sex, weight, antibody, index, earlier immunosuppressant."""
    who = case.subject
    antibody = {None: UNKNOWN, True: "positive", False: "negative"}[who.jcv_positive]
    earlier = {None: UNKNOWN, True: "yes", False: "no"}[who.prior_immunosuppressant]
    parts = [
        f"age {_number(who.age)}",
        f"sex {who.sex or UNKNOWN}",
        f"weight {_number(who.weight, ' kg')}",
        f"JC virus antibody {antibody}",
        f"index {_number(who.jcv_index)}",
        f"immunosuppressant before {earlier}",
    ]
    return "; ".join([*parts, *([who.note] if who.note else [])])


def exposure_words(case: PublishedCase) -> str:
    """Return how much natalizumab was given before day 0."""
    given = case.exposure
    named = {
        "infusions": "infusions",
        "months": "months on it",
        "interval": "days between infusions",
    }
    parts = []
    for field, name in named.items():
        mark = " (estimated)" if field in given.estimated else ""
        parts.append(f"{name} {getattr(given, field) or UNKNOWN}{mark}")
    return "; ".join([*parts, *([given.note] if given.note else [])])


def moment_words(moment: Moment) -> str:
    """Return what parts given from later, and its day."""
    day = f"day {moment.day or UNKNOWN}{_mark(moment.estimated)}"
    return "; ".join([f"{MOMENTS[moment.event]}, {day}", *([moment.note] if moment.note else [])])


def treatment_words(given: GivenTreatment, moment: Moment) -> str:
    """Return one treatment: whether, when, how many, how much."""
    name = TREATMENTS[given.what]
    if given.given != "yes":
        whether = "not given" if given.given == "no" else "unknown whether given"
        return "; ".join([f"{name}: {whether}", *([given.note] if given.note else [])])
    parts = [f"{name}: {when(given, moment)}{_mark(given.estimated)}"]
    parts += [f"until day {given.end}"] if given.end else []
    parts += [f"times given {given.number or UNKNOWN}"] if _counted(given) else []
    parts += [f"{given.amount} {given.unit}"] if given.amount else []
    return "; ".join([*parts, *([given.note] if given.note else [])])


def fact_words(fact: Fact, moment: Moment) -> str:
    """Return one fact: what, how much, in how many, when."""
    name = KINDS[fact.kind].meaning
    said = [" ".join(_PRINTED.get(part, part) for part in w.split("_")) for w in fact.words]
    if fact.value is not None:
        said.append(f"{fact.value} {fact.unit}" if fact.unit not in name else f"{fact.value}")
    if fact.patients is not None:
        said.append(f"in {fact.patients} patient{'' if fact.patients == 1 else 's'}")
    head = f"{name}: {', '.join(said)}" if said else name
    parts = [head, f"{when(fact, moment)}{_mark(fact.estimated)}"]
    return "; ".join([*parts, *([fact.note] if fact.note else [])])


def when(what: Fact | GivenTreatment, moment: Moment) -> str:
    """Return when, on the clock of the last infusion and after another event.

    Examples
    --------
    >>> moment = Moment("fingolimod", Range(90, 120))
    >>> when(Fact("rebound", Range(106, 136), Since("moment", Range.of(16))), moment)
    'day 106 to 136, 16 days after the start of fingolimod'
    >>> when(Fact("death"), moment)
    'day unknown'
    """
    parts = [f"day {what.day}"] if what.day else []
    parts += [_since(what.since, moment)] if what.since else []
    return ", ".join(parts) or f"day {UNKNOWN}"


def _since(since: Since, moment: Moment) -> str:
    event, days = f"the {_event(since.event, moment)}", since.days
    if days == Range.of(0):
        return f"at {event}"
    if days.low == 0 and math.isinf(days.high):
        return f"some time after {event}"
    if days.high <= 0:
        return f"{Range(-days.high, -days.low)} days before {event}"
    return f"{days} days after {event}"


def _event(name: str, moment: Moment) -> str:
    if name == "moment":
        return MOMENTS[moment.event]
    nouns = {str(kind): about.meaning for kind, about in KINDS.items()}
    for what, noun in TREATMENTS.items():
        nouns |= {what: f"start of {noun}", f"{what}_end": f"end of {noun}"}
    return nouns[name]


def _counted(given: GivenTreatment) -> bool:
    return given.number is not None or given.what in ("plex", "immunoadsorption")


def _number(value: float | None, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:g}{unit}"


def _mark(estimated: bool) -> str:
    return " (estimated)" if estimated else ""
