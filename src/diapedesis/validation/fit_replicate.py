"""One virtual patient through the product: fits with 0 to 3 levels, set beside the truth.

The true parameters go along as one more draw, the first, so that truth and forecast are computed by
the same calls. To judge another quantity, add it to ``QUANTITIES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import Fit, fit
from diapedesis.infer.likelihood import Levels
from diapedesis.simulate import SolveError
from diapedesis.validation.fit_patients import Patient, draw_patient, named_stream
from diapedesis.validation.studies import EFFECT

Array = NDArray[np.float64]
LEVELS_KNOWN = (0, 1, 2, 3)
DECIDED_WITH = (0, 1, 3)
"""Numbers of levels with which sessions are planned."""
RANKED = 199
"""Draws, evenly thinned, among which a true value is ranked: 200 ranks are possible."""
LATER = 14.0
"""Days after the last sample at which a later level is asked for."""
TO_ASKED_DAY = 28.0
"""Days from the first possible session to the day from which the level has to stay below."""


@dataclass(frozen=True)
class Courses:
    """What courses of sessions would do, for each draw of a fit.

    Attributes
    ----------
    lasts : ndarray of bool, shape (n_draws, n_courses)
        Whether the course of that many sessions (0, 1, 2 ...) lasts by the asked day.
    lasting : ndarray, shape (n_draws,)
        Day from which one of the courses lasts; ``inf`` when it does not.
    """

    lasts: NDArray[np.bool_]
    lasting: Array


Planner = Callable[[Fit, float, float], Courses]
"""Takes a fit, the day of the first session and the asked day."""


@dataclass(frozen=True)
class Course:
    """A patient's course on the sample days and the later day, for each draw.

    Attributes
    ----------
    fit : Fit
        Its first draw is the truth.
    patient : Patient
    values : dict of str to ndarray, shape (n_draws, n_samples + 1)
    """

    fit: Fit
    patient: Patient
    values: dict[str, Array]

    @classmethod
    def of(cls, fitted: Fit, patient: Patient) -> Course:
        """Solve the course, the true parameters before the draws."""
        draws = {n: np.append(patient.own[n], d) for n, d in fitted.draws.items()}
        both = replace(fitted, draws=draws)
        days = patient.history.days
        given = fitted.subject.protocol
        times = [*days, days[-1] + LATER]
        found = both.solve(given, times, EFFECT, t0=min(given.start, *days))
        return cls(both, patient, found.values)

    def readings(self, first: int, last: int) -> Array:
        """Return error-free readings [mg/L] of samples `first` to `last`, exclusive."""
        levels = Levels.of(self.patient.levels[first:last])
        at = slice(first, last)
        return levels.reading(self.values["c"][:, at], self.values["c_free"][:, at])


Quantity = Callable[[Course], Array]
"""One value for each draw."""


def level_later(course: Course) -> Array:
    """Return the level ``LATER`` days after the last sample [mg/L]."""
    return course.values["c"][:, -1]


def saturation_later(course: Course) -> Array:
    """Return the saturation of alpha4-integrin on that day."""
    return course.values["saturation"][:, -1]


def log_likelihood(course: Course) -> Array:
    """Return the log likelihood of the known levels, a test quantity that depends on the data."""
    known = course.fit.subject.levels
    mu = course.readings(0, len(known))
    return np.asarray(Levels.of(known).terms(mu)[0].sum(axis=1)) if known else np.zeros(len(mu))


QUANTITIES: dict[str, Quantity] = {
    "level later": level_later,
    "saturation later": saturation_later,
    "log likelihood": log_likelihood,
}


def replicate(study: str, number: int, draws: int, planner: Planner) -> dict[str, Any]:
    """Run one patient through the study.

    Parameters
    ----------
    study : str
        Name of the study, from which all its random numbers follow.
    number : int
        Of the patient.
    draws : int
        Posterior draws of each fit, more than ``RANKED``.
    planner : callable
        What courses of sessions would do; asked for patients who want to know.

    Returns
    -------
    dict
        Plain values that JSON can hold: `number`, `kind`, `chance` (0 to 1, picks the course
        whose forecast is judged) and `fits`, one for each number of known levels.
    """
    patient = draw_patient(study, number)
    rng = named_stream(study, number, "ranks")
    fits = []
    for k in LEVELS_KNOWN:
        try:
            fits.append(_one_fit(patient, k, draws, planner, rng))
        except (FitError, SolveError) as error:
            fits.append({"k": k, "refused": f"{type(error).__name__}: {error}"})
    chance = float(named_stream(study, number, "course").random())
    return {"number": number, "kind": patient.history.kind, "chance": chance, "fits": fits}


def _one_fit(
    patient: Patient,
    k: int,
    draws: int,
    planner: Planner,
    rng: np.random.Generator,
) -> dict[str, Any]:
    fitted = fit(patient.known(k), n_draws=draws)
    course = Course.of(fitted, patient)
    values = {n: course.fit.draws[n] for n in fitted.names}
    values |= {n: q(course) for n, q in QUANTITIES.items() if k or q is not log_likelihood}
    out: dict[str, Any] = {"k": k, "refused": None, "ess": fitted.ess, "rhat": fitted.rhat}
    out["next"] = _next_level(course, k)
    first = patient.history.first_session
    if first is not None and k in DECIDED_WITH:
        found = planner(course.fit, first, first + TO_ASKED_DAY)
        out["lasts"] = found.lasts[0].tolist()
        out["p_lasts"] = found.lasts[1:].mean(axis=0).tolist()
        values["lasting day"] = found.lasting
    pairs = {n: (float(v[0]), v[1:]) for n, v in values.items()}
    out["rank"] = {n: rank(thinned(d), true, rng) for n, (true, d) in pairs.items()}
    out["pit"] = {n: pit(d, true, rng) for n, (true, d) in pairs.items()}
    return out


def _next_level(course: Course, k: int) -> dict[str, Any]:
    """Return the median forecast of the next level beside the reading and the truth."""
    history, level = course.patient.history, course.patient.levels[k]
    return {
        "phase": history.phase(level.time),
        "predicted": float(np.median(course.readings(k, k + 1)[1:])),
        "true": course.patient.true_readings[k],
        "observed": None if level.below else level.value,
        "lloq": level.assay.lloq,
    }


def thinned(draws: Array) -> Array:
    """Return ``RANKED`` draws, evenly spaced."""
    return draws[:: draws.size // RANKED][:RANKED]


def rank(draws: Array, true: float, rng: np.random.Generator) -> int:
    """Return how many draws lie below the true value; ties are broken at random."""
    return int(np.sum(draws < true) + rng.integers(np.sum(draws == true) + 1))


def pit(draws: Array, true: float, rng: np.random.Generator) -> float:
    """Return the posterior probability below the true value, 0 to 1; uniform for a right fit.

    A gap between two draws, or a tie, is filled at random, so that an interval of the draws covers
    with exactly its probability when they and the truth come from one distribution.
    """
    below, equal = np.sum(draws < true), np.sum(draws == true)
    return float((below + rng.random() * (equal + 1)) / (draws.size + 1))
