"""What a published case must satisfy as a whole: sides of the moment, words, units, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diapedesis.cases.case import why_not_given, why_not_later
from diapedesis.cases.days import Range
from diapedesis.cases.kinds import KINDS, Kind
from diapedesis.cases.sense import odd_subject, oddities
from diapedesis.evidence.papers import load_papers
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.case_values import nearest
from diapedesis.exchange.faults import Faults, Where, shown
from diapedesis.exchange.published_build import fact_of, moment_of, parts_of
from diapedesis.exchange.published_schema import FactBlock, SinceBlock, TreatmentBlock

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SIDES = {"given": why_not_given, "observed_later": why_not_later}


def check_published(draft: Draft, faults: Faults) -> None:
    """Note what cannot be, among what could be read."""
    _check_names(draft, faults)
    _check_sides(draft, faults)
    _check_since(draft, faults)
    for where, fact in _facts(draft):
        _check_words(where, fact, faults)
        _check_value(where, fact, KINDS[fact.kind], faults)
        _check_count(where, fact, draft, faults)
    for i, treatment in draft.lists.get("treatments", []):
        _check_treatment(("treatments", i), treatment, faults)
    if not faults.items:
        _check_sense(draft, faults)


def _check_sense(draft: Draft, faults: Faults) -> None:
    """Note what contradicts itself, in a draft that could be read as a whole."""
    case = parts_of(draft)
    sides = ("given", "observed_later", "treatments")
    lists = [dict(enumerate(case[side])) for side in sides]
    every = oddities(case["moment"], case["exposure"], *lists)
    for odd in (*every, *odd_subject(case["subject"], lists[0])):
        faults.add("C022", odd.where, found=odd.found, expected=odd.expected, fix=odd.fix)


def _facts(draft: Draft) -> Iterator[tuple[Where, FactBlock]]:
    for side in SIDES:
        for i, fact in draft.lists.get(side, []):
            yield (side, i), fact


def _check_names(draft: Draft, faults: Faults) -> None:
    id = draft.rest.get("id")
    if id is not None and not _ID.fullmatch(id):
        expected, fix = "small letters, digits and hyphens", "write it as in ikazabo-2016-p1"
        faults.add("C015", ("id",), found=shown(id), expected=expected, fix=fix)
    citation = draft.rest.get("citation")
    if citation is None or citation.paper is None or citation.paper in load_papers():
        return
    fix = nearest(citation.paper, load_papers()) or "leave it out, or add the paper to the library"
    expected = "the id of a paper of the evidence library"
    where = ("citation", "paper")
    faults.add("C023", where, found=shown(citation.paper), expected=expected, fix=fix)


def _check_sides(draft: Draft, faults: Faults) -> None:
    if "moment" not in draft.rest:
        return
    moment = moment_of(draft.rest["moment"])
    for side, why_not in SIDES.items():
        other = "observed_later" if side == "given" else "given"
        for i, fact in draft.lists.get(side, []):
            if reason := why_not(fact_of(fact), moment):
                expected = f"what belongs under {side}"
                fix = f"move it to {other}, or mend day, since or moment"
                faults.add("C026", (side, i), found=reason, expected=expected, fix=fix)


def _check_since(draft: Draft, faults: Faults) -> None:
    """Every event that something is dated by is named in the case itself."""
    if not draft.whole >= {"treatments", *SIDES}:
        return
    treatments = [t.what for _, t in draft.lists["treatments"]]
    kinds = [fact.kind for _, fact in _facts(draft)]
    known = ["moment", *kinds, *treatments, *(f"{what}_end" for what in treatments)]
    dated: list[tuple[Where, SinceBlock | None]] = [(w, f.since) for w, f in _facts(draft)]
    dated += [(("treatments", i), t.since) for i, t in draft.lists["treatments"]]
    for where, since in dated:
        if since is not None and since.event not in known:
            expected = f"one of {', '.join(dict.fromkeys(known))}"
            fix = nearest(since.event, known) or "name an event of this case"
            place = (*where, "since", "event")
            faults.add("C023", place, found=shown(since.event), expected=expected, fix=fix)


def _check_words(where: Where, fact: FactBlock, faults: Faults) -> None:
    words = KINDS[fact.kind].words
    for j, word in enumerate(fact.words):
        if word not in words:
            expected = f"one of {', '.join(words)}" if words else f"no word with {fact.kind}"
            fix = nearest(word, words) or "say it in note"
            faults.add("C015", (*where, "words", j), found=shown(word), expected=expected, fix=fix)


def _check_value(where: Where, fact: FactBlock, kind: Kind, faults: Faults) -> None:
    if (fact.value is None) != (fact.unit is None):
        found = "value without unit" if fact.unit is None else "unit without value"
        fix = "give both, or neither"
        faults.add("C022", where, found=found, expected="value and unit", fix=fix)
    if fact.value is not None and not kind.units:
        expected, fix = f"no value with {fact.kind}", "say it in words or note"
        found = str(fact.value)
        faults.add("C022", (*where, "value"), found=found, expected=expected, fix=fix)
    elif fact.unit is not None and fact.unit not in kind.units:
        expected = " or ".join(kind.units) or f"no unit with {fact.kind}"
        fix = nearest(fact.unit, kind.units) or "write the value in the unit expected"
        faults.add("C012", (*where, "unit"), found=shown(fact.unit), expected=expected, fix=fix)
    elif fact.value is not None and not _inside(fact.value, kind):
        expected = f"{kind.low:g} to {kind.high:g} {fact.unit}"
        found, fix = str(fact.value), "check the value and its unit"
        faults.add("C013", (*where, "value"), found=found, expected=expected, fix=fix)


def _inside(value: Range, kind: Kind) -> bool:
    return value.low <= kind.high and (value.high <= kind.high or value.high == float("inf"))


def _check_count(where: Where, fact: FactBlock, draft: Draft, faults: Faults) -> None:
    size = draft.rest.get("patients")
    if size is None or fact.patients is None or fact.patients <= size:
        return
    found, expected = f"{fact.patients} patients", f"at most {size}, the size of the series"
    fix = "check it against patients at the top"
    faults.add("C013", (*where, "patients"), found=found, expected=expected, fix=fix)


def _check_treatment(where: Where, given: TreatmentBlock, faults: Faults) -> None:
    if (given.amount is None) != (given.unit is None):
        found = "amount without unit" if given.unit is None else "unit without amount"
        fix = "give both, or neither"
        faults.add("C022", where, found=found, expected="amount and unit", fix=fix)
    keys = ("day", "since", "end", "number", "amount")
    stated = [key for key in keys if getattr(given, key) is not None]
    if given.given == "no" and stated:
        found, fix = f"{', '.join(stated)} with given: no", "leave them out, or write given: yes"
        expected = "given: no without day, number or amount"
        faults.add("C022", where, found=found, expected=expected, fix=fix)
    if given.day is not None and given.end is not None and given.end.high <= given.day.low:
        found, expected = f"day {given.end}", f"a day after its start, day {given.day}"
        fix = "check the two days"
        faults.add("C018", (*where, "end"), found=found, expected=expected, fix=fix)
