"""Run a case: prior draws, weights by what was known, and what they predict of what came later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from diapedesis.cases.assumed import FOLLOW_UP
from diapedesis.cases.case import Fact, PublishedCase
from diapedesis.cases.draws import LONGEST_UNSEEN, OUTPUTS, STEP, Drawn, course, draw
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.later import Later, Predicted, predict
from diapedesis.cases.reading import draw_reading, of_pml
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import Index

DRAWS, READINGS, KEPT = 100_000, 40, 2000
"""Prior draws, readings among which they are shared, and draws that are followed to the end."""
LEAST_ESS = 100.0
SEEDED = 0.25
"""Share of the draws with a seed where PML was not known; they carry the weight of its rarity."""
UNTIL = ("pml_volume", "jc_dying", "iris_level", "steroid_barrier", "gd", "edss", "c")
"""Outputs until the moment, which the given facts look at."""
LATER_STEP = 3.0
Progress = Callable[[int, int, str], None]


class CaseError(ValueError):
    """A case that cannot be answered, with what would help."""


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
    """

    fact: Fact
    reason: str
    predicted: Predicted | None
    prior: Array
    tail: float


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
    readings : int
    used : tuple of Used
    predictions : tuple of Prediction
    bands : dict of str to dict
        Quantiles over the posterior of outputs by day: "days", "q05", "q25", "q50", "q75", "q95".
    seeded : float
        Posterior probability that there was a seed at the moment.
    left_out : tuple of str
        Treatments that the model does not have.
    near_unconditional : bool
    """

    case: PublishedCase
    draws: int
    seed: int
    ess: float
    readings: int
    used: tuple[Used, ...]
    predictions: tuple[Prediction, ...]
    bands: dict[str, dict[str, Array]]
    seeded: float
    left_out: tuple[str, ...]
    near_unconditional: bool


def run_case(
    case: PublishedCase,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
) -> CaseResult:
    """Condition the model on what was known of a case, and predict what came later.

    Parameters
    ----------
    case : PublishedCase
    draws : int
        Prior draws.
    seed : int
    progress : callable, optional
        Called with a number, how many, and a word, before each reading.

    Returns
    -------
    CaseResult

    Raises
    ------
    CaseError
        When fewer than 100 effective draws agree with what was known.
    """
    readings = min(READINGS, max(draws // 50, 1))
    known_pml = of_pml(case)
    blocks: list[Drawn] = []
    weights: list[Array] = []
    looked: list[list[Array | str]] = []
    for r in range(readings):
        if progress is not None:
            progress(r, readings, "until the moment")
        drawn = _block(case, r, draws // readings, seed, 1.0 if known_pml else SEEDED)
        found = _looked(case, drawn)
        blocks.append(drawn)
        looked.append(found)
        weights.append(drawn.log_weight + sum(x for x in found if not isinstance(x, str)))
    log_weight = np.concatenate(weights)
    prior_weight = np.concatenate([b.log_weight for b in blocks])
    if known_pml:
        log_weight, prior_weight = (_seeded_only(w, blocks) for w in (log_weight, prior_weight))
    ess = _ess(log_weight)
    if not ess >= LEAST_ESS:
        raise CaseError(
            f"case {case.id!r}: found {ess:.0f} effective draws of {draws}, expected at least"
            f" {LEAST_ESS:g}: hardly any simulated patient agrees with what was known. Fix: more"
            " draws, or look at the given facts one by one"
        )
    chosen = [_resampled(w, KEPT, [seed, i]) for i, w in enumerate((log_weight, prior_weight))]
    return _result(case, draws, seed, ess, blocks, looked, chosen, progress)


def _block(case: PublishedCase, r: int, n: int, seed: int, seeded: float) -> Drawn:
    """Return the draws of one reading; its stream hangs on case, seed and reading alone."""
    words = np.frombuffer(hashlib.sha256(case.id.encode()).digest()[:8], np.uint32).tolist()
    rng = np.random.default_rng([*words, seed, r])
    return draw(case, draw_reading(case, rng), n, int(rng.integers(2**31)), rng, seeded)


def _looked(case: PublishedCase, drawn: Drawn) -> list[Array | str]:
    """Return the log likelihood of each given fact, or why it is not used."""
    if not case.given:
        return []
    known = _until(drawn)
    return [log_likelihood(f, known) for f in case.given]


def _until(drawn: Drawn) -> Known:
    """Return the courses until the moment, weekly, from when a seed could have come."""
    first = max(drawn.reading.moment - LONGEST_UNSEEN, drawn.reading.first_dose)
    days = np.append(np.arange(first, drawn.reading.moment, STEP), drawn.reading.moment)
    outputs = (*UNTIL, "lesion_births", "relapse_background")
    return Known(drawn, days, course(drawn, days, outputs))


def _seeded_only(log_weight: Array, blocks: Sequence[Drawn]) -> Array:
    has = np.concatenate([b.seeded for b in blocks])
    return np.where(has, log_weight, -np.inf)


def _normal(log_weight: Array) -> Array:
    top = log_weight.max()
    w = np.exp(log_weight - top) if np.isfinite(top) else np.zeros_like(log_weight)
    return np.asarray(w / max(w.sum(), 1e-300))


def _ess(log_weight: Array) -> float:
    w = _normal(log_weight)
    return float(1 / np.sum(w**2)) if w.any() else 0.0


def _resampled(log_weight: Array, n: int, seed: Sequence[int]) -> Index:
    """Return places of draws in proportion to their weight, by systematic resampling."""
    edges = np.cumsum(_normal(log_weight))
    u = (np.arange(n) + np.random.default_rng(seed).random()) / n
    return np.minimum(np.searchsorted(edges, u), log_weight.size - 1)


def _result(
    case: PublishedCase,
    draws: int,
    seed: int,
    ess: float,
    blocks: Sequence[Drawn],
    looked: Sequence[Sequence[Array | str]],
    chosen: Sequence[Index],
    progress: Progress | None,
) -> CaseResult:
    found: list[list[list[Predicted | str]]] = []
    laters: list[list[Later]] = []
    for name, at in zip(("posterior", "prior"), chosen, strict=True):
        if progress is not None:
            progress(0, 1, f"what comes later, {name}")
        followed = _followed(case, blocks, at, seed)
        laters.append(followed)
        found.append([[predict(f, later) for later in followed] for f in case.observed_later])
    predictions = tuple(
        _prediction(f, a, b) for f, a, b in zip(case.observed_later, *found, strict=True)
    )
    posterior = laters[0]
    return CaseResult(
        case,
        draws,
        seed,
        ess,
        len(blocks),
        tuple(_used(f, [x[i] for x in looked]) for i, f in enumerate(case.given)),
        predictions,
        _bands(posterior),
        float(np.concatenate([p.known.drawn.seeded for p in posterior]).mean()),
        tuple(dict.fromkeys(t for b in blocks for t in b.reading.left_out)),
        case.conditioning == "near-unconditional",
    )


def _followed(case: PublishedCase, blocks: Sequence[Drawn], at: Index, seed: int) -> list[Later]:
    """Follow chosen draws from before the last infusion to the end, reading by reading."""
    edges = np.concatenate([[0], np.cumsum([b.patients.n for b in blocks])])
    found = []
    for b, low, high in zip(blocks, edges, edges[1:], strict=False):
        mine = at[(at >= low) & (at < high)] - low
        if not mine.size:
            continue
        drawn = b.some(mine)
        first = min(-84.0, drawn.reading.moment - 84.0)
        first = max(first, drawn.reading.first_dose)
        end = drawn.reading.moment + FOLLOW_UP + _reach(case)
        days = np.arange(first, end + LATER_STEP, LATER_STEP)
        found.append(Later(Known(drawn, days, course(drawn, days, OUTPUTS)), seed))
    return found


def _reach(case: PublishedCase) -> float:
    """Return days beyond the usual follow-up that a later fact asks for."""
    ends = [f.day.low for f in case.observed_later if f.day is not None]
    return max(0.0, max(ends, default=0.0) - FOLLOW_UP)


def _used(fact: Fact, found: Sequence[Array | str]) -> Used:
    first = found[0]
    if isinstance(first, str):
        return Used(fact, first, float("nan"))
    values = np.concatenate([x for x in found if not isinstance(x, str)])
    return Used(fact, "", float(np.exp(values).mean()))


def _prediction(
    fact: Fact, posterior: Sequence[Predicted | str], prior: Sequence[Predicted | str]
) -> Prediction:
    if isinstance(posterior[0], str):
        return Prediction(fact, posterior[0], None, np.empty(0), float("nan"))
    parts = [p for p in posterior if isinstance(p, Predicted)]
    values = np.concatenate([p.values for p in parts])
    before = np.concatenate([p.values for p in prior if isinstance(p, Predicted)])
    joined = Predicted(parts[0].label, parts[0].form, values)
    return Prediction(fact, "", joined, before, _tail(fact, joined))


def _tail(fact: Fact, p: Predicted) -> float:
    """Return how rare what was observed is under the posterior."""
    if p.form == "chance":
        return float(p.values.mean())
    observed = fact.value if p.form == "value" else fact.day
    if observed is None:
        return float("nan")
    below, above = (p.values <= observed.high).mean(), (p.values >= observed.low).mean()
    return float(min(1.0, 2 * min(below, above)))


BANDS = ("c", "pml_volume", "iris_level", "gd", "edss", "icp", "iris_share")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def _bands(later: Sequence[Later]) -> dict[str, dict[str, Array]]:
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
