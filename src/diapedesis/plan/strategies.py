"""Fixed plan, updated plans and a plan without a level, for one subject's question."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from diapedesis.infer.fit import Fit, fit, stream
from diapedesis.infer.table import Table
from diapedesis.observe import Assay
from diapedesis.plan.adaptive import Ladder, compare_strategies
from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.outlook import LEVEL, Outlook
from diapedesis.plan.preposterior import points_of
from diapedesis.plan.search import lasts_by

STRATEGY_DRAWS = 500
"""Draws behind the comparison of strategies."""


def ladder_of(outlook: Outlook, question: PlexQuestion, chosen: Design) -> Ladder:
    """Play 0, 1, 2 ... sessions with the chosen spacing (the shortest one if there is none)."""
    spacing = chosen.spacing or question.spacing[0]
    most = min(question.max_sessions, math.ceil((question.by - question.first) / spacing))
    courses = [Design(k, spacing, size=chosen.size) for k in range(max(most, chosen.n) + 1)]
    courses[chosen.n] = chosen
    lasts = [lasts_by(outlook, question, d)[0] for d in courses]
    on = chosen.days(question.first)
    more = on[-1] + spacing if on and chosen.n < len(courses) - 1 else math.inf
    late = question.first + np.arange(0.0, question.by - question.first, 7.0)
    samples = [d for d in question.samples if question.first <= d < question.by] or late.tolist()
    course = outlook.course(samples, LEVEL, sessions=question.sessions(chosen))
    return Ladder(
        chosen.n,
        tuple(on),
        more,
        np.stack(lasts, axis=1),
        tuple(samples),
        course["c"],
        course["c_free"],
        points_of(outlook.fit),
    )


def strategies(fitted: Fit, outlook: Outlook, question: PlexQuestion, chosen: Design) -> Table:
    """Compare the chosen course with plans updated along its spacing, and with no level."""
    if question.max_sessions < 1:
        return Table((), ())
    ladder = ladder_of(outlook.thinned(STRATEGY_DRAWS), question, chosen)
    unmeasured = fit(
        replace(fitted.subject, levels=()),
        n_draws=STRATEGY_DRAWS,
        seed=fitted.seed,
        prior_weight=fitted.prior_weight,
    )
    blind = ladder_of(Outlook.of(unmeasured, question.first), question, chosen)
    levels = fitted.subject.serum_levels
    return compare_strategies(
        ladder,
        blind.lasts.mean(axis=0),
        target=question.probability,
        assay=levels[-1].assay if levels else Assay(),
        result_after=question.result_after_days,
        rng=stream(fitted.subject, fitted.seed, "strategies"),
    )
