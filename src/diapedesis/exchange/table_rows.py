"""From the cells of one row to its event: dose, observation, session, covariates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from diapedesis.exchange.case_time import FARTHEST
from diapedesis.exchange.faults import clip
from diapedesis.exchange.table_columns import KINDS, REPLACEMENTS, SESSION
from diapedesis.exchange.table_events import Event, SessionKind, SessionSize
from diapedesis.exchange.table_time import PER_DAY, TimeUnit
from diapedesis.exchange.table_values import Row, Span
from diapedesis.simulate.given import SHORTEST

MOST_DOSES = 10_000
"""Most doses of one row [ADDL]."""
_DOSE_ONLY = ("AMT", "RATE", "DUR", "ADDL", "II", "SS")
_PV = Span(0.1, 5, "plasma volumes", fix="for litres use the column VOL")
_VOL = Span(0.2, 15, "L", fix="for millilitres divide by 1000; for plasma volumes use PV")
_HOURS = Span(0.25, 24, "h", fix="HOURS is in hours: 2.5, not 150")
_SHARE = Span(0, 1, above=True, fix="write a fraction: 0.95, not 95")


def event_of(row: Row, unit: TimeUnit, covariates: tuple[str, ...]) -> Event:
    """Return the event of a row, at time 0; what is wrong with it is noted, and missing in it."""
    evid = _evid(row)
    event = Event(
        0.0,
        evid or 0,
        cmt=row.label("CMT") or None,
        dvid=row.label("DVID"),
        occ=row.label("OCC"),
        seq=row.number("SEQ"),
        lloq=row.number("LLOQ", Span(0.0)),
        covariates=tuple(row.covariate(name) for name in covariates),
        row=row.line,
    )
    if evid is None:
        return event
    if event.doses:
        event = replace(event, **_dose(row, unit))
    else:
        _no_dose(row, evid)
    event = replace(event, **(_observation(row, event) if evid == 0 else _no_observation(row)))
    return replace(event, session=_session(row, evid))


def _evid(row: Row) -> int | None:
    """Return the kind of a row; ``None`` where it cannot be told."""
    if "EVID" in row.cells:
        if row.text("EVID") is None:
            row.fault("T021", "EVID", found="nothing", expected="0, 1, 2, 3 or 4")
        return row.code("EVID", (0, 1, 2, 3, 4))
    if row.text("AMT") not in (None, "0"):
        return 1
    aph = row.text("APH")
    return 0 if aph is None or aph.lower() in ("0", "none") else 2


def _dose(row: Row, unit: TimeUnit) -> dict[str, Any]:
    amount = row.number("AMT")
    if amount is None and row.text("AMT") is None:
        row.fault("T025", "AMT", found="nothing", expected="an amount above 0")
    elif amount == 0:
        row.fault("T025", "AMT", found="0", expected="an amount above 0")
    elif amount is not None and amount < 0:
        row.fault("T018", "AMT", found=clip(row.cells["AMT"]), expected="an amount above 0")
    ss, addl = row.code("SS", (0, 1, 2)) or 0, row.whole("ADDL", Span(0, MOST_DOSES)) or 0
    ii = row.number("II", Span(0, FARTHEST * PER_DAY[unit], unit)) or None
    if (ss or addl) and ii is None:
        why = "SS" if ss else "ADDL"
        fix = f"write II, or empty {why}"
        row.fault("T030", "II", found=f"{why} without II", expected="a time above 0", fix=fix)
    elif ii is not None and not (ss or addl) and not _unread(row, "SS", "ADDL"):
        fix = "write ADDL, how many further doses, or empty II"
        row.fault("T030", "II", found="II without ADDL or SS", expected="ADDL or SS", fix=fix)
    duration = _duration(row, amount, unit)
    if ii is not None and duration is not None and duration > ii / PER_DAY[unit]:
        found = f"an infusion of {duration:.4g} days, one each {ii / PER_DAY[unit]:.4g} days"
        row.fault("T032", "II", found=found, expected="an infusion no longer than II")
    return {
        "amount": amount,
        "duration": duration,
        "addl": addl,
        "ii": None if ii is None else ii / PER_DAY[unit],
        "ss": ss,
    }


def _unread(row: Row, *columns: str) -> bool:
    """Return whether one of some cells, 0 when read, does not say 0: it had a fault of its own."""
    return any(row.text(c) not in (None, "0") for c in columns)


def _duration(row: Row, amount: float | None, unit: TimeUnit) -> float | None:
    """Return the duration of an infusion [day] by RATE or DUR; ``None`` when neither is given."""
    rate = row.number("RATE")
    if rate is not None and rate < 0:
        modelled = rate in (-1, -2)
        found = f"{rate:g}, a {'rate' if rate == -1 else 'duration'} to be estimated"
        row.fault(
            "T028" if modelled else "T018",
            "RATE",
            found=found if modelled else f"{rate:g}",
            expected="a rate above 0",
        )
        return None
    dur = row.number("DUR", Span(0.0, unit=unit))
    if rate and dur:
        found = f"RATE {rate:g} and DUR {dur:g}"
        row.fault("T029", "DUR", found=found, expected="one of them")
        return None
    if rate and amount is not None and amount > 0:
        dur, column = amount / rate, "RATE"
    else:
        column = "DUR"
    if not dur:
        return None
    day = dur / PER_DAY[unit]
    if not SHORTEST <= day <= FARTHEST:
        found = f"an infusion of {day:.4g} days"
        row.fault("T018", column, found=found, expected="between 1 s and 100 years")
        return None
    return day


def _no_dose(row: Row, evid: int) -> None:
    for column in _DOSE_ONLY:
        value = row.number(column)
        if value:
            found = f"{column} {value:g} with EVID {evid}"
            expected = f"{column} with EVID 1 or 4 only"
            row.fault("T026", column, found=found, expected=expected)


def _no_observation(row: Row) -> dict[str, Any]:
    if row.number("DV"):
        row.fault("T027", "DV", found=f"DV {clip(row.cells['DV'])}", expected=". or 0 here")
    if row.code("MDV", (0, 1)) == 0:
        row.fault("T027", "MDV", found="0", expected="1 on a row without observation")
    for column in ("BLQ", "CENS"):
        if row.number(column):
            row.fault("T027", column, found=clip(row.cells[column]), expected=". or 0 here")
    return {}


def _observation(row: Row, event: Event) -> dict[str, Any]:
    """Return value, limit and whether below it, of a row with EVID 0."""
    mdv = row.code("MDV", (0, 1))
    blq, cens = row.code("BLQ", (0, 1)), _cens(row)
    if mdv == 1:
        return {}
    dv = row.number("DV")
    if row.text("BLQ") is not None and row.text("CENS") is not None:
        row.fault("T037", "CENS", found="BLQ and CENS", expected="one of them")
    elif blq == 1:
        return _below(row, event.lloq, dv)
    elif cens == 1:
        return _below(row, _limit(row, event.lloq, dv), None)
    elif dv is None:
        if mdv == 0 and row.text("DV") is None:
            fix = "write the value, or MDV 1"
            row.fault("T021", "DV", found="nothing, with MDV 0", expected="a value", fix=fix)
    elif event.lloq is not None and dv < event.lloq:
        found = f"{dv:g}, below LLOQ {event.lloq:g}"
        row.fault("T036", "DV", found=found, expected="a value that can be quantified")
    return {"dv": dv}


def _below(row: Row, lloq: float | None, dv: float | None) -> dict[str, Any]:
    if not lloq and row.text("LLOQ") in (None, "0") and row.text("CENS") is None:
        row.fault("T035", "LLOQ", found="nothing, with BLQ 1", expected="the limit, above 0")
    if lloq is not None and dv is not None and dv > lloq:
        found = f"{dv:g} with BLQ 1, above LLOQ {lloq:g}"
        fix = "write BLQ 0, or . in DV"
        row.fault("T036", "DV", found=found, expected=f". or at most {lloq:g}", fix=fix)
    return {"below": True, "lloq": lloq}


def _cens(row: Row) -> int | None:
    cens = row.code("CENS", (-1, 0, 1))
    if cens == -1:
        found = "-1, a value above a limit"
        row.fault("T037", "CENS", found=found, expected="0, or 1 for below")
        return None
    if row.number("LIMIT"):
        found = f"LIMIT {clip(row.cells['LIMIT'])}, an interval"
        row.fault("T037", "LIMIT", found=found, expected="0 or .")
    return cens


def _limit(row: Row, lloq: float | None, dv: float | None) -> float | None:
    """Return the limit of a row with CENS 1, which stands in DV."""
    if dv is None or dv <= 0:
        if row.text("DV") is None or dv is not None:
            found = f"DV {'missing' if dv is None else f'{dv:g}'} with CENS 1"
            row.fault("T035", "DV", found=found, expected="the limit in DV")
        return None
    if lloq is not None and lloq != dv:
        found = f"DV {dv:g} with CENS 1, LLOQ {lloq:g}"
        row.fault("T036", "DV", found=found, expected="DV to be the limit")
    return dv


def _session(row: Row, evid: int) -> SessionSize | None:
    kind = row.word("APH", KINDS)
    if kind is None or kind == "none":
        given = [c for c in SESSION if row.text(c) not in (None, "0")]
        if given and row.text("APH") in (None, *"0", "none"):
            found = f"{', '.join(given)} without APH"
            row.fault("T038", given[0], found=found, expected="APH beside it")
        return None
    if evid != 2:
        found, expected = f"a session on a row with EVID {evid}", "EVID 2"
        row.fault("T038", "APH", found=found, expected=expected, fix="give it a row of its own")
    volumes, litres = row.number("PV", _PV), row.number("VOL", _VOL)
    if (row.text("PV") is None) == (row.text("VOL") is None):
        found = "neither PV nor VOL" if row.text("PV") is None else "PV and VOL"
        row.fault("T038", "PV", found=found, expected="exactly one of them")
    hours, sieving = row.number("HOURS", _HOURS), row.number("SIEVING", _SHARE)
    fluid = row.word("REPLACEMENT", REPLACEMENTS)
    for column, value in (("SIEVING", sieving), ("REPLACEMENT", fluid)):
        if value is not None and kind != "plex":
            found, expected = f"{column} with APH {kind}", f"{column} with plex only"
            row.fault("T038", column, found=found, expected=expected, fix="empty the cell")
    return SessionSize(
        cast("SessionKind", kind),
        volumes,
        litres,
        2.5 if hours is None else hours,
        1.0 if sieving is None else sieving,
        "plasma" if fluid == "plasma" else "albumin",
    )
