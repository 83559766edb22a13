"""What the laboratory might report for other patients of a population on the same protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import prior_of
from diapedesis.infer.likelihood import OUTLIER_FOLD, OUTLIER_SHARE, Levels
from diapedesis.infer.prior import Prior
from diapedesis.infer.readings import Readings
from diapedesis.models import pkpd
from diapedesis.observe import Subject

Array = NDArray[np.float64]
TRIES = 10
"""Rounds in which parameters too extreme to be solved are drawn anew."""


def simulate_readings(
    subject: Subject,
    n: int,
    rng: np.random.Generator,
    *,
    model: Model | None = None,
    prior: Prior | None = None,
) -> Array:
    """Draw what the laboratory might report for patients of a population on a subject's protocol.

    Parameters
    ----------
    subject : Subject
        Its levels say when and with which assay; their values do not matter.
    n : int
    rng : Generator
    model : Model, optional
        Default :func:`diapedesis.models.pkpd`.
    prior : Prior, optional
        Of the fitted parameters; by default :func:`diapedesis.infer.fit.prior_of` the subject.

    Returns
    -------
    ndarray, shape (n, n_levels)
        With error and outliers, not cut off at the limit; may be negative.

    Raises
    ------
    FitError
        When too many draws are too extreme to be solved.
    """
    model = model or pkpd()
    prior = prior or prior_of(subject, model)[0]
    levels = Levels.of(subject.levels)
    predict = Readings(subject, model, prior, levels)
    mu = np.empty((0, levels.y.size))
    for _ in range(TRIES):
        found = predict(prior.sample(n - len(mu), rng)[:, None, :])[:, 0]
        mu = np.vstack([mu, found[np.isfinite(found).all(axis=1)]])
        if len(mu) == n:
            break
    else:
        raise FitError(f"only {len(mu)} of {n} draws from the prior could be solved; narrow it")
    fold = np.where(rng.random(mu.shape) < OUTLIER_SHARE, OUTLIER_FOLD, 1.0)
    return np.asarray(mu + fold * levels.sd(mu) * rng.standard_normal(mu.shape))
