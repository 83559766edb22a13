"""Virtual patients: parameters from the prior that fits use, levels as the assay would read them.

Every patient has a stream of their own, decided by the study's name and the patient's number, so
that neither workers nor order nor the other patients matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.likelihood import OUTLIER_FOLD, OUTLIER_SHARE, Levels
from diapedesis.infer.names import covariates
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import solve
from diapedesis.validation.fit_protocols import History, draw_history

Array = NDArray[np.float64]


def named_stream(*name: object) -> np.random.Generator:
    """Return a random stream that only a name decides.

    Examples
    --------
    >>> bool(named_stream("fit", 7).random() == named_stream("fit", 7).random())
    True
    """
    digest = hashlib.sha256("|".join(map(str, name)).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest[:16], np.uint32))


@dataclass(frozen=True)
class Patient:
    """A virtual patient whose parameters are known.

    Attributes
    ----------
    history : History
    own : dict of str to ndarray, shape (1,)
        What each uncertain parameter really is.
    levels : tuple of Level
        Readings on the sample days, errors, outliers and limit of quantification included.
    true_readings : tuple of float
        What the assay would have read without error [mg/L].
    """

    history: History
    own: dict[str, Array]
    levels: tuple[Level, ...]
    true_readings: tuple[float, ...]

    def known(self, n_levels: int) -> Subject:
        """Return the subject with the first levels."""
        return replace(self.history.subject, levels=self.levels[:n_levels])


@lru_cache(maxsize=1)
def _prior() -> Prior:
    return subject_prior(pkpd())


def draw_own(rng: np.random.Generator) -> dict[str, Array]:
    """Draw one patient's parameters from the joint prior that fits use."""
    prior = _prior()
    values = prior.scale.natural(prior.sample(1, rng))
    return {name: values[:, j] for j, name in enumerate(prior.names)}


def true_levels(
    subject: Subject, parameters: Mapping[str, Array], days: Sequence[float]
) -> tuple[Array, Array]:
    """Return total and free levels [mg/L] that n sets of parameters mean, shape (n, n_days).

    Parameters
    ----------
    subject : Subject
    parameters : mapping of str to ndarray, shape (n,)
    days : sequence of float
        Ascending.
    """
    found = solve(
        pkpd(),
        subject.protocol,
        days,
        ("c", "c_free"),
        parameters=parameters,
        inputs=covariates(subject),
        t0=min(subject.protocol.start, *days),
    ).raise_failures()
    return found["c"], found["c_free"]


def readings(
    subject: Subject, parameters: Mapping[str, Array], days: Sequence[float], assay: Assay
) -> Array:
    """Return what an assay would read without error [mg/L], shape (n, n_days)."""
    c, c_free = true_levels(subject, parameters, days)
    return Levels.of([Level(d, 1.0, assay) for d in days]).reading(c, c_free)


def read(level: float, day: float, assay: Assay, rng: np.random.Generator) -> Level:
    """Return a level as the likelihood says that laboratories report it, outliers included.

    Parameters
    ----------
    level : float
        Reading without error [mg/L].
    day : float
    assay : Assay
    rng : Generator
    """
    sd = np.hypot(assay.proportional_sd * level, assay.additive_sd)
    fold = OUTLIER_FOLD if rng.random() < OUTLIER_SHARE else 1.0
    value = level + fold * sd * rng.standard_normal()
    return Level(day, float(value) if value > assay.lloq else None, assay)


def draw_patient(study: str, number: int) -> Patient:
    """Return one patient of a study.

    Parameters
    ----------
    study : str
        Name of the study.
    number : int
        0 or more.

    Examples
    --------
    >>> patient = draw_patient("example", 0)
    >>> len(patient.levels), patient.known(2).levels == patient.levels[:2]
    (4, True)
    """
    history = draw_history(f"{study} {number}", named_stream(study, number, "history"))
    own = draw_own(named_stream(study, number, "parameters"))
    mu = readings(history.subject, own, history.days, history.assay)[0]
    rng = named_stream(study, number, "readings")
    levels = [read(float(m), d, history.assay, rng) for m, d in zip(mu, history.days, strict=True)]
    return Patient(history, own, tuple(levels), tuple(mu.tolist()))
