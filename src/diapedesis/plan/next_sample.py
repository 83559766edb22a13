"""Which measurement next: what each sample that could be taken is expected to tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit, stream
from diapedesis.infer.table import Table
from diapedesis.observe import Assay, Subject
from diapedesis.plan.adaptive import Ladder
from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.flags import Flag, flags
from diapedesis.plan.outlook import EFFECT, LEVEL, Outlook
from diapedesis.plan.plex import choose_arm
from diapedesis.plan.preposterior import Draws, Estimate, Worth, changed, expected
from diapedesis.plan.sample_words import WITHIN, headline
from diapedesis.plan.samples import (
    SAME,
    Sample,
    assay_label,
    default_assays,
    default_days,
    habit_days,
    samples_on,
    sharper,
    usual_assay,
)
from diapedesis.plan.search import HORIZON, Arm, best_designs, outputs_for, simulate_arm
from diapedesis.plan.strategies import ladder_of

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Status = Literal["in time", "cannot say", "too late"]


@dataclass(frozen=True)
class Option:
    """One sample by one assay, and what its result is expected to leave open.

    Attributes
    ----------
    sample : Sample
    assay : Assay
    result_day : float
    late : bool
        Whether the result comes on or after the asked day.
    trusted : bool
        False when too few draws stand behind the results that may come.
    given : int
        Sessions of the course that have begun when the result comes.
    steers : bool
        Whether the result can still change the number of sessions.
    drop : dict of str to Estimate
        Expected drop in variance by quantity, as if it came in time: "date" and "waiting" (lasting
        day under the course and by waiting) [day^2], "sessions".
    before : dict of str to Estimate
        The variance without the result; of "sessions" beyond those given by then.
    changes : Estimate
        Probability that another number of sessions is chosen.
    ess : float
        Mean effective number of draws behind a result.
    """

    sample: Sample
    assay: Assay
    result_day: float
    late: bool
    trusted: bool
    given: int
    steers: bool
    drop: dict[str, Estimate]
    before: dict[str, Estimate]
    changes: Estimate
    ess: float

    @property
    def status(self) -> Status:
        """Whether the result counts: it must come before the asked day, and say something."""
        return "too late" if self.late else "in time" if self.trusted else "cannot say"

    def left(self, quantity: str) -> Estimate:
        """Return the SD that is left on average (root of the expected variance)."""
        return (self.before[quantity] - self.drop[quantity]).root()

    def share(self, quantity: str) -> Estimate:
        """Return the drop as a share of the variance; NaN where nothing varies."""
        return self.drop[quantity].over(self.before[quantity])


@dataclass(frozen=True)
class SamplePlan:
    """The samples that could be taken next, ranked by what they are expected to tell.

    Attributes
    ----------
    fit : Fit
    question : PlexQuestion
    now : float
        No sample lies before this day.
    chosen : Arm
        The course that is followed meanwhile.
    waiting : Arm
    latest : float
        Day at which a lasting day that is not reached is counted.
    p_unreached : dict of str to float
        Share of the draws whose quantity is not reached: "date", "waiting" (counted at `latest`),
        "sessions" (counted as one more than the most that are allowed).
    options : tuple of Option
        Ranked: in time by the drop of the lasting day's variance, then those that cannot be said,
        then those too late.
    ideal : Option or None
        The best of them by an assay with half the error.
    flags : tuple of Flag
    """

    fit: Fit
    question: PlexQuestion
    now: float
    chosen: Arm
    waiting: Arm
    latest: float
    p_unreached: dict[str, float]
    options: tuple[Option, ...]
    ideal: Option | None
    flags: tuple[Flag, ...]

    @property
    def session_days(self) -> list[float]:
        """Day of each session of the course that is followed."""
        return self.chosen.design.days(self.question.first)

    @property
    def in_time(self) -> tuple[Option, ...]:
        """The options with a rank, best first."""
        return tuple(o for o in self.options if o.status == "in time")

    @property
    def best(self) -> Option | None:
        """The first of the ranking; ``None`` when no result comes in time or can be said."""
        return next(iter(self.in_time), None)

    @property
    def steering(self) -> Option | None:
        """The option that tells most of the number of sessions; ``None`` if none can change it."""
        able = [o for o in self.in_time if o.steers]
        return max(able, key=lambda o: o.drop["sessions"].value, default=None)

    @property
    def habits(self) -> tuple[Option, ...]:
        """What habit would take, by the usual assay, in order of day."""
        usual = usual_assay(self.fit.subject)
        found = [o for o in self.options if o.sample.habit and o.assay == usual]
        return tuple(sorted(found, key=lambda o: o.sample.day))

    def behind(self, option: Option) -> Estimate:
        """Return by how much less of the lasting day's variance an option takes than the best.

        As a share of the variance, over the same draws and noise: the error is the difference's.
        """
        best = self.best
        if best is None or option.status == "cannot say":
            return Estimate(np.full(2, np.nan))
        share = best.share("date")
        return share if option.late else share - option.share("date")

    def tied(self, option: Option) -> bool:
        """Return whether an option is not distinguished from the best."""
        gap = self.behind(option)
        return option.status == "in time" and gap.value <= WITHIN * gap.error + 1e-12

    @cached_property
    def option_table(self) -> Table:
        """One row per option: see the guide for the columns."""
        return Table.of([self._row(i, o) for i, o in enumerate(self.options, 1)])

    def _row(self, place: int, o: Option) -> dict[str, object]:
        counted = {"date": o.status == "in time", "waiting": o.status == "in time"}
        counted["sessions"] = counted["date"] and o.steers
        row: dict[str, object] = {
            "rank": place if counted["date"] else None,
            "sample_day": o.sample.day,
            "when": o.sample.when,
            "assay": assay_label(o.assay),
            "status": o.status,
            "habit": o.sample.habit,
            "result_day": o.result_day,
            "sessions_given": o.given,
            "tied_with_best": self.tied(o),
        }
        for name, counts in counted.items():
            row |= _columns(name, o, counts)
        behind, chance = self.behind(o), o.changes if counted["sessions"] else None
        return row | {
            "behind_best": behind.value,
            "behind_best_error": behind.error,
            **_pair("p_change", o, chance),
            **_pair("share_date_if_in_time", o, o.share("date")),
            "ess": o.ess,
        }

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of options as a frame."""
        return self.option_table.to_frame()

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return in plain sentences what to measure, when, and what it would buy.

        Parameters
        ----------
        day_label : callable, optional
            Writes a model day as the reader's calendar does.
        """
        return headline(self, day_label)

    def to_frame(self) -> pd.DataFrame:
        """Return the table of options."""
        return self.table.copy()

    def plot(self) -> object:
        """Return a matplotlib figure: the course with the samples, and what each would tell."""
        from diapedesis.plan.figures_of_samples import sample_figure

        return sample_figure(self)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>{self.option_table.to_html()}"


def _pair(name: str, o: Option, estimate: Estimate | None) -> dict[str, float]:
    """Return a number and its error: 0 where none counts, NaN where it cannot be said."""
    if o.status == "cannot say" or not (estimate is None or o.trusted):
        return {name: float("nan"), f"{name}_error": float("nan")}
    if estimate is None:
        return {name: 0.0, f"{name}_error": 0.0}
    return {name: estimate.value, f"{name}_error": estimate.error}


def _columns(name: str, o: Option, counts: bool) -> dict[str, float]:
    """Return what a result does to one quantity; nothing where it comes too late."""
    before = o.before[name].root()
    return {
        **_pair(f"drop_{name}", o, o.drop[name] if counts else None),
        **_pair(f"share_{name}", o, o.share(name) if counts else None),
        f"sd_{name}": before.value,
        **_pair(f"sd_{name}_left", o, o.left(name) if counts else before),
    }


def plan_sample(
    subject: Subject,
    question: PlexQuestion,
    *,
    now: float | None = None,
    design: Design | None = None,
    candidates: Sequence[float] | None = None,
    assays: Sequence[Assay] | None = None,
    n_draws: int = 1000,
    seed: int = 1,
) -> SamplePlan:
    """Rank the samples that could be taken next by what their results are expected to tell.

    Parameters
    ----------
    subject : Subject
    question : PlexQuestion
    now : float, optional
        First day on which blood can be drawn; default the question's first day.
    design : Design, optional
        Course that is followed meanwhile; default the one that ``plan_plex`` chooses.
    candidates : sequence of float, optional
        Days to compare; default now, before and after each session and after the refill, or each
        week of waiting, with the question's planned samples. Days of habit are always added.
    assays : sequence of Assay, optional
        Default the subject's own, alpha4 saturation and, with antibodies, free or total drug.
    n_draws, seed : int

    Returns
    -------
    SamplePlan

    Raises
    ------
    FitError
        When the fit to the levels fails its checks.
    ValueError
        For a day before now, a course that ends after the asked day, or no assay.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> patient = Subject(Protocol.every(28, n=6), height=1.68, sex="female")
    >>> ask = PlexQuestion(first=152.0, by=190.0, max_sessions=3, spacing=(2, 3), top_up=False)
    >>> found = plan_sample(patient, ask, n_draws=200)
    >>> found.best is not None and found.best.share("date").value > 0
    True
    """
    now = question.first if now is None else now
    if now > question.first:
        raise ValueError(
            f"now: found day {now:g}, expected the first possible session, day {question.first:g},"
            " or a day before it"
        )
    chosen_assays = tuple(dict.fromkeys(default_assays(subject) if assays is None else assays))
    if not chosen_assays:
        raise ValueError("assays: found none, expected one or more")
    fitted = fit(subject, n_draws=n_draws, seed=seed)
    outlook = Outlook.of(fitted, question.first)
    waiting, chosen = _arms(outlook, question, design)
    samples = _samples(subject, question, chosen, now, candidates)
    early = outlook if now == question.first else Outlook.of(fitted, now)
    readings = _readings(early, question, chosen, samples, chosen_assays)
    study = _Study.of(fitted, outlook, question, chosen, waiting)
    options = [study.option(s, a, readings(s, a)) for s in samples for a in chosen_assays]
    ranked = tuple(sorted(options, key=_order))
    best = ranked[0] if ranked and ranked[0].status == "in time" else None
    ideal = None
    if best is not None:
        better = sharper(best.assay)
        ideal = study.option(best.sample, better, readings(best.sample, better))
    return SamplePlan(
        fitted,
        question,
        now,
        chosen,
        waiting,
        study.latest,
        study.p_unreached,
        ranked,
        ideal,
        flags(fitted),
    )


def _order(o: Option) -> tuple[object, ...]:
    """Return the sorting key: nothing in it depends on the order in which options were named."""
    place = ("in time", "cannot say", "too late").index(o.status)
    gain = o.drop["date"].value if o.status == "in time" else 0.0
    return place, -gain, o.sample.day, assay_label(o.assay), o.assay.lloq, o.assay.factor


def _arms(outlook: Outlook, question: PlexQuestion, design: Design | None) -> tuple[Arm, Arm]:
    """Return waiting and the course that is followed."""
    outputs = tuple(dict.fromkeys(("c", *outputs_for(question.threshold))))
    if design is None:
        designs = best_designs(outlook, question)
        arms = [simulate_arm(outlook, question, d, outputs) for d in designs]
        return arms[0], arms[choose_arm(arms, question)[0]]
    if design.n and design.days(question.first)[-1] >= question.by:
        raise ValueError(
            f"design: found its last session on day {design.days(question.first)[-1]:g}, expected"
            f" it before the asked day {question.by:g}"
        )
    waiting = simulate_arm(outlook, question, Design(0), outputs)
    return waiting, simulate_arm(outlook, question, design, outputs) if design.n else waiting


def _samples(
    subject: Subject,
    question: PlexQuestion,
    chosen: Arm,
    now: float,
    candidates: Sequence[float] | None,
) -> tuple[Sample, ...]:
    """Return the days to compare; a named day that cannot be is refused."""
    sessions, latest = question.sessions(chosen.design), float(chosen.times[-1])
    if candidates is None:
        days = default_days(sessions, now, question.first, question.by)
        days += [d for d in question.samples if now <= d <= latest]
    else:
        days = [float(d) for d in candidates]
    for i, day in enumerate(days):
        if not now <= day <= latest:
            raise ValueError(
                f"candidates[{i}]: found day {day:g}, expected a day from now (day {now:g}) to the"
                f" last day looked at (day {latest:g})"
            )
    return samples_on(days, habit_days(subject, sessions, now, question.by), sessions, now)


def _readings(
    outlook: Outlook,
    question: PlexQuestion,
    chosen: Arm,
    samples: Sequence[Sample],
    assays: Sequence[Assay],
) -> Callable[[Sample, Assay], Array]:
    """Return a function from sample and assay to each draw's reading without error."""
    outputs = EFFECT if any(a.measures == "saturation" for a in assays) else LEVEL
    days = [s.day for s in samples]
    course = outlook.course(days, outputs, sessions=question.sessions(chosen.design))
    read = {"free": "c_free", "total": "c", "saturation": "saturation"}

    def reading(sample: Sample, assay: Assay) -> Array:
        value = course[read[assay.measures]][:, days.index(sample.day)]
        return np.asarray(assay.factor * value)

    return reading


