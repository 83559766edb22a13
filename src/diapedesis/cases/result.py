"""What a case's draws say: facts used, facts predicted, and how rare what was observed is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diapedesis.cases.asked import Predicted, by_moment
from diapedesis.cases.case import Fact, PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.draws import Drawn
from diapedesis.cases.later import LATER_STEP, Later
from diapedesis.cases.open_days import moment_days
from diapedesis.cases.predictions import predict
from diapedesis.cases.sessions import Needed, predicted
from diapedesis.cases.weights import normalised
from diapedesis.observe.draws import Array

OF_VIRUS = (
    *("pml_diagnosis", "pml_symptoms", "mri_pml", "csf_jcv", "iris_onset", "iris_end"),
    *("icp_raised", "coma", "icu", "recovery", "alive", "death"),
)
"""Later facts that hang on the virus where PML came; recovery and death then do so too."""


@dataclass(frozen=True)
class Used:
    """A given fact: its place, whether it was used, and what it did.

    Attributes
    ----------
    fact : Fact
    reason : str
        Why it was not used; empty when it was.
    mean_likelihood : float
        Mean over the prior draws; ``nan`` when not used.
    """

    fact: Fact
    reason: str
    mean_likelihood: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """A later fact: what prior and posterior say, and how rare what was observed is.

    Attributes
    ----------
    fact : Fact
    reason : str
        Why the model cannot say; empty when it can.
    predicted : Predicted or None
        Values of the posterior's draws.
    prior : ndarray
        Values of the prior's draws.
    tail : float
        Two-sided tail probability of what was observed under the posterior; of a chance, its mean;
        ``nan`` where nothing was observed to compare with.
    observed : Range or None
        What was observed, on the scale of the values.
    if_seeded : bool
        The draws are those with a seed: what is said holds if PML was coming, which is rare.
    size : int
        Draws behind each value: patients of a simulated series.
    needed : tuple of Needed, or None
        Of sessions of exchange: what those draws need, in the posterior and in the prior.
    """

    fact: Fact
    reason: str
    predicted: Predicted | None
    prior: Array
    tail: float
    observed: Range | None = None
    if_seeded: bool = False
    size: int = 1
    needed: tuple[Needed, Needed] | None = None


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What a case's prior and posterior say of what came later.

    Attributes
    ----------
    case : PublishedCase
    draws : int
    seed : int
    ess : float
        Effective number of draws behind the posterior.
    ess_seeded : float
        The same of those with a seed, behind predictions `if_seeded`; ``nan`` without any.
    readings : int
    used : tuple of Used
    predictions : tuple of Prediction
    bands : dict of str to dict
        Quantiles over the posterior of outputs by day: "days", "q05", "q25", "q50", "q75", "q95";
        where predictions are `if_seeded`, over the draws with a seed.
    seeded : float
        Posterior probability that there was a seed at the moment; 1 where PML was known.
    left_out : tuple of str
        Treatments that the model does not have.
    near_unconditional : bool
    """

    case: PublishedCase
    draws: int
    seed: int
    ess: float
    ess_seeded: float
    readings: int
    used: tuple[Used, ...]
    predictions: tuple[Prediction, ...]
    bands: dict[str, dict[str, Array]]
    seeded: float
    left_out: tuple[str, ...]
    near_unconditional: bool


def used_of(fact: Fact, found: Sequence[Array | str], blocks: Sequence[Drawn]) -> Used:
    """Return what a given fact did, from what each reading made of it."""
    first = found[0]
    if isinstance(first, str):
        return Used(fact, first, float("nan"))
    values = np.concatenate([x for x in found if not isinstance(x, str)])
    weights = normalised(np.concatenate([b.log_weight for b in blocks]))
    return Used(fact, "", float(np.sum(np.exp(values) * weights)))


def prediction_of(
    fact: Fact, case: PublishedCase, pairs: Sequence[tuple[list[Later], list[Later]]]
) -> Prediction:
    """Return what the draws say of a later fact; of the virus, those with a seed if it is rare."""
    if_seeded = fact.kind in OF_VIRUS and len(pairs) > 1
    posterior, prior = pairs[-1 if if_seeded else 0]
    if fact.kind == "plex_sessions":
        return _of_sessions(fact, case, posterior, prior)
    after = [predict(fact, later) for later in posterior]
    if reasons := [x for x in after if isinstance(x, str)]:
        return Prediction(fact, reasons[0], None, np.empty(0), float("nan"), None, if_seeded)
    parts = [p for p in after if isinstance(p, Predicted)]
    before = [p.values for p in (predict(fact, x) for x in prior) if isinstance(p, Predicted)]
    joined = _joined(parts)
    observed = _observed(fact, case, joined)
    tail = _tail(fact, joined, observed)
    return Prediction(fact, "", joined, np.concatenate(before), tail, observed, if_seeded)


def _of_sessions(
    fact: Fact, case: PublishedCase, posterior: Sequence[Later], prior: Sequence[Later]
) -> Prediction:
    """Return how often simulated series of as many patients show what was observed of a series."""
    after, before = (
        Needed.joined([Needed.of(x.known.drawn) for x in some]) for some in (posterior, prior)
    )
    seed, size = posterior[0].seed, case.patients
    found, earlier = (predicted(fact, x, size, seed) for x in (after, before))
    if isinstance(found, str) or isinstance(earlier, str):
        return Prediction(fact, str(found), None, np.empty(0), float("nan"))
    tail = float(found.values.mean())
    return Prediction(fact, "", found, earlier.values, tail, size=size, needed=(after, before))


def _joined(parts: Sequence[Predicted]) -> Predicted:
    """Return the predictions of every reading as one."""
    moments = [p.moment for p in parts if p.moment is not None]
    return Predicted(
        parts[0].label,
        parts[0].form,
        np.concatenate([p.values for p in parts]),
        np.concatenate(moments) if moments else None,
    )


def _observed(fact: Fact, case: PublishedCase, p: Predicted) -> Range | None:
    """Return what was observed on the scale of the prediction."""
    if p.form == "chance":
        return None
    if p.form == "value":
        return fact.value
    if fact.day is not None or not by_moment(fact) or fact.since is None:
        return fact.day
    moment, after = moment_days(case), fact.since.days
    return Range(moment.low + after.low, moment.high + after.high)


def _tail(fact: Fact, p: Predicted, observed: Range | None) -> float:
    """Return how rare what was observed is under the posterior.

    A day that was published as so long after the moment is compared as that.
    """
    if p.form == "chance":
        return float(p.values.mean())
    values, told = p.values, observed
    if p.moment is not None and fact.since is not None:
        values, told = p.values - p.moment, fact.since.days
    if told is None:
        return float("nan")
    below, above = (values <= told.high).mean(), (values >= told.low).mean()
    return float(min(1.0, 2 * min(below, above)))


BANDS = ("c", "pml_volume", "iris_level", "gd", "edss", "icp", "iris_share")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def bands_of(later: Sequence[Later]) -> dict[str, dict[str, Array]]:
    """Return quantiles over the draws of every reading, on common days from the last infusion."""
    first = max(x.days[0] for x in later)
    last = min(x.days[-1] for x in later)
    days = np.arange(np.ceil(first), last, LATER_STEP)
    found: dict[str, dict[str, Array]] = {}
    for output in BANDS:
        rows = np.concatenate(
            [np.array([np.interp(days, x.days, y) for y in x[output]]) for x in later]
        )
        q = np.quantile(rows, QUANTILES, axis=0)
        found[output] = {"days": days} | {
            f"q{100 * p:02.0f}": q[i] for i, p in enumerate(QUANTILES)
        }
    return found
