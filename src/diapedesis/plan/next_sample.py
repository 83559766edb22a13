"""Which measurement next: what each sample that could be taken is expected to tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit, stream
from diapedesis.observe import Assay, Subject
from diapedesis.plan.adaptive import Ladder
from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.flags import flags, question_flags
from diapedesis.plan.outlook import EFFECT, LEVEL, Outlook
from diapedesis.plan.plex import choose_arm
from diapedesis.plan.preposterior import Draws, Worth, changed, expected
from diapedesis.plan.sample_options import Option
from diapedesis.plan.sample_plan import SamplePlan
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

Array = NDArray[np.float64]


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
    prior_weight: float = 1.0,
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
        Samples of habit are always asked about by the subject's usual assay too.
    n_draws, seed, prior_weight
        As for :func:`diapedesis.infer.fit.fit`.

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
    fitted = fit(subject, n_draws=n_draws, seed=seed, prior_weight=prior_weight)
    outlook = Outlook.of(fitted, question.first)
    waiting, chosen = _arms(outlook, question, design)
    samples = _samples(subject, question, chosen, now, candidates)
    early = outlook if now == question.first else Outlook.of(fitted, now)
    usual = usual_assay(subject)
    pairs = [(s, a) for s in samples for a in chosen_assays]
    pairs += [(s, usual) for s in samples if s.habit and usual not in chosen_assays]
    readings = _readings(early, question, chosen, samples, chosen_assays)
    study = _Study.of(fitted, outlook, question, chosen, waiting)
    options = [study.option(s, a, readings(s, a)) for s, a in pairs]
    ranked = tuple(sorted(options, key=_order))
    best = ranked[0] if ranked and ranked[0].status == "in time" else None
    ideal = None
    if best is not None:
        better = sharper(best.assay)
        ideal = study.option(best.sample, better, readings(best.sample, better))
    shared = (fitted, question, now, chosen, waiting, study.latest, study.p_unreached)
    cautions = (*flags(fitted), *question_flags(fitted, question))
    return SamplePlan(*shared, ranked, ideal, cautions)


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
