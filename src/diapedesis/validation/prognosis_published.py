"""What was published on how PML and its IRIS end, beside what the model gives.

Published figures are facts of papers about people; they are told as such and set beside a direction
only. Nothing here is fitted to.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from diapedesis.validation.logistic import NINETY
from diapedesis.validation.prognosis import Ranked
from diapedesis.validation.prognosis_factors import BY_ID

Published = Literal["worse", "better", "no effect", "disputed", "no direction"]


@dataclass(frozen=True)
class Said:
    """One published factor.

    Attributes
    ----------
    label : str
    says : str
    claims : tuple of str
    direction : str
        Of more of the factor.
    outcome : str
        Which of the simulated outcomes is nearest.
    factor : str, optional
        Which of the simulated factors is nearest; none when the model has none.
    why : str
        What is said when there is none.
    counts : tuple, optional
        Of those with the factor and of those without: how many came to the outcome, and of how
        many, where that was printed.
    """

    label: str
    says: str
    claims: tuple[str, ...]
    direction: Published
    outcome: str
    factor: str | None = None
    why: str = ""
    counts: tuple[tuple[int, int], tuple[int, int]] | None = None


SAID = (
    Said("age", "the dead had a median of 54 years, survivors of 40", ("pml 3.5", "pml 3.7"),
         "worse", "death", why="not in the model: nothing depends on age"),
    Said("EDSS before PML", "5.5 in the dead, 3.5 in survivors", ("pml 3.5",), "worse", "death",
         "edss_before"),
    Said("disability at diagnosis", "survivors had lower EDSS and higher Karnofsky scores",
         ("pml 3.7",), "worse", "death", "edss_dx"),
    Said("time from symptoms to diagnosis", "63 days in the dead, 44 in survivors", ("pml 3.5",),
         "worse", "death", "delay"),
    Said("extent on MRI", "widespread in 70 % of the dead; one or several lobes in 86 % of"
         " survivors", ("pml 3.6", "pml 3.7"), "worse", "death", "widespread"),
    Said("lesion load on MRI", "larger with worse outcome", ("pml 3.18",), "worse", "disability",
         "volume"),
    Said("CSF load, on death", "lower in survivors of 336; no difference among 35", ("pml 3.7",),
         "disputed", "death", "load"),
    Said("CSF load, on disability", "more copies with worse outcome; correlation 0.50 with the"
         " change of EDSS", ("pml 3.18", "pml 4.35"), "worse", "disability", "load"),
    Said("symptoms at diagnosis", "75.4 % alive with, 96.7 % without", ("pml 3.3",), "worse",
         "death", "symptomatic", counts=((84, 342), (1, 30))),
    Said("infusions after the suspicion", "more with worse outcome", ("pml 3.18",), "worse",
         "disability", why="not looked at: nobody is infused after the diagnosis, and the day"
         " of the suspicion is not simulated"),
    Said("enhancing at diagnosis, on death", "29.4 against 21.7 %, not significant; other series"
         " see none, or the reverse", ("pml 4.6", "pml 4.28"), "disputed", "death", "enhancing",
         counts=((5, 17), (5, 23))),
    Said("enhancing at diagnosis, on severity", "IRIS comes sooner and is more severe",
         ("pml 4.7",), "worse", "icu", "enhancing"),
    Said("enhancing at diagnosis, on disability", "less change later in one series, no link in"
         " another", ("pml 4.28",), "disputed", "disability", "enhancing"),
    Said("IRIS, on disability", "predicts poor outcome among 219", ("pml 4.17",), "worse",
         "disability", "iris"),
    Said("IRIS, on death", "commoner in survivors of PML of other causes, odds ratio 3.16 for"
         " survival", ("pml 4.27", "pml 7.4"), "disputed", "death", "iris"),
    Said("plasma exchange, on death", "no effect among 219, nor among 17", ("pml 4.17",
         "pml 4.18"), "no effect", "death", "plex"),
    Said("plasma exchange, on poor outcome", "no effect among 219", ("pml 4.17",), "no effect",
         "disability", "plex"),
    Said("steroids in IRIS", "better final EDSS", ("pml 4.8",), "better", "disability",
         "steroids"),
    Said("steroids before IRIS", "0.09 points of EDSS a month more than with steroids in IRIS",
         ("pml 4.34",), "worse", "disability", "preemptive"),
    Said("early CD8 response", "in all survivors, in 27.3 % of those who progress", ("pml 7.2",),
         "better", "death", "cd8"),
    Said("country", "predicts death and poor outcome", ("pml 4.17",), "no direction", "death",
         why="not in the model: nothing depends on the country"),
    Said("brainstem", "one patient with severe IRIS: EDSS 9.5, then 6.0", ("pml 3.19",),
         "no direction", "disability", "brainstem"),
    Said("neurofilament", "rises tenfold at PML and on to IRIS; no outcome told", ("pml 4.26",),
         "no direction", "disability", "nfl"),
    Said("filgrastim", "no death among 17", ("pml 3.14",), "better", "death",
         why="not looked at: given to nobody here"),
    Said("maraviroc", "three of three got worse, others got better", ("pml 4.23",), "disputed",
         "disability", why="not looked at: given to nobody here"),
)  # fmt: skip
"""Every published factor of outcome in the evidence on PML under natalizumab."""
EXCHANGED, NOT_EXCHANGED, POOR = 184, 35, 0.25
"""Patients of the series on exchange (claim pml 4.17). Assumption: a quarter ended badly."""
UNSEEN = 1.96 * ((1 / EXCHANGED + 1 / NOT_EXCHANGED) / (POOR * (1 - POOR))) ** 0.5
"""Logarithm of an odds ratio that this series would more likely miss than find."""
WORDS = {1: "worse", -1: "better", 0: "not clear"}


def published_odds(said: Said) -> tuple[float, float, float] | None:
    """Return the published odds ratio and its 90 % interval (Woolf's), where counts were printed.

    Examples
    --------
    >>> even = Said("", "", (), "worse", "death", counts=((10, 20), (10, 20)))
    >>> [round(x, 2) for x in published_odds(even)]
    [1.0, 0.35, 2.83]
    """
    if said.counts is None:
        return None
    cells = [n for came, of in said.counts for n in (came, of - came)]
    log = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = NINETY * math.sqrt(sum(1 / n for n in cells))
    return math.exp(log), math.exp(log - half), math.exp(log + half)


def simulated_odds(
    said: Said, found: Mapping[str, tuple[Ranked, ...]]
) -> tuple[float, float, float] | None:
    """Return the simulated odds ratio alone and its 90 % interval.

    Of yes against no where the factor is there or not, else for one standard deviation more.
    """
    if said.factor is None:
        return None
    row = next(r for r in found[said.outcome] if r.factor == said.factor)
    power = 1 / row.yes if BY_ID[row.factor].yes_no and row.yes > 0 else 1.0
    ratio, low, high = (x**power for x in (row.alone.ratio, *row.alone.interval))
    return ratio, low, high


def simulated(said: Said, found: Mapping[str, tuple[Ranked, ...]]) -> str:
    """Return the direction that the model gives, or that it has none."""
    if said.factor is None:
        return "-"
    row = next(r for r in found[said.outcome] if r.factor == said.factor)
    return WORDS[row.alone.direction]


def verdict(said: Said, found: Mapping[str, tuple[Ranked, ...]]) -> str:
    """Return what comes of setting the two beside each other."""
    ours = simulated(said, found)
    if said.factor is None:
        return said.why
    if said.direction in ("disputed", "no direction"):
        return "disputed" if said.direction == "disputed" else "nothing to compare"
    if said.direction == "no effect":
        return "no conflict" if ours == "not clear" else _against_none(said, found)
    if ours == "not clear":
        return "not clear here"
    return "agrees" if ours == said.direction else "disagrees"


def _against_none(said: Said, found: Mapping[str, tuple[Ranked, ...]]) -> str:
    """Return whether a series that saw no effect could have seen this one."""
    row = next(r for r in found[said.outcome] if r.factor == said.factor)
    missed = row.yes > 0 and abs(row.alone.mean / row.yes) < UNSEEN
    return "no conflict: that series would miss so little" if missed else "disagrees"
