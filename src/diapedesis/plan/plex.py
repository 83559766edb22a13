"""The main question: how many sessions, how far apart, or would waiting do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit, without_outliers
from diapedesis.infer.table import Table
from diapedesis.observe import Level, Subject
from diapedesis.plan.adaptive import choose
from diapedesis.plan.design import PlexQuestion
from diapedesis.plan.drivers import drivers
from diapedesis.plan.flags import Flag, flags, question_flags
from diapedesis.plan.outlook import EFFECT, EVERYTHING, Outlook
from diapedesis.plan.search import (
    Arm,
    best_designs,
    compare_thresholds,
    describe,
    outputs_for,
    simulate_arm,
)
from diapedesis.plan.strategies import strategies
from diapedesis.plan.threshold import OFFERED
from diapedesis.plan.words import days, k_of_20, percent, sessions

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Status = Literal["reached", "not reached", "not needed"]
HOPELESS = 0.02
"""Probability below which courses that are not reached compete by their median lasting day."""
BURDEN_DRAWS = 100
"""Draws behind IgG, fibrinogen and the gate in the table of courses."""


@dataclass(frozen=True)
class PlexPlan:
    """What courses of apheresis would do for one subject, and how sure that is.

    Attributes
    ----------
    fit : Fit
    question : PlexQuestion
    status : {"reached", "not reached", "not needed"}
        Whether a course meets the wanted probability; "not needed" when waiting does.
    chosen : Arm
        The fewest sessions that meet it, else the best found.
    waiting : Arm
    course_table : Table
        The best course of each number of sessions: the three endpoints apart, days saved, burden.
    threshold_table : Table
        The chosen course and waiting against every threshold offered.
    strategy_table : Table
        Fixed plan, plans updated by a level, plan without any level.
    driver_table : Table
        What would change the answer: the probability with a parameter in its lower or upper half.
    without_outlier : PlexPlan or None
        The plan again without levels that are probably outliers.
    flags : tuple of Flag
    """

    fit: Fit
    question: PlexQuestion
    status: Status
    chosen: Arm
    waiting: Arm
    course_table: Table
    threshold_table: Table
    strategy_table: Table
    driver_table: Table
    without_outlier: PlexPlan | None
    flags: tuple[Flag, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of courses as a frame."""
        return self.course_table.to_frame()

    @cached_property
    def thresholds(self) -> pd.DataFrame:
        """The table of thresholds as a frame."""
        return self.threshold_table.to_frame()

    @cached_property
    def strategies(self) -> pd.DataFrame:
        """The table of strategies as a frame."""
        return self.strategy_table.to_frame()

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """The table of drivers as a frame."""
        return self.driver_table.to_frame()

    @property
    def probability(self) -> float:
        """Probability that the chosen course lasts by the asked day."""
        return self.chosen.p_by(self.question.by)

    @property
    def most_sessions(self) -> int:
        """Largest number of sessions that was searched."""
        return int(max(self.course_table.column("sessions")))

    @property
    def session_days(self) -> list[float]:
        """Day of each session of the chosen course."""
        return self.chosen.design.days(self.question.first) if self.chosen.design.n else []

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return the answer in two or three plain sentences.

        Parameters
        ----------
        day_label : callable, optional
            Writes a model day as the reader's calendar does.
        """
        q, p = self.question, self.probability
        by = f"day {q.by:g}" if day_label is None else day_label(q.by)
        within = f"below {q.threshold.label} from {by} on for {q.hold:g} days"
        twenty = f"{k_of_20(p)} patients like this, {percent(p)}"
        row = next(r for r in self.course_table.records() if r["sessions"] == self.chosen.design.n)
        if self.status == "not needed":
            return f"Waiting alone is expected to be lastingly {within} ({twenty})."
        wait = percent(self.waiting.p_by(q.by))
        course = q.label(self.chosen.design)
        found = f"{course} ({twenty}), against {wait} by waiting; {_saved(row)}."
        if self.status == "reached":
            return f"The fewest sessions expected to be lastingly {within}: {found}"
        return (
            f"Not reached with {sessions(self.most_sessions)}: no course searched is lastingly"
            f" {within} with {percent(q.probability)} probability. The best found is {found}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table of courses."""
        return self.table.copy()

    def plot(self) -> object:
        """Return a matplotlib figure: levels, free alpha4, sessions; chosen course and waiting."""
        from diapedesis.plan.figures import plex_figure

        return plex_figure(self)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>{self.course_table.to_html()}"

    def update(self, level: Level) -> PlexPlan:
        """Return the plan made again with one more level, from the day its result is there.

        Sessions of the chosen course that begin before that day are taken as given; the next one
        keeps the shortest gap to them.

        Raises
        ------
        ValueError
            When no day is left between the result and the asked day.
        """
        q = self.question
        ready = level.time + q.result_after_days
        done = [s for s in q.sessions(self.chosen.design) if s.time < ready]
        first = max([q.first, ready, *(s.time + q.spacing[0] for s in done)])
        if first >= q.by:
            raise ValueError(
                f"level: found day {level.time:g}, whose result leaves no session before the asked"
                f" day {q.by:g}; ask with a later day"
            )
        subject = self.fit.subject.with_level(level)
        subject = replace(subject, protocol=subject.protocol.with_sessions(done))
        question = replace(q, first=first, max_sessions=max(q.max_sessions - len(done), 0))
        return plan_plex(
            subject,
            question,
            n_draws=self.fit.n_draws,
            seed=self.fit.seed,
            prior_weight=self.fit.prior_weight,
        )


