"""Infusions every six weeks against every four: what the registry compared, and the drug alone."""

from __future__ import annotations

import numpy as np

from diapedesis.validation.ms_estimate import STUDIES
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.studies import Found

SIZES = (1_988, 13_132)
"""Patients with the longer interval and with the usual one (claim pml 1.39)."""


def interval(shared: Registries) -> dict[str, Found]:
    """Hazard ratio of the longer interval."""
    trial, rng = shared.interval, shared.registry.rng("studies of interval")
    ratio = trial.ratio()
    cases, at_risk = trial.counts()
    chance = []
    for size, expected, patients in zip(SIZES, cases, at_risk, strict=True):
        mean = size * expected.sum(axis=1) / patients[:, 0]
        seen = rng.poisson(mean, (STUDIES, mean.size))
        with np.errstate(divide="ignore", invalid="ignore"):
            chance.append(np.maximum(seen, 0.5) / mean)
    months = trial.exposure
    return {
        "pml.eid": Found(
            np.ravel(ratio * chance[0] / chance[1]),
            "Registry of 2006 to 2017, positive for antibodies; of those who stay so long 25 %"
            " change to six weeks after one to four years on four. Groups by the 18 months before"
            " PML or the last infusion (15 infusions or fewer), at risk from the first infusion,"
            " Cox regression. A group without a case counts half of one.",
            {
                "time at risk counted in infusions": trial.ratio(by_infusions=True),
                "the same definition, the interval without any effect": trial.ratio(effect=False),
                "the drug alone: the same patients from a year after the change on, with and"
                " without it": trial.drug_alone(),
                "median exposure with the longer interval, months (published: 59)": months[0],
                "median exposure with the usual one, months (published: 44)": months[1],
                "mean interval of the longer one in 18 months, days (published: 35 to 43)": (
                    trial.mean_interval
                ),
            },
            ratio,
        )
    }
