"""Everything that a study says, and the checks that a right program passes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import binom

from diapedesis.infer.table import Table
from diapedesis.validation.fit_coverage import judge_coverage, probabilities
from diapedesis.validation.fit_decisions import (
    Asked,
    asked,
    brier_scores,
    judge_sessions,
    reliability,
)
from diapedesis.validation.fit_prediction import predict_next
from diapedesis.validation.fit_replicate import LEVELS_KNOWN
from diapedesis.validation.fit_sbc import ALPHA, RankSet, judge_ranks, rank_sets
from diapedesis.validation.fit_study import FitStudy, StudyError

REFUSED = 0.02
"""Share of honest patients for whom a fit may be refused."""


@dataclass(frozen=True)
class Check:
    """One thing that must be true of a right program.

    Attributes
    ----------
    name : str
    ok : bool
    found : str
        In words.
    """

    name: str
    ok: bool
    found: str


@dataclass(frozen=True)
class FitResults:
    """The tables of a study; see the functions that make them for their columns.

    Attributes
    ----------
    study : FitStudy
    """

    study: FitStudy

    @cached_property
    def rank_sets(self) -> list[RankSet]:
        """Ranks by quantity and number of levels."""
        return rank_sets(self.study)

    @cached_property
    def calibration(self) -> Table:
        """Simulation-based calibration."""
        return judge_ranks(self.rank_sets)

    @cached_property
    def coverage(self) -> Table:
        """Coverage of intervals."""
        return judge_coverage(probabilities(self.study))

    @cached_property
    def prediction(self) -> Table:
        """Errors of the next level."""
        return predict_next(self.study)

    @cached_property
    def asked(self) -> list[Asked]:
        """Forecasts of lasting with their outcomes."""
        found = asked(self.study)
        if not all(a.course.size for a in found):
            raise StudyError("patients: found none who asks for sessions, expected some; take more")
        return found

    @cached_property
    def sessions(self) -> Table:
        """Planned and needed numbers of sessions."""
        return judge_sessions(self.asked)

    @cached_property
    def brier(self) -> Table:
        """Brier scores of P(lasting)."""
        return brier_scores(self.asked)

    @cached_property
    def reliability(self) -> Table:
        """Forecast and outcome in bins."""
        return reliability(self.asked)

    @cached_property
    def refusals(self) -> Table:
        """Refused fits by number of levels, and how many draws count as independent.

        Columns: levels, n, refused, most (allowed), inside, ess_median, ess_least, rhat_largest.
        """
        n = self.study.settings.patients
        most = int(binom.ppf(1 - ALPHA / len(LEVELS_KNOWN), n, REFUSED))
        rows = []
        for k in LEVELS_KNOWN:
            refused = len(self.study.refusals(k))
            ess = [f["ess"] for f in self.study.fits(k)] or [np.nan]
            rhat = max((f["rhat"] for f in self.study.fits(k)), default=np.nan)
            counts = (k, n, refused, most, refused <= most)
            rows.append((*counts, float(np.median(ess)), min(ess), rhat))
        columns = (
            *("levels", "n", "refused", "most", "inside"),
            *("ess_median", "ess_least", "rhat_largest"),
        )
        return Table(columns, tuple(rows))

    def checks(self) -> list[Check]:
        """Return the checks; each is failed by one right program in a hundred, at most."""
        return [
            _all_inside("Refused fits: share at most 2 %", self.refusals, "numbers of levels"),
            _all_inside("Simulation-based calibration", self.calibration, "sets of ranks"),
            _all_inside("Coverage of intervals", self.coverage, "intervals"),
            _all_inside("Reliability of P(lasting)", self.reliability, "bins"),
        ]


def _all_inside(name: str, table: Table, what: str) -> Check:
    if not table.rows:
        return Check(name, False, f"no {what} to judge")
    inside = table.column("inside")
    return Check(name, all(inside), f"{sum(inside)} of {len(inside)} {what} inside their bands")
