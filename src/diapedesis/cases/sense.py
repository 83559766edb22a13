"""What of a published case cannot be, or says two things at once; each with how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from diapedesis.cases.assumed import INTERVAL, MOMENT, SWITCH
from diapedesis.cases.days import Range
from diapedesis.cases.kinds import OUTCOMES
from diapedesis.cases.odd import Odd, odd_day
from diapedesis.cases.sense_treatments import odd_treatment
from diapedesis.observe.serology import POSITIVE

if TYPE_CHECKING:
    from diapedesis.cases.case import CaseSubject, Exposure, Fact, GivenTreatment, Moment

MONTH = 30.44
APART = Range(7, 180)
"""Days between infusions that months and infusions may come to on average."""
LONGEST_USE = 30 * 365.25
"""Days of natalizumab at most; it was first given in trials in the late nineties."""
SEVERITIES = ("mild", "severe", "fulminant")
APART_FROM: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "pml_diagnosis": (("asymptomatic", "symptomatic"),),
        "pml_symptoms": (("none", *SEVERITIES),),
        "mri_pml": (
            *(("no_lesion", w) for w in ("lesion", "enhancing", "not_enhancing", "punctate")),
            *(("no_lesion", w) for w in ("brainstem", "new_lesion", "grown", "stable")),
            ("enhancing", "not_enhancing"),
            ("grown", "stable"),
        ),
        "mri_ms": (("inactive", "active"), ("inactive", "tumefactive")),
        "csf_jcv": (("undetected", "detected"), ("undetected", "low")),
        "jcv_antibody": (("negative", "positive"),),
        "drug_antibody": (("negative", "positive"),),
        "level": (("undetected", "measured"),),
        "alpha4": (("low", "raised"),),
        "lymphocytes": (("low", "raised"),),
        "relapse": (("none", *SEVERITIES),),
        "rebound": (SEVERITIES,),
        "worsening": (SEVERITIES,),
        "iris_onset": (SEVERITIES,),
        "recovery": (("partial", "good"),),
    }
)
"""Words of a kind of which one at most is true."""
NOTHING = MappingProxyType(
    {"csf_jcv": "undetected", "level": "undetected", "mri_pml": "no_lesion", "mri_ms": "inactive"}
)
"""Word of a kind that says that nothing was found."""


def oddities(
    moment: Moment,
    exposure: Exposure,
    given: Mapping[int, Fact],
    later: Mapping[int, Fact],
    treatments: Mapping[int, GivenTreatment],
) -> Iterator[Odd]:
    """Yield all that cannot be of a case, each at its place; records by their place in the list."""
    yield from _at(("exposure",), odd_exposure(exposure))
    yield from _at(("moment",), odd_moment(moment, exposure, tuple(given.values())))
    for i, fact in given.items():
        yield from _at(("given", i), odd_fact(fact, moment, given=True))
    for i, fact in later.items():
        yield from _at(("observed_later", i), odd_fact(fact, moment, given=False))
    for i, t in treatments.items():
        yield from _at(("treatments", i), odd_treatment(t, moment))
    yield from _at(("given",), odd_repeats(given))


def _at(where: tuple[str | int, ...], found: Iterator[Odd]) -> Iterator[Odd]:
    return (replace(odd, where=(*where, *odd.where)) for odd in found)


def moment_range(moment: Moment) -> Range:
    """Return the days of a moment from the last infusion, assumed where none are published."""
    if moment.day is not None:
        return moment.day
    return SWITCH if moment.event == "fingolimod" else MOMENT


def first_infusion(exposure: Exposure) -> float:
    """Return the earliest day of the first infusion that fits; ``-inf`` when nothing is known.

    Examples
    --------
    >>> from diapedesis.cases import Exposure
    >>> first_infusion(Exposure(infusions=Range(20, 24))), first_infusion(Exposure())
    (-644.0, -inf)
    """
    longest = INTERVAL if exposure.interval is None else exposure.interval.high
    if exposure.infusions is not None:
        return -(exposure.infusions.high - 1) * longest
    if exposure.months is not None:
        return -exposure.months.high * MONTH - longest
    return -math.inf


def odd_exposure(exposure: Exposure) -> Iterator[Odd]:
    """Yield what cannot be of the natalizumab up to day 0."""
    n, months, apart = exposure.infusions, exposure.months, exposure.interval
    if n is not None and n.high < 1:
        fix = "day 0 is the last infusion; leave infusions out when unknown"
        yield Odd(("infusions",), str(n), "1 or more", fix)
        return
    if n is not None and months is not None:
        lowest = months.low * MONTH / max(n.high - 1, 1)
        highest = months.high * MONTH / max(n.low - 1, 0.5)
        told = APART if apart is None else Range(apart.low / 2, apart.high * 2)
        if highest < told.low or lowest > told.high:
            found = f"{n} infusions in {months} months"
            fix = "check infusions, months and interval; leave out what is not known"
            yield Odd((), found, f"infusions {told} days apart on average", fix)
    least = 0.0 if n is None else (n.low - 1) * (INTERVAL if apart is None else apart.low)
    least = max(least, 0.0 if months is None else months.low * MONTH)
    if least > LONGEST_USE:
        expected, fix = f"at most {LONGEST_USE / 365.25:g} years", "check infusions and interval"
        yield Odd((), f"natalizumab for {least / 365.25:.0f} years", expected, fix)


def odd_moment(moment: Moment, exposure: Exposure, given: Sequence[Fact]) -> Iterator[Odd]:
    """Yield what cannot be of the moment."""
    if moment.day is None:
        return
    if math.isinf(moment.day.high):
        fix = "write [low, high], or leave the day out when it is unknown"
        yield Odd(("day",), f"day {moment.day}", "a day, or an interval with an end", fix)
        return
    first = first_infusion(exposure)
    pml = any(f.kind == "pml_diagnosis" for f in given)
    if moment.day.high < first or (pml and moment.day.high <= first):
        found = f"day {moment.day}, the first infusion on day {first:g}"
        expected = f"a moment after the first infusion{', as PML was known' if pml else ''}"
        fix = "check day and exposure; days count from the last infusion, day 0"
        yield Odd(("day",), found, expected, fix)


def odd_fact(fact: Fact, moment: Moment, *, given: bool) -> Iterator[Odd]:
    """Yield what cannot be of a fact on its side of the moment."""
    for group in APART_FROM.get(fact.kind, ()):
        said = [w for w in group if w in fact.words]
        if len(said) > 1:
            expected = f"one of {', '.join(group)}"
            yield Odd(("words",), " and ".join(said), expected, "keep the one that is true")
    yield from _odd_value(fact)
    yield from odd_day(fact, moment)
    if not given:
        return
    if fact.day is not None and math.isinf(fact.day.high):
        fix = "write [low, high]"
        yield Odd(("day",), f"day {fact.day}", "a day, or an interval with an end", fix)
    elif fact.day is not None and fact.day.low > moment_range(moment).high:
        found = f"day {fact.day}, and a moment without a day"
        expected = f"a day up to {moment_range(moment).high:g}, until which the moment is drawn"
        yield Odd(("day",), found, expected, "give the day of the moment")
    if fact.since is not None and fact.since.event in OUTCOMES:
        found = f"{fact.since.event}, an outcome, which is never given"
        fix = "date it by an event known at the moment, or by a day"
        yield Odd(("since", "event"), found, "an event known at the moment", fix)


def _odd_value(fact: Fact) -> Iterator[Odd]:
    """Yield a value that says something else than the words, or that nothing was found."""
    value, word = fact.value, NOTHING.get(fact.kind)
    if value is None or word is None:
        return
    if word in fact.words and value.high > 0:
        found, expected = f"{word} and {value} {fact.unit}", "the word or the value"
        yield Odd((), found, expected, "keep the one that was published")
    elif word not in fact.words and fact.unit != "new T2 lesions":
        some = fact.kind != "mri_ms" or "active" in fact.words
        if (some and value.high <= 0) or (fact.kind == "csf_jcv" and value.low <= 0):
            fix = f"write words: [{word}] when nothing was found, without value and unit"
            yield Odd(("value",), str(value), f"above 0 {fact.unit}", fix)


def odd_repeats(given: Mapping[int, Fact]) -> Iterator[Odd]:
    """Yield facts that are given twice, which would count twice."""
    seen: dict[Fact, int] = {}
    for i, fact in given.items():
        first = seen.setdefault(fact, i)
        if first != i:
            yield Odd((i,), f"the same as given[{first}]", "each fact once", "keep one of the two")


def odd_subject(subject: CaseSubject, given: Mapping[int, Fact]) -> Iterator[Odd]:
    """Yield what a file says of antibodies to JC virus that would not be used, or twice."""
    if subject.jcv_positive is False and (subject.jcv_index or 0.0) > POSITIVE:
        found = f"jcv_positive: false and jcv_index: {subject.jcv_index:g}"
        fix = "check the two; leave out what is not known"
        yield Odd(("subject",), found, f"an index up to {POSITIVE:g} without antibody", fix)
    if subject.jcv_positive is None and subject.jcv_index is None:
        for i, fact in given.items():
            if fact.kind == "jcv_antibody" and fact.words:
                found = f"jcv_antibody {fact.words[0]}, and no jcv_positive under subject"
                fix = f"write subject: {{jcv_positive: {str('positive' in fact.words).lower()}}}"
                yield Odd(("given", i), found, "both: patients are drawn by subject", fix)
