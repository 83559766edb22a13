"""What hypotheses are asked to predict, one number for each possible truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.validation.hypotheses_runs import DAYS, Run
from diapedesis.validation.hypotheses_seen import SEEN, Seen
from diapedesis.validation.hypotheses_statistics import (
    ABOVE,
    IGNITED,
    MONTH,
    YEAR,
    among,
    at_own_peak,
    days_up,
    disability,
    half_day,
    lesions,
    mean,
    own_peak,
    peak,
    peak_month,
    quiet,
    ranks_agree,
    ratio,
    relapses,
    tone,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A prediction.

    Attributes
    ----------
    id, label, unit : str
    of : callable
        Returns the number for each truth of a run, shape (m,); NaN where there is none.
    """

    id: str
    label: str
    unit: str
    of: Callable[[Run], Array]

    @property
    def seen(self) -> Seen | None:
        """What was observed of it in patients."""
        return SEEN.get(self.id)


def _over(output: str) -> Callable[[Run], Array]:
    return lambda r: mean(r.on[output]) / mean(r.untreated[output])


def _peak_ratio(arm: str, to: str = "none") -> Callable[[Run], Array]:
    return lambda r: peak(r, arm) / peak(r, to)


ON_DRUG = (
    Measure("gd_on", "Gd on the drug, over untreated", "", _over("gd")),
    Measure("nfl_on", "neurofilament on the drug, over untreated", "", _over("nfl")),
    Measure(
        "edss_on",
        "disability after two years on the drug, change",
        "EDSS points",
        lambda r: mean(disability(r.on) - disability(r.untreated)),
    ),
    Measure("ratio_on", "CSF CD4/CD8 on the drug", "", lambda r: mean(r.on["csf_cd4cd8"])),
)
AFTER = (
    Measure("half", "day on which mean tone is half of untreated", "day", half_day),
    Measure("peak", "peak of mean tone", "", peak),
    Measure(
        "peak_day",
        "day of that peak, within a year",
        "day",
        lambda r: DAYS[tone(r)[:, YEAR].argmax(axis=1)],
    ),
    Measure("peak_month", "month of the peak of mean Gd", "month", peak_month),
    Measure(
        "gd_peak",
        "peak of mean Gd, over before the drug",
        "",
        lambda r: mean(r.arms["none"]["gd"])[:, YEAR].max(axis=1) / mean(r.untreated["gd"]),
    ),
    Measure(
        "above", "patients whose tone passes 2", "%", lambda r: 100 * mean(own_peak(r) > ABOVE)
    ),
    Measure(
        "parted",
        "of these, patients whose tone passes 4",
        "%",
        lambda r: 100 * among(own_peak(r) > IGNITED, own_peak(r) > ABOVE),
    ),
    Measure("days_up", "days above 1.5 in two years, of those who pass 2", "day", days_up),
    Measure(
        "unended",
        "patients still above 2 after two years",
        "%",
        lambda r: 100 * mean(r.arms["none"]["tone"][..., -1] > ABOVE),
    ),
    Measure("quiet", "lowest mean tone after the peak", "", quiet),
    Measure(
        "later",
        "relapse rate in months 7-12, over months 1-6",
        "",
        lambda r: relapses(r, 6, 12) / relapses(r, 0, 6),
    ),
    Measure("exposure", "peak after 60 infusions, over 6", "", _peak_ratio("many", "few")),
    Measure("again", "peak after a second course, over the first", "", _peak_ratio("again")),
    Measure(
        "activity",
        "rank correlation of peak Gd with Gd before the drug",
        "",
        lambda r: ranks_agree(r.arms["none"]["gd"][..., YEAR].max(axis=2), r.untreated["gd"]),
    ),
    Measure(
        "activity_tone",
        "rank correlation of peak tone with Gd before the drug",
        "",
        lambda r: ranks_agree(own_peak(r), r.untreated["gd"]),
    ),
    Measure(
        "homing",
        "homing cells in blood at the peak, over at the stop, of those who pass 2",
        "",
        lambda r: among(at_own_peak(r, "homing_cells") / r.on["homing_cells"], own_peak(r) > ABOVE),
    ),
    Measure(
        "homing_tells",
        "rank correlation of peak tone with homing cells at the stop",
        "",
        lambda r: ranks_agree(own_peak(r), r.on["homing_cells"]),
    ),
    Measure(
        "ratio_peak",
        "CNS CD4/CD8 at the peak, over untreated",
        "",
        lambda r: ratio(at_own_peak(r, "csf_cd4cd8"), r),
    ),
    Measure(
        "ratio_6",
        "CSF CD4/CD8 six months after the stop, over untreated",
        "",
        lambda r: ratio(r.arms["none"]["csf_cd4cd8"][..., DAYS == 182.0][..., 0], r),
    ),
)
TREATED = (
    Measure(
        "plex_day",
        "PLEX at the stop: days by which half of untreated comes earlier",
        "day",
        lambda r: half_day(r) - half_day(r, "plex"),
    ),
    Measure("plex", "PLEX at the stop: peak over without", "", _peak_ratio("plex")),
    Measure("fty8", "fingolimod at week 8: peak over without", "", _peak_ratio("fty8")),
    Measure(
        "fty8_16",
        "fingolimod at week 8: lesions to week 16, over without",
        "",
        lambda r: lesions(r, "fty8", 112) / lesions(r, "none", 112),
    ),
    Measure(
        "fty8_fty16",
        "fingolimod: lesions to its week 8, started at week 8 over week 16",
        "",
        lambda r: lesions(r, "fty8", 112) / lesions(r, "fty16", 168),
    ),
    Measure("anti_cd20", "anti-CD20 on day 28: peak over without", "", _peak_ratio("anti_cd20")),
    Measure(
        "steroid",
        "monthly methylprednisolone: lesions to week 24, over without",
        "",
        lambda r: lesions(r, "steroid", 168) / lesions(r, "none", 168),
    ),
    Measure("anti_cd4_half", "anti-CD4, half: peak over without", "", _peak_ratio("anti_cd4_half")),
    Measure("anti_cd4", "anti-CD4, nine tenths: peak over without", "", _peak_ratio("anti_cd4")),
    Measure("anti_cd8", "anti-CD8, nine tenths: peak over without", "", _peak_ratio("anti_cd8")),
    Measure(
        "anti_cd8_later",
        "anti-CD8: peak of the second year, over the first year's without",
        "",
        lambda r: tone(r, "anti_cd8")[:, ~YEAR].max(axis=1) / peak(r),
    ),
    Measure(
        "alone",
        "anti-CD4, half, without natalizumab before: lesions in months 2-9, over untreated",
        "",
        lambda r: tone(r, "alone")[:, (DAYS >= 28 + MONTH) & (DAYS <= 28 + 9 * MONTH)].mean(axis=1),
    ),
)
MEASURES = ON_DRUG + AFTER + TREATED