@dataclass(frozen=True)
class _Study:
    """What all options share: draws, quantities, and what is known without any result."""

    question: PlexQuestion
    draws: Draws
    ladder: Ladder
    dates: dict[str, Array]
    latest: float
    p_unreached: dict[str, float]
    flat: dict[int, Worth]

    @classmethod
    def of(
        cls, fitted: Fit, outlook: Outlook, question: PlexQuestion, chosen: Arm, waiting: Arm
    ) -> _Study:
        latest = max(question.first + HORIZON, question.by)
        arms = {"date": chosen, "waiting": waiting}
        dates = {k: np.minimum(a.lasting, latest) for k, a in arms.items()}
        ladder = ladder_of(outlook, question, chosen.design)
        missed = {k: float(np.mean(a.lasting > latest)) for k, a in arms.items()}
        missed["sessions"] = float(np.mean(~ladder.lasts.any(axis=1)))
        draws = Draws.of(fitted, stream(fitted.subject, fitted.seed, "next sample"))
        return cls(question, draws, ladder, dates, latest, missed, {})

    def option(self, sample: Sample, assay: Assay, mu: Array) -> Option:
        """Return what one sample by one assay is expected to tell."""
        ready = sample.day + self.question.result_after_days
        given = self.ladder.done(ready)
        before = self._before(given)
        after = self._worth(self.draws.likelihood(assay, mu), given)
        late = ready >= self.question.by
        return Option(
            sample,
            assay,
            ready,
            late,
            after.trusted,
            given,
            not late and self._steers(ready),
            {k: v - after.variance[k] for k, v in before.variance.items()},
            before.variance,
            changed(self.draws, after, before),
            after.ess,
        )

    def _steers(self, ready: float) -> bool:
        if self.ladder.fixed == 0:
            return self.ladder.lasts.shape[1] > 1 and ready <= self.question.first + SAME
        return self.ladder.in_time(ready)

    def _before(self, given: int) -> Worth:
        if given not in self.flat:
            self.flat[given] = self._worth(self.draws.flat(), given)
        return self.flat[given]

    def _worth(self, weights: Array, given: int) -> Worth:
        lasts = self.ladder.lasts
        most = lasts.shape[1]  # one more than the most that are allowed: none of them lasts
        needed = np.where(lasts.any(axis=1), np.argmax(lasts, axis=1), most)
        quantities = self.dates | {"sessions": np.maximum(needed, given).astype(float)}
        target = self.question.probability
        return expected(self.draws, weights, quantities, lasts, target=target, at_least=given)
