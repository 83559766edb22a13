"""What was observed in patients of the things on which hypotheses differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from diapedesis.validation.hypotheses_compare import interval
from diapedesis.validation.published import behaviours

Array = NDArray[np.float64]
AGREES, CONTRADICTS, CANNOT_SAY = "agrees", "contradicts", "cannot say"


@dataclass(frozen=True)
class Seen:
    """An observation and the window in which a prediction agrees with it.

    Attributes
    ----------
    claims : tuple of str
        Of the evidence library.
    text : str
        What was seen, and how it became a window.
    low, high : float
        Bounds; NaN for both where no number decides.
    """

    claims: tuple[str, ...]
    text: str
    low: float = np.nan
    high: float = np.nan

    @property
    def decides(self) -> bool:
        """Whether there is a window."""
        return not (np.isnan(self.low) and np.isnan(self.high))

    def verdict(self, predicted: Array) -> str:
        """Compare what a hypothesis predicts under each truth with the window.

        It agrees when the median lies inside, contradicts when the whole 90 % interval lies
        outside, and else the observation cannot say.

        Examples
        --------
        >>> Seen(("R031",), "no dependence", 0.8, 1.25).verdict(np.linspace(0.9, 1.1, 9))
        'agrees'
        """
        low, middle, high = interval(predicted)
        if not self.decides or np.isnan(middle):
            return CANNOT_SAY
        if self._inside(middle):
            return AGREES
        apart = (not np.isnan(self.high) and low > self.high) or high < self.low
        return CONTRADICTS if apart else CANNOT_SAY

    def _inside(self, x: float) -> bool:
        return not (x < self.low or x > self.high)


def _row(id: str, text: str, *more: str) -> Seen:
    """Return what a row of ``behaviours.csv`` says, with its window."""
    b = next(b for b in behaviours() if b.id == id)
    low, high = (np.nan if x is None else x for x in (b.low, b.high))
    return Seen((*b.source.split("; "), *more), text, low, high)


SEEN: Mapping[str, Seen] = MappingProxyType(
    {
        "gd_on": Seen(
            ("R008", "R021"),
            "0.2 over 2.4 lesions, with 6 % of patients who keep antibodies and lose the effect:"
            " at most 0.083 is left for the rest",
            high=0.083,
        ),
        "nfl_on": Seen(
            ("R019", "R059"), "falls on the drug, and is low a month after it", high=1.0
        ),
        "edss_on": Seen(
            ("R007", "R011"),
            "patients do not worsen: fewer progress, lesion volumes shrink. Read as at most 0.1"
            " points",
            high=0.1,
        ),
        "ratio_on": _row("pd.csf_ratio_on", "0.3 to 2.1", "R118", "R119"),
        "half": Seen(
            ("R026", "R028"),
            "first recurrences at week 12, most lesions from week 16 on. Read as week 9 to 16",
            63.0,
            112.0,
        ),
        "peak_month": _row("ms.peak_month", "month 4 to 7"),
        "gd_peak": _row("ms.peak_vs_placebo", "not above placebo; 1.15 allowed"),
        "above": Seen(
            ("R029", "R035", "R038"),
            "13, 22 and 39 % rebound, by counts, of which some are chance. Read as 10 to 45 %",
            10.0,
            45.0,
        ),
        "parted": Seen(
            ("R055",),
            "17 lesions in those who relapse, 0.3 in the others, alike before: two groups. Read as"
            " at least half",
            low=50.0,
        ),
        "unended": Seen(
            ("R032",),
            "14 months after the stop 21 patients were as on the drug. Read as at most 10 %",
            high=10.0,
        ),
        "later": Seen(
            ("R034",),
            "0.55 (0.42-0.70) over 0.63 (0.51-0.76) relapses a year",
            0.42 / 0.76,
            0.70 / 0.51,
        ),
        "exposure": Seen(
            ("R031",), "the same for any exposure. Read as within a quarter", 0.8, 1.25
        ),
        "activity": Seen(
            ("R029", "R055"), "sources conflict: more lesions before, more after; or no link"
        ),
        "homing": Seen(
            ("R114",),
            "Th17 cells nearly undetectable in blood of those who relapse. Read as at most half",
            high=0.5,
        ),
        "homing_tells": Seen(
            ("R115",),
            "IL-17 cells on the drug did not foretell rebound in 33 patients: a correlation above"
            " 0.34 would have shown",
            -0.34,
            0.34,
        ),
        "ratio_peak": Seen(
            ("R048", "R129"), "one brain in rebound had two CD8 for each CD4 cell; no count before"
        ),
        "ratio_6": _row("pd.csf_ratio_6mo", "normal", "R118"),
        "fty8_16": Seen(
            ("R063", "R064"),
            "2.1 (1.7-2.6) active lesions to week 16 over 3.6 (3.0-4.2) with washout alone",
            1.7 / 4.2,
            2.6 / 3.0,
        ),
        "fty8_fty16": Seen(
            ("R063",), "2.1 (1.7-2.6) over 8.2 (7.3-9.1) active lesions", 1.7 / 9.1, 2.6 / 7.3
        ),
        "anti_cd20": Seen(
            ("R070", "R080", "R083"),
            "few relapses on anti-CD20 after natalizumab, no untreated arm. Read as at most half",
            high=0.5,
        ),
        "steroid": _row("restore.mp", "40 against 46 % with recurrence by week 24"),
        "anti_cd4_half": Seen(("R126",), "a trial in MS without natalizumab; see the last row"),
        "anti_cd4": Seen(("R126",), "effect grew with depth, in MS without natalizumab"),
        "anti_cd8": Seen(("R145",), "no trial in people was found"),
        "alone": Seen(
            ("R124", "R126"),
            "no effect on monthly lesions in 71 patients. Read as at most a third fewer",
            2 / 3,
            1.5,
        ),
    }
)
"""By the id of the measure. Windows named as rows of ``behaviours.csv`` are the file's."""
