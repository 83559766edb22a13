"""Who comes to the moment of a case: alive, and with PML not found before."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr

from diapedesis.cases.case import PublishedCase
from diapedesis.cases.facts import TINY, Known
from diapedesis.observe.draws import Array
from diapedesis.population.virus_onset import DELAY_SYMPTOMS, DELAY_SYMPTOMS_SPREAD


def log_there(case: PublishedCase, known: Known) -> Array:
    """Return the log probability of coming to the moment, alive and undiagnosed, shape (n,).

    Where the diagnosis is among what was known, its own fact says when it came.
    """
    alive = log_alive(known)
    if any(f.kind == "pml_diagnosis" for f in case.given):
        return alive
    return alive + log_undiagnosed(known)


def log_alive(known: Known) -> Array:
    """Return the log probability that each lives on the last of the days, shape (n,)."""
    return np.asarray(-known.values["death_hazard"][:, -1])


def log_undiagnosed(known: Known) -> Array:
    """Return the log probability that symptoms have not led to the diagnosis by the last day."""
    waited = np.nan_to_num(known.days[-1] - known.symptoms, nan=0.0)
    long = np.log(np.maximum(waited, TINY) / DELAY_SYMPTOMS) / DELAY_SYMPTOMS_SPREAD
    return np.asarray(log_ndtr(-long))