def plan_plex(
    subject: Subject,
    question: PlexQuestion,
    *,
    n_draws: int = 1000,
    seed: int = 1,
    prior_weight: float = 1.0,
) -> PlexPlan:
    """Search courses of apheresis sessions for one subject.

    Parameters
    ----------
    subject : Subject
    question : PlexQuestion
    n_draws, seed, prior_weight
        As for :func:`diapedesis.infer.fit.fit`.

    Returns
    -------
    PlexPlan

    Raises
    ------
    FitError
        When the fit to the levels fails its checks; no plan is made from it.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> patient = Subject(Protocol.every(28, n=6), height=1.68, sex="female")
    >>> ask = PlexQuestion(first=152.0, by=190.0, max_sessions=3, spacing=(2, 3), top_up=False)
    >>> plan = plan_plex(patient, ask, n_draws=200)
    >>> plan.status in ("reached", "not reached", "not needed")
    True
    """
    how: dict[str, Any] = {"n_draws": n_draws, "seed": seed, "prior_weight": prior_weight}
    fitted = fit(subject, **how)
    plan = _plan(fitted, question)
    cleaned = without_outliers(fitted)
    if cleaned is None:
        return plan
    other = _plan(fit(cleaned, **how), question)
    return replace(plan, without_outlier=other)


def _plan(fitted: Fit, question: PlexQuestion) -> PlexPlan:
    outlook = Outlook.of(fitted, question.first)
    designs = best_designs(outlook, question)
    level = outputs_for(question.threshold)
    arms = [simulate_arm(outlook, question, d, level) for d in designs]
    at, status = choose_arm(arms, question)
    few = outlook.thinned(BURDEN_DRAWS)
    burden = [simulate_arm(few, question, d, EVERYTHING) for d in designs]
    table = Table.of([describe(a, arms[0], b, question) for a, b in zip(arms, burden, strict=True)])
    chosen = simulate_arm(outlook, question, designs[at], EFFECT)
    waiting = simulate_arm(outlook, question, designs[0], EFFECT)
    pair = [waiting] if at == 0 else [waiting, chosen]
    return PlexPlan(
        fitted,
        question,
        status,
        chosen,
        waiting,
        table,
        compare_thresholds(pair, question, OFFERED),
        strategies(fitted, outlook, question, chosen.design),
        drivers(fitted, chosen, question),
        None,
        (*flags(fitted), *question_flags(fitted, question)),
    )


def choose_arm(arms: list[Arm], question: PlexQuestion) -> tuple[int, Status]:
    """Return the course to show and its status; hopeless ones compete by their lasting day."""
    p = np.array([a.p_by(question.by) for a in arms])
    at = int(choose(p[None, :], question.probability)[0])
    if p[at] >= question.probability:
        return at, "not needed" if at == 0 else "reached"
    if p[at] < HOPELESS:
        at = int(
            np.argmin([np.quantile(a.lasting, 0.5, method="inverted_cdf").round() for a in arms])
        )
    return at, "not reached"


def _saved(row: dict[str, Any]) -> str:
    """Return the days saved against waiting in words."""
    middle, low, high = row["days_saved"], row["days_saved_05"], row["days_saved_95"]
    if not np.isfinite(middle):
        return "the days saved against waiting cannot be said within the horizon"
    upper = f"{high:.0f}" if np.isfinite(high) else "more than the horizon"
    lower = f"{low:.0f}" if np.isfinite(low) else "unknown"
    return f"{days(middle)} sooner than waiting (90 % interval {lower} to {upper})"
