"""Run a case: prior draws, weights by what was known, and what they predict of what came later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from diapedesis.cases.answered import answered
from diapedesis.cases.assumed import FOLLOW_UP
from diapedesis.cases.case import PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.draws import LONGEST_UNSEEN, OUTPUTS, STEP, Drawn, course, draw
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.later import LATER_STEP, Later
from diapedesis.cases.noticed import noticed
from diapedesis.cases.reading import draw_reading, of_pml
from diapedesis.cases.result import CaseResult, bands_of, prediction_of, used_of
from diapedesis.cases.there import log_there
from diapedesis.cases.weights import effective, normalised, resampled, seeded_only
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import Index

DRAWS, READINGS, KEPT = 100_000, 40, 2000
"""Prior draws, readings among which they are shared, and draws that are followed to the end."""
LEAST_ESS = 100.0
SEEDED = 0.25
"""Share of the draws with a seed where PML was not known; they carry the weight of its rarity."""
UNTIL = (
    "pml_volume",
    "jc_dying",
    "iris_level",
    "steroid_barrier",
    "gd",
    "edss",
    "c",
    "death_hazard",
)
"""Outputs until the moment, which the given facts look at, and survival."""
PML = ("pml_diagnosis", "pml_symptoms", "mri_pml", "csf_jcv", "iris_onset")
"""Facts that say that PML came."""
Progress = Callable[[int, int, str], None]


class CaseError(ValueError):
    """A case that cannot be answered, with what would help."""


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
    ValueError
        When there are fewer draws than those.
    """
    if draws < LEAST_ESS:
        raise ValueError(f"draws: found {draws}, expected {LEAST_ESS:g} or more")
    readings = min(READINGS, max(draws // 50, 1))
    known_pml = of_pml(case)
    blocks: list[Drawn] = []
    weights: list[Array] = []
    looked: list[list[Array | str]] = []
    for r in range(readings):
        if progress is not None:
            progress(r, readings, "until the moment")
        drawn = _block(case, r, draws // readings, seed, 1.0 if known_pml else SEEDED)
        known = noticed(case, _until(drawn))
        found = [log_likelihood(f, known) for f in case.given]
        drawn = known.drawn.weighed(log_there(case, known))
        blocks.append(drawn)
        looked.append(found)
        weights.append(drawn.log_weight + sum(x for x in found if not isinstance(x, str)))
    log_weight = np.concatenate(weights)
    prior_weight = np.concatenate([b.log_weight for b in blocks])
    if known_pml:
        log_weight, prior_weight = (seeded_only(w, blocks) for w in (log_weight, prior_weight))
    seeded = float(np.sum(normalised(log_weight) * np.concatenate([b.seeded for b in blocks])))
    ess = effective(log_weight)
    _check(case, ess, draws, "what was known")
    kinds, ess_seeded = [(log_weight, prior_weight)], float("nan")
    if not known_pml and any(f.kind in PML for f in case.observed_later):
        kinds.append((seeded_only(log_weight, blocks), seeded_only(prior_weight, blocks)))
        ess_seeded = effective(kinds[1][0])
        _check(case, ess_seeded, draws, "what was known, among those with a seed")
    chosen = [[resampled(w, KEPT, [seed, i]) for i, w in enumerate(pair)] for pair in kinds]
    return _result(case, draws, seed, (ess, ess_seeded, seeded), blocks, looked, chosen, progress)


def _check(case: PublishedCase, ess: float, draws: int, what: str) -> None:
    """Refuse to go on with too few effective draws."""
    if not ess >= LEAST_ESS:
        raise CaseError(
            f"case {case.id!r}: found {ess:.0f} effective draws of {draws}, expected at least"
            f" {LEAST_ESS:g}: hardly any simulated patient agrees with {what}. Fix: more draws, or"
            " look at the given facts one by one"
        )


def _block(case: PublishedCase, r: int, n: int, seed: int, seeded: float) -> Drawn:
    """Return the draws of one reading; its stream hangs on case, seed and reading alone."""
    words = np.frombuffer(hashlib.sha256(case.id.encode()).digest()[:8], np.uint32).tolist()
    rng = np.random.default_rng([*words, seed, r])
    return draw(case, draw_reading(case, rng), n, int(rng.integers(2**31)), rng, seeded)


def _until(drawn: Drawn) -> Known:
    """Return the courses until the moment, weekly, from when a seed could have come."""
    first = max(drawn.reading.moment - LONGEST_UNSEEN, drawn.reading.first_dose)
    days = np.append(np.arange(first, drawn.reading.moment, STEP), drawn.reading.moment)
    outputs = (*UNTIL, "lesion_births", "relapse_background")
    return Known(drawn, days, course(drawn, days, outputs))


def _result(
    case: PublishedCase,
    draws: int,
    seed: int,
    found: tuple[float, float, float],
    blocks: Sequence[Drawn],
    looked: Sequence[Sequence[Array | str]],
    chosen: Sequence[Sequence[Index]],
    progress: Progress | None,
) -> CaseResult:
    """Follow the chosen draws, and gather what they say."""
    pairs: list[tuple[list[Later], list[Later]]] = []
    for k, (posterior, prior) in enumerate(chosen):
        if progress is not None:
            progress(k, len(chosen), "what comes later")
        followed = (_followed(case, blocks, at, seed) for at in (posterior, prior))
        pairs.append((next(followed), next(followed)))
    ess, ess_seeded, seeded = found
    return CaseResult(
        case,
        draws,
        seed,
        ess,
        ess_seeded,
        len(blocks),
        tuple(used_of(f, [x[i] for x in looked], blocks) for i, f in enumerate(case.given)),
        tuple(prediction_of(f, case, pairs) for f in case.observed_later),
        bands_of(pairs[-1][0]),
        seeded,
        tuple(dict.fromkeys(t for b in blocks for t in b.reading.left_out)),
        case.conditioning == "near-unconditional",
    )


def _followed(case: PublishedCase, blocks: Sequence[Drawn], at: Index, seed: int) -> list[Later]:
    """Follow chosen draws from before the last infusion to the end, reading by reading."""
    edges = np.concatenate([[0], np.cumsum([b.patients.n for b in blocks])])
    found = []
    for b, low, high in zip(blocks, edges, edges[1:], strict=False):
        numbers = np.flatnonzero((at >= low) & (at < high))
        if not numbers.size:
            continue
        drawn = b.some(at[numbers] - low)
        first = min(-84.0, drawn.reading.moment - 84.0)
        first = max(first, drawn.reading.first_dose)
        end = max(drawn.reading.moment + FOLLOW_UP, _last_asked(case, drawn.reading.moment))
        days = np.arange(first, end + LATER_STEP, LATER_STEP)
        followed = course(drawn, days, OUTPUTS, answered(drawn, days, seed, numbers))
        found.append(Later(Known(drawn, days, followed), seed, numbers))
    return found


def _last_asked(case: PublishedCase, moment: float) -> float:
    """Return the last day that a later fact asks for; of one without an end, its first."""
    days = [f.day for f in case.observed_later if f.day is not None]
    after = [f.since for f in case.observed_later if f.since is not None]
    days += [Range(moment + s.days.low, moment + s.days.high) for s in after if s.event == "moment"]
    return max((r.high if np.isfinite(r.high) else r.low for r in days), default=-np.inf)
