"""Rinaldi 2012: 22 patients who start fingolimod three months after natalizumab."""

from __future__ import annotations

import numpy as np

from diapedesis.population.switch_outcome import MARGINS, RINALDI
from diapedesis.population.switch_series import STUDIES, Predicted
from diapedesis.population.switchers import READINGS, Switchers
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Found

NOTE = (
    f"24 infusions; fingolimod from a day between 80 and 100. {STUDIES:,} series of"
    f" {RINALDI.patients}, each of one possible truth: the share whose numbers together are no more"
    " likely than the published ones. Scans at months 1, 3, 6 and 9 on fingolimod, the first"
    " against one on the day of the switch; a new enhancing or T2 lesion is activity. The interval"
    " is that of the tail probability in each possible truth alone. JC virus plays no part."
)


def rinaldi(trials: Trials) -> dict[str, Found]:
    """Tail probability of the published numbers; the numbers; other readings of what is open."""
    who, size = Switchers.of(trials.stopped), RINALDI.patients
    usual = Predicted.of(who, trials.m, size)
    series = usual.draw(STUDIES, trials.rng("studies of rinaldi"))
    variants = {
        f"{name}: tail": np.array([Predicted.of(who, trials.m, size, reading).tail(RINALDI)])
        for name, reading in READINGS.items()
    }
    for name in MARGINS:
        words = f"{name.replace('_', ' ')} ({RINALDI[name]} published)"
        variants[f"{words}, patients"] = series[name].astype(float)
        variants[f"{words}, tail"] = np.array([usual.tail(RINALDI, name)])
    return {
        "switch.rinaldi": Found(
            usual.tails_by_truth(RINALDI),
            NOTE,
            variants,
            np.array([usual.share_no_likelier(series, RINALDI)]),
        )
    }
