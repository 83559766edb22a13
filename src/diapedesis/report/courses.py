"""What the reports of washout, interval and forecast say, as plain values for the templates."""

from __future__ import annotations

from typing import Any

import numpy as np

from diapedesis.plan import Forecast, Interval, Washout
from diapedesis.plan.washout import ALREADY
from diapedesis.plan.words import k_of_20, level
from diapedesis.report.common import twenty
from diapedesis.report.words import (
    Calendar,
    day,
    number_of_days,
    percent,
    quantiles,
    span,
)

ROWS = 14
"""Rows of a table along time."""


def washout_content(washout: Washout, calendar: Calendar) -> dict[str, Any]:
    """Return the content of a washout report."""
    rows = [
        {
            "threshold": r["threshold"],
            "day": washout.when(r["day"]),
            "span": "–" if washout.when(r["day_95"]) == ALREADY else span(r["day_05"], r["day_95"]),
            "date": calendar.date(np.ceil(washout.start + r["day"])),
        }
        for r in washout.table.to_dict("records")
    ]
    asked = washout.rows.records()[0]
    moments = [(0.5, asked["day"]), (0.95, asked["day_95"])]
    if asked["p_already"] >= 0.5:
        moments = [(asked["p_already"], asked["day"])]
    cards = [
        {**twenty(share), "by": washout.when(d), "date": calendar.date(np.ceil(washout.start + d))}
        for share, d in moments
    ]
    return {
        "rows": rows,
        "asked": rows[0],
        "gate": rows[-1],
        "cards": cards,
        "last_dose": calendar.date(washout.start),
        "begin": calendar.date(washout.begin),
        "limits": {
            float(t.removesuffix(" mg/L")): t
            for t in washout.table["threshold"]
            if t.endswith(" mg/L")
        },
    }


def interval_content(interval: Interval, calendar: Calendar) -> dict[str, Any]:
    """Return the content of a report on the dosing interval."""
    table = interval.table
    p = 0.0
    if interval.day is not None:
        p = float(table.loc[table["day"] == interval.day, "p_at_or_above"].iloc[0])
    step = max(1, len(table) // ROWS)
    keep = (np.arange(len(table)) % step == 0) | (table["day"] == interval.day).to_numpy()
    rows = [
        {
            "day": day(r["days_since_dose"]),
            "date": calendar.date(r["day"]),
            "p": percent(r["p_at_or_above"]),
            "level": level(r["level"]),
            "saturation": percent(r["saturation"]),
            "chosen": r["day"] == interval.day,
        }
        for r in table[keep].to_dict("records")
    ]
    return {
        "status": interval.status,
        "target": f"{interval.target:g} mg/L",
        "wanted": percent(interval.probability),
        "wanted_twenty": k_of_20(interval.probability),
        "last_dose": calendar.date(calendar.origin),
        "due": None if interval.day is None else calendar.date(interval.day),
        "gap": None if interval.day is None else number_of_days(interval.day - calendar.origin),
        "figures": twenty(p) | {"percent": percent(p)},
        "rows": rows,
        "limits": {interval.target: f"target {interval.target:g} mg/L"},
    }


def forecast_content(forecast: Forecast, calendar: Calendar) -> dict[str, Any]:
    """Return the content of a forecast."""
    at = np.unique(np.linspace(0, forecast.times.size - 1, ROWS).round().astype(int))
    return {
        "until": calendar.date(float(forecast.times[-1])),
        "start": calendar.date(float(forecast.times[0])),
        "rows": [_moment(forecast, calendar, int(i)) for i in at],
        "end": _moment(forecast, calendar, -1),
        "limits": {},
    }


def _moment(forecast: Forecast, calendar: Calendar, i: int) -> dict[str, str]:
    c = quantiles(forecast.values["c"][:, i])
    s = quantiles(forecast.values["saturation"][:, i])
    free = quantiles(forecast.values["free_alpha4"][:, i])
    return {
        "day": calendar.date(float(forecast.times[i])),
        "level": level(c[0]),
        "level_span": span(c[1], c[2], level),
        "saturation": percent(s[0]),
        "saturation_span": span(s[1], s[2], percent),
        "free": percent(free[0]),
        "free_span": span(free[1], free[2], percent),
    }
