"""What each hypothesis predicts that others do not, by simulation.

Every hypothesis is given the same adults, the same possible truths and the same treatments. A
prediction is one number for each truth; its interval holds 90 % of them. It is distinctive where
that interval lies apart from the interval of every other pure hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.models import HYPOTHESES
from diapedesis.models.hypotheses import EXPLANATIONS
from diapedesis.validation.hypotheses_arms import ARMS, NONE
from diapedesis.validation.hypotheses_cohort import recruit, typical
from diapedesis.validation.hypotheses_compare import FEWEST, apart, differ, interval, superiority
from diapedesis.validation.hypotheses_measures import MEASURES
from diapedesis.validation.hypotheses_runs import Run, run
from diapedesis.validation.hypotheses_statistics import mean, own_peak, ranks_agree

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]
"""Called before each hypothesis with its number, the number of all, and its name."""
WORKS = 0.2
"""Most Gd on the drug, over untreated, with which a truth still has a drug that works."""


@dataclass(frozen=True)
class Size:
    """Possible truths, and adults in each."""

    truths: int
    adults: int


SIZES = {"full": Size(48, 128), "reduced": Size(8, 16)}


@dataclass(frozen=True, eq=False)
class HypothesisStudy:
    """Predictions of every hypothesis.

    Attributes
    ----------
    size : str
    seed : int
    values : dict of str to dict of str to ndarray, shape (m,)
        By hypothesis and measure; NaN for a truth under which the drug would not work, except for
        what tells so.
    works : dict of str to float
        Share of truths under which the drug works.
    tones : dict of str to dict of str to ndarray, shape (m, 105)
        Mean tone after the last dose, by hypothesis and arm; NaN as above.
    decides : dict of str to (str, float)
        The parameter that differs between patients and by which a patient's peak ranks most, and
        that correlation, median over truths.
    typical : dict of str to Run
        The typical patient.
    carrier : Run
        The same under the virus hypothesis, but with no lesion ever: who carries the virus and has
        no MS.
    """

    size: str
    seed: int
    values: Mapping[str, Mapping[str, Array]]
    works: Mapping[str, float]
    tones: Mapping[str, Mapping[str, Array]]
    decides: Mapping[str, tuple[str, float]]
    typical: Mapping[str, Run]
    carrier: Run

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each measure and hypothesis: interval, distinctive or not, verdict."""
        rows = []
        for m in MEASURES:
            for h, found in self.values.items():
                low, middle, high = interval(found[m.id])
                rows.append(
                    {
                        "measure": m.id,
                        "label": m.label,
                        "unit": m.unit,
                        "hypothesis": h,
                        "low": low,
                        "median": middle,
                        "high": high,
                        "distinctive": self.direction(m.id, h),
                        "claims": "; ".join(m.seen.claims) if m.seen else "",
                        "verdict": m.seen.verdict(found[m.id]) if m.seen else "",
                    }
                )
        return pd.DataFrame(rows)

    def direction(self, measure: str, hypothesis: str) -> str:
        """Return "higher", "lower" or "between" where a prediction is distinctive, else ""."""
        if hypothesis not in EXPLANATIONS:
            return ""
        own = self.values[hypothesis][measure]
        signs = {apart(own, self.values[h][measure]) for h in EXPLANATIONS if h != hypothesis}
        if 0 in signs:
            return ""
        return "between" if len(signs) > 1 else {1: "higher", -1: "lower"}[signs.pop()]

    def pair(self, a: str, b: str) -> list[tuple[str, float]]:
        """Return the measures on which two hypotheses lie apart, the most apart first.

        With each stands the probability that the first, under one truth, predicts more than the
        second under another.
        """
        scored = [
            (m.id, superiority(self.values[a][m.id], self.values[b][m.id]))
            for m in MEASURES
            if apart(self.values[a][m.id], self.values[b][m.id])
        ]
        return sorted(scored, key=lambda x: -abs(x[1] - 0.5))

    def telling(self, hypothesis: str) -> list[tuple[str, str, float]]:
        """Return the measures by which one hypothesis stands out most from all other pure ones.

        With each stand the direction, and the smallest probability, over the others, that it
        predicts more (or less) under one truth than the other under another: 1 is always, 0.5 is
        chance.
        """
        own, others = self.values[hypothesis], [h for h in EXPLANATIONS if h != hypothesis]
        scored = []
        for m in MEASURES:
            comparable = [self.values[h][m.id] for h in others if _known(self.values[h][m.id])]
            if not (comparable and all(differ(own[m.id], other) for other in comparable)):
                continue
            above = [superiority(own[m.id], other) for other in comparable]
            higher, lower = min(above), 1 - max(above)
            scored.append((m.id, "higher" if higher > lower else "lower", max(higher, lower)))
        return sorted(scored, key=lambda x: -x[2])

    def to_markdown(self) -> str:
        """Return the whole page."""
        from diapedesis.validation.hypotheses_page import page

        return page(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False, float_format="{:.3g}".format))


def validate_hypotheses(
    size: str = "full", *, seed: int = 1, progress: Progress | None = None
) -> HypothesisStudy:
    """Simulate what each hypothesis predicts.

    Parameters
    ----------
    size : {"full", "reduced"}
    seed : int
    progress : callable, optional

    Returns
    -------
    HypothesisStudy

    Raises
    ------
    ValueError
        For an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"size: found {size!r}, expected one of {', '.join(SIZES)}")
    told = progress or (lambda i, n, name: None)
    one, many = typical(), recruit(SIZES[size].truths, SIZES[size].adults, seed)
    values, works, tones, decides, alone = {}, {}, {}, {}, {}
    for i, h in enumerate(HYPOTHESES):
        told(i, len(HYPOTHESES), h)
        alone[h], found = run(one, h), run(many, h)
        measured = {m.id: m.of(found) for m in MEASURES}
        good = measured["gd_on"] <= WORKS
        works[h] = float(good.mean())
        always = ("gd_on",)
        values[h] = {
            k: v if k in always else np.where(good, v, np.nan) for k, v in measured.items()
        }
        course = {a.id: mean(found.arms[a.id]["tone"]) for a in ARMS}
        tones[h] = {k: np.where(good[:, None], v, np.nan) for k, v in course.items()}
        decides[h] = _decides(found, good)
    healthy = replace(one, parameters=one.parameters | {"lesion_rate": np.zeros(1)})
    carrier = run(healthy, "virus", [NONE])
    return HypothesisStudy(size, seed, values, works, tones, decides, alone, carrier)


def _known(values: Array) -> bool:
    return not np.isnan(interval(values)[1])


def _decides(found: Run, good: NDArray[np.bool_]) -> tuple[str, float]:
    """Return the parameter with the strongest rank correlation with the patients' peaks."""
    if good.sum() < FEWEST:
        return "", np.nan
    spread = {k: v for k, v in found.parameters.items() if np.ptp(v, axis=1).max() > 0}
    scores = {k: float(np.median(ranks_agree(own_peak(found), v)[good])) for k, v in spread.items()}
    best = max(scores, key=lambda k: abs(scores[k]))
    return best, scores[best]
