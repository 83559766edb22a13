"""What measurements must satisfy: a fitting assay, drug to be measured, a level that can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diapedesis.exchange.case_checks import dose_times
from diapedesis.exchange.case_measured import FLOW, KINDS, Row
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.case_values import nearest
from diapedesis.exchange.faults import Faults, Where, shown
from diapedesis.observe.assay import Assay

SMALLEST_VOLUME = 0.028
"""No drug spreads in less than this [L/kg]: plasma volume less two SD (claim own plasma-volume)."""
LONGEST_HALF_LIFE = 46.2
"""Longest half-life [day] on the label (claim pkpd 1.16)."""


def check_measured(draft: Draft, faults: Faults) -> None:
    """Levels and saturations name their assay and are quantifiable; levels can be reached."""
    doses = [(t, d.amount) for _, d in draft.lists.get("doses", []) for t in dose_times(d)]
    known_doses = doses if "doses" in draft.whole else []
    for name in KINDS:
        for i, row in draft.lists.get(name, []):
            where: Where = (name, i)
            assay = assay_of(name, row, draft)
            if assay is None:
                _check_assay(where, name, row, draft, faults)
            if row.value is None:
                continue
            if known_doses and row.time <= doses[0][0]:
                _before(where, name, row, doses[0][0], draft, faults)
            elif known_doses and assay is not None and name == "levels":
                _check_reachable(row, (*where, "value"), doses, assay, draft, faults)
            if assay is not None:
                _check_quantifiable(row, (*where, "value"), assay, faults)


def assay_of(name: str, row: Row, draft: Draft) -> Assay | None:
    """Return the assay of an entry under levels or saturations; ``None`` where it is not known.

    The one it names; else the only one that measures such entries, or the default one.
    """
    own = assays_for(name, draft)
    if own is None:
        return None
    if row.assay is None and len(own) > 1:
        return None
    default = FLOW if name == "saturations" else Assay()
    return next(iter(own.values()), default) if row.assay is None else own.get(row.assay)


def assays_for(name: str, draft: Draft) -> dict[str, Assay] | None:
    """Return the assays that entries of a list may name; ``None`` when they could not be read."""
    blocks = draft.rest.get("assays")
    if blocks is None:
        return None
    found = {key: block.assay(key) for key, block in blocks.items()}
    of_cells = name == "saturations"
    return {key: a for key, a in found.items() if (a.measures == "saturation") == of_cells}


def _check_assay(where: Where, name: str, row: Row, draft: Draft, faults: Faults) -> None:
    """Say why an entry has no assay, unless the assays themselves could not be read."""
    own = assays_for(name, draft)
    if own is None:
        return
    place, known = (*where, "assay"), ", ".join(own) or "none defined"
    if row.assay is None:
        fix = "add assay"
        faults.add("C009", place, found="nothing", expected=f"one of {known}", fix=fix)
    elif row.assay in draft.rest["assays"]:
        other = "levels" if name == "saturations" else "saturations"
        faults.add(
            "C022",
            place,
            found=f"{shown(row.assay)}, which measures {draft.rest['assays'][row.assay].measures}",
            expected=f"an assay that measures {KINDS[name]}: {known}",
            fix=f"name such an assay, list the entry under {other}, or mend measures of the assay",
        )
    else:
        fix = nearest(row.assay, own) or f"define it under assays, with measures: {KINDS[name]}"
        faults.add("C023", place, found=shown(row.assay), expected=f"one of {known}", fix=fix)


def _before(where: Where, name: str, row: Row, first: float, draft: Draft, faults: Faults) -> None:
    faults.add(
        "C019",
        (*where, "time"),
        found=f"a {name.removesuffix('s')} on {draft.clock.label(row.time)}",
        expected=f"a time after the first dose, {draft.clock.label(first)}",
        fix="check the date (a sample at the time of a dose counts as drawn before it;"
        " give the time of day); below: true is allowed there",
    )


def highest_level(
    day: float, doses: Iterable[tuple[float, float]], weight: float, assay_factor: float
) -> float:
    """Return a bound that no level can exceed [mg/L].

    Every dose (day, mg) so far in a small plasma volume, eliminated with the longest half-life.

    Examples
    --------
    >>> highest_level(0.1, [(0.0, 300.0)], 75.0, 1.0) < 200
    True
    """
    left = sum(mg * 0.5 ** ((day - t) / LONGEST_HALF_LIFE) for t, mg in doses if t < day)
    return assay_factor * left / (SMALLEST_VOLUME * weight)


def _check_reachable(
    row: Row,
    where: Where,
    doses: Sequence[tuple[float, float]],
    assay: Assay,
    draft: Draft,
    faults: Faults,
) -> None:
    patient = draft.rest.get("patient")
    if patient is None or row.value is None:
        return
    weights = patient.weight if isinstance(patient.weight, list) else None
    lightest = min(w.value for w in weights) if weights else patient.weight
    bound = highest_level(row.time, doses, lightest, max(1.0, assay.factor))
    if row.value > bound:
        faults.add(
            "C021",
            where,
            found=f"{row.value:.4g} mg/L",
            expected=f"at most {bound:.3g} mg/L, which is more than these doses can give",
            fix="check units.level, units.dose, units.weight and the dates of the doses",
        )


def _check_quantifiable(row: Row, where: Where, assay: Assay, faults: Faults) -> None:
    if row.value is None or row.value >= assay.lloq:
        return
    unit, more = (" mg/L", "; check units.level") if assay.unit else (", a fraction", "")
    faults.add(
        "C025",
        where,
        found=f"{row.value:.4g}{unit}",
        expected=f"at least the limit of quantification, {assay.lloq:g}{unit}",
        fix=f"write below: true, or give the assay's lloq under assays{more}",
    )
