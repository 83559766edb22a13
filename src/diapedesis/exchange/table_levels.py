"""The observations of one subject as measured levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diapedesis.exchange.case_measured_checks import highest_level
from diapedesis.exchange.table_covariates import convert, probable_unit
from diapedesis.exchange.table_events import Event, SubjectEvents
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_options import COMPARTMENTS, KINDS, Kind, TableOptions
from diapedesis.exchange.table_values import Span
from diapedesis.observe.assay import MOST_SATURATION, Assay, Level
from diapedesis.simulate.protocol import Dose

AFTER = 1e-6
"""An observation that SEQ puts after a dose, session or reset is so much later [day], 0.09 s."""
LEVEL = Span(0, 400, "mg/L", above=True)
LLOQ = Span(0, 20, "mg/L")
SHARE = Span(0, MOST_SATURATION, above=True)


@dataclass(frozen=True)
class Measured:
    """A level and the row it stands on."""

    level: Level
    row: int | None


def levels(one: SubjectEvents, options: TableOptions, faults: TableFaults) -> list[Measured]:
    """Return the levels of a subject; an observation that cannot be is noted and left out."""
    found = []
    for i, e in enumerate(one.events):
        if not e.observed or (kind := _kind(e, options, faults)) is None:
            continue
        value = _value(e, kind, options, faults)
        assay = _assay(e, kind, options, faults)
        if assay is None or (value is None and not e.below):
            continue
        found.append(Measured(Level(moment(one.events, i), value, assay), e.row))
    return found


def moment(events: Sequence[Event], i: int) -> float:
    """Return the day of an observation; a touch later when it comes after a dose of its time.

    Courses are read just before what happens at a time, so that a trough may share the time of its
    dose. The touch is ``AFTER``, and less where the next event is near.
    """
    now = events[i].time
    if not any(e.time == now and (e.doses or e.resets or e.session) for e in events[:i]):
        return now
    gap = min((e.time - now for e in events[i:] if e.time > now), default=1.0)
    return now + min(AFTER, gap / 2)


def _kind(e: Event, options: TableOptions, faults: TableFaults) -> Kind | None:
    if e.dvid is not None:
        kinds = {**KINDS, **options.kinds}
        if e.dvid not in kinds:
            known = ", ".join(map(str, kinds))
            faults.add("T043", e.row, "DVID", found=f"{e.dvid}", expected=f"one of {known}")
        return kinds.get(e.dvid)
    if e.cmt == "saturation":
        return "saturation"
    if e.cmt is None or {**COMPARTMENTS, **options.compartments}.get(e.cmt) == "central":
        return "level"
    found, expected = f"an observation of {e.cmt}", "central (2), saturation, or DVID"
    faults.add("T042", e.row, "CMT", found=found, expected=expected)
    return None


def _value(e: Event, kind: Kind, options: TableOptions, faults: TableFaults) -> float | None:
    if e.dv is None:
        return None
    if e.dv <= 0:
        fix = "write BLQ 1, the limit in LLOQ and . in DV"
        faults.add("T018", e.row, "DV", found=f"{e.dv:g}", expected="a value above 0", fix=fix)
        return None
    if kind == "level":
        value, span, unit = convert(e.dv, "level", options.level), LEVEL, options.level
        fix = probable_unit("level", e.dv, LEVEL)
    else:
        value, span, unit = _share(e.dv, options), SHARE, options.saturation
        fix = "if DV is in per cent, say saturation %"
    if span.holds(value):
        return value
    expected = str(span) if kind == "level" else f"a share, {span}"
    found = f"{e.dv:.6g} {unit}"
    faults.add("T045", e.row, "DV", found=found, expected=expected, fix=fix)
    return None


def _share(value: float, options: TableOptions) -> float:
    return float(f"{value / 100:.15g}") if options.saturation == "%" else value


def _assay(e: Event, kind: Kind, options: TableOptions, faults: TableFaults) -> Assay | None:
    assay = options.assay if kind == "level" else options.saturation_assay
    if e.lloq is None:
        return assay
    level = kind == "level"
    lloq = convert(e.lloq, "level", options.level) if level else _share(e.lloq, options)
    span = LLOQ if level else Span(0, 1)
    if not span.holds(lloq):
        fix = "LLOQ is in the unit of DV"
        faults.add("T045", e.row, "LLOQ", found=f"{e.lloq:g}", expected=str(span), fix=fix)
        return None
    return replace(assay, lloq=lloq)


def check_levels(
    measured: Sequence[Measured],
    doses: Sequence[Dose],
    resets: Sequence[float],
    weights: Sequence[tuple[float, float]],
    faults: TableFaults,
) -> None:
    """Quantified drug needs a dose before it, and enough of it."""
    lightest = min(kg for _, kg in weights)
    for m in measured:
        level = m.level
        if level.value is None:
            continue
        since = max((day for day in resets if day < level.time), default=None)
        before = [(d.time, d.amount) for d in doses if d.time < level.time]
        left = [(t, mg) for t, mg in before if since is None or t >= since]
        if level.value < level.assay.lloq:
            found = f"{level.value:g}, below the assay's limit {level.assay.lloq:g}"
            expected = "a value that can be quantified"
            fix = "write BLQ 1, or the assay's own limit in LLOQ"
            faults.add("T036", m.row, "DV", found=found, expected=expected, fix=fix)
        elif not left:
            what = "the reset" if before else "the first dose"
            found = f"a level on day {level.time:g}, {'after' if before else 'before'} {what}"
            expected = "a dose before it"
            faults.add("T044", m.row, "TIME", found=found, expected=expected)
        elif level.assay.measures != "saturation":
            bound = highest_level(level.time, left, lightest, max(1.0, level.assay.factor))
            if level.value > bound:
                found, expected = f"{level.value:.4g} mg/L", f"at most {bound:.3g} mg/L"
                faults.add("T046", m.row, "DV", found=found, expected=expected)
