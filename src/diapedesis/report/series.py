"""The report of the series of Rinaldi: simulated series of 22 beside the published one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diapedesis.cases.said import NUMBERS, in_hundred, rarity
from diapedesis.cases.store import SeriesResult
from diapedesis.report.case import case_head, repeat_words
from diapedesis.report.case_timeline import timeline_figure
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg


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
        "n": f"{n:,}",
        "truths": len(series.predicted.virtual),
        "patients": f"{int(series.predicted.virtual.sum()):,}",
        "tail": in_hundred(series.tail, least),
        "rarity": rarity(series.tail),
        "series_svg": inline_svg(series.plot(), "series", "Simulated series and the published one"),
        "timeline_svg": inline_svg(timeline_figure(found.case), "timeline", "When everything was"),
        "summary": summary,
        "readings": [
            {"reading": r["reading"], "tail": in_hundred(r["tail"], least)}
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
