"""A published case in plain words; what is unknown is said to be."""

from __future__ import annotations

import math
from collections.abc import Mapping

from diapedesis.cases.case import Citation, Fact, GivenTreatment, Moment, PublishedCase
from diapedesis.cases.days import Range, Since
from diapedesis.cases.kinds import KINDS, MOMENTS, TREATMENTS

CONDITIONING = {
    "dated": "dated: what is given has dates to start from",
    "near-unconditional": "near-unconditional: nothing given has a day counted from the last"
    " infusion",
}
"""What a case can be started from, in words."""
GROUPS = {
    "A": "A, from the documents behind this project",
    "B": "B, a further case",
    "comparator": "comparator, after another drug",
}
"""The groups in words."""
UNKNOWN = "unknown"
_PRINTED = {"mri": "MRI", "pml": "PML", "iris": "IRIS"}


def citation_words(citation: Citation) -> str:
    """Return authors, year, title and journal, with DOI and PubMed number where known."""
    year = citation.year or f"year {UNKNOWN}"
    unread = "Authors " if citation.authors.startswith("not read") else ""
    parts = [f"{unread}{citation.authors} ({year})"]
    parts += [citation.title or "Title not read", citation.journal]
    parts += [f"doi {citation.doi}"] if citation.doi else []
    parts += [f"PMID {citation.pmid}"] if citation.pmid else []
    seen = [p for i, p in enumerate(parts) if not any(p in earlier for earlier in parts[:i])]
    return ". ".join(part.rstrip(".") for part in seen)


def subject_words(case: PublishedCase) -> str:
    """Return who it is, what is known first: sex, age, weight, antibody, earlier treatment.

    Examples
    --------
    >>> from diapedesis.exchange.published import packaged_case
    >>> subject_words(packaged_case("calvi-2014"))[:44]
    'female; age 38; JC virus antibody positive; '
    """
    who = case.subject
    antibody = {None: None, True: "positive", False: "negative"}[who.jcv_positive]
    earlier = {None: None, True: "immunosuppressant", False: "no immunosuppressant"}
    return _known_first(
        {
            "sex": who.sex,
            "age": _number("age ", who.age),
            "weight": _number("", who.weight, " kg"),
            "JC virus antibody": antibody and f"JC virus antibody {antibody}",
            "antibody index": _number("antibody index ", who.jcv_index),
            "earlier immunosuppressants": earlier[who.prior_immunosuppressant]
            and f"{earlier[who.prior_immunosuppressant]} before",
        },
        who.note,
    )


def exposure_words(case: PublishedCase) -> str:
    """Return how much natalizumab was given before day 0."""
    given = case.exposure
    named = {
        "infusions": ("infusion", "", "number of infusions"),
        "months": ("month", " on it", "months on it"),
        "interval": ("day", " between infusions", "days between infusions"),
    }
    return _known_first(
        {
            noun: _count(getattr(given, field), unit, rest + _mark(field in given.estimated))
            for field, (unit, rest, noun) in named.items()
        },
        given.note,
    )


def _known_first(parts: Mapping[str, str | None], note: str) -> str:
    """Join what is known, a note, and the names of what is unknown."""
    said = [text for text in parts.values() if text]
    open_ = [name for name, text in parts.items() if not text]
    said += [note] if note else []
    return "; ".join([*said, *([f"{UNKNOWN}: {', '.join(open_)}"] if open_ else [])])


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
    parts += _times(given)
    parts += [f"{given.amount} {given.unit}"] if given.amount else []
    return "; ".join([*parts, *([given.note] if given.note else [])])


def fact_words(fact: Fact, moment: Moment) -> str:
    """Return one fact: what, how much, in how many, when."""
    name = KINDS[fact.kind].meaning
    said = [" ".join(_PRINTED.get(part, part) for part in w.split("_")) for w in fact.words]
    if fact.value is not None:
        said.append(f"{fact.value} {_unit(fact)}" if fact.unit not in name else f"{fact.value}")
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


def _times(given: GivenTreatment) -> list[str]:
    session = given.what in ("plex", "immunoadsorption")
    if given.number is None:
        return [f"number of sessions {UNKNOWN}"] if session else []
    if given.number == Range.of(1):
        return ["1 session" if session else "once"]
    return [f"{given.number} {'sessions' if session else 'times'}"]


def _count(number: Range | None, noun: str, rest: str = "") -> str | None:
    if number is None:
        return None
    return f"{number} {noun}{'' if number == Range.of(1) else 's'}{rest}"


def _unit(fact: Fact) -> str:
    return fact.unit.removesuffix("s") if fact.value == Range.of(1) else fact.unit


def _number(name: str, value: float | None, unit: str = "") -> str | None:
    return None if value is None else f"{name}{value:g}{unit}"


def _mark(estimated: bool) -> str:
    return " (estimated)" if estimated else ""
