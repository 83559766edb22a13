"""Which parameters an effect depends on at all: each is changed by itself in a few patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.trials.courses import followed, stopped
from diapedesis.trials.design import Trial
from diapedesis.trials.hypotheses import Hypothesis
from diapedesis.trials.patients import Patients

Array = NDArray[np.float64]
FEW = 5
"""Possible truths whose first patient is tried."""
LEAST = 1e-3
"""Change of the logarithm of an effect that is more than the solver's error."""


def matters(
    trial: Trial, patients: Patients, hypothesis: Hypothesis, ids: Sequence[str]
) -> NDArray[np.bool_]:
    """Return whether lesions over the control's depend on each parameter, shape (arms, ids).

    Each is set to the most distant of its values in the possible truths, all others as they are.

    Parameters
    ----------
    trial : Trial
    patients : Patients
        With what a variant leaves free.
    hypothesis : Hypothesis
    ids : sequence of str
        Parameters that differ between truths.
    """
    k = len(ids) + 1
    who = np.arange(min(FEW, patients.m)) * patients.n
    own = {id: np.repeat(v[who], k) for id, v in patients.parameters.items()}
    for i, id in enumerate(ids, start=1):
        tried = patients.truths[id]
        for at in range(i, k * who.size, k):
            own[id][at] = tried[np.abs(tried - own[id][at]).argmax()]
    inputs = {id: np.repeat(v[who], k) for id, v in patients.inputs.items()}
    people = replace(patients, m=who.size, n=k, parameters=own, inputs=inputs)
    since = stopped(trial, people, hypothesis)
    born = [followed(trial, since, arm)["lesion_births"].sum(axis=1) for arm in trial.arms]
    effect = np.log(np.array(born) / born[0]).reshape(len(born), who.size, k)
    return np.asarray(np.any(np.abs(effect[..., 1:] - effect[..., :1]) > LEAST, axis=1))
