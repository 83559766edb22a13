"""The report of the series of Rinaldi: simulated series of 22 beside the published one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diapedesis.cases.said import NUMBERS, in_hundred, rarity
from diapedesis.cases.store import SeriesResult
from diapedesis.report.case import case_head, repeat_words
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg

READINGS = {
    "a scan every month": "A scan every month",
    "scans at months 1 and 9 alone": "Scans at months 1 and 9 alone",
    "new enhancing lesions alone": "Only a new enhancing lesion makes a scan active",
    "new T2 lesions alone": "Only a new T2 lesion makes a scan active",
    "against a scan at the last infusion": "The first scan is held against one at the last"
    " infusion, so that lesions of the washout count",
    "a patient is what came first": "A patient counts by what came first, relapse or scan",
    "no relapse in the last year on natalizumab": "Only patients without a relapse in their last"
    " year on natalizumab were taken in",
    "followed for 6 to 12 months": "Each patient was followed for 6 to 12 months",
}
"""Other readings of the report in whole sentences."""


def series_report(found: SeriesResult, *, index: str = "") -> str:
    """Return the report of the series as a self-contained HTML page.

    Parameters
    ----------
    found : SeriesResult
    index : str
        Address of the page over all cases, when there is one.

    Returns
    -------
    str
        A whole HTML page. The same result gives the same bytes.
    """
    series = found.series
    n = len(series.series.truth)
    least = 1 / n
    summary = [_row(r, least) for r in series.summary().to_dict("records")]
    content: dict[str, Any] = case_head(found.case) | {
        "index": index,
        "near": "",
        "n": f"{n:,}",
        "truths": len(series.predicted.virtual),
        "virtual": f"{int(series.predicted.virtual.sum()):,}",
        "tail": in_hundred(series.tail, least),
        "rarity": rarity(series.tail),
        "series_svg": inline_svg(series.plot(), "series", "Simulated series and the published one"),
        "summary": summary,
        "readings": [
            {"reading": READINGS[r["reading"]], "tail": in_hundred(r["tail"], least)}
            for r in series.readings().to_dict("records")
        ],
        "repeat": repeat_words(found.draws, found.seed),
    }
    return page("series.html.jinja", content)


def _row(row: Mapping[Any, Any], least: float) -> dict[str, str]:
    return {
        "number": NUMBERS[row["number"]],
        "published": f"{row['published']:.0f}",
        "mean": f"{row['mean']:.1f}",
        "range": f"{row['low']:.0f} to {row['high']:.0f}",
        "tail": in_hundred(row["tail"], least),
        "rarity": rarity(row["tail"]),
    }
